"""A round to walk, and entries as a device sends them."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from geo.core import clock
from geo.core.access import SYSTEM
from geo.vacancies import queries as units
from geo.vacancies.surveys import recording, service
from geo.vacancies.surveys.schemas import parse_entry, parse_round
from tests.geo.vacancies.stock import acting, mark

NOW = datetime.now(UTC)
TODAY = clock.day_of(NOW)


def a_round(session, town, actor=SYSTEM, **changes):
    form = {"name": "Herbst", "reference_day": TODAY.isoformat(), "scope": "ALLE", **changes}
    return service.create(session, acting(actor), town, parse_round(form))


def some_units(session, town, count=3, **changes):
    return [mark(session, town, house_number=str(number), since="03.2024", **changes) for number in range(1, count + 1)]


def an_entry(kind, unit=None, **changes):
    sent = {"key": str(uuid4()), "kind": kind, "seen_at": NOW.isoformat()}
    if unit is not None:
        sent |= {"unit_id": unit.id, "version": unit.version}
    return parse_entry({**sent, **changes}, NOW + timedelta(seconds=5))


def see(session, survey, kind, unit=None, actor=SYSTEM, **changes):
    """Records an entry; the unit as it is afterwards and the entry."""
    entry = recording.record(session, acting(actor), survey.id, an_entry(kind, unit, **changes))
    session.flush()
    session.expire_all()
    return entry, units.get(session, entry.unit_id) if entry.unit_id else None
