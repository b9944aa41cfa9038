"""Rows of the sample register on their way into the database, a table's at once."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Table, insert, select, text
from sqlalchemy.orm import DeclarativeBase, Session

from geo.core.errors import SetupError
from geo.places.model import Municipality

Row = dict[str, Any]


class Inserter:
    """Collects rows by table, with ids from the tables' own sequences, and inserts each table's rows at once."""

    def __init__(self, session: Session, today: date, counts: dict[str, int] | None = None):
        self.session, self.today = session, today
        self.counts: dict[str, int] = {} if counts is None else counts
        self._towns = {town.id: town for town in session.scalars(select(Municipality))}
        self._ids_by_ags: dict[str, int] = {}

    def town(self, ags: str) -> int:
        """The municipality with this key; if the key has ended, the one that took over."""
        if ags not in self._ids_by_ags:
            rows = [town for town in self._towns.values() if town.ags == ags]
            found = next((town for town in rows if self._is_current(town)), rows[0] if rows else None)
            while found is not None and not self._is_current(found):
                found = self._towns.get(found.successor_id or 0)
            if found is None:
                raise SetupError(f"Die Gemeinde {ags} fehlt im Register: zuerst die Referenzdaten laden.")
            self._ids_by_ags[ags] = found.id
        return self._ids_by_ags[ags]

    def _is_current(self, town: Municipality) -> bool:
        return self.today in town.during

    def _new_ids(self, model: type[DeclarativeBase], count: int) -> list[int]:
        name = f"register.{model.__tablename__}"
        query = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")
        return list(self.session.scalars(query, {"table": name, "count": count}))

    def _insert(self, model: type[DeclarativeBase], rows: Sequence[Row]) -> None:
        if rows:
            table = model.__table__
            assert isinstance(table, Table)  # noqa: S101 (a model without joins)
            self.session.execute(insert(table), list(rows))
            self.counts[table.name] = self.counts.get(table.name, 0) + len(rows)

    def _insert_with_ids(self, model: type[DeclarativeBase], rows: Sequence[Row]) -> list[int]:
        ids = self._new_ids(model, len(rows))
        self._insert(model, [{"id": row_id, **row} for row_id, row in zip(ids, rows, strict=True)])
        return ids
