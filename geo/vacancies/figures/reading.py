"""How the figures read: every query of a town's spells is one pass over them, whatever the planner believes of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

# Right after an import the tables' statistics are not there yet, and a join that is thought to find one row is made by
# a loop in a loop: minutes in place of a tenth of a second. Without nested loops the time grows with the rows alone.
_ONE_PASS = text("SELECT set_config('enable_nestloop', 'off', true), set_config('jit', 'off', true)")
_AS_BEFORE = text("SELECT set_config('enable_nestloop', 'on', true)")


def read(session: Session, query: str, values: Mapping[str, Any]) -> Sequence[Row[Any]]:
    """The rows of a query that joins a town's units with their spells."""
    session.execute(_ONE_PASS)
    rows = session.execute(text(query), dict(values)).all()
    session.execute(_AS_BEFORE)
    return rows
