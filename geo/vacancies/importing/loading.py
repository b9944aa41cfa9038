"""Pieces of a file into the database by COPY: settled rows into the staged rows at once, the rest into the temporary table
`parsed`, to be judged.
"""

from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from geo.vacancies.importing.codes import RowClass
from geo.vacancies.importing.model import IMPORT_ROWS
from geo.vacancies.importing.parsing import Parser
from geo.vacancies.importing.pieces import Copy, Piece

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]  # as SQLAlchemy has it
_NOT_SETTLED = "DELETE FROM register.import_rows WHERE import_id = :id AND row_number = ANY (:rows)"


class Loader:
    """Takes pieces in; `rows` counts them all, `judged` those that are left to be judged, `counts` the others by class."""

    def __init__(self, session: Session, import_id: int, parser: Parser):
        self._session, self._names, self._import_id = session, parser.names, import_id
        self._driver: Any = session.connection().connection.driver_connection
        self.judged = self.rows = 0
        self.counts = dict.fromkeys(map(str, RowClass), 0)
        columns = ["row_number integer", "problems jsonb", "content bigint"]
        columns += [f"{name} {IMPORT_ROWS.columns[name].type.compile(_DIALECT)}" for name in parser.names]
        columns += ["point geometry", "outline geometry"] if parser.has_spots else []
        session.execute(text("DROP TABLE IF EXISTS parsed"))
        session.execute(text(f"CREATE TEMP TABLE parsed ({', '.join(columns)}) ON COMMIT DROP"))

    def take(self, piece: Piece) -> None:
        """Writes a piece."""
        if piece.again:
            values = {"id": self._import_id, "rows": piece.again}
            self._session.execute(text("DELETE FROM parsed WHERE row_number = ANY (:rows)"), values)
            self._session.execute(text(_NOT_SETTLED), values)
        for row_class, rows, copy in piece.settled:
            self._copy("inlet.import_rows", copy)
            self.counts[row_class] += rows
        if piece.to_judge is not None:
            self._copy("parsed", piece.to_judge)
        self.rows += piece.rows
        self.judged += piece.judged

    def finish(self) -> None:
        """Lets the database look at the rows that are left, before they are judged."""
        keys = [name for name in ("register_id", "external_id", "street") if name in self._names]
        self._session.execute(text(f"ANALYZE parsed ({', '.join(['row_number', *keys])})"))

    def _copy(self, table: str, rows: Copy) -> None:
        columns, data = rows
        statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT binary)"
        with self._driver.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write(data)
