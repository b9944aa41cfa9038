"""A real worker on the test's database, less patient than in life. Arguments: three addresses, home."""

import sys
from pathlib import Path

from geo.core.db import Database
from geo.core.log import configure
from geo.settings import Settings
from geo.worker import POOL_SIZE, Pace, work
from tests.geo.jobs import sample_kinds  # noqa: F401  (registers them)

if __name__ == "__main__":
    configure("INFO")
    owner, public, staff, home = sys.argv[1:]
    database = Database(owner, public, staff, pool_size=POOL_SIZE, patient=True)
    work(database, Settings(home=Path(home)), Pace(heartbeat_s=0.3, dead_after_s=3, tend_every_s=0.5))
    database.dispose()
