"""Decisions after the closing, announced once; letters; a chosen application becomes a site, and only once."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from geo import taking_on
from geo.calls import service
from geo.calls.judging import queries
from geo.calls.judging import service as judging
from geo.calls.judging.letters import Addressed, letter_of, page
from geo.calls.judging.schemas import DecisionInput, LetterInput
from geo.core import clock
from geo.core.access import SYSTEM, Action
from geo.core.errors import Conflict, NeedsConfirmation, NotPermitted
from geo.core.history import perform
from geo.pilots import queries as pilots
from geo.samples.remove import remove
from tests.geo.calls.conftest import now

CHOSEN, REFUSED = "AUSGEWAEHLT", "ABGELEHNT"


def decide(contest, application, outcome, after=0, confirmed=True):
    with contest.db.staff(contest.office) as session:
        data = DecisionInput(outcome, "Am besten übertragbar.", after, confirmed)
        judging.decide(session, contest.office, application, data, now())
        session.commit()


def announce(contest):
    with contest.db.staff(contest.office) as session:
        service.announce(session, contest.office, contest.id, contest.version(), now())
        session.commit()


@pytest.fixture
def decided(closed):
    for one in closed.jury:
        closed.review(one, closed.own, 8, 8)
        closed.review(one, closed.other, 3, 8)
    decide(closed, closed.own, CHOSEN, confirmed=False)
    decide(closed, closed.other, REFUSED, confirmed=False)
    announce(closed)
    return closed


def test_nothing_is_decided_before_the_closing(contest):
    made = contest.apply(contest.editor, contest.towns.own)
    contest.hand_in(contest.manager, contest.towns.own)
    with pytest.raises(Conflict, match="nach dem Schluss"):
        decide(contest, made, CHOSEN)
    with contest.db.staff(contest.office) as session, pytest.raises(Conflict):
        service.announce(session, contest.office, contest.id, contest.version(), now())


def test_missing_reviews_are_said_and_two_deciders_meet(closed):
    closed.review(closed.jury[0], closed.own, 8, 8)
    with pytest.raises(NeedsConfirmation, match="3 Bewertungen stehen noch aus"):
        decide(closed, closed.own, CHOSEN, confirmed=False)
    decide(closed, closed.own, CHOSEN)
    with pytest.raises(Conflict, match="inzwischen"):
        decide(closed, closed.own, REFUSED)
    decide(closed, closed.own, REFUSED, after=1)
    with closed.db.staff(closed.office) as session:
        assert [one.outcome for one in queries.past_decisions(session, closed.own)] == [REFUSED, CHOSEN]


def test_towns_learn_of_it_when_it_is_announced(closed):
    decide(closed, closed.own, CHOSEN)

    def learned():
        with closed.db.staff(closed.manager, closed.towns.own) as session:
            found = queries.own_decision(session, closed.manager, closed.own, closed.towns.own)
            return None if found is None else found.outcome

    with closed.db.staff(closed.office) as session, pytest.raises(DBAPIError) as refused:
        service.announce(session, closed.office, closed.id, closed.version(), now())
    assert refused.value.orig.diag.constraint_name == "calls_undecided", "one application is left"
    decide(closed, closed.other, REFUSED)
    assert learned() is None
    announce(closed)
    assert learned() == CHOSEN
    with closed.db.staff(closed.foreign, closed.towns.foreign) as session:
        seen = session.execute(text("SELECT application_id FROM register.call_decisions")).scalars().all()
        assert seen == [closed.other], "another town's decision is not theirs to read"
    with closed.db.staff(closed.jury[0]) as session, pytest.raises(Conflict, match="entschieden"):
        judging.save_marks(session, closed.jury[0], closed.own, 0, closed.marks(1, 1), now())


def test_one_click_makes_the_site_once(decided):
    office = decided.office
    with decided.db.staff(office) as session:
        site = taking_on.take_on(session, office, decided.own)
        session.commit()
        record = pilots.get(session, office, site.id)
        assert (record.municipality, record.place.street, record.project.slug) == ("Musterstadt", "Markt", "probe")
        assert [one.phase for one in record.phases] == [CHOSEN] and site.name == "Musterstadt, Markt"
        with pytest.raises(Conflict, match="schon ein Pilotstandort"):
            taking_on.take_on(session, office, decided.own)
        with pytest.raises(IntegrityError, match="call_sites_application_id_key"), session.begin_nested():
            judging.link_site(session, office, decided.own, site.id)
        with pytest.raises(Conflict, match="zurücknehmen"):
            judging.decide(session, office, decided.own, DecisionInput(REFUSED, "Doch nicht.", 1, True), now())
    with decided.db.staff(office) as session:
        taking_on.take_back(session, office, decided.own, now())
        session.commit()
        assert pilots.find(session, site.id) is None and queries.sites(session, decided.id) == {}
        taking_on.take_on(session, office, decided.own)


def test_out_of_an_invented_call_comes_an_invented_site(decided):
    """It says so on every page, in a project that is real, and goes when the sample register goes."""

    def shown():
        with decided.db.public() as session:
            return session.execute(text("SELECT id, is_example FROM published.pilot_sites")).one()

    with decided.db.staff(decided.office) as session:
        real = taking_on.take_on(session, decided.office, decided.own)
        session.commit()
        assert not pilots.get(session, decided.office, real.id).is_made_up and shown() == (real.id, False)
        taking_on.take_back(session, decided.office, decided.own, now())
        session.commit()
    with decided.db.owner() as session:
        with perform(session, SYSTEM, Action.SAMPLE_LOAD):
            session.execute(text("UPDATE register.calls SET is_example = true, version = version + 1"))
        session.commit()
    with decided.db.staff(decided.office) as session:
        site = taking_on.take_on(session, decided.office, decided.own)
        session.commit()
        record = pilots.get(session, decided.office, site.id)
        assert record.is_made_up and record.place.is_example and site.is_sample and not record.project.is_made_up
        [row] = pilots.listed(session, decided.office, None, clock.today())
        assert row.is_example and shown() == (site.id, True)
    with decided.db.owner() as session:
        assert remove(session).removed["pilot_sites"] == 1


def test_only_the_chosen_becomes_a_site(decided):
    with decided.db.staff(decided.office) as session:
        with pytest.raises(Conflict, match="ausgewählten"):
            taking_on.take_on(session, decided.office, decided.other)
    with decided.db.staff(decided.jury[0]) as session, pytest.raises(NotPermitted):
        taking_on.take_on(session, decided.jury[0], decided.own)


def test_letters_say_what_was_decided(decided):
    facts = {
        "gemeinde": "Musterstadt",
        "aufruf": "Aufruf",
        "vorhaben": "<Bank>",
        "begruendung": "Weil.",
        "datum": "heute",
    }
    with decided.db.staff(decided.office) as session:
        given = LetterInput("Absender", "Zu {aufruf}", "**{gemeinde}**\n\n{begruendung}", "Gruß")
        judging.save_letter(session, decided.office, decided.id, CHOSEN, 0, given)
        with pytest.raises(Conflict) as refused:
            judging.save_letter(session, decided.office, decided.id, CHOSEN, 0, given)
        assert refused.value.theirs["subject"] == "Zu {aufruf}"
        stored = queries.letters(session, decided.id)
    chosen, other = letter_of(CHOSEN, stored.get(CHOSEN)), letter_of(REFUSED, stored.get(REFUSED))
    html = page([Addressed(chosen, ("Stadt",), facts), Addressed(other, ("Stadt",), facts)])
    assert "<strong>Musterstadt</strong>" in html and "„&lt;Bank&gt;“ ist diesmal nicht ausgewählt" in html
