"""Writes of places near by: a source is replaced as a whole, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass

from shapely.geometry import Point
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core.access import Action, Actor
from geo.core.errors import Invalid
from geo.core.geometry import as_ewkb
from geo.core.history import perform

BATCH = 5_000
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


@dataclass(frozen=True)
class Replaced:
    """How many places the source had before and has now."""

    before: int
    now: int


_DELETE = text("DELETE FROM register.pois WHERE municipality_id = :town AND source = :source")
_INSERT = text(
    """
    INSERT INTO register.pois (municipality_id, kind, name, point, opening_hours, website, wheelchair, source)
    SELECT :town, w.kind, w.name, ST_GeomFromEWKB(w.point), w.hours, w.website, w.wheelchair, :source
    FROM unnest(CAST(:kinds AS text[]), CAST(:names AS text[]), CAST(:points AS bytea[]), CAST(:hours AS text[]),
                CAST(:websites AS text[]), CAST(:wheelchairs AS text[]))
         AS w(kind, name, point, hours, website, wheelchair)
    """
)
# Towns without an outline (of another day's borders) are not asked.
_REACHES = text(
    """
    SELECT EXISTS (SELECT FROM register.pois p JOIN register.municipality_outlines o USING (municipality_id)
                   WHERE p.municipality_id = :town AND p.source = :source AND o.during @> CURRENT_DATE
                     AND ST_Intersects(o.outline, p.point))
        OR NOT EXISTS (SELECT FROM register.municipality_outlines o
                       WHERE o.municipality_id = :town AND o.during @> CURRENT_DATE)
    """
)


def replace(session: Session, actor: Actor, municipality_id: int, source: str, places: Sequence[PoiInput]) -> Replaced:
    """Put these places where all were that came from `source`; other sources stay.

    Raises `Invalid` for an empty list and for places none of which lies in the town, so that a wrong file empties
    nothing; call it in a transaction that is rolled back then.
    """
    if not places:
        raise Invalid({"file": "Die Datei enthält keinen Ort, den Besucher brauchen; alles bleibt, wie es ist."})
    if len(places) > MOST:
        raise Invalid({"file": f"Eine Quelle hat höchstens {MOST:,} Orte.".replace(",", ".")})
    with perform(session, actor, Action.ADDRESS_EDIT, municipality_id):
        before = session.execute(_DELETE, {"town": municipality_id, "source": source})
        for start in range(0, len(places), BATCH):
            part = places[start : start + BATCH]
            values = {
                "town": municipality_id,
                "source": source,
                "kinds": [one.kind for one in part],
                "names": [one.name for one in part],
                "points": [as_ewkb(one.point) for one in part],
                "hours": [one.opening_hours for one in part],
                "websites": [one.website for one in part],
                "wheelchairs": [one.wheelchair for one in part],
            }
            session.execute(_INSERT, values)
        if not session.scalar(_REACHES, {"town": municipality_id, "source": source}):
            raise Invalid({"file": ELSEWHERE})
    return Replaced(int(before.rowcount), len(places))  # type: ignore[attr-defined]  # an execution of DML has it


def remove(session: Session, actor: Actor, municipality_id: int, source: str) -> int:
    """Take a source out; says how many places went."""
    with perform(session, actor, Action.ADDRESS_EDIT, municipality_id):
        gone = session.execute(_DELETE, {"town": municipality_id, "source": source})
    return int(gone.rowcount)  # type: ignore[attr-defined]  # an execution of DML has it
