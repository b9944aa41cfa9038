"""The link in a letter under attack; what it may change; what the town decides."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text

from geo.core.access import SYSTEM, Action
from geo.core.errors import Conflict, Invalid, NotFound
from geo.core.history import perform
from geo.owners import queries as owners
from geo.owners import rights
from geo.owners.campaigns import answering, deciding, links, queries, service
from geo.owners.campaigns.answering import parse_answer
from geo.owners.campaigns.model import Letter, Link
from geo.vacancies import queries as units
from geo.vacancies import service as vacancies
from geo.vacancies.schemas import SpellInput
from tests.geo.owners.letters import NOW, TODAY, a_form, a_printed_letter, a_sent_letter, confirmed

RIGHT = ("99867", "Birkenweg 4")


def answered(session, sent, **changed):
    """An answer sent by the link."""
    token = confirmed(session, sent)
    found, shown = answering.form_of(session, token, NOW)
    data = parse_answer(a_form(sent.unit, **changed), found.owner, shown)
    return answering.submit(session, token, data, request_id="t", now=NOW)


def decided(session, answer, today=TODAY, **no):
    """Everything accepted, but for the fields named."""
    rows = deciding.rows_of(session, answer)
    chosen = {row.proposal.id: row.proposal.field not in no for row in rows}
    seen = {row.proposal.id: row.now or "" for row in rows}
    session.refresh(answer)
    return deciding.decide(session, SYSTEM, answer.id, answer.version, chosen, seen, today)


@pytest.fixture
def sent(staff, towns):
    return a_sent_letter(staff, towns.own)


def test_a_code_is_typed_as_it_comes(sent):
    code = sent.code
    for typed in (
        code.lower(),
        code.replace("-", " ", 2).replace(" ", "- "),
        f"  {code[:9]}{code[9:].replace('-', '')} ",
    ):
        assert links.typed_code(typed) == code
    for nonsense in ("", "-", "ä", "1", "1-", "x-y", "9" * 5000, "1-" + "A" * 5000, "\0-\0"):
        assert len(links.typed_code(nonsense)) < 90


def test_only_the_hash_is_kept(staff, sent):
    kept = str(staff.execute(text("SELECT t::text FROM register.owner_links t")).all())
    kept += str(staff.execute(text("SELECT t::text FROM history.owner_changes t")).all())
    assert sent.code not in kept and sent.code.split("-", 1)[1] not in kept


@pytest.mark.parametrize(
    "wrong", [("99867", "Birkenweg 5"), ("99868", "Birkenweg 4"), ("", ""), ("9" * 9999, "x" * 9999)]
)
def test_a_wrong_address_opens_nothing(staff, sent, wrong):
    assert answering.confirm(staff, sent.code, *wrong, request_id="t", now=NOW) is None
    assert answering.confirm(staff, sent.code, "99867 ", "birkenweg  4", request_id="t", now=NOW)


def test_after_many_wrong_addresses_the_letter_is_closed(staff, sent):
    for _ in range(links.MOST_WRONG):
        answering.confirm(staff, sent.code, "1", "1", request_id="t", now=NOW)
    with pytest.raises(NotFound):
        answering.confirm(staff, sent.code, *RIGHT, request_id="t", now=NOW)


def test_guessed_foreign_expired_and_mixed_up_links_are_one_and_the_same(staff, towns, sent):
    number, _, secret = sent.code.partition("-")
    token = confirmed(staff, sent)
    tries = [
        (links.LETTER, f"{number}-AAAAA-BBBBB-CCCCC-DDDDD", NOW),
        (links.LETTER, f"{towns.foreign}-{secret}", NOW),
        (links.LETTER, secret, NOW),
        (links.LETTER, "", NOW),
        (links.LETTER, f"{number}-{secret}x", NOW),
        (links.LETTER, token, NOW),
        (links.ANSWER, sent.code, NOW),
        (links.LETTER, sent.code, NOW + timedelta(days=62)),
        (links.ANSWER, token, NOW + links.ANSWER_WITHIN + timedelta(seconds=1)),
    ]
    said = set()
    for purpose, code, when in tries:
        with pytest.raises(NotFound) as refused:
            links.find(staff, code, purpose, when)
        said.add(str(refused.value))
    assert len(said) == 1
    assert links.find(staff, sent.code, links.LETTER, NOW).letter.id == sent.letter_id


def test_a_letter_is_answered_once(staff, sent):
    first, second = confirmed(staff, sent), confirmed(staff, sent)
    found, shown = answering.form_of(staff, first, NOW)
    data = parse_answer(a_form(sent.unit), found.owner, shown)
    answering.submit(staff, first, data, request_id="t", now=NOW)
    for token in (first, second):
        with pytest.raises(NotFound):
            answering.submit(staff, token, data, request_id="t", now=NOW)
    with pytest.raises(NotFound):
        answering.open_letter(staff, sent.code, NOW)
    assert staff.scalars(select(Link.id).where(Link.used_at.is_(None))).all() == []


def test_an_ended_campaign_takes_no_answer(staff, sent):
    token = confirmed(staff, sent)
    staff.refresh(sent.campaign)
    service.end(staff, SYSTEM, sent.campaign.id, sent.campaign.version)
    for purpose, code in ((links.LETTER, sent.code), (links.ANSWER, token)):
        with pytest.raises(NotFound):
            links.find(staff, code, purpose, NOW)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"area_total_m2": "viel"}, "area_total_m2_{}"),
        ({"area_total_m2": "50", "area_sales_m2": "60"}, "area_sales_m2_{}"),
        ({"state": "ENTFALLEN"}, "state_{}"),
        ({"entrance": "x"}, "entrance_{}"),
        ({"wants_call": "1"}, "call_phone"),
        ({"email": "x"}, "email"),
        ({"message": "x" * 2001}, "message"),
        ({"result": "UNZUSTELLBAR"}, "result"),
        ({"objection": "ALLES"}, "objection"),
    ],
)
def test_mistakes_stand_at_their_field(staff, sent, changed, field):
    found, shown = answering.form_of(staff, confirmed(staff, sent), NOW)
    with pytest.raises(Invalid) as refused:
        parse_answer(a_form(sent.unit, **changed), found.owner, shown)
    assert field.format(sent.unit.id) in refused.value.fields


def test_nothing_changes_before_the_town_says_so(staff, sent):
    before = str(staff.execute(text("SELECT u::text FROM register.units u")).all())
    answer = answered(staff, sent, area_total_m2="140", state="GENUTZT", phone="03621 77", level="4", rent_eur_m2="7,5")
    assert str(staff.execute(text("SELECT u::text FROM register.units u")).all()) == before
    assert owners.get(staff, sent.owner.id).phone is None
    fields = {
        row.proposal.field: (row.said(row.proposal.before), row.said(row.proposal.after))
        for row in deciding.rows_of(staff, answer)
    }
    assert fields["area_total_m2"] == ("123,5 m²", "140 m²")
    assert fields["state"] == ("leer", "genutzt")
    assert fields["publication_level"] == ("nur intern", "vollständiges Exposé")
    assert fields["phone"] == ("", "03621 77")
    letter = queries.get_letter(staff, sent.letter_id)
    assert (letter.state, letter.result) == ("BEANTWORTET", "INTERESSE")
    assert queries.counted(staff, sent.campaign).rate == 100


def test_what_the_town_accepts_is_written(staff, sent):
    answer = answered(
        staff, sent, area_total_m2="140", phone="03621 77", level="4", rent_eur_m2="7,5", entrance="RAMPE"
    )
    assert decided(staff, answer, entrance=False) == {}
    unit = units.get(staff, sent.unit.id)
    assert (unit.area_total_m2, unit.rent_eur_m2, unit.entrance, unit.publication_level) == (140, 7.5, None, 4)
    assert (unit.verified_by_kind, unit.consent_kind) == ("EIGENTUEMER", "EIGENTUEMER")
    assert owners.get(staff, sent.owner.id).phone == "03621 77"
    (consent,) = owners.consents_of(staff, sent.owner.id)
    assert (consent.level, consent.how, consent.unit_id) == (4, "LINK", sent.unit.id)
    assert queries.get_answer(staff, answer.id).state == "ERLEDIGT"
    assert {row.proposal.state for row in deciding.rows_of(staff, answer) if row.proposal.field == "entrance"} == {
        "ABGELEHNT"
    }


def test_what_somebody_changed_meanwhile_is_not_overwritten_unseen(staff, sent):
    answer = answered(staff, sent, state="GENUTZT")
    rows = deciding.rows_of(staff, answer)
    seen = {row.proposal.id: row.now or "" for row in rows}
    staff.refresh(sent.unit)
    vacancies.set_state(
        staff, SYSTEM, sent.unit.id, sent.unit.version, SpellInput("IM_UMBAU", TODAY - timedelta(days=3))
    )
    refused = deciding.decide(
        staff, SYSTEM, answer.id, answer.version, {row.proposal.id: True for row in rows}, seen, TODAY
    )
    assert len(refused) == 1 and "inzwischen" in next(iter(refused.values()))
    (row,) = (row for row in deciding.rows_of(staff, answer) if row.proposal.field == "state")
    assert row.has_moved and row.said(row.now) == "im Umbau" and row.proposal.state == "OFFEN"
    with pytest.raises(Conflict):
        deciding.close(staff, SYSTEM, answer.id, queries.get_answer(staff, answer.id).version)


def test_an_objection_works_at_once(staff, sent, store):
    answer = answered(staff, sent, objection="SPEICHERUNG", area_total_m2="5")
    assert owners.get(staff, sent.owner.id).do_not_contact
    assert deciding.rows_of(staff, answer) == []
    owner_id = sent.owner.id
    rights.erase(staff, SYSTEM, answer.owner_id, "WIDERSPRUCH", store, TODAY)
    with pytest.raises(NotFound):
        owners.get(staff, owner_id)
    assert staff.scalar(select(Letter.owner_id).where(Letter.id == sent.letter_id)) is None


def test_what_came_by_post(staff, sent):
    letter = queries.get_letter(staff, sent.letter_id)
    service.returned(staff, SYSTEM, letter.id, letter.version, "UNZUSTELLBAR", TODAY)
    row = queries.counted(staff, sent.campaign)
    assert (row.sent, row.answered, row.undeliverable, row.rate) == (1, 0, 1, None)
    with pytest.raises(NotFound):
        answering.open_letter(staff, sent.code, NOW)
    with pytest.raises(Conflict):
        service.returned(staff, SYSTEM, letter.id, letter.version, "INTERESSE", TODAY)


def test_what_an_offer_says_stays_when_its_rent_is_accepted(staff, towns, sent):
    with perform(staff, SYSTEM, Action.VACANCY_PUBLISH, towns.own):
        sent.unit.offer_kinds, sent.unit.available_from, sent.unit.min_term_months = ["MIETE"], TODAY, 12
    answer = answered(staff, sent, rent_eur_m2="7,50")
    assert decided(staff, answer) == {}
    staff.refresh(sent.unit)
    assert sent.unit.rent_eur_m2 == Decimal("7.50")
    assert (sent.unit.offer_kinds, sent.unit.available_from, sent.unit.min_term_months) == (["MIETE"], TODAY, 12)


def test_a_unit_that_was_sold_since_is_not_told_of(staff, towns, sent):
    assert [one.id for one in queries.units_of(staff, sent.letter_id, TODAY)] == [sent.unit.id]
    sold = text(
        "UPDATE register.ownerships SET during = daterange(NULL, :day), version = version + 1 WHERE unit_id = :unit"
    )
    with perform(staff, SYSTEM, Action.OWNER_WRITE, towns.own):
        staff.execute(sold, {"day": TODAY, "unit": sent.unit.id})
    assert queries.units_of(staff, sent.letter_id, TODAY) == []


def test_a_draft_that_was_answered_is_not_thrown_away(staff, towns, store):
    sent = a_printed_letter(staff, towns.own)
    answered(staff, sent)
    staff.refresh(sent.campaign)
    with pytest.raises(Conflict, match="schon geantwortet"):
        service.remove(staff, SYSTEM, sent.campaign.id, sent.campaign.version, store)
