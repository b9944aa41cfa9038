"""What a person may ask for: everything that is stored on them, and that nothing of it is left, anywhere."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from geo.core.access import SYSTEM
from geo.core.errors import NotFound, NotPermitted
from geo.owners import queries, rights, service
from geo.owners.campaigns import answering, deciding
from geo.owners.campaigns import queries as campaigns
from geo.owners.campaigns.answering import parse_answer
from geo.owners.schemas import ConsentInput, ContactInput, MemberInput, OwnerInput
from geo.vacancies import service as vacancies
from tests import factories
from tests.geo.owners.letters import NOW, TODAY, a_form, a_sent_letter, an_owner, confirmed

NAME = "Löschmich"


@pytest.fixture
def sent(staff, towns):
    """Somebody with one of everything: what they are called stands in every text."""
    made = a_sent_letter(staff, towns.own, f"{NAME} Eins")
    owner = made.owner
    changed = replace(_given(owner), note=f"{NAME} Notiz", email="loeschmich@beispiel.test", source=f"{NAME} Akte")
    service.change(staff, SYSTEM, owner.id, owner.version, changed, TODAY)
    service.add_consent(staff, SYSTEM, owner.id, ConsentInput("FOTOS", TODAY, "MAIL", note=f"{NAME} Mail"))
    contact = service.add_contact(staff, SYSTEM, owner.id, ContactInput(TODAY, "TELEFON", "BERATUNG", f"{NAME} Anruf"))
    service.remove_contact(staff, SYSTEM, owner.id, contact.id)  # gone, and still in the history
    community = an_owner(staff, towns.own, "Gemeinschaft", kind="ERBENGEMEINSCHAFT")
    service.add_member(staff, SYSTEM, community.id, MemberInput(owner.id))
    token = confirmed(staff, made)
    found, shown = answering.form_of(staff, token, NOW)
    form = a_form(
        made.unit, message=f"{NAME} schreibt", contact_name=f"{NAME} Tochter", wants_call="1", call_phone="LOESCHMICH-1"
    )
    answering.submit(staff, token, parse_answer(form, found.owner, shown), request_id="t", now=NOW)
    return made


def _given(owner):

    return OwnerInput(**{name: getattr(owner, name) for name in OwnerInput.__dataclass_fields__})


def _everywhere(db):
    """All that the database holds, but what is stored for tests of the whole state."""
    with db.owner() as session:
        tables = session.scalars(
            text("SELECT format('%I.%I', table_schema, table_name) FROM information_schema.tables"
                 " WHERE table_schema IN ('register', 'history', 'jobs') AND table_type = 'BASE TABLE'")
        ).all()  # fmt: skip
        return {
            table: session.scalar(text(f"SELECT string_agg(t::text, ' ') FROM {table} t")) or "" for table in tables
        }


def _with(db, word):
    return {table for table, content in _everywhere(db).items() if word in content.lower()}


def test_everything_is_told(db, staff, sent):
    told = rights.everything_on(staff, SYSTEM, sent.owner.id)
    for part, word in (
        ("angaben", "Notiz"),
        ("einwilligungen", "Mail"),
        ("briefe", "Eins"),
        ("antworten", "schreibt"),
        ("antworten", "LOESCHMICH-1"),
        ("vorgeschlagene_aenderungen", "Tochter"),
        ("verlauf", "Anruf"),
        ("gemeinschaften", "Gemeinschaft"),
        ("eigentum", "Marktstraße 7"),
    ):
        assert word in str(told[part]), part


def test_nothing_is_left(db, staff, towns, sent):
    assert len(_with(db, "löschmich")) >= 6
    owner_id = sent.owner.id
    made = rights.erase(staff, SYSTEM, owner_id, "VERLANGEN")
    assert (made.ground, made.counts["owner_answers"], made.counts["ownerships"]) == ("VERLANGEN", 1, 1)
    assert _with(db, "löschmich") == _with(db, "loeschmich") == set()
    with pytest.raises(NotFound):
        queries.get(staff, owner_id)
    others = queries.search(staff, towns.own, queries.OwnerFilters(TODAY)).rows
    assert [row.name for row in others] == ["Gemeinschaft"]
    left = staff.scalar(text("SELECT string_agg(new_values::text, ' ') FROM history.owner_changes"))
    assert "Gemeinschaft" in left and "(gelöscht)" in left


def test_the_history_itself_is_not_changed_otherwise(staff, sent):
    with pytest.raises(Exception, match="permission denied|not changed"):
        staff.execute(text("UPDATE history.owner_changes SET new_values = '{}'"))


def test_nobody_erases_in_another_town(db, towns):
    manager = factories.actor(db, "manager", towns.own)
    editor = factories.actor(db, "editor", towns.own)
    with db.staff(SYSTEM, towns.own) as own:
        owner = an_owner(own, towns.own)
        own.commit()
    with db.staff(SYSTEM, towns.foreign) as elsewhere:
        with pytest.raises(NotFound):
            rights.erase(elsewhere, SYSTEM, owner.id, "VERLANGEN")
        elsewhere.execute(text("SELECT set_config('app.action', 'owner.erase', true)"))
        assert elsewhere.scalar(text("SELECT register.erase_owner(:id)"), {"id": owner.id}) is None
    with db.staff(SYSTEM, towns.own) as own:
        with pytest.raises(NotPermitted):
            rights.erase(own, editor, owner.id, "VERLANGEN")
        rights.erase(own, manager, owner.id, "VERLANGEN")


def test_deadlines_are_kept_by_themselves(db, towns):
    with db.staff(SYSTEM, towns.own) as own:
        due, later = an_owner(own, towns.own, "Fällig"), an_owner(own, towns.own, "Später")
        service.change(
            own, SYSTEM, due.id, due.version, replace(_given(due), delete_on=TODAY + timedelta(days=3)), TODAY
        )
        own.commit()
    assert rights.tend_owners(db, TODAY + timedelta(days=2)) == {"owners": 0}
    assert rights.tend_owners(db, TODAY + timedelta(days=3)) == {"owners": 1}
    with db.staff(SYSTEM, towns.own) as own:
        assert queries.get(own, later.id)
        assert [(one.owner_id, one.ground, one.erased_by) for one in queries.erasures(own, towns.own)] == [
            (due.id, "FRIST", None)
        ]
        assert "Fällig" not in str(own.execute(text("SELECT t::text FROM history.owner_changes t")).all())


def test_where_else_a_name_stands(staff, sent):
    staff.refresh(sent.unit)
    vacancies.add_note(staff, SYSTEM, sent.unit.id, sent.unit.version, f"Schlüssel bei {NAME} Eins, 100%_!")
    ((unit_id, name, where),) = rights.mentions(staff, queries.get(staff, sent.owner.id))
    assert (unit_id, where) == (sent.unit.id, "Notiz der Nutzungseinheit") and name.startswith("Marktstraße 7")


def test_deciding_after_the_owner_is_gone(staff, sent):
    ((answer, _, _),) = campaigns.answers(staff, sent.owner.municipality_id, done=False)
    answer_id, version = answer.id, answer.version
    rights.erase(staff, SYSTEM, sent.owner.id, "VERLANGEN")
    with pytest.raises(NotFound):
        deciding.decide(staff, SYSTEM, answer_id, version, {}, {}, TODAY)
