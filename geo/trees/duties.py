"""What a worker does for the trees every hour: calls the yard where nobody watered, forgets people after their time."""

from datetime import UTC, datetime

import structlog

from geo.accounts.mail import Mailer
from geo.core.db import Database
from geo.jobs.running import committed
from geo.places.photos import Store
from geo.settings import Settings
from geo.trees.applications import service as applications
from geo.trees.applications.queries import photos
from geo.trees.watering import queries
from geo.trees.watering import service as watering

log = structlog.get_logger("jobs")

SUBJECT = "Wanderbäume ohne Wasser"
LETTER = """Guten Tag,

an diesen Tagen hätten Wanderbäume Wasser gebraucht, und niemand hat eingetragen, dass er gegossen hat:

{lines}

Bitte gießen Sie, und tragen Sie es hier ein, damit niemand zweimal fährt:
{link}

Innenstadtregister Thüringen
"""


def tend_trees(database: Database, settings: Settings, now: datetime | None = None) -> dict[str, int]:
    """Raise and tell alarms, forget applicants and patrons, remove photos that nobody names. Says how many of each."""
    moment = now or datetime.now(UTC)
    done: dict[str, int] = {}
    with committed(database.owner()) as session:
        done["alarms"] = watering.raise_alarms(session, moment)
    done["told"] = _tell(database, settings, moment)
    with committed(database.owner()) as session:
        done["people"] = applications.sweep(session, moment) + watering.sweep(session, moment)
    with database.owner() as session:
        done["photos"] = Store(settings.home / "application-photos").sweep(photos(session))
    if any(done.values()):
        log.info("trees tended", **done)
    return done


def _tell(database: Database, settings: Settings, moment: datetime) -> int:
    with committed(database.owner()) as session:
        told = watering.tell_yards(session, moment)
        for address, ids in told.items():
            lines = "\n".join(
                f"- {alarm.stop} ({alarm.municipality}), {alarm.day:%d.%m.%Y}: {alarm.litres} Liter"
                for alarm in queries.alarms(session, ids)
            )
            body = LETTER.format(lines=lines, link=f"{settings.url}/intern/baeume/giessen")
            Mailer(settings).send(address, SUBJECT, body)
    return sum(len(ids) for ids in told.values())
