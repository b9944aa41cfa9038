"""What a worker does for the alliance every hour: forgets contacts after their time, removes files nobody names."""

from datetime import date

import structlog

from geo.alliance import service
from geo.alliance.meetings import queries
from geo.core import clock
from geo.core.db import Database
from geo.core.documents import Files
from geo.jobs.running import committed
from geo.settings import Settings

log = structlog.get_logger("jobs")


def tend_alliance(database: Database, settings: Settings, today: date | None = None) -> dict[str, int]:
    """Forget contacts of organisations that left long ago, sweep documents. Says how many of each."""
    done: dict[str, int] = {}
    with committed(database.owner()) as session:
        done["contacts"] = service.forget_contacts(session, today or clock.today())
    with database.owner() as session:
        done["documents"] = Files(settings.home / queries.DOCUMENTS_FOLDER).sweep(queries.files(session))
    if any(done.values()):
        log.info("alliance tended", **done)
    return done
