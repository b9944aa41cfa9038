"""Applications against the real database: confirmed once, decided, withdrawn, erased for good, seen by their own town."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from geo.core import clock
from geo.core.access import SYSTEM
from geo.core.errors import Conflict, Invalid, NotFound, NotPermitted
from geo.trees.applications import queries, service
from geo.trees.applications.schemas import ApplicationInput, DecisionInput
from tests import factories
from tests.geo.trees import rows

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
TODAY = clock.day_of(NOW)
LISTED = DecisionInput("WARTELISTE")


def sent(session, town, *, now=NOW, key=None, photo=None, **given):
    data = ApplicationInput(town, "anna@beispiel.test", "Musterweg", "5", **{"message": "GEHEIM", **given})
    return service.send(session, data, request_id="r", form_key=key, photo_sha256=photo, now=now)


def confirmed(session, town, **given):
    return service.confirm(session, sent(session, town, **given), request_id="r", now=NOW)


def decide(session, application, data, today=TODAY, actor=SYSTEM, version=None):
    town, version = application.municipality_id, version or application.version
    return service.decide(session, actor, application.id, town, version, data, today=today)


def test_the_link_confirms_once_and_leads_to_a_link_of_ones_own(staff, towns):
    token = sent(staff, towns.own)
    assert queries.listing(staff, SYSTEM, towns.own, TODAY) == []
    application, own = service.confirm(staff, token, request_id="r", now=NOW)
    assert (application.state, application.confirmed_at) == ("NEU", NOW)
    with pytest.raises(NotFound):
        service.confirm(staff, token, request_id="r", now=NOW)
    assert queries.by_link(staff, own)[0].id == application.id
    for wrong in (token, own[:-1], f"{towns.foreign}-{own.partition('-')[2]}", "", "1", "x-y", "9" * 99):
        with pytest.raises(NotFound):
            queries.by_link(staff, wrong)


def test_a_late_confirmation_finds_nothing_and_is_swept(staff, towns, db):
    token = sent(staff, towns.own)
    late = NOW + service.CONFIRM_WITHIN + timedelta(seconds=1)
    with pytest.raises(NotFound):
        service.confirm(staff, token, request_id="r", now=late)
    staff.commit()
    with db.owner() as session:
        assert service.sweep(session, NOW) == 0
        assert service.sweep(session, late) == 1
        assert session.scalar(text("SELECT count(*) FROM register.tree_applications")) == 0


def test_the_same_form_twice_is_one_application(staff, towns):
    assert sent(staff, towns.own, key="k" * 32) is not None
    assert sent(staff, towns.own, key="k" * 32) is None


def test_a_point_lies_in_the_town_and_a_strange_stop_is_not_taken(staff, towns):
    with pytest.raises(Invalid, match="nicht in dieser Stadt"):
        sent(staff, towns.own, point=(11.25, 50.93))
    hidden = rows.stop(staff, towns.own, "Entwurfsplatz")
    application, _ = confirmed(staff, towns.own, point=(11.05, 50.93), stop_id=hidden.id)
    assert application.stop_id is None and application.point is not None


def test_decisions_keep_the_days_and_refuse_the_second_person(staff, towns):
    application, _ = confirmed(staff, towns.own, signatures=24)
    before = application.version
    decide(staff, application, LISTED)
    with pytest.raises(Conflict):
        decide(staff, application, DecisionInput("ABGELEHNT", reason="Bus"), version=before)
    decide(staff, application, DecisionInput("ABGELEHNT", reason="Bus"), today=date(2026, 8, 1))
    row = queries.get(staff, SYSTEM, application.id, towns.own)
    states = [row.state(day) for day in (date(2026, 5, 3), TODAY, date(2026, 7, 31), date(2026, 8, 1))]
    assert states == ["UNBESTAETIGT", "WARTELISTE", "WARTELISTE", "ABGELEHNT"]
    assert len(queries.queue(staff, towns.own, date(2026, 7, 31))) == 1
    assert queries.queue(staff, towns.own, date(2026, 8, 1)) == []


def test_the_planner_gets_the_weight_of_each_stop(staff, towns):
    stop = rows.stop(staff, towns.own, "Musterweg")
    placed, _ = confirmed(staff, towns.own, signatures=24)
    loose, _ = confirmed(staff, towns.own)
    decide(staff, placed, DecisionInput("WARTELISTE", stop_id=stop.id))
    decide(staff, loose, LISTED)
    weights = queries.weights(staff, SYSTEM, None, date(2026, 11, 4))
    assert {key: weight.value for key, weight in weights.items()} == {stop.id: 3.0}
    assert [row.id for row in queries.unplaced(staff, SYSTEM, towns.own, TODAY)] == [loose.id]
    own = queries.queue(staff, towns.own, TODAY, loose.id)
    assert [(place.rank, place.is_own) for place in own] == [(1, False), (2, True)]


def test_a_stop_of_another_town_is_refused(staff, towns, db):
    with db.staff(SYSTEM, towns.foreign) as session:
        stranger = rows.stop(session, towns.foreign, "Fremd", lon=11.25).id
        session.commit()
    application, _ = confirmed(staff, towns.own)
    with pytest.raises(Invalid):
        decide(staff, application, DecisionInput("WARTELISTE", stop_id=stranger))


def test_erasing_leaves_nothing_personal_in_no_table(staff, towns, db):
    application, own = confirmed(staff, towns.own, photo="a" * 64, name="GEHEIM", point=(11.0123, 50.9321))
    decide(staff, application, DecisionInput("WARTELISTE", note="GEHEIM"))
    assert service.erase_by_link(staff, own, request_id="r", now=NOW) == "a" * 64
    assert (application.state, application.closed_on) == ("ZURUECKGEZOGEN", TODAY)
    staff.commit()
    with db.owner() as session:
        tables = session.execute(
            text(
                "SELECT table_schema || '.' || table_name FROM information_schema.tables"
                " WHERE table_schema IN ('register', 'history') AND table_type = 'BASE TABLE'"
            )
        ).scalars()
        for table in tables.all():
            found = session.scalar(
                text(f"SELECT count(*) FROM {table} t WHERE t::text ~ 'anna@|GEHEIM|Musterweg|11.0123|aaaaaaaa'")
            )
            assert found == 0, table
    with pytest.raises(NotFound):
        queries.by_link(staff, own)
    with pytest.raises(Conflict):
        decide(staff, application, LISTED)


def test_a_picture_that_somebody_else_sent_too_stays(staff, towns):
    _, own = confirmed(staff, towns.own, photo="a" * 64)
    confirmed(staff, towns.own, photo="a" * 64)
    assert service.erase_by_link(staff, own, request_id="r", now=NOW) is None


def test_applicants_are_forgotten_a_year_after_the_end(staff, towns, db):
    application, _ = confirmed(staff, towns.own)
    decide(staff, application, DecisionInput("ABGELEHNT", reason="Bus"))
    staff.commit()
    end = NOW + service.KEPT_AFTER_END
    with db.owner() as session:
        assert service.sweep(session, end) == 0
        assert service.sweep(session, end + timedelta(days=1)) == 1
        assert session.scalar(text("SELECT count(*) FROM register.tree_applicants")) == 0
        assert service.sweep(session, end + timedelta(days=1)) == 0


def test_another_town_and_the_alliance_see_no_person(staff, towns, db):
    service.set_up(staff, SYSTEM, towns.own, 0, {"takes_applications": False})
    application, _ = confirmed(staff, towns.own)
    staff.commit()
    stranger, planner = factories.actor(db, "manager", towns.foreign), factories.actor(db, "planner")
    with db.staff(stranger, towns.foreign) as session:
        assert session.scalar(text("SELECT count(*) FROM register.tree_applicants")) == 0
        for town in (towns.own, towns.foreign, None):
            with pytest.raises(NotFound):
                queries.get(session, stranger, application.id, town)
    with db.staff(planner) as session:
        row = queries.get(session, planner, application.id, None)
        with pytest.raises(NotPermitted):
            queries.contact(session, planner, row)
