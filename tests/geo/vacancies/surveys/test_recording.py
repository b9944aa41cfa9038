"""What is seen on a walk becomes a change of the stock, once; what others changed meanwhile is not overwritten."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from geo.core import clock
from geo.core.access import SYSTEM
from geo.core.errors import Conflict, Invalid, NotFound, NotPermitted
from geo.vacancies import queries as units
from geo.vacancies import service as stock
from geo.vacancies.model import Unit
from geo.vacancies.schemas import SpellInput
from geo.vacancies.surveys import queries, recording, service
from geo.vacancies.surveys.model import SurveyEntry
from geo.vacancies.surveys.schemas import parse_entry, parse_round
from tests import factories
from tests.geo.vacancies.stock import acting, mark
from tests.geo.vacancies.surveys.walks import NOW, TODAY, a_round, an_entry, see, some_units


@pytest.fixture
def walk(staff, towns):
    made = some_units(staff, towns.own)
    return a_round(staff, towns.own), made


def _state(unit, day=TODAY):
    return next((spell.state for spell in unit.spells if spell.during.contains(day)), None)


def test_unchanged_confirms(staff, walk):
    survey, (unit, *_) = walk
    entry, now = see(staff, survey, "UNVERAENDERT", unit)
    assert (now.verified_on, now.verified_by_kind, _state(now)) == (TODAY, "BEGEHUNG", "LEER")
    assert entry.seen_at == NOW and entry.received_at is not None
    assert queries.summary(staff, survey.id).seen == 1


def test_the_same_key_writes_once(staff, walk):
    survey, (unit, *_) = walk
    data = an_entry("UNVERAENDERT", unit)
    first = recording.record(staff, acting(), survey.id, data)
    version = units.get(staff, unit.id).version
    again = recording.record(staff, acting(), survey.id, data)
    assert first.id == again.id and units.get(staff, unit.id).version == version
    assert staff.scalar(select(func.count()).select_from(SurveyEntry)) == 1


def test_used_again_ends_the_vacancy_on_the_reference_day(staff, towns):
    unit = mark(staff, towns.own)
    day = TODAY - timedelta(days=3)
    survey = a_round(staff, towns.own, reference_day=day.isoformat())
    _, now = see(staff, survey, "GENUTZT", unit, occupant="Bäckerei Muster")
    assert _state(now, day) == _state(now) == "GENUTZT" and _state(now, day - timedelta(days=1)) == "LEER"
    new = next(spell for spell in now.spells if spell.during.upper is None)
    assert (new.occupant, new.start_precision, new.source) == ("Bäckerei Muster", "VOR", "Begehung „Herbst“")


def test_a_use_that_changed_after_the_reference_day_changes_when_it_is_seen(staff, towns):
    unit = mark(staff, towns.own, since=f"{TODAY - timedelta(days=2):%d.%m.%Y}")
    survey = a_round(staff, towns.own, reference_day=(TODAY - timedelta(days=3)).isoformat())
    _, now = see(staff, survey, "GENUTZT", unit)
    assert _state(now) == "GENUTZT" and _state(now, TODAY - timedelta(days=1)) == "LEER"


def test_a_mistap_is_corrected_not_ended(staff, walk):
    survey, (unit, *_) = walk
    _, now = see(staff, survey, "GENUTZT", unit)
    _, now = see(staff, survey, "ENTFALLEN", now)
    assert [spell.state for spell in now.spells] == ["ENTFALLEN", "LEER"]


def test_somebody_else_is_in_it_now(staff, towns):
    unit = mark(staff, towns.own, state="GENUTZT")
    survey = a_round(staff, towns.own)
    _, now = see(staff, survey, "GENUTZT", unit, occupant="Neu GmbH")
    assert [(spell.state, spell.occupant) for spell in now.spells] == [("GENUTZT", "Neu GmbH"), ("GENUTZT", None)]


def test_the_occupant_can_follow(staff, walk):
    survey, (unit, *_) = walk
    _, now = see(staff, survey, "GENUTZT", unit)
    _, now = see(staff, survey, "NUTZER", now, occupant="Café Muster")
    running = next(spell for spell in now.spells if spell.during.upper is None)
    assert running.occupant == "Café Muster" and running.source == "Begehung „Herbst“"


def test_empty_is_not_entered_twice(staff, walk):
    survey, (unit, *_) = walk
    with pytest.raises(Invalid, match="schon"):
        see(staff, survey, "LEER", unit)


def test_what_is_not_found_stays_in_the_stock_and_is_noted(staff, walk):
    survey, (unit, *_) = walk
    _, now = see(staff, survey, "NICHT_AUFFINDBAR", unit)
    assert _state(now) == "LEER" and now.verified_on is None
    assert queries.summary(staff, survey.id).seen == 1


def test_a_new_unit_comes_after_the_one_where_it_was_found(staff, walk):
    survey, made = walk
    after = survey.route[0]
    new = {
        "street": "Marktstraße", "house_number": "1a", "longitude": 11.0524, "latitude": 50.9332,
        "object_type": "LADEN_EG", "state": "LEER", "after_unit_id": after,
    }  # fmt: skip
    entry, now = see(staff, survey, "NEU", **new)
    survey = queries.get(staff, survey.id)
    assert survey.route[1] == entry.unit_id and len(survey.route) == len(made) + 1
    assert _state(now) == "LEER" and now.is_ground_floor_frontage and now.verified_by_kind == "BEGEHUNG"


def test_a_note_is_added_to_what_is_there(staff, walk):
    survey, (unit, *_) = walk
    _, now = see(staff, survey, "NOTIZ", unit, note="Scheibe kaputt")
    assert now.note == f"Schlüssel beim Hausmeister\n{TODAY:%d.%m.%Y}: Scheibe kaputt"


def test_what_the_desk_changed_meanwhile_is_a_conflict(staff, walk):
    survey, (unit, *_) = walk
    data = an_entry("UNVERAENDERT", unit)
    stock.set_state(staff, acting(), unit.id, unit.version, SpellInput("GENUTZT", TODAY))
    staff.flush()
    with pytest.raises(Conflict):
        recording.record(staff, acting(), survey.id, data)
    staff.expire_all()
    assert _state(units.get(staff, unit.id)) == "GENUTZT"


def test_leaving_it_as_the_desk_has_it_is_an_entry_and_no_change(staff, walk):
    survey, (unit, *_) = walk
    before = units.get(staff, unit.id).version
    entry, now = see(staff, survey, "GENUTZT", unit, version=999, keep_theirs=True)
    assert not entry.is_applied and now.version == before and _state(now) == "LEER"
    assert queries.summary(staff, survey.id).seen == 1


@pytest.mark.parametrize("kind", ["UNVERAENDERT", "GENUTZT", "ENTFALLEN", "NOTIZ"])
def test_an_entry_is_taken_back_whole(staff, walk, kind):
    survey, (unit, *_) = walk
    entry, _ = see(staff, survey, kind, unit, note="x")
    back, now = see(staff, survey, "ZURUECK", undoes=str(entry.key))
    assert [spell.state for spell in now.spells] == ["LEER"] and now.verified_on is None
    assert now.note == "Schlüssel beim Hausmeister"
    assert queries.summary(staff, survey.id).seen == 0 and back.unit_id == unit.id
    with pytest.raises(Conflict, match="schon zurückgenommen"):
        see(staff, survey, "ZURUECK", undoes=str(entry.key))


def test_a_new_unit_is_taken_back(staff, walk):
    survey, _ = walk
    before = list(survey.route)
    new = {"locality": "Musterstadt", "longitude": 11.05, "latitude": 50.93, "object_type": "LADEN_EG", "state": "LEER"}
    entry, unit = see(staff, survey, "NEU", **new)
    unit_id = unit.id
    see(staff, survey, "ZURUECK", undoes=str(entry.key))
    assert staff.scalar(select(Unit.id).where(Unit.id == unit_id)) is None
    assert queries.get(staff, survey.id).route == before


def test_what_was_changed_after_it_is_not_taken_back(staff, walk):
    survey, (unit, *_) = walk
    entry, now = see(staff, survey, "UNVERAENDERT", unit)
    stock.set_state(staff, acting(), now.id, now.version, SpellInput("GENUTZT", TODAY))
    staff.flush()
    with pytest.raises(Conflict, match="neuere"):
        see(staff, survey, "ZURUECK", undoes=str(entry.key))


def test_a_closed_round_takes_nothing(staff, walk):
    survey, (unit, *_) = walk
    service.close(staff, acting(), survey.id, survey.version)
    with pytest.raises(service.RoundClosed):
        see(staff, survey, "UNVERAENDERT", unit)


@pytest.fixture
def viewer(db, towns):
    return factories.actor(db, "viewer", towns.own)


def test_a_viewer_records_nothing(viewer, staff, walk):
    survey, (unit, *_) = walk
    with pytest.raises(NotPermitted):
        recording.record(staff, viewer, survey.id, an_entry("UNVERAENDERT", unit))


def test_another_towns_round_is_not_there(db, staff, walk, towns):
    survey, _ = walk
    staff.flush()
    with db.staff(SYSTEM, towns.foreign) as foreign:
        assert queries.rounds(foreign, towns.foreign) == []
        with pytest.raises(NotFound):
            queries.get(foreign, survey.id)


@pytest.fixture
def theirs(db, towns):
    with db.staff(SYSTEM, towns.foreign) as foreign:
        made = mark(foreign, towns.foreign, longitude="11.25")
        foreign.commit()
        return made


def test_another_towns_unit_is_not_recorded(theirs, staff, walk):
    survey, _ = walk
    with pytest.raises(NotFound):
        see(staff, survey, "UNVERAENDERT", theirs)


def test_a_clock_that_is_far_off_is_not_believed():
    data = {"key": str(uuid4()), "kind": "UNVERAENDERT", "unit_id": 1, "version": 1}
    for seen in ("2031-01-01T10:00:00Z", "1999-01-01T10:00:00Z"):
        assert parse_entry({**data, "seen_at": seen}, NOW).seen_at == NOW


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "GESEHEN"}, "kind"),
        ({"key": "x"}, "key"),
        ({"unit_id": None}, "unit_id"),
        ({"unit_id": "1; DROP"}, "unit_id"),
        ({"version": None}, "version"),
        ({"seen_at": "gestern"}, "seen_at"),
        ({"kind": "NOTIZ"}, "note"),
        ({"kind": "NEU"}, "longitude"),
        ({"kind": "ZURUECK"}, "undoes"),
        ({"occupant": "\x00"}, "occupant"),
    ],
)
def test_bad_entries_are_sentences(changes, field):
    sent = {"key": str(uuid4()), "kind": "UNVERAENDERT", "unit_id": 1, "version": 1, "seen_at": NOW.isoformat()}
    with pytest.raises(Invalid) as refused:
        parse_entry({**sent, **changes}, NOW)
    assert refused.value.fields[field]


@pytest.mark.parametrize("data", [None, [], "x", 7, {"kind": {"a": 1}}])
def test_nonsense_is_refused(data):
    with pytest.raises(Invalid):
        parse_entry(data, NOW)


@pytest.mark.parametrize("days", [-400, 400, 365 * 60])
def test_a_round_has_a_reference_day_near_today(days):
    day = min(clock.today() + timedelta(days=days), date(2099, 1, 1))
    with pytest.raises(Invalid) as refused:
        parse_round({"name": "Herbst", "scope": "ALLE", "reference_day": day.isoformat()})
    assert "mehr als ein Jahr" in refused.value.fields["reference_day"]
