"""Owners: parts of the whole, heirs with a representative, a ban on contact everywhere, consents that carry a publication."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from geo.core.access import SYSTEM
from geo.core.errors import Conflict, Invalid, NotFound, NotPermitted
from geo.owners import queries, service
from geo.owners.campaigns import printing
from geo.owners.campaigns import queries as campaigns
from geo.owners.campaigns import service as writing
from geo.owners.queries import OwnerFilters
from geo.owners.schemas import (
    ConsentInput,
    ContactInput,
    MemberInput,
    OwnershipInput,
    Share,
    parse_consent,
    parse_owner,
    parse_ownership,
)
from geo.places.schemas import PlaceInput
from geo.vacancies import service as vacancies
from geo.vacancies.queries import Filters
from geo.vacancies.schemas import PublicationInput, UnitInput, VacancyInput
from tests import factories
from tests.geo.owners.letters import NOW, TODAY, a_unit, an_owner, owned


def test_parts_are_never_more_than_the_whole(staff, towns):
    unit = a_unit(staff, towns.own)
    first, second = an_owner(staff, towns.own, "Erbe 1"), an_owner(staff, towns.own, "Erbin 2")
    service.add_ownership(staff, SYSTEM, unit.id, OwnershipInput(first.id, share=Share(2, 3)))
    with pytest.raises(Invalid) as refused:
        service.add_ownership(staff, SYSTEM, unit.id, OwnershipInput(second.id, share=Share(1, 2)))
    assert "share" in refused.value.fields
    service.add_ownership(staff, SYSTEM, unit.id, OwnershipInput(second.id, share=Share(1, 3)))
    with pytest.raises(Invalid):
        service.add_ownership(staff, SYSTEM, unit.id, OwnershipInput(second.id))
    assert [(row.owner, row.share_n) for row in queries.owners_of(staff, unit.id, TODAY)] == [
        ("Erbe 1", 2),
        ("Erbin 2", 1),
    ]


def test_a_sale_is_known_by_its_day(staff, towns):
    unit, before, after = (
        a_unit(staff, towns.own),
        an_owner(staff, towns.own, "Vorher"),
        an_owner(staff, towns.own, "Nachher"),
    )
    held = service.add_ownership(staff, SYSTEM, unit.id, OwnershipInput(before.id))
    service.end_ownership(staff, SYSTEM, held.id, held.version, TODAY - timedelta(days=31), TODAY)
    service.add_ownership(staff, SYSTEM, unit.id, OwnershipInput(after.id, TODAY - timedelta(days=30)))
    for day, name in ((TODAY, "Nachher"), (TODAY - timedelta(days=60), "Vorher")):
        assert [row.owner for row in queries.owners_of(staff, unit.id, day) if row.holds] == [name]
        found = queries.search(staff, towns.own, OwnerFilters(day)).rows
        assert {row.name for row in found if row.vacant} == {name}


def test_heirs_are_written_to_through_who_represents_them(staff, towns):
    unit = a_unit(staff, towns.own)
    community = an_owner(staff, towns.own, "Erbengemeinschaft", kind="ERBENGEMEINSCHAFT", street=None, postcode=None)
    heirs = [an_owner(staff, towns.own, f"Erbin {number}") for number in (1, 2)]
    owned(staff, unit, community)
    assert campaigns.group_of(staff, towns.own, Filters(TODAY)).left_out == {campaigns.NO_ADDRESS: {unit.id}}
    for heir in heirs:
        service.add_member(
            staff, SYSTEM, community.id, MemberInput(heir.id, Share(1, 2), is_representative=True), TODAY
        )
    assert [member.is_representative for member, _ in queries.members_of(staff, community.id)] == [True, False]
    assert campaigns.group_of(staff, towns.own, Filters(TODAY)).recipients == {heirs[1].id: [unit.id]}
    service.block(staff, SYSTEM, heirs[1].id, TODAY)
    assert campaigns.group_of(staff, towns.own, Filters(TODAY)).left_out == {campaigns.BLOCKED: {unit.id}}


def test_a_ban_holds_in_lists_campaigns_and_the_database(staff, towns):
    unit, owner = a_unit(staff, towns.own), an_owner(staff, towns.own, phone="03621 1", email="a@beispiel.test")
    owned(staff, unit, owner)
    campaign = writing.create(staff, SYSTEM, towns.own, "Markt", Filters(TODAY), "", "", TODAY)
    ((letter, _),) = campaigns.letters_of(staff, campaign, TODAY)
    service.block(staff, SYSTEM, owner.id, TODAY)
    (row,) = queries.every(staff, towns.own, OwnerFilters(TODAY))
    assert (row.name, row.phone, row.email, row.street, row.postcode) == (owner.name, None, None, None, None)
    with pytest.raises(Invalid):
        writing.create(staff, SYSTEM, towns.own, "Noch eine", Filters(TODAY), "", "", TODAY)
    with pytest.raises(Invalid):
        printing.print_letters(staff, SYSTEM, campaign.id, [letter.id], NOW)
    staff.execute(text("SELECT set_config('app.action', 'owner.write', true)"))
    with pytest.raises(Exception, match="not to be contacted"):
        staff.execute(text("UPDATE register.owner_letters SET sent_on = current_date, version = version + 1"))


def test_a_withdrawn_consent_takes_down_what_stands_on_it(staff, towns):
    unit, owner = a_unit(staff, towns.own), an_owner(staff, towns.own)
    owned(staff, unit, owner)
    consent = service.add_consent(staff, SYSTEM, owner.id, ConsentInput("VEROEFFENTLICHUNG", TODAY, "BRIEF", 4))
    assert queries.consented_level(staff, unit.id, TODAY) == 4
    data = PublicationInput(4, TODAY + timedelta(days=30), "EIGENTUEMER", title="Laden")
    vacancies.publish(staff, SYSTEM, unit.id, unit.version, data)
    assert service.withdraw_consent(staff, SYSTEM, owner.id, consent.id, TODAY) == [unit.id]
    staff.refresh(unit)
    assert (unit.publication_level, unit.published_during.upper) == (2, TODAY + timedelta(days=31))
    assert not staff.scalar(
        text("SELECT public_point = point FROM register.places WHERE id = :id"), {"id": unit.place_id}
    )
    assert queries.consented_level(staff, unit.id, TODAY) == 0


def test_all_who_own_a_unit_must_agree(staff, towns):
    unit = a_unit(staff, towns.own)
    assert queries.consented_level(staff, unit.id, TODAY) is None
    pair = [an_owner(staff, towns.own, f"Teil {number}") for number in (1, 2)]
    for owner in pair:
        owned(staff, unit, owner)
    service.add_consent(staff, SYSTEM, pair[0].id, ConsentInput("VEROEFFENTLICHUNG", TODAY, "BRIEF", 3, unit.id))
    assert queries.consented_level(staff, unit.id, TODAY) == 0
    until = TODAY + timedelta(days=9)
    service.add_consent(staff, SYSTEM, pair[1].id, ConsentInput("VEROEFFENTLICHUNG", TODAY, "BRIEF", 4, None, until))
    assert queries.consented_level(staff, unit.id, TODAY) == 3
    assert queries.consented_level(staff, unit.id, until + timedelta(days=1)) == 0


def test_who_may_and_who_may_not(db, towns):
    viewer, editor = (factories.actor(db, role, towns.own) for role in ("viewer", "editor"))
    with db.staff(SYSTEM, towns.own) as own:
        owner = an_owner(own, towns.own)
        with pytest.raises(NotPermitted):
            service.block(own, viewer, owner.id, TODAY)
        service.add_contact(own, editor, owner.id, ContactInput(TODAY, "TELEFON", "BERATUNG"))
    with db.staff(SYSTEM, towns.foreign) as elsewhere:
        with pytest.raises(NotFound):
            queries.get(elsewhere, owner.id)
        assert queries.search(elsewhere, towns.own, OwnerFilters(TODAY)).total == 0
        data = VacancyInput(PlaceInput(11.25, 50.93, street="Dort"), UnitInput(), "LEER", TODAY)
        unit = vacancies.create(elsewhere, SYSTEM, towns.foreign, data)
        with pytest.raises(Invalid):
            service.add_ownership(elsewhere, SYSTEM, unit.id, OwnershipInput(owner.id))


def test_a_stale_form_is_a_conflict(staff, towns):
    owner = an_owner(staff, towns.own)
    data = parse_owner({"kind": "PRIVAT", "name": "Neu"}, TODAY)
    service.change(staff, SYSTEM, owner.id, 1, data, TODAY)
    with pytest.raises(Conflict) as clash:
        service.change(staff, SYSTEM, owner.id, 1, data, TODAY)
    assert clash.value.theirs["name"] == "Neu"


@pytest.mark.parametrize(
    ("parse", "form", "field"),
    [
        (lambda form: parse_owner(form, TODAY), {"kind": "PRIVAT", "name": "x\ny"}, "name"),
        (lambda form: parse_owner(form, TODAY), {"kind": "KATZE", "name": "x"}, "kind"),
        (lambda form: parse_owner(form, TODAY), {"kind": "PRIVAT", "name": "x", "email": "x"}, "email"),
        (
            lambda form: parse_owner(form, TODAY),
            {"kind": "PRIVAT", "name": "x", "delete_on": "2001-01-01"},
            "delete_on",
        ),
        (
            lambda form: parse_owner(form, TODAY),
            {"kind": "PRIVAT", "name": "x", "delete_on": "2099-01-01"},
            "delete_on",
        ),
        (parse_ownership, {"owner_id": "1", "share": "3/2"}, "share"),
        (parse_ownership, {"owner_id": "1", "share": "1:2"}, "share"),
        (parse_ownership, {"owner_id": "99999999999"}, "owner_id"),
        (parse_ownership, {"owner_id": "1", "since": "2.2.2020", "until": "1.1.2020"}, "until"),
        (lambda form: parse_consent(form, TODAY), {"kind": "VEROEFFENTLICHUNG", "how": "BRIEF"}, "level"),
    ],
)
def test_mistakes_stand_at_their_field(parse, form, field):
    with pytest.raises(Invalid) as refused:
        parse(form)
    assert field in refused.value.fields
