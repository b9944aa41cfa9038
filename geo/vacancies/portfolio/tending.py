"""What a worker does for the portfolio every hour: ends publications, tells of new offers, forgets, removes files."""

from datetime import UTC, datetime

import structlog

from geo.accounts.mail import Mailer
from geo.core import clock
from geo.core.db import Database
from geo.jobs.running import committed
from geo.places.photos import Store
from geo.settings import Settings
from geo.vacancies.portfolio import queries, service
from geo.vacancies.portfolio.searches import service as searches
from geo.vacancies.portfolio.seekers import service as seekers

log = structlog.get_logger("jobs")


def tend_portfolio(database: Database, settings: Settings, now: datetime | None = None) -> dict[str, int]:
    """End publications whose last day has passed, tell saved searches, sweep floor plans. Says how many of each."""
    moment = now or datetime.now(UTC)
    done: dict[str, int] = {}
    with committed(database.owner()) as session:
        done["publications"] = service.end_publications(session, clock.day_of(moment))
    with committed(database.owner()) as session:
        done["searches"] = searches.sweep(session, moment)
        done["seekers"] = seekers.sweep(session, moment)
    with committed(database.owner()) as session:
        mails = searches.tell(session, settings.url, moment)
    for mail in mails:  # once it is kept that they were told: a mail too few does less harm than one every hour
        Mailer(settings).send(mail.to, mail.subject, mail.body, mail.headers)
    done["told"] = len(mails)
    with database.owner() as session:
        done["plans"] = Store(settings.home / service.PLANS_FOLDER).sweep(queries.referenced_plans(session))
    if any(done.values()):
        log.info("portfolio tended", **done)
    return done
