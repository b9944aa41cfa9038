"""Rows of a town that come from a file, source by source: a source is replaced or taken out as a whole."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from geo.core.access import Action, Actor
from geo.core.errors import Invalid
from geo.core.history import perform

BATCH = 5_000
T = TypeVar("T")


@dataclass(frozen=True)
class Replaced:
    """How many rows the source had before and has now."""

    before: int
    now: int


@dataclass(frozen=True)
class Sourced:
    """A table of `register` whose rows name their town and source. `insert` takes the values of a batch; `shape` is the
    column that must reach into the town at least once, and `elsewhere` the sentence where none does.
    """

    table: str
    insert: TextClause
    shape: str | None = None
    elsewhere: str = ""

    def replace(
        self,
        session: Session,
        actor: Actor,
        municipality_id: int,
        source: str,
        rows: Sequence[T],
        values: Callable[[Sequence[T]], Mapping[str, Any]],
    ) -> Replaced:
        """Put these rows where all of `source` were, by what `values` makes of some of them; other sources stay.

        Raises `Invalid` where no row reaches into the town; call it in a transaction that then is rolled back.
        """
        named = {"town": municipality_id, "source": source}
        with perform(session, actor, Action.ADDRESS_EDIT, municipality_id):
            before = self._delete(session, named)
            for start in range(0, len(rows), BATCH):
                session.execute(self.insert, {**named, **values(rows[start : start + BATCH])})
            if self.shape and not session.scalar(self._reaches(), named):
                raise Invalid({"file": self.elsewhere})
        return Replaced(before, len(rows))

    def remove(self, session: Session, actor: Actor, municipality_id: int, source: str) -> int:
        """Take a source out; says how many rows went."""
        with perform(session, actor, Action.ADDRESS_EDIT, municipality_id):
            return self._delete(session, {"town": municipality_id, "source": source})

    def _delete(self, session: Session, named: Mapping[str, Any]) -> int:
        query = f"DELETE FROM register.{self.table} WHERE municipality_id = :town AND source = :source"  # noqa: S608 (own names)
        return int(session.execute(text(query), named).rowcount)  # type: ignore[attr-defined]  # an execution of DML has it

    def _reaches(self) -> TextClause:
        """Towns without an outline (of another day's borders) are not asked."""
        return text(
            f"SELECT EXISTS (SELECT FROM register.{self.table} e"  # noqa: S608 (own names)
            " JOIN register.municipality_outlines o USING (municipality_id)"
            " WHERE e.municipality_id = :town AND e.source = :source AND o.during @> CURRENT_DATE"
            f" AND ST_Intersects(o.outline, e.{self.shape}))"
            " OR NOT EXISTS (SELECT FROM register.municipality_outlines o"
            " WHERE o.municipality_id = :town AND o.during @> CURRENT_DATE)"
        )
