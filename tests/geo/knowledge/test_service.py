"""Rules of best-practice cards, kept and broken; who may write; what the history says; taking back; what is public."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text

from geo.core.access import SYSTEM
from geo.core.errors import Conflict, Invalid, NotFound, NotPermitted
from geo.core.history import perform
from geo.knowledge import public, queries, service
from geo.knowledge.feature import CARDS
from geo.knowledge.schemas import input_values
from tests import factories
from tests.geo.knowledge.conftest import a_card, form, parsed

TODAY = date(2026, 11, 27)


def published(session, card):
    return service.publish(session, SYSTEM, card.id, card.version, TODAY)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", " "),
        ("result", ""),
        ("description", ""),
        ("source", ""),
        ("longitude", "50,93"),
        ("longitude", "8,9"),
        ("begins", "1492"),
        ("ends", "2018"),
        ("measures", ["M99"]),
        ("fields_of_action", ["ALLES"]),
        ("working_group_id", "77"),
        ("link", "javascript:alert(1)"),
        ("link", "https://"),
        ("link", "https://ohne punkt"),
        ("result", "x" * 1501),
    ],
)
def test_each_mistake_has_a_sentence(field, value):
    with pytest.raises(Invalid) as refused:
        parsed(**{field: value})
    assert list(refused.value.fields) == [field]


def test_an_end_needs_a_beginning():
    with pytest.raises(Invalid) as refused:
        parsed(begins="")
    assert list(refused.value.fields) == ["begins"]


def test_a_town_outside_is_named_and_may_lie_anywhere_in_germany(staff):
    with pytest.raises(Invalid) as refused:
        parsed(in_register=False, longitude="8,92", latitude="50,13")
    assert list(refused.value.fields) == ["elsewhere"]
    made = a_card(staff, None, elsewhere="Hanau (Hessen)", longitude="8,92", latitude="50,13")
    assert queries.get(staff, SYSTEM, made.id).town == "Hanau (Hessen)"
    with pytest.raises(Invalid):
        parsed(in_register=False, elsewhere="Wien", longitude="16,37", latitude="48,2")


def test_the_point_of_a_towns_card_lies_in_the_town(staff, towns):
    with pytest.raises(Invalid) as refused:
        a_card(staff, towns.own, longitude="11,25")
    assert list(refused.value.fields) == ["longitude"]


def test_a_card_is_public_from_its_publication_to_its_withdrawal(staff, card, db):
    def seen():
        with db.public() as session:
            return [one.title for one in public.cards(session, public.Filters())]

    assert seen() == []
    published(staff, card)
    assert seen() == ["Laden auf Zeit"]
    service.withdraw(staff, SYSTEM, card.id, card.version)
    assert seen() == []


def test_the_declaration_is_the_view(staff):
    columns = [*staff.execute(text(f"SELECT * FROM {CARDS.view} LIMIT 0")).keys()]
    assert sorted(columns) == sorted([*CARDS.columns, "point"])


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"field": "ANGEBOT"}, True),
        ({"field": "IDENTITAET"}, False),
        ({"measure": "M08"}, True),
        ({"measure": "M02"}, False),
        ({"town": factories.OWN_AGS}, True),
        ({"town": "Musterstadt"}, False),
        ({"group": "ag-x"}, False),
    ],
)
def test_filters(staff, card, db, filters, found):
    published(staff, card)
    with db.public() as session:
        assert bool(public.cards(session, public.Filters(**filters))) is found


def test_in_english_a_missing_text_is_german_and_says_so(staff, card, db):
    published(staff, card)
    with db.public() as session:
        shown = public.card(session, card.id)
    assert shown.in_language("result", "en") == ("Three shops are let again.", "en")
    assert shown.in_language("description", "en") == ("Die Stadt vermietet leere Läden wochenweise.", "de")


def test_a_manager_proposes_for_the_own_town_and_edits_the_draft_alone(db, towns):
    manager = factories.actor(db, "manager", towns.own)
    with db.staff(manager, towns.own) as session:
        made = a_card(session, towns.own, actor=manager, is_checked="1")
        assert made.is_proposal and not made.is_checked
        changed = service.update(session, manager, made.id, made.version, parsed(title="Anders"))
        assert changed.title == "Anders" and changed.is_proposal
        with pytest.raises(NotPermitted):
            published_by = service.publish(session, manager, made.id, made.version, TODAY)
            assert published_by is None
        with pytest.raises(NotPermitted):
            a_card(session, towns.foreign, actor=manager, longitude="11,25")
        with pytest.raises(NotPermitted):
            a_card(session, None, actor=manager, elsewhere="Hanau")


def test_what_a_town_changes_is_not_checked_any_more(db, staff, towns, card):
    """The office has checked what stood there; shown again, it would say so of words that it never read."""
    manager = factories.actor(db, "manager", towns.own)
    checked = service.update(staff, SYSTEM, card.id, card.version, parsed(is_checked="1"))
    assert checked.is_checked
    same = service.update(staff, manager, card.id, checked.version, parsed())
    assert same.is_checked and same.version == checked.version
    assert not service.update(staff, manager, card.id, same.version, parsed(result="Alles vermietet.")).is_checked


def test_an_editor_proposes_nothing(staff, towns, editor):
    with pytest.raises(NotPermitted):
        a_card(staff, towns.own, actor=editor)


def test_what_is_published_the_office_alone_changes(db, staff, towns, card):
    manager = factories.actor(db, "manager", towns.own)
    published(staff, card)
    for refused in (
        lambda: service.update(staff, manager, card.id, card.version, parsed(title="Anders")),
        lambda: service.delete(staff, manager, card.id, card.version),
        lambda: service.undo(staff, manager, card.id, queries.newest_change(staff, card)),
    ):
        with pytest.raises(Conflict, match="Geschäftsstelle"):
            refused()


def test_a_foreign_draft_is_not_there(db, staff, towns, card):
    staff.commit()
    stranger = factories.actor(db, "manager", towns.foreign)
    with db.staff(stranger, towns.foreign) as session:
        with pytest.raises(NotFound):
            queries.get(session, stranger, card.id)
        assert queries.cards(session, stranger) == []
        assert session.scalar(text("SELECT count(*) FROM register.knowledge_cards")) == 0
    published(staff, card)
    staff.commit()
    with db.staff(stranger, towns.foreign) as session:
        assert [row.title for row in queries.cards(session, stranger)] == ["Laden auf Zeit"]
        assert queries.get(session, stranger, card.id).card.title == "Laden auf Zeit"


def test_a_published_card_is_withdrawn_before_it_is_deleted(staff, card):
    published(staff, card)
    with pytest.raises(Conflict, match="zurückziehen"):
        service.delete(staff, SYSTEM, card.id, card.version)
    service.withdraw(staff, SYSTEM, card.id, card.version)
    service.delete(staff, SYSTEM, card.id, card.version)
    assert queries.find(staff, card.id) is None


def test_a_stale_change_shows_what_is_stored(staff, card):
    service.update(staff, SYSTEM, card.id, card.version, parsed(title="Zuerst"))
    with pytest.raises(Conflict) as refused:
        service.update(staff, SYSTEM, card.id, 1, parsed(title="Danach"))
    assert refused.value.theirs["title"] == "Zuerst"
    assert set(refused.value.theirs) == set(input_values(parsed()))
    for stale in (service.delete, service.withdraw):
        with pytest.raises(Conflict):
            stale(staff, SYSTEM, card.id, 1)
    with pytest.raises(Conflict):
        service.publish(staff, SYSTEM, card.id, 1, TODAY)


def test_history_and_undo(staff, card):
    again = replace(SYSTEM, request_id="second")
    service.update(staff, again, card.id, card.version, parsed(title="Anders", measures=["M02", "M08"]))
    changed = {field.name for field in queries.history(staff, SYSTEM, card.id)[0].fields}
    assert changed == {"title", "measures"}
    service.undo(staff, SYSTEM, card.id, queries.newest_change(staff, card))
    staff.refresh(card)
    assert (card.title, card.measures) == ("Laden auf Zeit", ["M08"])


def test_saving_the_same_again_changes_nothing(staff, card):
    service.update(staff, SYSTEM, card.id, card.version, parsed())
    assert (card.version, len(queries.history(staff, SYSTEM, card.id))) == (1, 1)


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("elsewhere", "'Hanau'", "knowledge_cards_town"),
        ("title", "' '", "knowledge_cards_texts"),
        ("link", "'javascript:alert(1)'", "knowledge_cards_link"),
        ("measures", "'{m-1}'", "knowledge_cards_measures"),
        ("measures", "'{M01,\"\"}'", "knowledge_cards_measures"),
        ("fields_of_action", "'{ALLES}'", "knowledge_cards_fields"),
        ("ends", "2018", "knowledge_cards_period"),
        ("point", "public.ST_SetSRID(public.ST_MakePoint(2, 48), 4326)", "knowledge_cards_point"),
    ],
)
def test_the_database_holds_the_rules_too(staff, towns, card, column, value, rule):
    with pytest.raises(Exception, match=rule):
        with perform(staff, SYSTEM, service.Action.KNOWLEDGE_EDIT, towns.own):
            staff.execute(text(f"UPDATE register.knowledge_cards SET {column} = {value}, version = version + 1"))


def test_the_form_is_complete():
    assert set(form()) <= set(input_values(parsed()))
