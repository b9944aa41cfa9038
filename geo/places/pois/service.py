"""Writes of places near by: a source is replaced as a whole, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shapely.geometry import Point
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core.access import Actor
from geo.core.errors import Invalid
from geo.core.geometry import as_ewkb
from geo.places.sources import Replaced, Sourced

MOST = 50_000
ELSEWHERE = "Kein Ort der Datei liegt in der Gemeinde; die Orte in der Nähe bleiben, wie sie sind."


@dataclass(frozen=True)
class PoiInput:
    """One place: its kind (a code of `codes.KINDS`), where it is in degrees, and what is known of it."""

    kind: str
    point: Point
    name: str | None = None
    opening_hours: str | None = None
    website: str | None = None
    wheelchair: str | None = None


_INSERT = text(
    """
    INSERT INTO register.pois (municipality_id, kind, name, point, opening_hours, website, wheelchair, source)
    SELECT :town, w.kind, w.name, ST_GeomFromEWKB(w.point), w.hours, w.website, w.wheelchair, :source
    FROM unnest(CAST(:kinds AS text[]), CAST(:names AS text[]), CAST(:points AS bytea[]), CAST(:hours AS text[]),
                CAST(:websites AS text[]), CAST(:wheelchairs AS text[]))
         AS w(kind, name, point, hours, website, wheelchair)
    """
)
_SOURCED = Sourced("pois", _INSERT, "point", ELSEWHERE)


def replace(session: Session, actor: Actor, municipality_id: int, source: str, places: Sequence[PoiInput]) -> Replaced:
    """Put these places where all were that came from `source`; other sources stay.

    Raises `Invalid` for an empty list and for places none of which lies in the town, so that a wrong file empties
    nothing; call it in a transaction that is rolled back then.
    """
    if not places:
        raise Invalid({"file": "Die Datei enthält keinen Ort, den Besucher brauchen; alles bleibt, wie es ist."})
    if len(places) > MOST:
        raise Invalid({"file": f"Eine Quelle hat höchstens {MOST:,} Orte.".replace(",", ".")})
    return _SOURCED.replace(session, actor, municipality_id, source, places, _values)


def _values(part: Sequence[PoiInput]) -> dict[str, Any]:
    return {
        "kinds": [one.kind for one in part],
        "names": [one.name for one in part],
        "points": [as_ewkb(one.point) for one in part],
        "hours": [one.opening_hours for one in part],
        "websites": [one.website for one in part],
        "wheelchairs": [one.wheelchair for one in part],
    }


def remove(session: Session, actor: Actor, municipality_id: int, source: str) -> int:
    """Take a source out; says how many places went."""
    return _SOURCED.remove(session, actor, municipality_id, source)
