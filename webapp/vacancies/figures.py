"""Figures of the town's vacancy: rates, time line, flows, durations, uses and dead frontage, for any day and zone."""

from datetime import date
from typing import Any

from flask import g, render_template, request, url_for
from markupsafe import Markup

from geo.core import clock
from geo.core.access import Action
from geo.core.codes import label
from geo.places.zones.codes import KINDS as ZONE_KINDS
from geo.vacancies.branches import GROUPS
from geo.vacancies.counted import SET_LABELS, VALUE_LABELS
from geo.vacancies.figures import drawings, flows, frontage, lasting, mix, rates
from geo.vacancies.figures.rates import MEASURES, READING_NOTES, READINGS, Area, Figures
from geo.vacancies.queries import Filters
from webapp import parameters
from webapp.access import needs
from webapp.app import staff_session
from webapp.parameters import day_chosen
from webapp.vacancies import present
from webapp.vacancies.forms import town

STEPS = {"quartal": "je Quartal, zehn Jahre", "monat": "je Monat, drei Jahre"}
VALUED = {"anzahl": None, "flaeche": "flaeche", "front": "front"}


@needs(Action.VACANCY_VIEW)
def overview() -> str:
    """All figures of the town or a zone on a day."""
    session, here, day = staff_session(), town(), parameters.day()
    zone = chosen_zone(here, day)
    area = Area(here, zone.id if zone else None)
    keep = {"zone": zone.id} if zone else {}
    measure, step = (
        parameters.choice("messgroesse", MEASURES) or "anzahl",
        parameters.choice("schritt", STEPS) or "quartal",
    )
    episodes = flows.episodes(session, area, day)
    over_time = flows.over_time(session, area, day, drawings.days(day, monthly=step == "monat"), episodes)
    vacancies = lasting.vacancies(session, area, day, episodes)
    found, line, years = over_time.on, over_time.line, over_time.years
    median, relet = flows.duration(vacancies, day), flows.reletting(vacancies, day)
    branches, operators = mix.branches(session, area, day), mix.operators(session, area, day)
    return render_template(
        "vacancies/figures/overview.html",
        internal_active=present.KIND,
        town_name=dict(g.towns).get(here),
        zone=zone,
        zone_kind=label(ZONE_KINDS, zone.kind) if zone else None,
        zones=zone_options(here, day),
        found=found,
        cards=[_card(found, name, keep, day) for name in MEASURES],
        links={name: units_url(name, keep, day) for name in ("bestand", "unbekannt", "geprueft", "ungeprueft")},
        measure=measure,
        measures=[(name, names[0]) for name, names in MEASURES.items()],
        steps=list(STEPS.items()),
        step=step,
        line=[(figures.day, [figures.rate(measure, name) for name in READINGS], figures) for figures in line],
        line_chart=Markup(drawings.time_line(line, measure)),  # noqa: S704 (escaped by its maker)
        readings=READINGS,
        reading_notes=READING_NOTES,
        years=[(year, _year_cells(year, keep, day)) for year in years],
        flow_chart=Markup(drawings.flow_columns(years)),  # noqa: S704 (escaped by its maker)
        lasting=median,
        relet=relet,
        running=sum(1 for one in vacancies if one.end is None),
        period_links={told: moved_url(told, keep, day) for told in flows.OVERALL},
        empty_url=units_url("brutto", keep, day),
        curve=drawings.yearly_shares(vacancies, day),
        survival_chart=Markup(drawings.survival_curve(vacancies, day)),  # noqa: S704 (escaped by its maker)
        in_months=drawings.in_months,
        branches=branches,
        branch_rows=[
            (GROUPS[code].de, units, units_url("genutzt", {**keep, "gruppe": code}, day))
            for code, units in branches.groups
        ],
        branch_chart=Markup(drawings.branch_bars(branches)),  # noqa: S704 (escaped by its maker)
        operators=operators,
        use_links={
            name: units_url(name, keep, day)
            for name in ("genutzt", "ohne_branche", "filialen", "inhaber", "mit_betreiber", "ohne_betreiber")
        },
        runs=[(run, _run_url(run, day)) for run in frontage.longest(session, area, day)],
        unplaced=frontage.unplaced(session, area, day),
        unplaced_url=units_url("ohne_hausnummer", keep, day),
        day=day,
        today=clock.today(),
        day_keep=day_chosen(day),
        keep=keep,
        args=request.args,
    )


def _card(found: Figures, measure: str, keep: dict[str, Any], day: date) -> dict[str, Any]:
    """The three readings of a measure, each with the addresses of the units it counts."""
    valued = {"mit": VALUED[measure]} if VALUED[measure] else {}
    rows = []
    for reading in READINGS:
        rate = found.rate(measure, reading)
        empty, stock = (
            "brutto" if reading == "brutto" else "netto",
            "marktaktiv" if reading == "marktaktiv" else "bestand",
        )
        rows.append((rate, units_url(empty, {**keep, **valued}, day), units_url(stock, {**keep, **valued}, day)))
    return {"measure": measure, "name": MEASURES[measure][0], "unit": MEASURES[measure][1], "rows": rows}


def units_url(counted: str, keep: dict[str, Any], day: date) -> str:
    """The list of the units that a figure counts."""
    return url_for("vacancies_intern.overview", kennzahl=counted, **keep, **day_chosen(day))


def moved_url(told: str, keep: dict[str, Any], day: date, year: int | None = None) -> str:
    """The list of the units behind a number of the years' table or of the durations."""
    return url_for("vacancies_intern.overview", bewegung=told, jahr=year, **keep, **day_chosen(day))


def _year_cells(year: flows.Year, keep: dict[str, Any], day: date) -> list[tuple[int, str]]:
    """The numbers of a year with the addresses of their units, in the order of the table."""
    before = date(year.year - 1, 12, 31)
    counts = (year.begun, year.became_known, year.used, year.rebuilt, year.off_market, year.removed, year.lost)
    return [
        (year.empty_before, units_url("brutto", keep, before)),
        *((count, moved_url(told, keep, day, year.year)) for told, count in zip(flows.MOVEMENTS, counts, strict=True)),
        (year.empty_after, units_url("brutto", keep, year.until)),
    ]


def _told(told: str, day: date) -> str:
    """What the list says of a number of a period."""
    if told in flows.MOVEMENTS:
        return f"{parameters.whole('jahr', least=1, most=9999) or day.year} {flows.MOVEMENTS[told]}"
    return flows.OVERALL.get(told, "")


def _run_url(run: frontage.Run, day: date) -> str:
    return url_for("vacancies_intern.overview", einheiten=",".join(map(str, run.unit_ids)), **day_chosen(day))


def chosen_zone(here: int, day: date) -> rates.ZoneRow | None:
    """`zone`: one of the town's zones."""
    wanted = parameters.whole("zone", least=1)
    return None if wanted is None else rates.zone(staff_session(), here, day, wanted)


def zone_options(here: int, day: date) -> list[tuple[str, str]]:
    """The town's zones as options; one that is not in force on the day says so."""
    return [
        (
            str(zone.id),
            f"{zone.name} ({label(ZONE_KINDS, zone.kind)}{'' if zone.holds else ', gilt an diesem Tag nicht'})",
        )
        for zone in rates.zones(staff_session(), here, day)
    ]


def behind(filters: Filters, here: int) -> dict[str, Any] | None:
    """Which figure the list shows the units of: its words, and the way back to the figures."""
    words = words_behind(filters)
    if not words and filters.zone is None:
        return None
    zone = rates.zone(staff_session(), here, filters.day, filters.zone) if filters.zone is not None else None
    keep: dict[str, Any] = {"zone": zone.id} if zone else {}
    back = url_for("vacancies_intern.figures", **keep, **day_chosen(filters.day))
    return {"words": ", ".join([*words, *([zone.name] if zone else [])]), "back": back}


def words_behind(filters: Filters) -> list[str]:
    """Which units of figures a filter means, in words; its zone apart."""
    words = [
        SET_LABELS.get(filters.counted or "", ""),
        VALUE_LABELS.get(filters.valued or "", ""),
        GROUPS[filters.sortiment].de if filters.sortiment else "",
        f"{len(filters.unit_ids)} ausgewählte Einheiten" if filters.unit_ids else "",
        _told(request.args.get("bewegung", "").strip(), filters.day),
    ]
    return [word for word in words if word]
