"""What a worker does for the viewpoints every hour: forgets reporters after their time, removes files nobody names,
queues what is out of date and forgotten.
"""

from datetime import UTC, datetime

import structlog

from geo.core.db import Database
from geo.core.documents import Files
from geo.jobs.running import committed
from geo.places.photos import Store
from geo.settings import Settings
from geo.viewpoints.care import queries, service
from geo.viewpoints.skylines.renewing import renew_forgotten

log = structlog.get_logger("jobs")


def tend_viewpoints(database: Database, settings: Settings, now: datetime | None = None) -> dict[str, int]:
    """Forget who reported, sweep photos and documents, queue what is out of date. Says how many of each."""
    done: dict[str, int] = {}
    with committed(database.owner()) as session:
        done["people"] = service.sweep(session, now or datetime.now(UTC))
        done["terrain"] = renew_forgotten(session)
    with database.owner() as session:
        done["photos"] = Store(settings.home / "defect-photos").sweep(queries.photos(session))
        done["documents"] = Files(settings.home / queries.DOCUMENTS_FOLDER).sweep(queries.files(session))
    if any(done.values()):
        log.info("viewpoints tended", **done)
    return done
