"""Long work in a queue of the database: what is asked for in a page is done by a worker, seen, cancelled, and kept.

`@kind` registers a function, `service.start` queues a run of it in the caller's own transaction, `run_now` runs it on
the spot (tests, and programs that do not want to wait).
"""

from geo.jobs.kinds import Cancelled, Work, kind
from geo.jobs.running import run_now

__all__ = ["Cancelled", "Work", "kind", "run_now"]
