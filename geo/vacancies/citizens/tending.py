"""What a worker does for citizens' reports every hour: forgets reporters in time, removes photos nobody names."""

from datetime import UTC, datetime

import structlog

from geo.core.db import Database
from geo.jobs.running import committed
from geo.places.photos import Store
from geo.settings import Settings
from geo.vacancies.citizens import queries, service

log = structlog.get_logger("jobs")
FOLDER = "report-photos"


def tend_reports(database: Database, settings: Settings, now: datetime | None = None) -> dict[str, int]:
    """Forget who reported and what they wrote, sweep their photos. Says how many of each."""
    with committed(database.owner()) as session:
        done = {"people": service.sweep(session, now or datetime.now(UTC))}
    with database.owner() as session:
        done["photos"] = Store(settings.home / FOLDER).sweep(queries.photos(session))
    if any(done.values()):
        log.info("reports tended", **done)
    return done
