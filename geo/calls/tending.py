"""What a worker does for calls every hour: forgets contacts after their time, removes files that nobody names."""

from datetime import UTC, datetime

import structlog

from geo.calls.applying import queries, service
from geo.calls.queries import DOCUMENTS_FOLDER
from geo.core.db import Database
from geo.core.documents import Files
from geo.jobs.running import committed
from geo.settings import Settings

log = structlog.get_logger("jobs")


def tend_calls(database: Database, settings: Settings, now: datetime | None = None) -> dict[str, int]:
    """Forget contacts, sweep attachments. Says how many of each."""
    with committed(database.owner()) as session:
        done = {"contacts": service.sweep(session, now or datetime.now(UTC))}
    with database.owner() as session:
        done["files"] = Files(settings.home / DOCUMENTS_FOLDER).sweep(queries.files(session))
    if any(done.values()):
        log.info("calls tended", **done)
    return done
