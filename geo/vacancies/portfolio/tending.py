"""What a worker does for the portfolio every hour: ends publications, removes files that nobody names."""

from datetime import UTC, datetime

import structlog

from geo.core.db import Database
from geo.jobs.running import committed
from geo.places.photos import Store
from geo.settings import Settings
from geo.vacancies.portfolio import queries, service

log = structlog.get_logger("jobs")


def tend_portfolio(database: Database, settings: Settings, now: datetime | None = None) -> dict[str, int]:
    """End publications whose last day has passed, sweep floor plans. Says how many of each."""
    moment = now or datetime.now(UTC)
    done: dict[str, int] = {}
    with committed(database.owner()) as session:
        done["publications"] = service.end_publications(session, moment.astimezone().date())
    with database.owner() as session:
        done["plans"] = Store(settings.home / service.PLANS_FOLDER).sweep(queries.referenced_plans(session))
    if any(done.values()):
        log.info("portfolio tended", **done)
    return done
