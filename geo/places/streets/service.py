"""Writes of the street network: a source is replaced as a whole, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shapely.geometry import LineString
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core.access import Actor
from geo.core.errors import Invalid
from geo.core.geometry import as_ewkb
from geo.places.sources import Replaced, Sourced

MOST = 200_000
ELSEWHERE = "Keine Linie der Datei liegt in der Gemeinde; das Straßennetz bleibt, wie es ist."


@dataclass(frozen=True)
class StreetInput:
    """One line of the network in degrees, with the street's name where it has one."""

    line: LineString
    name: str | None = None


_INSERT = text(
    """
    INSERT INTO register.street_edges (municipality_id, name, line, source)
    SELECT :town, w.name, ST_GeomFromEWKB(w.line), :source
    FROM unnest(CAST(:names AS text[]), CAST(:lines AS bytea[])) AS w(name, line)
    """
)
_SOURCED = Sourced("street_edges", _INSERT, "line", ELSEWHERE)


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
    return _SOURCED.replace(session, actor, municipality_id, source, streets, _values)


def _values(part: Sequence[StreetInput]) -> dict[str, Any]:
    return {
        "names": [one.name for one in part],
        "lines": [as_ewkb(one.line) for one in part],
    }


def remove(session: Session, actor: Actor, municipality_id: int, source: str) -> int:
    """Take a source out of the town's network; says how many lines went."""
    return _SOURCED.remove(session, actor, municipality_id, source)
