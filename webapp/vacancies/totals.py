"""For the alliance's office: figures over all towns as far as they share them, as a page and as a spreadsheet."""

from datetime import date
from typing import Any

from flask import Response, render_template, url_for
from markupsafe import Markup

from geo.core import clock
from geo.core.access import Action
from geo.core.codes import label
from geo.core.errors import NotFound
from geo.over_all.beside import Beside, beside
from geo.over_all.sheet import MEDIA_TYPE, Sheets, written
from geo.places.zones.codes import KINDS as ZONE_KINDS
from geo.vacancies import offers
from geo.vacancies.figures import alliance, charts
from geo.vacancies.figures.alliance import Quarter, Sharing
from geo.vacancies.figures.charts import Line, Words
from geo.vacancies.figures.levels import LEVELS, ORDER
from geo.vacancies.figures.rates import READING_NOTES, READINGS
from geo.vacancies.offers import OfferFilters
from webapp import parameters, taking_away
from webapp.access import needs
from webapp.app import actor, public_session, staff_session
from webapp.parameters import day_chosen
from webapp.vacancies import present

LINES = ("brutto", "netto")
# So many published units of a town are listed; the public list has the rest.
LISTED = 100


@needs(Action.VACANCY_TOTALS)
def totals() -> str:
    """The sum and its development, what stands beside it, each town that shares, and who shares what."""
    day, today = parameters.day(), clock.today()
    quarters, others = _read(day, today)
    now = quarters[-1]
    shared = alliance.sharing(staff_session(), actor())
    return render_template(
        "vacancies/figures/totals.html",
        internal_active="totals",
        now=now,
        quarters=list(zip(quarters, others, strict=True)),
        beside=beside(staff_session(), [day])[0],
        chart_svg=_chart(quarters, "Alle Städte zusammen"),
        shared=[(LEVELS[level][0], [one for one in shared if one.level == level]) for level in reversed(ORDER)],
        level_names={level: name for level, (name, _) in LEVELS.items()},
        missing=[one.name for one in shared if one.level != ORDER[0] and one.name not in {t.name for t in now.towns}],
        readings=READINGS,
        reading_notes=READING_NOTES,
        day=day,
        today=today,
        day_keep=day_chosen(day),
    )


@needs(Action.VACANCY_TOTALS)
def town(town_id: int) -> str:
    """One town, as far as it shares: its development, its zones, what it has published."""
    day, today = parameters.day(), clock.today()
    found = _sharing(town_id)
    quarters = alliance.quarters(staff_session(), actor(), alliance.quarter_days(day, today))
    line = [(one.day, next((t.told for t in one.towns if t.municipality_id == found.municipality_id), None))
            for one in quarters]  # fmt: skip
    shows_zones, shows_units = found.shares("ZONEN"), found.shares("EINHEITEN")
    zones = alliance.zones(staff_session(), actor(), town_id, quarters[-1].day) if shows_zones else []
    page = offers.search(public_session(), OfferFilters(day, ags=found.ags), size=LISTED) if shows_units else None
    return render_template(
        "vacancies/figures/totals_town.html",
        internal_active="totals",
        town=None,
        found=found,
        level=LEVELS[found.level],
        told=line[-1][1],
        on=line[-1][0],
        line=line if shows_zones else [],
        chart_svg=_chart_of_town(line, found.name) if shows_zones else Markup(""),
        zones=[(one, label(ZONE_KINDS, one.zone_kind)) for one in zones],
        shows_zones=shows_zones,
        shows_units=shows_units,
        units=[present.offer(row, "de", day_chosen(day)) for row in page.rows] if page else [],
        is_more=bool(page and page.next_key),
        list_url=url_for("vacancies.listing", gemeinde=found.ags, **day_chosen(day)),
        readings=READINGS,
        day=day,
        today=today,
        day_keep=day_chosen(day),
    )


@needs(Action.VACANCY_TOTALS)
def file() -> Response:
    """The same as a spreadsheet."""
    day, today = parameters.day(), clock.today()
    quarters, others = _read(day, today)
    zones = [
        (one.name, zone)
        for one in alliance.sharing(staff_session(), actor())
        if one.shares("ZONEN")
        for zone in alliance.zones(staff_session(), actor(), one.municipality_id, quarters[-1].day)
    ]
    is_example = any(quarter.total.is_example for quarter in quarters)
    content = written(Sheets(quarters, others, zones, day, is_example))
    answer = taking_away.file(content, MEDIA_TYPE, f"zahlen-aller-staedte-{day}.xlsx", is_attached=True)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _read(day: date, today: date) -> tuple[list[Quarter], list[Beside]]:
    days = alliance.quarter_days(day, today)
    return alliance.quarters(staff_session(), actor(), days), beside(staff_session(), days)


def _sharing(town_id: int) -> Sharing:
    """The town, where it shares more than its part in the sum. Raises `NotFound`."""
    for one in alliance.sharing(staff_session(), actor()):
        if one.municipality_id == town_id and one.shares("ZAHLEN"):
            return one
    raise NotFound("Die Freigabe dieser Stadt", town_id)


def _chart(quarters: list[Quarter], name: str) -> Markup:
    drawn = [
        Line(reading, [(one.day, one.total.percent(reading) if one.summed else None) for one in quarters])
        for reading in LINES
    ]
    return _drawn(drawn, name)


def _chart_of_town(line: list[tuple[date, Any]], name: str) -> Markup:
    drawn = [Line(reading, [(day, told.percent(reading) if told else None) for day, told in line]) for reading in LINES]
    return _drawn(drawn, name)


def _drawn(drawn: list[Line], name: str) -> Markup:
    ends = ", ".join(
        f"{one.name} {charts.number(value)} %" for one in drawn if (value := one.points[-1][1]) is not None
    )
    first, last = drawn[0].points[0][0], drawn[0].points[-1][0]
    words = Words(
        "verlauf",
        f"Leerstandsquote nach Anzahl, {name}, {first:%d.%m.%Y} bis {last:%d.%m.%Y}",
        f"Zwei Linien: brutto und netto. Am Ende: {ends or 'keine Quote'}. Die Werte stehen in der Tabelle.",
    )
    return Markup(charts.lines(words, drawn))  # noqa: S704 (escaped by its maker)
