"""`innenstadt rate` and `innenstadt report vacancies`: a town's or a zone's figures on a day, in lines or as PDF."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.access import SYSTEM
from geo.core.errors import NotFound
from geo.vacancies.figures import printed, rates
from geo.vacancies.figures.rates import MEASURES, Area, Figures, ZoneRow

_TOWN = text(
    """
    SELECT id, name FROM register.municipalities WHERE ags = :ags
    ORDER BY during @> CAST(:day AS date) DESC, upper_inf(during) DESC, id DESC LIMIT 1
    """
)


def town_of(session: Session, ags: str, day: date) -> tuple[int, str]:
    """Id and name of the municipality with this key on the day. Raises `NotFound`."""
    found = session.execute(_TOWN, {"ags": ags, "day": day}).one_or_none()
    if found is None:
        raise NotFound("Die Gemeinde", ags)
    return found.id, found.name


@click.command()
@click.option("--town", "ags", required=True, metavar="AGS", help="The municipality's key, eight digits.")
@click.option("--zone", "zone_name", metavar="NAME", help="One of the town's zones (default: the whole town).")
@click.option("--on", "on_day", type=click.DateTime(["%Y-%m-%d"]), help="The day (default: today).")
@click.option("--json", "as_json", is_flag=True, help="For a program.")
@click.pass_obj
def rate(register: Any, ags: str, zone_name: str | None, on_day: datetime | None, *, as_json: bool) -> None:
    """Vacancy rates by count, sales area and frontage; gross, net and market-active.

    No percentage is given below ten units or where less than 70 % of the stock are verified within twelve months; the
    reason is said instead.
    """
    day = on_day.date() if on_day else clock.today()
    with register.database() as database:
        with database.staff(SYSTEM) as session:
            municipality_id, name = town_of(session, ags, day)
        with database.staff(SYSTEM, municipality_id) as session:
            zone = rates.zone_named(session, municipality_id, day, zone_name) if zone_name else None
            found = rates.on(session, Area(municipality_id, zone.id if zone else None), day)
    if as_json:
        click.echo(json.dumps(as_data(ags, name, zone, found), ensure_ascii=False))
    else:
        click.echo("\n".join(as_lines(name, zone, found)))


@click.group()
def report() -> None:
    """Printed reports."""


@report.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--town", "ags", required=True, metavar="AGS", help="The municipality's key, eight digits.")
@click.option("--zone", "zone_name", metavar="NAME", help="One of the town's zones (default: the whole town).")
@click.option("--on", "on_day", type=click.DateTime(["%Y-%m-%d"]), help="The day (default: today).")
@click.pass_obj
def vacancies(register: Any, file: Path, ags: str, zone_name: str | None, on_day: datetime | None) -> None:
    """A town's vacancy on a day as PDF: map, figures, charts, tables, method and sources."""
    day = on_day.date() if on_day else clock.today()
    with register.database() as database:
        with database.staff(SYSTEM) as session:
            municipality_id, _name = town_of(session, ags, day)
        with database.staff(SYSTEM, municipality_id) as session:
            zone = rates.zone_named(session, municipality_id, day, zone_name) if zone_name else None
            made = printed.report(session, Area(municipality_id, zone.id if zone else None), day, clock.today())
    try:
        file.write_bytes(made)
    except OSError as problem:
        raise click.FileError(str(file), problem.strerror or "") from None
    click.echo(f"{file}: {len(made) // 1024} KB")


def as_data(ags: str, name: str, zone: ZoneRow | None, found: Figures) -> dict[str, Any]:
    """The figures for a program: the main rate (gross, by count) first, all nine in `rates`; shares in percent."""
    main, share = found.rate(), found.share_verified
    return {
        "ags": ags,
        "town": name,
        "zone": zone.name if zone else None,
        "zone_in_force": zone.holds if zone else None,
        "on": found.day.isoformat(),
        "n": main.empty,
        "N": main.stock,
        "rate": _rounded(main.percent),
        "suppressed": main.reason,
        "unknown": found.unknown,
        "verified": found.verified,
        "share_verified": None if share is None else round(100 * share, 1),
        "rates": [
            {
                "measure": {"anzahl": "count", "flaeche": "area_m2", "front": "frontage_m"}[one.measure],
                "reading": {"brutto": "gross", "netto": "net", "marktaktiv": "market_active"}[one.reading],
                "n": one.empty,
                "N": one.stock,
                "units_n": one.empty_units,
                "units_N": one.stock_units,
                "rate": _rounded(one.percent),
                "suppressed": one.reason,
            }
            for one in found.rates()
        ],
    }


def _rounded(percent: float | None) -> float | None:
    return None if percent is None else round(percent, 1)


def as_lines(name: str, zone: ZoneRow | None, found: Figures) -> list[str]:
    """The figures for a person."""
    share = found.share_verified
    checked = "nothing in the stock" if share is None else f"{100 * share:.1f} % verified within twelve months"
    lines = [
        f"{name}{f', {zone.name}' if zone else ''} on {found.day}: {found.stock} units on the ground floor,"
        f" {found.unknown} of unknown state; {checked}."
    ]
    for one in found.rates():
        shown = f"{one.percent:.1f} %" if one.percent is not None else f"no percentage ({one.reason})"
        unit = "" if one.measure == "anzahl" else f" {MEASURES[one.measure][1]}"
        lines.append(f"  {one.measure:8} {one.reading:10} {one.empty:g} of {one.stock:g}{unit}: {shown}")
    return lines
