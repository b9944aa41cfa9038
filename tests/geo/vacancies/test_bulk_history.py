"""What the history keeps of rows that come by the set is what it keeps of every row: all that they hold."""

import json

from sqlalchemy import text

from geo.core.access import SYSTEM, Action
from geo.core.history import perform
from tests import factories
from tests.geo.vacancies.lists import FIRST, accepted

_HELD = """
    SELECT jsonb_strip_nulls(to_jsonb(t)) AS held, c.new_values FROM register.{table} t
    JOIN history.changes c ON c.table_name = :table AND c.row_id = t.id AND c.operation = 'INSERT'
    WHERE t.municipality_id = :town ORDER BY t.id
"""


def test_the_history_of_new_rows_holds_every_value_of_them(staff, towns, tmp_path):
    with perform(staff, SYSTEM, Action.SYSTEM_SETUP, towns.own):
        for index in range(3):
            factories.place(staff, towns.own, longitude=11.0123456789012345 + index / 97, latitude=50.93 + index / 101)
        staff.flush()
    rows = [
        {**FIRST, "external_id": f"A{at}", "house_number": str(at), "occupant": "x" if at % 2 else ""}
        for at in range(5)
    ]
    accepted(staff, towns.own, tmp_path, rows)
    for table, least in (("places", 8), ("units", 5), ("occupancy_spells", 5)):
        found = staff.execute(text(_HELD.format(table=table)), {"table": table, "town": towns.own}).all()
        assert len(found) >= least
        for held, kept in found:
            assert json.dumps(kept, sort_keys=True) == json.dumps(held, sort_keys=True), table
