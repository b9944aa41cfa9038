"""What a worker does for pilot projects every hour: removes files of documents that no project names any more."""

import structlog

from geo.core.db import Database
from geo.core.documents import Files
from geo.pilots.projects import queries
from geo.settings import Settings

log = structlog.get_logger("jobs")


def tend_pilots(database: Database, settings: Settings) -> dict[str, int]:
    """Sweep the files of documents. Says how many went."""
    with database.owner() as session:
        done = {"documents": Files(settings.home / queries.DOCUMENTS_FOLDER).sweep(queries.files(session))}
    if any(done.values()):
        log.info("pilots tended", **done)
    return done
