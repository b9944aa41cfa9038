"""What is public because the owners agreed: only while all of them do, and only as far as they do."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from geo.core.access import SYSTEM, Action
from geo.core.history import perform
from geo.owners import queries, rights, service
from geo.owners.campaigns import deciding
from geo.owners.schemas import ConsentInput, MemberInput
from geo.vacancies import queries as units
from geo.vacancies import service as vacancies
from geo.vacancies.schemas import PublicationInput
from tests.geo.owners.letters import TODAY, a_sent_letter, a_unit, an_owner, owned
from tests.geo.owners.test_answers import answered, decided

UNTIL = TODAY + timedelta(days=90)


def agreed(session, owner, level=4, unit=None, until=None):
    data = ConsentInput("VEROEFFENTLICHUNG", TODAY, "BRIEF", level, unit and unit.id, until)
    return service.add_consent(session, SYSTEM, owner.id, data)


def shown(session, unit, level=4, kind="EIGENTUEMER"):
    session.refresh(unit)
    data = PublicationInput(level, UNTIL, kind, title="Laden")
    return vacancies.publish(session, SYSTEM, unit.id, unit.version, data)


def level_of(session, unit):
    found = units.get(session, unit.id)
    session.refresh(found)
    return found.publication_level


@pytest.fixture
def unit(staff, towns):
    return a_unit(staff, towns.own)


@pytest.fixture
def owner(staff, towns, unit):
    made = an_owner(staff, towns.own)
    owned(staff, unit, made)
    return made


@pytest.mark.parametrize(("given", "wanted", "kind", "may"), [
    (None, 3, "EIGENTUEMER", False), (3, 3, "EIGENTUEMER", True), (3, 4, "EIGENTUEMER", False),
    (None, 4, "KOMMUNAL", True), (None, 2, "EIGENTUEMER", True),
])  # fmt: skip
def test_with_known_owners_a_publication_stands_on_their_consent(staff, unit, owner, given, wanted, kind, may):
    if given:
        agreed(staff, owner, given)
    if may:
        shown(staff, unit, wanted, kind)
    else:
        with pytest.raises(DBAPIError, match="Not all owners agreed"), staff.begin_nested():
            shown(staff, unit, wanted, kind)
    assert level_of(staff, unit) == (wanted if may else 0)


def test_without_known_owners_the_units_own_ground_holds(staff, unit):
    shown(staff, unit, 4)
    assert level_of(staff, unit) == 4


def test_what_is_sold_erased_or_no_more_represented_is_lowered_at_once(staff, towns, store, unit, owner):
    agreed(staff, owner)
    shown(staff, unit)
    (row,) = queries.owners_of(staff, unit.id, TODAY)
    yesterday = TODAY - timedelta(days=1)
    assert service.end_ownership(staff, SYSTEM, row.ownership_id, row.ownership_version, yesterday, TODAY) == [unit.id]
    assert level_of(staff, unit) == 2

    second, third = (a_unit(staff, towns.own, number=number) for number in ("8", "9"))
    owned(staff, second, owner)
    shown(staff, second)
    rights.erase(staff, SYSTEM, owner.id, "VERLANGEN", store, TODAY)
    assert level_of(staff, second) == 2

    community = an_owner(staff, towns.own, "Erben", kind="ERBENGEMEINSCHAFT")
    first, other = (an_owner(staff, towns.own, f"Erbin {number}") for number in (1, 2))
    owned(staff, third, community)
    service.add_member(staff, SYSTEM, community.id, MemberInput(first.id, is_representative=True), TODAY)
    agreed(staff, first)
    shown(staff, third)
    service.add_member(staff, SYSTEM, community.id, MemberInput(other.id, is_representative=True), TODAY)
    assert level_of(staff, third) == 2


def test_an_owner_entered_by_mistake_takes_nothing_down(staff, towns, unit):
    shown(staff, unit)  # on paper, before anybody was entered
    wrong = an_owner(staff, towns.own, "Irrtum")
    owned(staff, unit, wrong)
    (row,) = queries.owners_of(staff, unit.id, TODAY)
    assert service.remove_ownership(staff, SYSTEM, row.ownership_id, TODAY) == []
    assert level_of(staff, unit) == 4


def test_a_consent_that_runs_out_is_noticed_by_the_daily_job(db, staff, tmp_path, unit, owner):
    agreed(staff, owner, until=TODAY + timedelta(days=5))
    shown(staff, unit)
    assert rights.tend_owners(db, tmp_path, TODAY + timedelta(days=5))["lowered"] == 0
    assert rights.tend_owners(db, tmp_path, TODAY + timedelta(days=6))["lowered"] == 1
    assert level_of(staff, unit) == 2
    assert rights.tend_owners(db, tmp_path, TODAY + timedelta(days=6))["lowered"] == 0


@pytest.mark.parametrize("less", [3, 2, 0])
def test_who_agrees_to_less_agrees_to_no_more_than_that(staff, towns, less):
    sent = a_sent_letter(staff, towns.own)
    other = a_unit(staff, towns.own, number="8")
    owned(staff, other, sent.owner)
    agreed(staff, sent.owner)
    for one in (sent.unit, other):
        shown(staff, one)
    answer = answered(staff, sent, level=str(less))
    assert decided(staff, answer) == {}
    assert queries.consented_level(staff, sent.unit.id, TODAY) == less
    assert level_of(staff, sent.unit) == less
    assert (queries.consented_level(staff, other.id, TODAY), level_of(staff, other)) == (4, 4)


def test_a_consent_is_of_the_day_in_germany(staff, towns):
    sent = a_sent_letter(staff, towns.own)
    answer = answered(staff, sent, level="3")
    with perform(staff, SYSTEM, Action.OWNER_EDIT, towns.own):
        answer.received_at = datetime(2026, 6, 1, 22, 30, tzinfo=UTC)
    decided(staff, answer)
    (consent,) = queries.consents_of(staff, sent.owner.id)
    assert str(consent.given_on) == "2026-06-02"


def test_a_rent_is_accepted_for_what_was_public_once(staff, towns):
    sent = a_sent_letter(staff, towns.own)
    agreed(staff, sent.owner)
    shown(staff, sent.unit)
    answer = answered(staff, sent, rent_eur_m2="7,5", level="4")
    staff.execute(text("SELECT set_config('app.action', 'vacancy.publish', true)"))
    past = {"first": TODAY - timedelta(days=30), "last": TODAY - timedelta(days=2), "id": sent.unit.id}
    staff.execute(
        text(
            "UPDATE register.units SET published_during = daterange(:first, :last), version = version + 1 WHERE id = :id"
        ),
        past,
    )
    rows = {row.proposal.field: row for row in deciding.rows_of(staff, answer)}
    rent = rows["rent_eur_m2"].proposal
    staff.refresh(answer)
    assert deciding.decide(staff, SYSTEM, answer.id, answer.version, {rent.id: True}, {}, TODAY) == {}
    unit = units.get(staff, sent.unit.id)
    assert (unit.rent_eur_m2, unit.publication_level, unit.published_during) == (7.5, 1, None)
