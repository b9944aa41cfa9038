"""Reads of calls for everybody: from the published views alone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.calls.feature import CALL_CRITERIA, CALLS
from geo.calls.timing import phase
from geo.core.errors import NotFound
from geo.core.translated import Translated


@dataclass(frozen=True)
class PublicCall(Translated):
    """A published call with its phase at the moment that was asked for."""

    phase: str
    criteria: tuple[Translated, ...] = ()


_CALLS = text(
    f"SELECT {CALLS.select_list('c')} FROM published.calls c"  # noqa: S608 (columns from the declaration)
    " LEFT JOIN published.pilot_projects p ON p.slug = c.project_slug"
    " WHERE (CAST(:id AS integer) IS NULL OR c.id = :id) AND (CAST(:project AS integer) IS NULL OR p.id = :project)"
    " ORDER BY c.closes_at DESC, c.id DESC"
)
_CRITERIA = text(
    f"SELECT {CALL_CRITERIA.select_list('k')} FROM published.call_criteria k"  # noqa: S608 (as above)
    " WHERE k.call_id = :id ORDER BY k.position, k.id"
)
_ORDER = ("OFFEN", "ANGEKUENDIGT", "GESCHLOSSEN", "ENTSCHIEDEN", "ABGESAGT")


def calls(session: Session, now: datetime, project_id: int | None = None) -> list[PublicCall]:
    """All published calls, or those of a public project: the open ones first, of these the one that closes first; then
    what comes, then what was.
    """
    found = [_call(row._mapping, now) for row in session.execute(_CALLS, {"id": None, "project": project_id})]
    found.sort(key=lambda one: (_ORDER.index(one.phase), one.closes_at if one.phase == "OFFEN" else now))
    return found


def call(session: Session, call_id: int, now: datetime) -> PublicCall:
    """A published call with its criteria. Raises `NotFound`."""
    row = session.execute(_CALLS, {"id": call_id, "project": None}).first()
    if row is None:
        raise NotFound("Der Aufruf", call_id)
    criteria = session.execute(_CRITERIA, {"id": call_id})
    return _call(row._mapping, now, tuple(Translated(dict(one._mapping)) for one in criteria))


def _call(row: Any, now: datetime, criteria: tuple[Translated, ...] = ()) -> PublicCall:
    values = dict(row)
    found = PublicCall(values, "", criteria)
    return PublicCall(values, phase(found, now), criteria)
