"""Editions of the matrix: the published ones for everybody, the draft for the office that edits it."""

import copy
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.access import Action, Actor
from geo.core.errors import Conflict, NotFound
from geo.core.history import perform
from geo.kompass.model import Matrix
from geo.kompass.schema import matrix_from, shipped, shipped_data
from geo.vacancies.kompass.model import KompassEdition

SHIPPED = "Mit dem Register ausgeliefert."
STALE = "Jemand anderes hat den Entwurf in der Zwischenzeit geändert."
Data = dict[str, Any]


@dataclass(frozen=True)
class Edition:
    """A published matrix. Without a number it is the one that comes with the register, not yet stored."""

    matrix: Matrix
    id: int | None = None
    number: int | None = None
    published_on: date | None = None
    note: str | None = None


@lru_cache(maxsize=16)
def _parsed(matrix: str) -> Matrix:
    return matrix_from(json.loads(matrix))


_OF_DAY = text(
    """
    SELECT e.id, e.number, e.matrix, e.note, e.published_on FROM published.kompass_editions e
    ORDER BY e.published_on > CAST(:day AS date),
             CASE WHEN e.published_on <= CAST(:day AS date) THEN -e.number ELSE e.number END
    LIMIT 1
    """
)
_COLUMNS = "e.id, e.number, e.matrix, e.note, e.published_on"
_ONE = text(f"SELECT {_COLUMNS} FROM published.kompass_editions e WHERE e.id = :key")  # noqa: S608 (own columns)
_BY_NUMBER = text(f"SELECT {_COLUMNS} FROM published.kompass_editions e WHERE e.number = :key")  # noqa: S608
_BEFORE = text(
    f"SELECT {_COLUMNS} FROM published.kompass_editions e"  # noqa: S608
    " WHERE e.number < :number ORDER BY e.number DESC LIMIT 1"
)
_SEVERAL = text("SELECT e.id, e.matrix FROM published.kompass_editions e WHERE e.id = ANY (:keys)")
_LIST = text("SELECT e.id, e.number, e.note, e.published_on FROM published.kompass_editions e ORDER BY e.number DESC")


def of_day(session: Session, day: date) -> Edition:
    """The edition in force on a day; before the first one, the first. Any role may ask."""
    row = session.execute(_OF_DAY, {"day": day}).one_or_none()
    return _edition(row) if row is not None else Edition(shipped())


def get(session: Session, edition_id: int) -> Edition:
    """A published edition by its id. Raises `NotFound`."""
    return _found(session.execute(_ONE, {"key": edition_id}).one_or_none(), edition_id)


def several(session: Session, edition_ids: Collection[int]) -> dict[int, Matrix]:
    """The matrices of published editions by their ids."""
    rows = session.execute(_SEVERAL, {"keys": sorted(set(edition_ids))})
    return {row.id: _parsed(row.matrix) for row in rows}


def before(session: Session, number: int) -> Edition | None:
    """The edition before the one with this number; None before the first."""
    row = session.execute(_BEFORE, {"number": number}).one_or_none()
    return None if row is None else _edition(row)


def by_number(session: Session, number: int) -> Edition:
    """A published edition by its number. Raises `NotFound`."""
    return _found(session.execute(_BY_NUMBER, {"key": number}).one_or_none(), number)


def _found(row: Row[Any] | None, key: int) -> Edition:
    if row is None:
        raise NotFound("Die Ausgabe des Kompasses", key)
    return _edition(row)


def _edition(row: Row[Any]) -> Edition:
    return Edition(_parsed(row.matrix), row.id, row.number, row.published_on, row.note)


def published(session: Session) -> Sequence[Row[Any]]:
    """Every published edition, newest first, without its matrix."""
    return session.execute(_LIST).all()


def take_shipped(session: Session, actor: Actor) -> None:
    """Publish the matrix that comes with the register, where nobody has edited the Kompass and it is another one."""
    newest = session.scalar(
        select(KompassEdition).where(KompassEdition.number.is_not(None)).order_by(KompassEdition.number.desc()).limit(1)
    )
    data = json.loads(shipped_data())
    if newest is not None and (not newest.is_shipped or newest.matrix == data):
        return
    with perform(session, actor, Action.SYSTEM_SETUP):
        _publish(session, KompassEdition(matrix=data, is_shipped=True, note=SHIPPED))


def in_force(session: Session, actor: Actor) -> Edition:
    """The newest published edition, for what is recorded today; the one that comes with the register is stored first.

    Call inside `perform`.
    """
    found = of_day(session, clock.today())
    if found.id is None:
        _publish(session, KompassEdition(matrix=json.loads(shipped_data()), is_shipped=True, note=SHIPPED))
        found = of_day(session, clock.today())
    return found


def draft(session: Session) -> KompassEdition | None:
    """The draft, if somebody is at it."""
    chosen = select(KompassEdition).where(KompassEdition.number.is_(None))
    return session.scalar(chosen.execution_options(populate_existing=True))


def draft_matrix(session: Session) -> tuple[Matrix, int]:
    """The draft's matrix and version; without a draft, the newest edition and 0."""
    stored = draft(session)
    if stored is None:
        return of_day(session, clock.today()).matrix, 0
    return matrix_from(stored.matrix), stored.version


def draft_data(session: Session) -> tuple[Data, int]:
    """The draft's data and version; without a draft, those of the newest edition and 0."""
    stored = draft(session)
    if stored is not None:
        return copy.deepcopy(stored.matrix), stored.version
    found = of_day(session, clock.today())
    if found.id is None:
        return json.loads(shipped_data()), 0
    row = session.execute(_ONE, {"key": found.id}).one()
    return json.loads(row.matrix), 0


def change(session: Session, actor: Actor, version: int, write: Callable[[Data], None]) -> None:
    """Change the draft, which begins as a copy of the newest edition. `write` changes the data it is given.

    Raises `Invalid` with the path of each mistake, `Conflict` when the draft is another than in `version`.
    """
    with perform(session, actor, Action.KOMPASS_EDIT):
        data, known = draft_data(session)
        if known != version:
            raise Conflict(STALE, version=known)
        before = copy.deepcopy(data)
        write(data)
        matrix_from(data, is_new=True)
        if data == before:
            return
        stored = draft(session)
        if stored is None:
            session.add(KompassEdition(matrix=data))
        else:
            stored.matrix = data


def publish(session: Session, actor: Actor, version: int, note: str) -> int:
    """Publish the draft under the next number: what is assessed from now on is assessed with it."""
    with perform(session, actor, Action.KOMPASS_EDIT):
        stored = _expected_draft(session, version)
        matrix_from(stored.matrix, is_new=True)
        stored.note = note
        _publish(session, stored)
        return stored.number or 0


def discard(session: Session, actor: Actor, version: int) -> None:
    """Throw the draft away."""
    with perform(session, actor, Action.KOMPASS_EDIT):
        session.delete(_expected_draft(session, version))


def _expected_draft(session: Session, version: int) -> KompassEdition:
    stored = draft(session)
    if stored is None:
        raise Conflict("Es gibt keinen Entwurf mehr: Er wurde inzwischen veröffentlicht oder verworfen.")
    if stored.version != version:
        raise Conflict(STALE, version=stored.version)
    return stored


def _publish(session: Session, stored: KompassEdition) -> None:
    newest = session.scalar(select(func.max(KompassEdition.number)))
    stored.number, stored.published_on = (newest or 0) + 1, clock.today()
    session.add(stored)
    session.flush()


def replaced(data: Data, kind: str, code: str, values: Mapping[str, Any]) -> None:
    """Put `values` into the entry of that code in the list `kind`; None takes a value out. Raises `NotFound`."""
    for entry in data[kind]:
        if entry.get("code") == code:
            for name, value in values.items():
                if value is None:
                    entry.pop(name, None)
                else:
                    entry[name] = value
            return
    raise NotFound("Dieser Eintrag des Kompasses", code)
