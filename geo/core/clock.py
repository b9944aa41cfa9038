"""The day that counts is the one in Germany, whatever zone the machine, the database or a visitor is set to.

Every "today" of the register comes from here, and each connection to the database is told the same zone, so that a
page, the service behind it and a view of the database agree on the day at every hour of it.
"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

ZONE = "Europe/Berlin"
BERLIN = ZoneInfo(ZONE)


def today() -> date:
    """The day it is in Germany now."""
    return day_of(datetime.now(UTC))


def day_of(moment: datetime) -> date:
    """The day in Germany on which a moment falls; the moment has a zone (`ValueError` where it has none)."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone has no day")
    return moment.astimezone(BERLIN).date()
