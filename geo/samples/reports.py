"""Citizens of the sample: towns that take reports, made-up reports in every stage, and ideas at an offer."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from geo.samples.content import Record, read
from geo.vacancies.citizens.model import Report, ReportSettings

# An answer to an idea of the sample takes so long.
COUNTED_AFTER = 3
_UNITS = text(
    """
    SELECT u.id, u.municipality_id, p.point, s.state,
           u.publication_level >= 3 AND coalesce(u.published_during @> CAST(:day AS date), false) AS is_offered
    FROM register.units u
    JOIN register.places p ON p.id = u.place_id
    JOIN register.occupancy_spells s ON s.unit_id = u.id AND s.during @> CAST(:day AS date)
    WHERE u.is_example AND u.municipality_id = ANY (:towns) ORDER BY u.id
    """
).columns(point=Report.__table__.c.point.type)


def add(session: Session, town: Callable[[str], int], today: date) -> dict[str, int]:
    """Add them, in the caller's `perform()`; the number of rows by table. `town` gives the id for a key."""
    content = read("reports")
    towns = list(dict.fromkeys(town(ags) for ags in content["towns"]))
    there = set(session.scalars(select(ReportSettings.municipality_id)))
    new = [one for one in towns if one not in there]
    session.add_all([ReportSettings(municipality_id=one, takes_reports=True, is_example=True) for one in new])
    units = session.execute(_UNITS, {"day": today, "towns": towns}).all()
    made = [_report(record, town(record["ags"]), units, today) for record in content["reports"]]
    for record in content["ideas"]:
        one = {"kind": "IDEE", "at": "LEER", "number": 0, "offer": True, "outcome": "GEZAEHLT", **record}
        for ago in record["received"]:
            dated = {**one, "received": ago, "decided": max(ago - COUNTED_AFTER, 0)}
            made.append(_report(dated, town(record["ags"]), units, today))
    session.add_all(made)
    session.flush()
    return {"report_settings": len(new), "citizen_reports": len(made)}


def _report(record: Record, municipality_id: int, units: Sequence[Row[Any]], today: date) -> Report:
    fitting = [
        unit
        for unit in units
        if unit.municipality_id == municipality_id
        and unit.state == record["at"]
        and (unit.is_offered or not record.get("offer"))
    ]
    unit = fitting[record["number"]] if record["number"] < len(fitting) else None
    is_about = record.get("about", False) or record["kind"] == "IDEE"
    return Report(
        municipality_id=municipality_id,
        kind=record["kind"],
        wish=record.get("wish"),
        words=record.get("words"),
        address=record.get("address"),
        point=None if unit is None or record["kind"] == "IDEE" else unit.point,
        unit_id=unit.id if unit is not None and is_about else None,
        received_at=datetime.combine(today - timedelta(days=record["received"]), time(10), UTC),
        outcome=record.get("outcome"),
        decided_on=today - timedelta(days=record["decided"]) if "decided" in record else None,
        answer=record.get("answer"),
        is_example=True,
    )
