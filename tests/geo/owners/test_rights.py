"""What a person may ask for: everything that is stored on them, and that nothing of it is left, anywhere."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from geo.core.access import SYSTEM, Action
from geo.core.errors import NotFound, NotPermitted
from geo.core.history import perform
from geo.owners import queries, rights, service
from geo.owners.campaigns import answering, deciding
from geo.owners.campaigns import queries as campaigns
from geo.owners.campaigns.answering import parse_answer
from geo.owners.schemas import ConsentInput, ContactInput, MemberInput, OwnerInput
from geo.vacancies import service as vacancies
from geo.vacancies.cases import service as cases
from geo.vacancies.cases.schemas import Opening
from geo.vacancies.citizens.model import Report
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
    service.add_member(staff, SYSTEM, community.id, MemberInput(owner.id), TODAY)
    token = confirmed(staff, made)
    found, shown = answering.form_of(staff, token, NOW)
    form = a_form(
        made.unit, message=f"{NAME} schreibt", contact_name=f"{NAME} Tochter", wants_call="1", call_phone="LOESCHMICH-1"
    )
    answering.submit(staff, token, parse_answer(form, found.owner, shown), request_id="t", now=NOW)
    return made


def _given(owner):

    return OwnerInput(**{name: getattr(owner, name) for name in OwnerInput.__dataclass_fields__})


# What is a person's in the tables of owners, and what of it may hold a text: found in the catalogue, so that a new table
# or column is planted and looked for without being named here.
_TEXTS = """
    SELECT c.table_schema || '.' || c.table_name AS name, c.column_name, c.data_type, c.character_maximum_length AS most
    FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE c.table_schema IN ('register', 'history', 'jobs') AND t.table_type = 'BASE TABLE'
      AND c.data_type IN ('text', 'character', 'character varying', 'json', 'jsonb', 'ARRAY', 'USER-DEFINED')
    ORDER BY 1, 2
"""
_LISTS = """
    SELECT a.attname FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
    WHERE k.contype = 'c' AND k.conrelid = CAST(:name AS regclass) AND pg_get_constraintdef(k.oid) LIKE '%ANY%'
"""
_COLUMNS = "SELECT attname FROM pg_attribute WHERE attrelid = CAST(:name AS regclass) AND attnum > 0"
# The town's own, not a person's: what stands there is told as a mention.
_OF_THE_TOWN = {"register.owner_campaigns", "register.owner_settings", "register.owner_erasures"}


def _texts(session):
    found = {}
    for row in session.execute(text(_TEXTS)):
        found.setdefault(row.name, []).append(row)
    return found


def _with(db, word):
    """The tables in which the word stands, in whatever column."""
    with db.owner() as session:
        return {
            name
            for name, columns in _texts(session).items()
            if session.scalar(
                text(f"SELECT bool_or(lower(concat_ws(' ', {', '.join(f'{one.column_name}::text' for one in columns)}))"
                     f" LIKE :word) FROM {name}"), {"word": f"%{word}%"},
            )
        }  # fmt: skip


# Which rows of such a table are somebody's, by the first of these columns that it has.
_THEIRS = {
    "owner_id": "owner_id = :id",
    "letter_id": "letter_id IN (SELECT id FROM register.owner_letters WHERE owner_id = :id)",
    "answer_id": "answer_id IN (SELECT id FROM register.owner_answers WHERE owner_id = :id)",
    "id": "id = :id",
}


def _plant(db, owner_id):
    """A person's name in every free text of every row of theirs in every table of owners; the tables that have one."""
    planted = set()
    with db.owner() as session, perform(session, SYSTEM, Action.SAMPLE_LOAD):
        for name, columns in _texts(session).items():
            if not name.startswith("register.owner") or name in _OF_THE_TOWN:
                continue
            coded, all_of = set(session.scalars(text(_LISTS), {"name": name})), text(_COLUMNS)
            every = set(session.scalars(all_of, {"name": name}))
            free = [one.column_name for one in columns if one.data_type == "text" and one.column_name not in coded]
            which = next(condition for column, condition in _THEIRS.items() if column in every)
            values = [f"{one} = '{NAME} {one}'" for one in free] + ["version = version + 1"] * ("version" in every)
            if free:
                found = session.execute(text(f"UPDATE {name} SET {', '.join(values)} WHERE {which}"), {"id": owner_id})
                assert found.rowcount, name
                planted.add(name)
        session.commit()
    return planted


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
    assert {row["was"] for row in told["verlauf"]} == {
        *("owners", "ownerships", "owner_consents", "owner_contacts", "owner_letters", "owner_answers"),
        *("owner_members", "owner_proposals"),
    }


def test_a_long_history_is_told_to_its_end(db, staff, sent):
    before = len(rights.history(staff, sent.owner.id))
    with db.owner() as session:
        session.execute(
            text("INSERT INTO history.owner_changes (table_name, row_id, municipality_id, operation, action, request_id)"
                 " SELECT 'owners', :id, :town, 'UPDATE', 'owner.edit', '' FROM generate_series(1, 1100)"),
            {"id": sent.owner.id, "town": sent.owner.municipality_id},
        )  # fmt: skip
        session.commit()
    assert len(rights.history(staff, sent.owner.id)) == before + 1100


def test_nothing_is_left(db, staff, towns, sent, store):
    planted = _plant(db, sent.owner.id)
    staff.expire_all()
    assert planted >= {f"register.owner{name}" for name in ("s", "_consents", "_contacts", "_letters", "_answers")}
    assert _with(db, "löschmich") == planted | {"history.owner_changes"}
    owner_id = sent.owner.id
    made = rights.erase(staff, SYSTEM, owner_id, "VERLANGEN", store, TODAY)
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


def test_nobody_erases_in_another_town(db, towns, store):
    manager = factories.actor(db, "manager", towns.own)
    editor = factories.actor(db, "editor", towns.own)
    with db.staff(SYSTEM, towns.own) as own:
        owner = an_owner(own, towns.own)
        own.commit()
    with db.staff(SYSTEM, towns.foreign) as elsewhere:
        with pytest.raises(NotFound):
            rights.erase(elsewhere, SYSTEM, owner.id, "VERLANGEN", store, TODAY)
        elsewhere.execute(text("SELECT set_config('app.action', 'owner.erase', true)"))
        assert elsewhere.scalar(text("SELECT register.erase_owner(:id)"), {"id": owner.id}) is None
    with db.staff(SYSTEM, towns.own) as own:
        with pytest.raises(NotPermitted):
            rights.erase(own, editor, owner.id, "VERLANGEN", store, TODAY)
        rights.erase(own, manager, owner.id, "VERLANGEN", store, TODAY)


def test_deadlines_are_kept_by_themselves(db, towns, tmp_path):
    with db.staff(SYSTEM, towns.own) as own:
        due, later = an_owner(own, towns.own, "Fällig"), an_owner(own, towns.own, "Später")
        service.change(
            own, SYSTEM, due.id, due.version, replace(_given(due), delete_on=TODAY + timedelta(days=3)), TODAY
        )
        own.commit()
    assert rights.tend_owners(db, tmp_path, TODAY + timedelta(days=2)) == {"owners": 0, "lowered": 0}
    assert rights.tend_owners(db, tmp_path, TODAY + timedelta(days=3)) == {"owners": 1, "lowered": 0}
    with db.staff(SYSTEM, towns.own) as own:
        assert queries.get(own, later.id)
        assert [(one.owner_id, one.ground, one.erased_by) for one in queries.erasures(own, towns.own)] == [
            (due.id, "FRIST", None)
        ]
        assert "Fällig" not in str(own.execute(text("SELECT t::text FROM history.owner_changes t")).all())


def test_where_else_a_name_stands(staff, towns, sent):
    name = f"{NAME} Eins"
    staff.refresh(sent.unit)
    vacancies.add_note(staff, SYSTEM, sent.unit.id, sent.unit.version, f"Schlüssel bei {name}, 100%_!")
    case = cases.open_case(staff, SYSTEM, sent.unit.id, Opening(on=TODAY, note=f"mit {name} gesprochen"))
    other = an_owner(staff, towns.own, "Jemand anderes", note=f"verheiratet mit {name.upper()}")
    with perform(staff, SYSTEM, Action.VACANCY_EDIT, towns.own):
        report = Report(municipality_id=towns.own, kind="LEER", words=f"gehört wohl {name}")
        staff.add(report)
    found = {(one.page, one.number, one.where) for one in rights.mentions(staff, queries.get(staff, sent.owner.id))}
    assert found == {
        ("unit", sent.unit.id, "Notiz der Nutzungseinheit"),
        ("case", case.id, "Verlauf des Falls"),
        ("report", report.id, "Meldung"),
        ("owner", other.id, "Angaben zu jemand anderem"),
    }


def test_deciding_after_the_owner_is_gone(staff, sent, store):
    ((answer, _, _),) = campaigns.answers(staff, sent.owner.municipality_id, done=False)
    answer_id, version = answer.id, answer.version
    rights.erase(staff, SYSTEM, sent.owner.id, "VERLANGEN", store, TODAY)
    with pytest.raises(NotFound):
        deciding.decide(staff, SYSTEM, answer_id, version, {}, {}, TODAY)
