"""What a worker does for calls every hour: forgets what people wrote after its time, removes files nobody names."""

from datetime import UTC, datetime

import structlog

from geo.calls.applying import queries, retention
from geo.calls.queries import DOCUMENTS_FOLDER
from geo.core.db import Database
from geo.core.documents import Files
from geo.jobs.running import committed
from geo.settings import Settings

log = structlog.get_logger("jobs")


def tend_calls(database: Database, settings: Settings, now: datetime | None = None) -> dict[str, int]:
    """Forget contacts, texts of what was not chosen, reasons of reviewers; sweep files. Says how many of each."""
    with committed(database.owner()) as session:
        moment = now or datetime.now(UTC)
        done = {
            "contacts": retention.forget_contacts(session, moment),
            "texts": retention.remove_texts(session, moment),
            "reasons": retention.remove_reasons(session, moment),
        }
    with database.owner() as session:
        done["files"] = Files(settings.home / DOCUMENTS_FOLDER).sweep(queries.files(session))
    if any(done.values()):
        log.info("calls tended", **done)
    return done
