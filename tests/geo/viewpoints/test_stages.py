"""Whose each step of a point's life is, and which asks for a reason: the table, the service and the database."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from geo.core.access import SYSTEM, Action
from geo.core.errors import Invalid, NotPermitted
from geo.core.history import perform
from geo.viewpoints import queries, service, stages
from geo.viewpoints.schemas import StatusInput, parse_status
from tests import factories
from tests.geo.viewpoints.conftest import TODAY, made

NEW, IDEA, APPLIED, SELECTED, BUILT, OPEN, LIMITED, CLOSED = (
    *(None, "IDEE", "BEWORBEN", "AUSGEWAEHLT"),
    *("IM_BAU", "OFFEN", "EINGESCHRAENKT", "GESCHLOSSEN"),
)
# Read as: the steps from one status, and who of the own town and the curators may take each.
TOWN, MANAGER, CURATOR = {"editor", "manager", "curator"}, {"manager", "curator"}, {"curator"}
WHOSE = {
    NEW: {IDEA: TOWN, APPLIED: TOWN, SELECTED: CURATOR, BUILT: CURATOR, OPEN: CURATOR, CLOSED: CURATOR},
    IDEA: {APPLIED: TOWN, SELECTED: CURATOR, BUILT: CURATOR, OPEN: CURATOR, LIMITED: CURATOR, CLOSED: CURATOR},
    APPLIED: {IDEA: TOWN, SELECTED: CURATOR, BUILT: CURATOR, OPEN: CURATOR},
    SELECTED: {IDEA: CURATOR, APPLIED: CURATOR, BUILT: TOWN, OPEN: MANAGER, LIMITED: MANAGER, CLOSED: TOWN},
    BUILT: {IDEA: CURATOR, SELECTED: CURATOR, OPEN: MANAGER, LIMITED: MANAGER, CLOSED: TOWN},
    OPEN: {IDEA: CURATOR, SELECTED: CURATOR, BUILT: TOWN, LIMITED: TOWN, CLOSED: TOWN},
    LIMITED: {IDEA: CURATOR, BUILT: TOWN, OPEN: TOWN, CLOSED: TOWN},
    CLOSED: {IDEA: CURATOR, BUILT: TOWN, OPEN: MANAGER, LIMITED: MANAGER},
}
STEPS = [(before, after, who) for before, steps in WHOSE.items() for after, who in steps.items()]


@pytest.mark.parametrize(("before", "after", "who"), STEPS)
def test_whose_a_step_is(before, after, who):
    rule = stages.PERMISSIONS[stages.action_for(before, after)]
    town = {"editor", "manager"} if rule.town == "editor" else {rule.town} - {None}
    assert town | rule.alliance == who


@pytest.mark.parametrize(
    ("before", "after", "is_asked"),
    [
        (NEW, SELECTED, True), (APPLIED, SELECTED, True), (OPEN, LIMITED, True), (OPEN, CLOSED, True),
        (APPLIED, IDEA, True), (SELECTED, IDEA, True),
        (IDEA, APPLIED, False), (SELECTED, BUILT, False), (BUILT, OPEN, False), (CLOSED, OPEN, False), (NEW, IDEA, False),
    ],
)  # fmt: skip
def test_which_step_asks_for_a_reason(before, after, is_asked):
    assert (stages.reason_asked(before, after) is not None) == is_asked


def persons(db, town):
    return {role: factories.actor(db, role, town if role != "curator" else None) for role in TOWN}


def test_the_life_of_a_point_by_those_whose_steps_they_are(db, towns):
    """Proposed, applied, refused, applied again, selected, built, opened, limited, closed, opened again."""
    who = persons(db, towns.own)
    life = [
        *(("editor", APPLIED, None), ("curator", IDEA, "Zu weit draußen."), ("editor", APPLIED, None)),
        *(("curator", SELECTED, "Der weiteste Blick."), ("editor", BUILT, None), ("manager", OPEN, None)),
        *(("editor", LIMITED, "Geländer ab."), ("editor", OPEN, None), ("editor", CLOSED, "Hangrutsch.")),
        ("manager", OPEN, None),
    ]
    with db.staff(who["editor"], towns.own) as session:
        point = made(session, towns.own, status=IDEA, actor=who["editor"])
        day, before = date(2025, 5, 1), IDEA
        for role, after, note in life:
            day += timedelta(days=7)
            given = StatusInput(after, day, note)
            for other in TOWN - WHOSE[before][after]:
                with pytest.raises(NotPermitted):
                    service.set_status(session, who[other], point.id, point.version, given)
            if note:
                with pytest.raises(Invalid) as refused:
                    service.set_status(session, who[role], point.id, point.version, StatusInput(after, day))
                assert list(refused.value.fields) == ["note"]
            service.set_status(session, who[role], point.id, point.version, given)
            before = after
        kept = [(one.status, one.note) for one in queries.status_rows(session, point.id)]
        assert kept[1:] == [(after, note) for _role, after, note in life]


def test_a_selection_of_the_same_day_is_not_replaced_by_the_town(db, towns):
    who = persons(db, towns.own)
    with db.staff(who["curator"], towns.own) as session:
        point = made(session, towns.own, status=APPLIED)
        service.set_status(session, who["curator"], point.id, 1, StatusInput(SELECTED, TODAY, "Gut."))
        with pytest.raises(Invalid) as refused:
            service.set_status(session, who["manager"], point.id, 2, StatusInput(BUILT, TODAY))
        assert f"{TODAY + timedelta(days=1):%d.%m.%Y}" in refused.value.fields["since"]
        service.set_status(session, who["curator"], point.id, 2, StatusInput(SELECTED, TODAY, "Sehr gut."))
        assert queries.status_rows(session, point.id)[-1].note == "Sehr gut."


def test_who_closed_by_mistake_corrects_it_on_the_day(db, towns):
    who = persons(db, towns.own)
    with db.staff(who["editor"], towns.own) as session:
        point = made(session, towns.own)
        service.set_status(session, who["editor"], point.id, 1, StatusInput(CLOSED, TODAY, "Falsch."))
        assert OPEN in stages.within_reach(who["editor"], towns.own, [OPEN, CLOSED])
        service.set_status(session, who["editor"], point.id, 2, StatusInput(OPEN, TODAY))
        assert queries.status_on(queries.status_rows(session, point.id), TODAY).status == OPEN


@pytest.mark.parametrize("status", sorted(stages.REASONED))
def test_the_database_keeps_no_such_status_without_a_reason(staff, towns, point, status):
    change = text("UPDATE register.viewpoint_statuses SET status = :status, note = ' ' WHERE viewpoint_id = :id")
    with (
        pytest.raises(IntegrityError, match="viewpoint_statuses_reason"),
        staff.begin_nested(),
        perform(staff, SYSTEM, Action.VIEWPOINT_EDIT, towns.own),
    ):
        staff.execute(change, {"status": status, "id": point.id})
    with pytest.raises(Invalid) as refused:
        parse_status({"status": status, "since": "2026-01-01", "note": " "})
    assert list(refused.value.fields) == ["note"]
