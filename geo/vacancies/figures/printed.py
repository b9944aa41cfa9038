"""The printed report of a town: map, figures, charts and tables of a day as a PDF that a screen reader can read."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core import printing
from geo.core.codes import label
from geo.core.printing import drawing
from geo.places.queries import boundary_state
from geo.places.zones.codes import KINDS as ZONE_KINDS
from geo.vacancies.branches import GROUPS, KINDS
from geo.vacancies.codes import OPERATOR_KINDS
from geo.vacancies.figures import drawings, flows, frontage, lasting, mix, rates, townmap
from geo.vacancies.figures.charts import number
from geo.vacancies.figures.rates import MEASURES, READING_NOTES, READINGS, Area, Rate

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "report"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ABOUT = text(
    """
    SELECT m.name, m.ags::text AS ags,
           EXISTS (SELECT FROM register.units u WHERE u.municipality_id = m.id AND u.is_example) AS has_examples
    FROM register.municipalities m WHERE m.id = :id
    """
)


def report(session: Session, area: Area, day: date, made_on: date) -> bytes:
    """The report as PDF/UA. Raises `SetupError` when the machine cannot set it (Pango or fonts are missing)."""
    return printing.set_in_type(as_html(session, area, day, made_on))


def file_name(town: str, day: date) -> str:
    """The name under which a report is kept."""
    kept = "".join(one if one.isalnum() else "-" for one in town.casefold()).strip("-")
    return f"leerstandsbericht-{kept}-{day.isoformat()}.pdf"


def as_html(session: Session, area: Area, day: date, made_on: date) -> str:
    """The report's page before it is laid out."""
    about = session.execute(_ABOUT, {"id": area.municipality_id}).one()
    zone = rates.zone(session, area.municipality_id, day, area.zone_id) if area.zone_id is not None else None
    episodes = flows.episodes(session, area, day)
    over_time = flows.over_time(session, area, day, drawings.days(day), episodes)
    vacancies = lasting.vacancies(session, area, day, episodes)
    is_enough = len(vacancies) >= flows.LEAST_EPISODES
    found, line, years = over_time.on, over_time.line, over_time.years
    branches = mix.branches(session, area, day)
    plan = townmap.draw(session, area, day)
    return _TEMPLATES.get_template("report.html").render(
        town=about.name,
        ags=about.ags,
        has_examples=about.has_examples,
        zone=zone,
        zone_kind=label(ZONE_KINDS, zone.kind) if zone else "",
        day=_long(day),
        made_on=_long(made_on),
        found=found,
        main=found.rate(),
        rows=[
            (MEASURES[measure], [(READINGS[one], READING_NOTES[one], found.rate(measure, one)) for one in READINGS])
            for measure in MEASURES
        ],
        reasons=_reasons(rate for rate in found.rates()),
        plan=drawing(plan.svg),
        legend=[(drawing(sign), words, units) for sign, words, units in plan.legend],
        line_chart=drawing(drawings.time_line(line, "anzahl")),
        line_start=_long(line[0].day),
        line=[
            (_medium(figures.day), figures, [figures.rate("anzahl", one) for one in READINGS])
            for figures in line
            if _is_told(figures.day, day)
        ],
        flow_chart=drawing(drawings.flow_columns(years)),
        years=list(reversed(years)),
        lasting=flows.duration(vacancies, day),
        relet=flows.reletting(vacancies, day),
        running=sum(1 for one in vacancies if one.end is None),
        survival_chart=drawing(drawings.survival_curve(vacancies, day) if is_enough else ""),
        curve=drawings.yearly_shares(vacancies, day),
        branches=branches,
        branch_chart=drawing(drawings.branch_bars(branches)),
        branch_rows=[(GROUPS[code].de, units) for code, units in branches.groups],
        kinds=[(label(KINDS, code), units) for code, units in branches.kinds],
        operators=mix.operators(session, area, day),
        operator_kinds=OPERATOR_KINDS,
        runs=frontage.longest(session, area, day, limit=8),
        unplaced=frontage.unplaced(session, area, day),
        sources=boundary_state(session, day).sources,
        number=number,
        whole=_whole,
        months=drawings.in_months,
        medium=_medium,
    )


def _is_told(one: date, day: date) -> bool:
    """The printed table has a row a year: the day of each year on which the report's own day falls."""
    return one == day or one.month == day.month


def _reasons(found: Iterable[Rate]) -> list[str]:
    return list(dict.fromkeys(rate.reason for rate in found if rate.reason))


def _whole(value: float) -> str:
    return number(value, 0)


def _long(day: date) -> str:
    return format_date(day, "long", locale="de_DE")


def _medium(day: date) -> str:
    return format_date(day, "medium", locale="de_DE")
