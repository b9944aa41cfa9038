"""Members, their contacts and working groups: what holds, who reads what, what is erased."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from geo.alliance import queries, service
from geo.alliance.model import Contact, Member
from geo.alliance.schemas import ContactInput, CountInput, WorkInput, member_values, parse_contact, parse_member
from geo.alliance.tending import tend_alliance
from geo.core.access import SYSTEM, Action
from geo.core.db import for_municipality
from geo.core.errors import Conflict, Invalid, NotFound, NotPermitted
from geo.core.history import perform
from tests import factories
from tests.geo.alliance.conftest import MEMBER, a_group, a_member

DAY = date(2025, 1, 1)


def _names(session, day=DAY, **asked):
    return [one.name for one in queries.members(session, day, **asked)]


def test_a_member_is_one_from_its_first_day_until_the_day_before_it_left(desk, office):
    a_member(desk, office, name="Kam und ging", joined_on="2024-01-01", left_on="2025-01-02")
    a_member(desk, office, name="Genannt", joined_on="", known_on="2024-12-31")
    assert _names(desk) == ["Genannt", "Kam und ging"]
    assert _names(desk, date(2025, 1, 2)) == ["Genannt"] and _names(desk, date(2024, 12, 30)) == ["Kam und ging"]
    assert [queries.size(desk, day) for day in (date(2023, 12, 31), date(2024, 1, 1), DAY)] == [0, 1, 2]


def test_a_year_knows_who_came_and_who_went(desk, office):
    a_member(desk, office, name="Alt", joined_on="2021-06-08")
    a_member(desk, office, name="Neu", joined_on="2025-12-31")
    a_member(desk, office, name="Weg", joined_on="2021-06-08", left_on="2025-01-01")
    a_member(desk, office, name="Genannt", joined_on="", known_on="2025-05-05")
    found = queries.changes(desk, date(2025, 1, 1), date(2025, 12, 31))
    assert (found.before, found.after, found.joined, found.left) == (2, 3, ("Neu",), ("Weg",))


def test_list_filters_by_kind_and_words(desk, office):
    a_member(desk, office)
    a_member(desk, office, name="Stadt am Rand", kind="STADT")
    assert _names(desk, kind="STADT") == ["Stadt am Rand"] and _names(desk, search="KAMMER") == ["Probekammer"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"kind": "VEREIN"}, "kind"),
        ({"joined_on": ""}, "joined_on"),
        ({"joined_on": "32.1.2021"}, "joined_on"),
        ({"known_on": "2023-11-15"}, "known_on"),
        ({"left_on": "2021-06-08"}, "left_on"),
        ({"municipality_id": "1"}, "municipality_id"),
        ({"website": "nur worte"}, "website"),
        ({"website": "javascript:alert(1)"}, "website"),
    ],
)
def test_a_mistake_stands_at_its_field(changes, field):
    with pytest.raises(Invalid) as refused:
        parse_member({**MEMBER, **changes})
    assert list(refused.value.fields) == [field]


def test_an_address_without_scheme_gets_one():
    assert parse_member({**MEMBER, "website": "www.beispiel.de"}).website == "https://www.beispiel.de"


def test_one_name_and_one_town_at_a_time(desk, office, towns):
    a_member(desk, office, name="Musterstadt", kind="STADT", municipality_id=str(towns.own), left_on="2024-01-01")
    with pytest.raises(Invalid) as refused:
        a_member(desk, office, name=" MUSTERSTADT ", kind="STADT", joined_on="2023-12-31")
    assert list(refused.value.fields) == ["name"]
    with pytest.raises(Invalid) as refused:
        a_member(desk, office, name="Andere", kind="STADT", municipality_id=str(towns.own), joined_on="2023-12-31")
    assert list(refused.value.fields) == ["municipality_id"]
    again = a_member(
        desk, office, name="Musterstadt", kind="STADT", municipality_id=str(towns.own), joined_on="2024-01-01"
    )
    assert again.id


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"joined_on": None}, "alliance_members_since"),
        ({"known_on": DAY}, "alliance_members_since"),
        ({"left_on": date(2021, 6, 8)}, "alliance_members_left"),
        ({"name": " "}, "alliance_members_name"),
        ({"kind": "VEREIN"}, "alliance_members_kind"),
        ({"website": "ftp://x"}, "alliance_members_website"),
    ],
)
def test_the_database_holds_the_rules_too(desk, office, values, rule):
    row = {"name": "X", "kind": "KAMMER", "joined_on": date(2021, 6, 8)} | values
    with pytest.raises(IntegrityError, match=rule):
        with perform(desk, office, Action.ALLIANCE_EDIT):
            desk.add(Member(**row))
            desk.flush()


def test_the_database_keeps_names_and_towns_apart(desk, office, towns):
    a_member(desk, office, kind="STADT", municipality_id=str(towns.own))
    for values, rule in (
        ({"name": "PROBEKAMMER"}, "alliance_members_once"),
        ({"name": "X", "municipality_id": towns.own}, "alliance_members_town_once"),
    ):
        with pytest.raises(IntegrityError, match=rule):
            with desk.begin_nested(), perform(desk, office, Action.ALLIANCE_EDIT):
                desk.add(Member(kind="STADT", joined_on=DAY, **values))
                desk.flush()


def test_a_stale_form_is_a_conflict_that_shows_what_is_stored(desk, office):
    made = a_member(desk, office)
    service.update_member(desk, office, made.id, made.version, parse_member({**MEMBER, "source": "Neu"}))
    with pytest.raises(Conflict) as conflict:
        service.update_member(desk, office, made.id, 1, parse_member(MEMBER))
    assert conflict.value.theirs["source"] == "Neu" and conflict.value.version == made.version == 2
    assert parse_member(member_values(made)) == parse_member({**MEMBER, "source": "Neu"})


@pytest.mark.parametrize("role", ["viewer", "editor", "manager", "planner", "curator", "admin"])
def test_nobody_but_the_office_writes(db, towns, desk, office, role):
    made = a_member(desk, office)
    person = factories.actor(db, role, towns.own)
    with db.staff(person, towns.own) as session:
        for write in (
            lambda: a_member(session, person, name="Fremd"),
            lambda: service.update_member(session, person, made.id, 1, parse_member(MEMBER)),
            lambda: service.add_contact(session, person, made.id, ContactInput("X")),
            lambda: service.delete_member(session, person, made.id, 1),
            lambda: queries.contacts(session, person, made.id),
        ):
            with pytest.raises(NotPermitted):
                write()


@pytest.mark.parametrize("role", ["manager", "planner", "curator", "admin"])
def test_contacts_are_hidden_by_the_database_itself(db, towns, desk, office, role):
    """Raw SQL under anybody else's name finds no row and writes none, whatever action it claims."""
    made = a_member(desk, office)
    contact = service.add_contact(desk, office, made.id, ContactInput("GEHEIMPERSON", email="geheim@beispiel.test"))
    assert desk.scalars(text("SELECT name FROM register.alliance_contacts")).all() == ["GEHEIMPERSON"]
    person = factories.actor(db, role, towns.own)
    with db.staff(person, towns.own) as session:
        assert session.scalars(text("SELECT name FROM register.alliance_contacts")).all() == []
        session.execute(text("SELECT set_config('app.action', 'alliance.contact', true)"))
        assert session.scalars(text("SELECT name FROM register.alliance_contacts")).all() == []
        changed = session.execute(text("UPDATE register.alliance_contacts SET name = 'X', version = version + 1"))
        assert changed.rowcount == 0
        with pytest.raises(DBAPIError, match="row-level security"):
            with session.begin_nested():
                session.execute(
                    text("INSERT INTO register.alliance_contacts (member_id, name) VALUES (:id, 'X')"), {"id": made.id}
                )
    with db.public() as session, pytest.raises(DBAPIError, match="permission denied"):
        session.execute(text("SELECT * FROM register.alliance_contacts"))
    with db.staff(office) as session:
        assert session.get(Contact, contact.id).name == "GEHEIMPERSON"


def test_who_is_disabled_is_no_office_any_more(db, desk, office):
    made = a_member(desk, office)
    service.add_contact(desk, office, made.id, ContactInput("GEHEIMPERSON"))
    with db.owner() as session, perform(session, SYSTEM, Action.SYSTEM_SETUP):
        session.execute(
            text("UPDATE register.accounts SET disabled_at = now(), version = version + 1 WHERE id = :id"),
            {"id": office.account_id},
        )
        session.commit()
    with db.staff(office) as session:
        assert session.scalars(text("SELECT name FROM register.alliance_contacts")).all() == []


def test_an_erased_contact_leaves_nothing_behind(db, desk, office):
    made = a_member(desk, office)
    data = parse_contact(
        {
            "name": "GEHEIMNAME",
            "function": "GEHEIMAMT",
            "email": " Geheim@Beispiel.test",
            "phone": "0361 GEHEIM",
            "note": "GEHEIM",
        }
    )
    contact = service.add_contact(desk, office, made.id, data)
    assert contact.email == "geheim@beispiel.test"
    service.update_contact(desk, office, contact.id, contact.version, ContactInput("GEHEIMANDERS"))
    assert service.erase_contact(desk, office, contact.id) == made.id
    with db.owner() as session:
        found = session.execute(
            text(
                "SELECT action, operation, old_values::text, new_values::text FROM history.changes"
                " WHERE table_name = 'alliance_contacts' ORDER BY id"
            )
        ).all()
        assert [(row.action, row.operation) for row in found] == [
            ("alliance.contact", one) for one in ("INSERT", "UPDATE", "DELETE")
        ]
        assert "geheim" not in str(found).lower()
        assert session.scalar(text("SELECT count(*) FROM register.alliance_contacts")) == 0


def test_contacts_of_who_left_are_forgotten_after_a_year(database, cluster, settings):
    from tests.conftest import register_apart

    with register_apart(cluster, "alliance_tending") as built:
        today = date(2026, 11, 27)
        with built.owner() as session:
            for name, left in (
                ("Weg", today - timedelta(days=366)),
                ("Eben weg", today - timedelta(days=365)),
                ("Da", None),
            ):
                data = parse_member({"name": name, "kind": "VERBAND", "joined_on": "2021-06-08", "left_on": left or ""})
                made = service.create_member(session, SYSTEM, data)
                service.add_contact(session, SYSTEM, made.id, ContactInput(f"Kontakt {name}"))
            session.commit()
        assert tend_alliance(built, settings, today) == {"contacts": 1, "documents": 0}
        with built.owner() as session:
            assert session.scalars(text("SELECT name FROM register.alliance_contacts ORDER BY id")).all() == [
                "Kontakt Eben weg",
                "Kontakt Da",
            ]


def test_who_did_something_is_not_deleted(desk, office, group):
    made = a_member(desk, office)
    work = service.put_to_work(desk, office, group.id, made.id, WorkInput("Schreibt", leads=True))
    with pytest.raises(Invalid, match="Austritt"):
        service.delete_member(desk, office, made.id, made.version)
    service.remove_work(desk, office, work.id)
    service.delete_member(desk, office, made.id, made.version)
    assert _names(desk) == []


def _undo(desk, actor, member_id, town=None):
    """As a request of its own."""
    newest = queries.newest_change(desk, member_id, town)
    return service.undo_member(desk, replace(actor, request_id="other"), member_id, newest.id, town)


def test_a_members_change_is_taken_back_with_what_it_did_in_groups(desk, office, group, towns):
    made = a_member(desk, office, name="Stadt Musterstadt", kind="STADT", municipality_id=str(towns.own))
    work = service.put_to_work(desk, office, group.id, made.id, WorkInput("Schreibt"))
    left = {**member_values(made), "name": "Anders", "left_on": "2025-01-02"}
    service.update_member(desk, replace(office, request_id="a"), made.id, made.version, parse_member(left))
    desk.flush()
    desk.expire_all()
    assert work.until == date(2025, 1, 2)
    back = _undo(desk, office, made.id, towns.own)
    assert (back.name, back.left_on, back.version, work.until) == ("Stadt Musterstadt", None, 3, None)
    _undo(desk, replace(office, request_id="c"), made.id, towns.own)
    desk.expire_all()
    assert back.name == "Anders" and work.until == date(2025, 1, 2)


def test_a_deleted_member_comes_back_without_its_contacts(desk, office, towns):
    made = a_member(desk, office, name="Stadt Musterstadt", kind="STADT", municipality_id=str(towns.own))
    service.add_contact(desk, office, made.id, ContactInput("GEHEIMPERSON", email="geheim@beispiel.test"))
    key = made.id
    service.delete_member(desk, replace(office, request_id="a"), key, made.version)
    desk.flush()
    back = _undo(desk, office, key, towns.own)
    assert (back.name, back.municipality_id) == ("Stadt Musterstadt", towns.own)
    assert queries.contacts(desk, office, key) == []
    with for_municipality(desk, towns.own):
        told = desk.scalars(text("SELECT concat(c.old_values, c.new_values) FROM history.changes c")).all()
    assert any("Musterstadt" in one for one in told) and not any("GEHEIM" in one for one in told)


def test_an_entry_with_contacts_is_not_taken_back_and_an_older_change_neither(desk, office):
    made = a_member(desk, office)
    first = queries.newest_change(desk, made.id, None).id
    contact = service.add_contact(desk, office, made.id, ContactInput("Person"))
    with pytest.raises(Conflict, match="Kontakte"):
        service.undo_member(desk, office, made.id, first)
    service.erase_contact(desk, office, contact.id)
    service.update_member(desk, office, made.id, made.version, parse_member({**MEMBER, "name": "Neu"}))
    desk.flush()
    with pytest.raises(Conflict, match="neuere"):
        service.undo_member(desk, office, made.id, first)
    with pytest.raises(NotFound):
        service.undo_member(desk, office, 99_999, first)


def test_an_entry_made_by_mistake_is_taken_back(desk, office):
    made = a_member(desk, office)
    assert _undo(desk, office, made.id) is None and _names(desk) == []


def test_a_member_does_not_come_back_beside_another_of_its_name(desk, office):
    made = a_member(desk, office)
    service.delete_member(desk, replace(office, request_id="a"), made.id, made.version)
    desk.flush()
    a_member(desk, office)
    with pytest.raises(IntegrityError, match="alliance_members_once"):
        _undo(desk, office, made.id)


def test_a_group_shows_its_lead_first_and_those_who_stopped_last(desk, office, group):
    for name, data in (
        ("A war da", WorkInput(since=date(2022, 1, 1), until=DAY)),
        ("B arbeitet", WorkInput("Zählt")),
        ("C leitet", WorkInput("Leitet", leads=True, since=DAY)),
    ):
        made = a_member(desk, office, name=name)
        service.put_to_work(desk, office, group.id, made.id, data)
    assert [one.member for one in queries.work_in(desk, group.id, DAY)] == ["C leitet", "B arbeitet", "A war da"]
    rows = {one.name: one.groups for one in queries.members(desk, DAY)}
    assert rows == {"A war da": (), "B arbeitet": (group.name,), "C leitet": (group.name,)}
    with pytest.raises(Invalid) as refused:
        service.put_to_work(desk, office, group.id, made.id, WorkInput())
    assert list(refused.value.fields) == ["since"]


def test_who_leaves_the_alliance_leaves_its_groups(desk, office, group):
    made = a_member(desk, office)
    service.put_to_work(desk, office, group.id, made.id, WorkInput())
    service.update_member(desk, office, made.id, made.version, parse_member({**MEMBER, "left_on": "2025-06-01"}))
    assert [one.until for one in queries.work_in(desk, group.id, DAY)] == [date(2025, 6, 1)]


def test_texts_of_a_group_change_under_its_version(desk, office, group):
    from geo.alliance.schemas import GroupInput

    service.update_group(desk, office, group.slug, group.version, GroupInput("AG Neu", "Group new", "Tut etwas."))
    found = queries.find_group(desk, group.slug)
    assert (found.name, found.description, found.version) == ("AG Neu", "Tut etwas.", group.version + 1)
    with pytest.raises(Conflict) as conflict:
        service.update_group(desk, office, group.slug, group.version, GroupInput("AG Alt", "Group old"))
    assert conflict.value.theirs["name"] == "AG Neu"
    assert a_group(desk, "zweite").version == 1


def test_a_second_number_of_a_day_takes_the_first_ones_place(desk, office):
    service.record_count(desk, office, CountInput(date(2023, 11, 15), 60, "Entwurf"))
    service.record_count(desk, office, CountInput(date(2023, 11, 15), 65, "Bericht", is_more=True))
    found = queries.counts(desk)
    assert [(one.members, one.is_more, one.source) for one in found] == [(65, True, "Bericht")]
    service.remove_count(desk, office, found[0].id)
    assert queries.counts(desk) == []
