"""One export in a process of its own, so that its memory can be told. Arguments: the owner's address, file."""

import sys
from pathlib import Path

from geo.core import clock
from geo.core.access import Role
from geo.core.db import Database
from geo.vacancies.exporting import export_units
from geo.vacancies.queries import Filters

if __name__ == "__main__":
    url, file = sys.argv[1:]
    database = Database(url, url, url, patient=True)
    with database.owner() as session:
        written = export_units(session, None, Role.MANAGER, Filters(clock.today()), Path(file))
    print(written.rows)
    database.dispose()
