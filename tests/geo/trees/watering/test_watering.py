"""Watering against the real database: patrons by link, one day for one of them, taps, the record, calls to the yard."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email import message_from_bytes, policy

import pytest
from sqlalchemy import text

from geo.core import clock
from geo.core.access import SYSTEM
from geo.core.errors import Conflict, Invalid, NotFound
from geo.settings import Settings
from geo.trees.applications.service import set_up
from geo.trees.duties import tend_trees
from geo.trees.watering import queries, service
from geo.trees.watering.schemas import CareInput, LogInput, PatronInput
from tests import factories
from tests.geo.trees import rows
from tests.geo.trees.rows import MAY
from tests.geo.trees.visits.rows import with_trees

# The visit stands from Monday, 4 May to Sunday, 7 June 2026; two trees of class S.
NOW = datetime(2026, 5, 5, 17, tzinfo=UTC)
TODAY = clock.day_of(NOW)
ANNA = PatronInput("GEHEIM Anna", "anna@beispiel.test")


@pytest.fixture
def visit(staff, towns):
    made = rows.avenue(staff, towns.own)
    with_trees(made, ["B 1", "B 2"], made.market, MAY)
    made.publish(today=date(2026, 4, 1))
    (found,) = queries.visits_between(staff, date(2026, 5, 4), date(2026, 5, 4), town=towns.own)
    return found


def signed_up(session, visit, who=ANNA):
    token = service.sign_up(session, visit.id, who, request_id="r", form_key=None, now=NOW)
    return service.confirm(session, token, request_id="r", now=NOW)[1]


def pour(session, visit, day, litres=40, by="BAUHOF", **more):
    data = LogInput(day, Decimal(litres), by, **more)
    service.log_water(
        session, SYSTEM, visit.id, data, by=by, now=datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    )


def test_the_link_confirms_once(staff, visit):
    token = service.sign_up(staff, visit.id, ANNA, request_id="r", form_key="k" * 16, now=NOW)
    assert service.sign_up(staff, visit.id, ANNA, request_id="r", form_key="k" * 16, now=NOW) is None
    patron, own = service.confirm(staff, token, request_id="r", now=NOW)
    for wrong in (token, own + "x", ""):
        with pytest.raises(NotFound):
            queries.by_link(staff, wrong)
    with pytest.raises(NotFound):
        service.confirm(staff, token, request_id="r", now=NOW)
    assert queries.by_link(staff, own).id == patron.id
    with pytest.raises(Invalid, match="zu Ende"):
        late = datetime(2026, 6, 8, 12, tzinfo=UTC)
        service.sign_up(staff, visit.id, ANNA, request_id="r", form_key=None, now=late)


def test_a_day_is_taken_by_one_and_given_back(staff, visit):
    anna, ben = signed_up(staff, visit), signed_up(staff, visit, PatronInput("Ben", "ben@beispiel.test"))
    day = date(2026, 5, 7)
    service.take_day(staff, anna, day, request_id="r", today=TODAY)
    service.take_day(staff, anna, day, request_id="r", today=TODAY)
    with pytest.raises(Conflict):
        service.take_day(staff, ben, day, request_id="r", today=TODAY)
    service.give_back_day(staff, ben, day, request_id="r")
    assert queries.turns_of(staff, queries.by_link(staff, anna)) == [day]
    service.give_back_day(staff, anna, day, request_id="r")
    service.take_day(staff, ben, day, request_id="r", today=TODAY)
    for wrong in (date(2026, 5, 4), date(2026, 5, 6), date(2026, 9, 3)):  # past, no need, far away
        with pytest.raises(Invalid):
            service.take_day(staff, ben, wrong, request_id="r", today=TODAY)


def test_one_tap_is_todays_need_once_and_can_be_taken_back(staff, visit):
    anna, ben = signed_up(staff, visit), signed_up(staff, visit, PatronInput("Ben", "ben@beispiel.test"))
    assert service.poured(staff, anna, request_id="r", form_key="t" * 16, now=NOW)
    assert not service.poured(staff, anna, request_id="r", form_key="t" * 16, now=NOW)
    (log,) = queries.logs_of_visit(staff, visit)
    assert (log.litres, log.trees, log.by_kind, log.day) == (40.0, 2, "PATE", TODAY)
    with pytest.raises(NotFound):
        service.take_back_own(staff, ben, log.id, request_id="r", today=TODAY)
    with pytest.raises(NotFound):
        service.take_back_own(staff, anna, log.id, request_id="r", today=TODAY + timedelta(days=1))
    service.take_back_own(staff, anna, log.id, request_id="r", today=TODAY)
    assert queries.logs_of_visit(staff, visit) == []
    with pytest.raises(Invalid):
        service.poured(staff, anna, request_id="r", form_key=None, now=NOW + timedelta(days=60))


def test_a_hot_day_asks_for_water_and_a_corrected_temperature_no_longer(staff, visit, towns):
    hot = date(2026, 5, 9)

    def litres():
        return {one.day.day: one.due.need.litres for one in queries.rota(staff, visit, date(2026, 5, 11))}

    service.set_weather(staff, SYSTEM, towns.own, {hot: Decimal("31.5")}, source="HAND")
    assert litres() == {4: 40, 7: 40, 9: 20, 11: 40}
    assert service.set_weather(staff, SYSTEM, towns.own, {hot: Decimal("29.5")}, source="DWD", station="1") == 1
    assert service.set_weather(staff, SYSTEM, towns.own, {hot: Decimal("29.5")}, source="DWD", station="1") == 0
    assert litres() == {4: 40, 7: 40, 11: 40}


def test_a_tree_has_its_own_record(staff, visit, towns):
    first, second = (key for key, _ in queries.trees_of_visit(staff, visit))
    pour(staff, visit, date(2026, 5, 4))
    pour(staff, visit, date(2026, 5, 5), litres=15, tree_id=first)
    service.add_care(staff, SYSTEM, visit.id, CareInput(date(2026, 5, 6), "KONTROLLE", "alle gesund"))
    service.add_care_of_tree(staff, SYSTEM, second, towns.own, CareInput(date(2026, 4, 1), "SCHNITT"))
    label, logs, care = queries.record_of_tree(staff, SYSTEM, first, towns.own)
    assert label == "B 1" and [(log.litres / log.trees) for log in logs] == [15.0, 20.0]
    assert [entry.kind for entry in care] == ["KONTROLLE"]
    assert [entry.kind for entry in queries.record_of_tree(staff, SYSTEM, second, towns.own)[2]] == [
        "KONTROLLE",
        "SCHNITT",
    ]
    with pytest.raises(Invalid):
        pour(staff, visit, date(2026, 5, 5), tree_id=999_999)
    with pytest.raises(Invalid):
        pour(staff, visit, date(2026, 7, 5))


def test_who_leaves_is_gone_and_the_water_stays(staff, visit, db):
    anna = signed_up(staff, visit)
    service.take_day(staff, anna, date(2026, 5, 7), request_id="r", today=TODAY)
    service.poured(staff, anna, request_id="r", form_key=None, now=NOW)
    service.leave(staff, anna, request_id="r")
    (log,) = queries.logs_of_visit(staff, visit)
    assert log.patron_id is None and log.litres == 40
    assert all(one.patron_id is None for one in queries.rota(staff, visit, date(2026, 5, 30)))
    staff.commit()
    with db.owner() as session:
        for table in ("register.patrons", "history.changes", "history.personal_changes", "register.watering_logs"):
            count = session.scalar(text(f"SELECT count(*) FROM {table} t WHERE t::text ~ 'anna@|GEHEIM'"))
            assert count == 0, table


def test_patrons_are_forgotten_after_the_visit_or_unconfirmed(staff, visit, db):
    signed_up(staff, visit)
    service.sign_up(staff, visit.id, ANNA, request_id="r", form_key=None, now=NOW)
    staff.commit()
    with db.owner() as session:
        assert service.sweep(session, NOW) == 0
        assert service.sweep(session, NOW + timedelta(days=3)) == 1
        assert service.sweep(session, datetime(2026, 7, 7, 12, tzinfo=UTC)) == 0
        assert service.sweep(session, datetime(2026, 7, 9, 12, tzinfo=UTC)) == 1


def test_the_yard_is_called_once_and_water_ends_the_call(staff, visit, db, towns, tmp_path):
    set_up(staff, SYSTEM, towns.own, 0, {"yard_email": "bauhof@beispiel.test", "yard_after_days": 1})
    staff.commit()
    settings = Settings(home=tmp_path, base_url="http://localhost")

    def tended(day, hour=16):
        done = tend_trees(db, settings, datetime(2026, 5, day, hour, tzinfo=UTC))
        return done["alarms"], done["told"]

    assert tended(4) == (0, 0)
    assert tended(5, 12) == (0, 0)  # not before the evening of the next day
    assert tended(5) == (1, 1)
    assert tended(5) == (0, 0)
    (mail,) = [message_from_bytes(one.read_bytes(), policy=policy.default) for one in (tmp_path / "mail").iterdir()]
    words = mail.get_content()
    assert mail["To"] == "bauhof@beispiel.test" and "04.05.2026: 40 Liter" in words
    assert "http://localhost/intern/baeume/giessen" in words
    staff.expire_all()
    (alarm,) = queries.open_alarms(staff, SYSTEM, towns.own)
    assert (alarm.day, alarm.litres, alarm.told_at is not None) == (date(2026, 5, 4), 40, True)
    pour(staff, visit, date(2026, 5, 6))
    staff.commit()
    assert queries.open_alarms(staff, SYSTEM, towns.own) == []
    assert tended(8) == (1, 1)  # nobody came on 7 May


def test_a_town_that_set_nothing_up_is_not_called(staff, visit, db, tmp_path):
    staff.commit()
    assert tend_trees(db, Settings(home=tmp_path), NOW + timedelta(days=1))["alarms"] == 0


def test_another_towns_people_see_and_write_nothing(staff, visit, db, towns):
    anna = signed_up(staff, visit)
    patron_id = queries.by_link(staff, anna).id
    staff.commit()
    stranger = factories.actor(db, "manager", towns.foreign)
    with db.staff(stranger, towns.foreign) as session:
        for table in ("patrons", "watering_turns", "watering_logs", "care_entries", "weather_days", "watering_alarms"):
            assert session.scalar(text(f"SELECT count(*) FROM register.{table}")) == 0, table
        for write in (
            lambda: service.log_water(session, stranger, visit.id, None, by="BAUHOF", now=NOW),
            lambda: service.erase(session, stranger, visit.id, patron_id),
            lambda: queries.get_visit(session, stranger, visit.id),
        ):
            with pytest.raises(NotFound):
                write()
