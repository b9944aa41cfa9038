"""Writes of the street network: a source is replaced as a whole, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass

from shapely.geometry import LineString
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core.access import Action, Actor
from geo.core.errors import Invalid
from geo.core.geometry import as_ewkb
from geo.core.history import perform

BATCH = 5_000
MOST = 200_000
ELSEWHERE = "Keine Linie der Datei liegt in der Gemeinde; das Straßennetz bleibt, wie es ist."


@dataclass(frozen=True)
class StreetInput:
    """One line of the network in degrees, with the street's name where it has one."""

    line: LineString
    name: str | None = None


@dataclass(frozen=True)
class Replaced:
    """How many lines the source had before and has now."""

    before: int
    now: int


_DELETE = text("DELETE FROM register.street_edges WHERE municipality_id = :town AND source = :source")
_INSERT = text(
    """
    INSERT INTO register.street_edges (municipality_id, name, line, source)
    SELECT :town, w.name, ST_GeomFromEWKB(w.line), :source
    FROM unnest(CAST(:names AS text[]), CAST(:lines AS bytea[])) AS w(name, line)
    """
)


# Towns without an outline (of another day's borders) are not asked.
_REACHES = text(
    """
    SELECT EXISTS (SELECT FROM register.street_edges e JOIN register.municipality_outlines o USING (municipality_id)
                   WHERE e.municipality_id = :town AND e.source = :source AND o.during @> CURRENT_DATE
                     AND ST_Intersects(o.outline, e.line))
        OR NOT EXISTS (SELECT FROM register.municipality_outlines o
                       WHERE o.municipality_id = :town AND o.during @> CURRENT_DATE)
    """
)


def replace(
    session: Session, actor: Actor, municipality_id: int, source: str, streets: Sequence[StreetInput]
) -> Replaced:
    """Put these lines in the place of all that came from `source`; other sources stay.

    Raises `Invalid` for an empty list and for lines none of which touches the town, so that a wrong file never empties
    the town's network; call it in a transaction that is rolled back then.
    """
    if not streets:
        raise Invalid({"file": "Die Datei enthält keine verwendbare Linie; das Straßennetz bleibt, wie es ist."})
    if len(streets) > MOST:
        raise Invalid({"file": f"Ein Straßennetz hat höchstens {MOST:,} Linien.".replace(",", ".")})
    with perform(session, actor, Action.ADDRESS_EDIT, municipality_id):
        before = session.execute(_DELETE, {"town": municipality_id, "source": source})
        for start in range(0, len(streets), BATCH):
            part = streets[start : start + BATCH]
            values = {
                "town": municipality_id,
                "source": source,
                "names": [one.name for one in part],
                "lines": [as_ewkb(one.line) for one in part],
            }
            session.execute(_INSERT, values)
        if not session.scalar(_REACHES, {"town": municipality_id, "source": source}):
            raise Invalid({"file": ELSEWHERE})
    return Replaced(int(before.rowcount), len(streets))  # type: ignore[attr-defined]  # an execution of DML has it


def remove(session: Session, actor: Actor, municipality_id: int, source: str) -> int:
    """Take a source out of the town's network; says how many lines went."""
    with perform(session, actor, Action.ADDRESS_EDIT, municipality_id):
        gone = session.execute(_DELETE, {"town": municipality_id, "source": source})
    return int(gone.rowcount)  # type: ignore[attr-defined]  # an execution of DML has it
