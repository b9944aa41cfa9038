"""Puts the districts and municipalities of `data/reference` into the database: what the register needs to begin with.

The data say the year, not the day, so they count from the first day of that year: `REFERENCE_DAY`. What was before is
not known here. A newer VG250 comes through `municipality_import`.
"""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import CursorResult, TextClause, text
from sqlalchemy.orm import Session

from geo.core.access import Action, Actor
from geo.core.history import perform
from geo.core.paths import DATA

REFERENCE_DAY = date(2016, 1, 1)
CREDIT = "© GeoBasis-DE / BKG 2016 (Daten verändert)"


@dataclass(frozen=True)
class Loaded:
    """How many rows were added; none the second time."""

    districts: int
    municipalities: int


# A key that is there already stays as it is, whatever its period: it may have been imported from newer data.
_DISTRICTS = text(
    """
    INSERT INTO register.districts (key, name, kind, during, outline)
    SELECT f.key, f.name, f.kind, daterange(CAST(:day AS date), NULL), ST_Multi(ST_GeomFromGeoJSON(f.geometry))
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS f(key text, name text, kind text, geometry jsonb)
    WHERE NOT EXISTS (SELECT FROM register.districts d WHERE d.key = f.key)
    ORDER BY f.key
    """
)
_MUNICIPALITIES = text(
    """
    INSERT INTO register.municipalities (ags, ars, name, kind, district_id, during, source)
    SELECT f.ags, f.ars, f.name, f.kind, d.id,
           daterange(CAST(:day AS date), NULL), :credit
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS f(ags text, ars text, name text, kind text, district text)
    LEFT JOIN register.districts d ON d.key = f.district AND d.during @> CAST(:day AS date)
    WHERE NOT EXISTS (SELECT FROM register.municipalities m WHERE m.ags = f.ags)
    ORDER BY f.ags
    """
)
_OUTLINES = text(
    """
    INSERT INTO register.municipality_outlines (municipality_id, during, outline, source)
    SELECT m.id, m.during, ST_Multi(ST_GeomFromGeoJSON(f.geometry)), :credit
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS f(ags text, geometry jsonb)
    JOIN register.municipalities m ON m.ags = f.ags AND m.during @> CAST(:day AS date)
    WHERE NOT EXISTS (SELECT FROM register.municipality_outlines o WHERE o.municipality_id = m.id)
    ORDER BY f.ags
    """
)


def load_reference(session: Session, actor: Actor) -> Loaded:
    """Add the districts and municipalities that are missing; rows that are there, and their ids, stay."""
    with perform(session, actor, Action.SYSTEM_SETUP):
        values = {"day": REFERENCE_DAY, "credit": CREDIT}
        districts = _added(session, _DISTRICTS, {"rows": _rows("districts_2016"), "day": REFERENCE_DAY})
        rows = _rows("municipalities_2016")
        municipalities = _added(session, _MUNICIPALITIES, {"rows": rows, **values})
        _added(session, _OUTLINES, {"rows": rows, **values})
        return Loaded(districts, municipalities)


def _added(session: Session, statement: TextClause, values: dict[str, Any]) -> int:
    return cast("CursorResult[Any]", session.execute(statement, values)).rowcount


def _rows(name: str) -> str:
    """The features of a reference file as flat records, in JSON."""
    collection = json.loads((DATA / "reference" / f"{name}.geojson").read_text(encoding="utf-8"))
    return json.dumps(
        [{**feature["properties"], "geometry": feature["geometry"]} for feature in collection["features"]]
    )
