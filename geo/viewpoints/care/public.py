"""Reads for everybody of what limits a point, what stands there, and what visitors have to know now."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Limit:
    """Why a point that its town calls open is limited: a cause (`codes.LIMITS`) and since when.

    `kind` is a code of `codes.DEFECTS` for a defect, of `codes.CHECK_RESULTS` for a blocked view, else None.
    """

    cause: str
    kind: str | None
    since: date


@dataclass(frozen=True)
class Piece:
    """A piece of furniture and its state."""

    kind: str
    state: str


@dataclass(frozen=True)
class PublicNotice:
    """A notice that is in force, with its last day."""

    text: str
    text_en: str | None
    since: date
    until: date


_LIMITS = text(
    "SELECT l.cause, l.kind, lower(l.during) AS since FROM published.viewpoint_limits l"
    " WHERE l.viewpoint_id = :id AND l.during @> CAST(:day AS date) ORDER BY 3, 1, 2"
)
_FURNITURE = text(
    "SELECT f.viewpoint_id, f.kind, f.state FROM published.viewpoint_furniture f"
    " WHERE f.viewpoint_id = ANY(CAST(:ids AS integer[])) ORDER BY f.id"
)
_NOTICES = text(
    "SELECT n.text, n.text_en, lower(n.during) AS since, upper(n.during) - 1 AS until"
    " FROM published.viewpoint_notices n WHERE n.viewpoint_id = :id ORDER BY n.during, n.id"
)


def limits(session: Session, viewpoint_id: int, day: date) -> Sequence[Limit]:
    """What limits the point on the day, the oldest first; empty when nothing does."""
    return [Limit(**row._mapping) for row in session.execute(_LIMITS, {"id": viewpoint_id, "day": day})]


def furniture(session: Session, viewpoint_id: int) -> Sequence[Piece]:
    """What stands at a public point, with what is missing."""
    return furniture_of(session, [viewpoint_id]).get(viewpoint_id, [])


def furniture_of(session: Session, viewpoint_ids: Sequence[int]) -> dict[int, list[Piece]]:
    """The same for many points at once, by their numbers; a point with nothing is not there."""
    found: dict[int, list[Piece]] = defaultdict(list)
    for row in session.execute(_FURNITURE, {"ids": list(viewpoint_ids)}):
        found[row.viewpoint_id].append(Piece(row.kind, row.state))
    return dict(found)


def notices(session: Session, viewpoint_id: int) -> Sequence[PublicNotice]:
    """The notices of a public point that are in force today."""
    return [PublicNotice(**row._mapping) for row in session.execute(_NOTICES, {"id": viewpoint_id})]
