"""The work on a case: states, being held, the end with a changed use, opening again, undoing, who may."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from geo.core.errors import Conflict, Invalid, NotFound, NotPermitted
from geo.core.undo import last_change
from geo.vacancies import queries as stock
from geo.vacancies import service as units
from geo.vacancies.cases import queries, service
from geo.vacancies.cases.model import Case
from geo.vacancies.cases.schemas import Closing, Opening
from tests import factories
from tests.geo.vacancies.cases.work import BEGAN, TODAY, opened, step
from tests.geo.vacancies.stock import acting, mark


def close(session, case, result="WIEDERVERMIETET", **more):
    now = queries.get(session, case.id)
    unit = stock.get(session, case.unit_id)
    data = Closing(on=more.pop("on", TODAY), result=result, **more)
    return service.close(session, acting(), case.id, now.version, data, unit.version)


def state_of(session, case):
    return stock.get(session, case.unit_id).spells[0].state


def test_a_unit_has_one_open_case(staff, towns):
    case = opened(staff, towns.own)
    with pytest.raises(Conflict, match="schon einen offenen Fall"):
        service.open_case(staff, acting(), case.unit_id, Opening(on=TODAY))
    staff.add(Case(municipality_id=towns.own, unit_id=case.unit_id, state="GEPRUEFT", opened_on=TODAY))
    with pytest.raises(IntegrityError, match="cases_one_open_per_unit"):
        with service.perform(staff, acting(), service.Action.CASE_EDIT, towns.own):
            pass


def test_each_step_keeps_how_the_case_stood_after_it(staff, towns):
    case = opened(staff, towns.own, note="Schaufenster leer")
    step(staff, case.id, state="ANGESPROCHEN", on=date(2026, 9, 10))
    step(staff, case.id, next_action="Anrufen", next_action_on=date(2026, 10, 1), on=date(2026, 9, 10))
    step(staff, case.id, note="Niemand da", on=date(2026, 10, 1))
    made = step(staff, case.id, done=True, next_action=None, next_action_on=None, on=date(2026, 10, 2))
    assert made.version == 5
    line = queries.events(staff, case.id)
    assert [one.kind for one in line] == ["EROEFFNET", "STAND", "SCHRITT", "NOTIZ", "ERLEDIGT"]
    assert [one.state for one in line] == ["GEPRUEFT"] + ["ANGESPROCHEN"] * 4
    assert [one.next_action for one in line] == [None, None, "Anrufen", "Anrufen", None]
    assert [one.note for one in line] == ["Schaufenster leer", None, None, "Niemand da", None]
    assert len(queries.events(staff, case.id, date(2026, 9, 30))) == 3


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"state": "RESERVIERT"}, "state"),
        ({"state": "GEMELDET"}, "state"),
        ({"state": "ABGESCHLOSSEN"}, "state"),
        ({"state": "BLOCKIERT"}, "blocked_kind"),
        ({}, ""),
        ({"note": "früher", "on": date(2026, 8, 31)}, "on"),
        ({"responsible_id": 987654}, "responsible_id"),
    ],
)
def test_what_is_no_step_is_refused(staff, towns, changes, field):
    case = opened(staff, towns.own)
    with pytest.raises(Invalid) as refused:
        step(staff, case.id, **changes)
    assert list(refused.value.fields) == [field]


def test_held_and_going_on_where_it_was(staff, towns):
    case = opened(staff, towns.own)
    step(staff, case.id, state="BERATUNG")
    step(staff, case.id, state="BLOCKIERT", blocked_kind="DRITTE", note="Bank prüft")
    step(staff, case.id, blocked_kind="GEBAEUDE_UMFELD")
    held = step(staff, case.id, state="RUHEND")
    assert (held.resumes_as, held.blocked_kind) == ("BERATUNG", None)
    with pytest.raises(Invalid, match="Möglich: „Beratung“"):
        step(staff, case.id, state="VERMARKTUNG")
    again = step(staff, case.id, state="BERATUNG")
    assert again.resumes_as is None
    kinds = [one.kind for one in queries.events(staff, case.id)]
    assert kinds == ["EROEFFNET", "STAND", "BLOCKIERT", "BLOCKIERT", "RUHEND", "FORTGESETZT"]


def test_a_case_ends_with_a_result_and_a_changed_use(staff, towns):
    case = opened(staff, towns.own, next_action="Anrufen", next_action_on=TODAY)
    with pytest.raises(Invalid, match="gehört eine neue Nutzung"):
        close(staff, case)
    with pytest.raises(Invalid, match="passt diese Nutzung nicht"):
        close(staff, case, state="ENTFALLEN", since=TODAY)
    with pytest.raises(Invalid, match="seit wann"):
        close(staff, case, state="GENUTZT")
    closed = close(staff, case, state="GENUTZT", since=date(2026, 11, 1), occupant="Buchladen")
    assert (closed.state, closed.result, closed.closed_on, closed.resumes_as) == (
        "ABGESCHLOSSEN", "WIEDERVERMIETET", TODAY, "GEPRUEFT",
    )  # fmt: skip
    assert closed.next_action is None
    spell = stock.get(staff, case.unit_id).spells[0]
    assert (spell.state, spell.occupant, spell.during.lower) == ("GENUTZT", "Buchladen", date(2026, 11, 1))
    with pytest.raises(Invalid, match="abgeschlossen"):
        step(staff, case.id, note="noch etwas")


def test_a_use_that_was_changed_before_is_enough(staff, towns):
    case = opened(staff, towns.own)
    unit = stock.get(staff, case.unit_id)
    units.set_state(staff, acting(), unit.id, unit.version, units.SpellInput("LEER_VERMIETET", TODAY))
    assert close(staff, case).result == "WIEDERVERMIETET"
    assert len(stock.get(staff, unit.id).spells) == 2


def test_what_was_never_vacant_is_corrected_from_the_beginning(staff, towns):
    case = opened(staff, towns.own, state="GEMELDET")
    with pytest.raises(Invalid, match="zuerst geprüft"):
        close(staff, case, state="GENUTZT", since=TODAY)
    gone = close(staff, case, "WAR_NIE_LEER", state="GENUTZT")
    assert (gone.state, gone.result) == ("VERWORFEN", "WAR_NIE_LEER")
    spells = stock.get(staff, case.unit_id).spells
    assert [(one.state, one.during.lower, one.start_precision) for one in spells] == [
        ("GENUTZT", date(2024, 3, 1), "MONAT")
    ]
    again = service.reopen(staff, acting(), case.id, gone.version, TODAY, "doch leer")
    assert (again.id, again.state, again.result, again.closed_on) == (case.id, "GEMELDET", None, None)


def test_a_reported_case_that_is_held_is_still_unchecked(staff, towns):
    case = opened(staff, towns.own, state="GEMELDET")
    step(staff, case.id, state="BLOCKIERT", blocked_kind="DRITTE")
    with pytest.raises(Invalid, match="zuerst geprüft"):
        close(staff, case, state="GENUTZT", since=TODAY)
    gone = close(staff, case, "WAR_NIE_LEER", state="GENUTZT")
    assert (gone.state, gone.resumes_as) == ("VERWORFEN", "GEMELDET")


def test_a_use_that_is_older_than_the_case_is_no_change(staff, towns):
    unit = mark(staff, towns.own, state="GENUTZT")
    case = opened(staff, towns.own, unit=unit.id)
    with service.perform(staff, acting(), service.Action.CASE_EDIT, towns.own):  # a test is one moment of the database
        case.created_at += timedelta(seconds=1)
    with pytest.raises(Invalid, match="schon länger als der Fall"):
        close(staff, case)
    assert close(staff, case, "WAR_NIE_LEER").result == "WAR_NIE_LEER"


@pytest.mark.parametrize("state", ["ANGESPROCHEN", "BLOCKIERT", "ABGESCHLOSSEN", "QUATSCH"])
def test_a_case_begins_reported_or_checked(staff, towns, state):
    with pytest.raises(Invalid) as refused:
        opened(staff, towns.own, state=state)
    assert list(refused.value.fields) == ["state"]


def test_the_database_refuses_what_the_states_do_not_allow(staff, towns):
    case = opened(staff, towns.own, state="GEMELDET")
    for values, rule in (
        ("state = 'RUHEND', resumes_as = 'ABGESCHLOSSEN'", "cases_goes_back"),
        ("state = 'RUHEND'", "cases_resumes"),
        ("state = 'BLOCKIERT', resumes_as = 'GEMELDET'", "cases_blocked"),
        ("state = 'ABGESCHLOSSEN', resumes_as = 'GEPRUEFT'", "cases_closed"),
        (
            "state = 'ABGESCHLOSSEN', resumes_as = 'GEMELDET', result = 'VERKAUFT', closed_on = opened_on",
            "cases_dismissed",
        ),
        (
            "state = 'VERWORFEN', resumes_as = 'GEMELDET', result = 'VERKAUFT', closed_on = opened_on",
            "cases_never_vacant",
        ),
    ):
        change = text(f"UPDATE register.cases SET version = version + 1, {values} WHERE id = :id")
        with service.perform(staff, acting(), service.Action.CASE_EDIT, towns.own):
            with pytest.raises(IntegrityError, match=rule), staff.begin_nested():
                staff.execute(change, {"id": case.id})


def test_opening_again_beside_another_open_case_is_refused(staff, towns):
    case = opened(staff, towns.own)
    closed = close(staff, case, state="GENUTZT", since=date(2026, 11, 1))
    service.open_case(staff, acting(), case.unit_id, Opening(on=TODAY))
    with pytest.raises(Conflict, match="anderen offenen Fall"):
        service.reopen(staff, acting(), case.id, closed.version, TODAY, None)


def test_undoing_the_end_brings_the_use_back_too(staff, towns):
    case = opened(staff, towns.own)
    close(staff, case, state="GENUTZT", since=date(2026, 11, 1))
    service.undo(staff, acting(), case.id, last_change(staff, "cases", case.id))
    assert queries.get(staff, case.id).state == "GEPRUEFT" and state_of(staff, case) == "LEER"
    assert [one.kind for one in queries.events(staff, case.id)] == ["EROEFFNET"]


def test_undoing_the_use_opens_the_case_that_it_closed(staff, towns):
    case = opened(staff, towns.own)
    close(staff, case, state="GENUTZT", since=date(2026, 11, 1))
    units.undo(staff, acting(), case.unit_id, last_change(staff, "units", case.unit_id))
    assert queries.get(staff, case.id).closed_on is None and state_of(staff, case) == "LEER"


def test_undoing_the_beginning_takes_the_case_away(staff, towns):
    case_id = opened(staff, towns.own).id
    service.undo(staff, acting(), case_id, last_change(staff, "cases", case_id))
    with pytest.raises(NotFound):
        queries.get(staff, case_id)


def test_who_was_slower_is_told(staff, towns):
    case = opened(staff, towns.own)
    data = service.step_of(case, TODAY)
    step(staff, case.id, note="erste")
    with pytest.raises(Conflict, match="in der Zwischenzeit"):
        service.record(staff, acting(), case.id, 1, data)


def test_another_type_needs_a_reason_and_is_kept(staff, towns):
    case = opened(staff, towns.own)
    made = service.set_type(staff, acting(), case.id, case.version, "SAISONAL", "nur im Sommer offen")
    assert queries.events(staff, case.id)[-1].type_override == "SAISONAL"
    with pytest.raises(Invalid):
        service.set_type(staff, acting(), case.id, made.version, "SAISONAL", "nur im Sommer offen")
    assert service.set_type(staff, acting(), case.id, made.version, None, None).type_override is None


def test_who_may(db, staff, towns):
    unit = mark(staff, towns.own)
    staff.commit()
    editor, viewer = (factories.actor(db, role, towns.own) for role in ("editor", "viewer"))
    with pytest.raises(NotPermitted):
        service.open_case(staff, viewer, unit.id, Opening(on=BEGAN))
    case = opened(staff, towns.own, actor=editor, unit=unit.id, responsible_id=editor.account_id)
    assert queries.events(staff, case.id)[0].account_id == editor.account_id
    with pytest.raises(Invalid, match="arbeitet nicht"):
        step(staff, case.id, actor=editor, responsible_id=viewer.account_id)
    with db.staff(editor, towns.foreign) as other, pytest.raises(NotFound):
        queries.get(other, case.id)
