"""A town's application: drafts, two at once, what is missing, who hands in, other towns, contacts that are forgotten."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from geo.calls import service as calls
from geo.calls.applying import queries, retention, service
from geo.calls.applying.schemas import missing, parse_application
from geo.core.access import SYSTEM, Action
from geo.core.documents import Files, accepted
from geo.core.errors import Conflict, Invalid, NotFound, NotPermitted
from geo.core.history import perform
from tests import factories
from tests.geo.calls.conftest import now

PDF = b"%PDF-1.7 Plan"


def _own(contest, session, who=None):
    return queries.own(session, who or contest.editor, contest.id, contest.towns.own)


def test_a_draft_keeps_what_is_there(contest, staff):
    who, own = contest.editor, contest.towns.own
    made = service.begin(staff, who, contest.id, own, now())
    assert service.begin(staff, who, contest.id, own, now()).id == made.id
    service.save(staff, who, contest.id, own, made.version, parse_application({"title": "Bank"}, []), now())
    later = now() + timedelta(minutes=5)
    record = _own(contest, staff)
    service.save(staff, who, contest.id, own, made.version, parse_application({"title": "Bank"}, []), later)
    assert record.application.saved_at < later, "nothing changed, so nothing was saved"
    service.save(staff, who, contest.id, own, made.version, contest.parsed(), later)
    record = _own(contest, staff)
    assert record.application.saved_at == later and record.values["cost_eur"] == 12000
    assert record.values["contact_email"] == "kontakt@beispiel.test" and list(record.answers.values()) == ["Ja."]
    service.save(staff, who, contest.id, own, made.version, parse_application({"title": "Bank"}, []), later)
    assert _own(contest, staff).answers == {} and _own(contest, staff).values["longitude"] is None


def test_two_at_once_see_each_other(contest, staff):
    who, own = contest.editor, contest.towns.own
    made = service.begin(staff, who, contest.id, own, now())
    service.save(staff, who, contest.id, own, 1, contest.parsed(title="Zuerst"), now())
    with pytest.raises(Conflict) as refused:
        service.save(staff, who, contest.id, own, 1, contest.parsed(title="Danach"), now())
    assert refused.value.theirs["title"] == "Zuerst" and refused.value.version == made.version
    with pytest.raises(Conflict):
        service.hand_in(staff, contest.manager, contest.id, own, 1, now())


@pytest.mark.parametrize(
    "typed", ["kontakt", "a@b", "a@beispiel.test\nBcc: b@beispiel.test", "a@beispiel.test?bcc=b@x"]
)
def test_a_contact_is_written_to_at_an_address(contest, typed):
    with pytest.raises(Invalid, match="name@stadt.de"):
        contest.parsed(contact_email=typed)


def test_what_is_missing_is_said_at_its_field(contest, staff):
    who, own = contest.editor, contest.towns.own
    made = service.begin(staff, who, contest.id, own, now())
    asked = calls.queries.questions(staff, contest.id)
    data = parse_application({"title": "Bank", "cost_eur": "5", "own_share_eur": "6"}, asked)
    service.save(staff, who, contest.id, own, made.version, data, now())
    call = calls.queries.get(staff, who, contest.id)
    found = missing(call, asked, _own(contest, staff).values)
    named = ["summary", "need", "plan", "upkeep", "own_share_eur", "longitude", "contact_name", "contact_email"]
    assert list(found) == [*named, f"answer-{asked[0].id}"]
    with pytest.raises(Invalid) as refused:
        service.hand_in(staff, contest.manager, contest.id, own, made.version, now())
    assert refused.value.fields == found
    with pytest.raises(DBAPIError) as broken, perform(staff, contest.manager, Action.CALL_HAND_IN, own):
        staff.execute(
            text(
                "UPDATE register.call_applications SET state = 'EINGEREICHT', handed_in_at = now(),"
                " version = version + 1"
            )
        )
    assert broken.value.orig.diag.constraint_name == "call_applications_handed_in"


def test_the_manager_hands_in_withdraws_and_takes_up_again(contest):
    own = contest.towns.own
    contest.apply(contest.editor, own)
    with contest.db.staff(contest.editor, own) as session, pytest.raises(NotPermitted):
        service.hand_in(session, contest.editor, contest.id, own, 2, now())
    contest.hand_in(contest.manager, own)
    with contest.db.staff(contest.manager, own) as session:
        asked = (session, contest.manager, contest.id, own)
        version = _own(contest, session).application.version
        with pytest.raises(Conflict, match="eingereicht"):
            service.save(*asked, version, contest.parsed(title="Danach"), now())
        with pytest.raises(NotPermitted):
            service.withdraw(session, contest.editor, contest.id, own, version, now())
        service.withdraw(*asked, version, now())
        session.commit()
        assert queries.of_call(session, contest.id) == []
    with contest.db.staff(contest.office) as session:
        assert queries.of_call(session, contest.id) == [], "what is withdrawn is the town's alone"
    with contest.db.staff(contest.manager, own) as session:
        service.take_up(session, contest.manager, contest.id, own, version + 1, now())
        service.save(session, contest.manager, contest.id, own, version + 2, contest.parsed(title="Danach"), now())


@pytest.mark.parametrize(
    "write",
    [
        "UPDATE register.call_applications SET title = 'Anders', version = version + 1",
        "UPDATE register.call_answers SET answer = 'Anders'",
        "UPDATE register.call_contacts SET name = 'Anders'",
        "DELETE FROM register.call_answers",
    ],
)
def test_what_is_handed_in_stays(contest, write):
    own = contest.towns.own
    contest.apply(contest.editor, own)
    contest.hand_in(contest.manager, own)
    with contest.db.staff(contest.manager, own) as session, pytest.raises(DBAPIError) as refused:
        with perform(session, contest.manager, Action.CALL_APPLY, own):
            session.execute(text(write))
    assert refused.value.orig.diag.constraint_name == "call_application_frozen"


def test_a_draft_is_nobody_elses(contest):
    made = contest.apply(contest.editor, contest.towns.own)
    everything = text("SELECT id FROM register.call_applications")
    for who, town in (
        (contest.foreign, contest.towns.foreign),
        (contest.foreign, contest.towns.own),
        (contest.office, None),
        (contest.office, contest.towns.own),
        (contest.jury[0], contest.towns.own),
        (factories.actor(contest.db, "admin"), contest.towns.own),
    ):
        with contest.db.staff(who, town) as session:
            assert session.execute(everything).all() == []
            for table in ("call_answers", "call_contacts", "call_attachments"):
                assert session.execute(text(f"SELECT 1 FROM register.{table}")).all() == []
            assert queries.find_own(session, who, contest.id, contest.towns.own) is None
            with pytest.raises(NotFound):
                queries.handed_in(session, who, made)
    with contest.db.staff(contest.foreign, contest.towns.own) as session, pytest.raises(NotPermitted):
        service.save(session, contest.foreign, contest.id, contest.towns.own, 2, contest.parsed(), now())


def test_attachments_belong_to_the_draft(contest, tmp_path):
    own, store = contest.towns.own, Files(tmp_path)
    contest.apply(contest.editor, own)
    with contest.db.staff(contest.editor, own) as session:
        asked = (session, contest.editor, contest.id, own)
        file = accepted("plan.pdf", PDF)
        made = service.attach(*asked, "Lageplan", file, now(), store=store)
        assert store.path(own, made.sha256).read_bytes() == PDF
        with pytest.raises(Invalid, match="schon gespeichert"):
            service.attach(*asked, None, file, now(), store=store)
        service.detach(*asked, made.id, now())
        assert _own(contest, session).attachments == ()
        with pytest.raises(NotFound):
            service.detach(*asked, made.id, now())


def test_contacts_are_forgotten_a_year_after_the_decision(closed):
    contacts = text("SELECT count(*) FROM register.call_contacts")

    def swept(at):
        with closed.db.owner() as session:
            gone = retention.forget_contacts(session, at)
            session.commit()
            return gone, session.scalar(contacts)

    assert swept(now() + timedelta(days=800)) == (0, 2), "nothing is decided yet"
    with closed.db.owner() as session:
        with perform(session, SYSTEM, Action.SAMPLE_LOAD):
            session.execute(text("UPDATE register.calls SET decided_at = now(), version = version + 1"))
        session.commit()
    assert swept(now() + timedelta(days=364)) == (0, 2)
    assert swept(now() + timedelta(days=367)) == (2, 0)


def test_contacts_of_drafts_are_forgotten_a_year_after_the_closing(contest):
    contest.apply(contest.editor, contest.towns.own)
    contest.close()
    with contest.db.owner() as session:
        assert retention.forget_contacts(session, now() + timedelta(days=364)) == 0
        assert retention.forget_contacts(session, now() + timedelta(days=367)) == 1
