"""Reviews are blind: by the services, by the tables, by the history; a conflict of interest shuts an application."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from geo.calls import service
from geo.calls.applying import queries as applications
from geo.calls.judging import queries
from geo.calls.judging import service as judging
from geo.calls.judging.schemas import MarkInput
from geo.core.access import Action
from geo.core.errors import Conflict, Invalid, NotFound, NotPermitted
from geo.core.history import perform
from tests import factories
from tests.geo.calls.conftest import add_role, now

MARKS = text("SELECT account_id, application_id FROM register.call_marks")
REVIEWS = text("SELECT account_id, application_id, state FROM register.call_reviews")


def _rows(contest, actor, query=MARKS, town=None):
    with contest.db.staff(actor, town) as session:
        return set(map(tuple, session.execute(query)))


def _rule(refused):
    return refused.value.orig.diag.constraint_name


def test_nobody_reads_marks_before_theirs_are_in(closed):
    first, second = closed.jury
    closed.review(first, closed.own, 8, 4)
    mine = {(first.account_id, closed.own)}
    assert _rows(closed, first) == mine
    for who, town in ((second, None), (closed.manager, closed.towns.own), (closed.foreign, closed.towns.foreign)):
        assert _rows(closed, who, town=town) == set()
    with closed.db.staff(second) as session:
        with pytest.raises(NotPermitted):
            queries.comparison(session, second, closed.id)
    closed.review(second, closed.own, 2, 2)
    assert _rows(closed, second) == {(second.account_id, closed.own)}, "one of two reviews is not all of theirs"
    closed.review(second, closed.other, 5, 5)
    assert mine < _rows(closed, second)
    assert _rows(closed, first) == mine, "the other one has still one to do"
    with closed.db.staff(second) as session:
        found = queries.comparison(session, second, closed.id)
        assert {len(marks) for marks in found.marks.values()} == {4, 2}


def test_the_office_reads_what_is_handed_in_and_no_draft(closed):
    first, second = closed.jury
    closed.review(first, closed.own, 8, 4)
    with closed.db.staff(second) as session:
        judging.save_marks(session, second, closed.own, 0, [MarkInput(closed.marks(1, 1)[0].criterion_id, 3)], now())
        session.commit()
    assert _rows(closed, closed.office) == {(first.account_id, closed.own)}
    assert (second.account_id, closed.own, "OFFEN") in _rows(closed, closed.office, REVIEWS)
    with closed.db.staff(closed.office) as session:
        assert queries.comparison(session, closed.office, closed.id).ranked[0].scores[0].reviewer == first.account_id


def test_an_office_that_reviews_is_blind_too(closed):
    """Somebody of the jury gets the office's role later: what they do not see as a reviewer they do not see as the office."""
    first, second = closed.jury
    closed.review(first, closed.own, 8, 4)
    both = add_role(closed.db, second, "office")
    assert _rows(closed, both) == set() and _rows(closed, both, REVIEWS) == set()
    with closed.db.staff(both) as session, pytest.raises(NotPermitted):
        queries.comparison(session, both, closed.id)
    with closed.db.staff(both) as session, pytest.raises(DBAPIError):
        with perform(session, both, Action.CALL_DECIDE):
            session.execute(
                text(
                    "INSERT INTO register.call_decisions (application_id, call_id, municipality_id, number, outcome,"
                    " reason) VALUES (:a, :c, :t, 1, 'AUSGEWAEHLT', 'Ich')"
                ),
                {"a": closed.own, "c": closed.id, "t": closed.towns.own},
            )


def test_the_office_is_not_asked_into_a_jury(closed):
    both = add_role(closed.db, factories.actor(closed.db, "reviewer"), "office")
    with closed.db.staff(closed.office) as session, pytest.raises(Invalid):
        service.appoint(session, closed.office, closed.id, both.account_id, now())
    with closed.db.staff(closed.office) as session, pytest.raises(DBAPIError) as refused:
        with perform(session, closed.office, Action.CALL_EDIT):
            session.execute(
                text("INSERT INTO register.call_reviewers (call_id, account_id) VALUES (:c, :a)"),
                {"c": closed.id, "a": both.account_id},
            )
    assert _rule(refused) == "call_reviewers_role"


def test_no_history_tells_of_a_mark_or_a_decision(closed):
    first, second = closed.jury
    closed.review(first, closed.own, 8, 4)
    asked = text("SELECT 1 FROM history.changes WHERE table_name IN ('call_marks', 'call_reviews', 'call_decisions')")
    with closed.db.owner() as session:
        assert session.execute(asked).all() == []
        logged = text("SELECT count(*) FROM history.personal_changes WHERE table_name = 'call_marks'")
        assert session.scalar(logged) == 2
    for who in (second, closed.office, first):
        with closed.db.staff(who) as session, pytest.raises(DBAPIError, match="permission denied"):
            session.execute(text("SELECT 1 FROM history.personal_changes"))


def test_reviewers_read_applications_after_the_closing_only(contest):
    made = contest.apply(contest.editor, contest.towns.own)
    contest.hand_in(contest.manager, contest.towns.own)
    with contest.db.staff(contest.jury[0]) as session, pytest.raises(NotFound):
        applications.handed_in(session, contest.jury[0], made)
    contest.close()
    with contest.db.staff(contest.jury[0]) as session:
        record = applications.handed_in(session, contest.jury[0], made)
        assert record.values["plan"] == "Im Frühjahr." and record.contact is None
    stranger = factories.actor(contest.db, "reviewer")
    with contest.db.staff(stranger) as session, pytest.raises(NotFound):
        applications.handed_in(session, stranger, made)


def test_whoever_is_of_the_town_is_shut_out(closed):
    local = add_role(closed.db, closed.jury[0], "viewer", closed.towns.own)
    with closed.db.staff(local) as session:
        assert [one.application.id for one in queries.to_do(session, local, closed.id)] == [closed.other]
        with pytest.raises(NotFound):
            applications.handed_in(session, local, closed.own)
        with pytest.raises(NotFound):
            judging.save_marks(session, local, closed.own, 0, closed.marks(1, 1), now())
    with closed.db.staff(local) as session, pytest.raises(DBAPIError, match="row-level security"):
        with perform(session, local, Action.CALL_REVIEW):
            session.execute(
                text(
                    "INSERT INTO register.call_reviews (application_id, call_id, municipality_id, account_id)"
                    " VALUES (:a, :c, :t, :who)"
                ),
                {"a": closed.own, "c": closed.id, "t": closed.towns.own, "who": local.account_id},
            )
    closed.review(closed.jury[1], closed.own, 9, 9)
    closed.review(local, closed.other, 1, 1)
    assert {application for _who, application in _rows(closed, local)} == {closed.other}
    with closed.db.staff(closed.office) as session:
        [row] = [one for one in service.queries.reviewers(session, closed.id) if one.account_id == local.account_id]
        assert (row.own_town, row.expected, row.handed_in) == (1, 1, 1)


def test_a_conflict_of_interest_shuts_the_application_for_good(closed):
    first, second = closed.jury
    closed.review(first, closed.own, 8, 4)
    closed.review(second, closed.own, 6, 6)
    with closed.db.staff(second) as session:
        judging.declare_conflict(session, second, closed.own, "Ihr Bruder plant das.", now())
        session.commit()
    with closed.db.staff(second) as session:
        with pytest.raises(NotFound):
            applications.handed_in(session, second, closed.own)
        with pytest.raises(NotFound):
            judging.save_marks(session, second, closed.own, 2, closed.marks(1, 1), now())
        shut = [one for one in queries.to_do(session, second, closed.id) if one.state == "BEFANGEN"]
        assert [(one.application, one.municipality) for one in shut] == [(None, "Musterstadt")]
    with closed.db.staff(second) as session, pytest.raises(DBAPIError) as refused:
        with perform(session, second, Action.CALL_REVIEW):
            session.execute(
                text(
                    "UPDATE register.call_reviews SET state = 'OFFEN', conflict = NULL,"
                    " version = version + 1 WHERE account_id = :who"
                ),
                {"who": second.account_id},
            )
    assert _rule(refused) == "call_review_final"
    closed.review(second, closed.other, 5, 5)
    assert (first.account_id, closed.own) not in _rows(closed, second)
    with closed.db.staff(closed.office) as session:
        top = queries.comparison(session, closed.office, closed.id)
        ranked = {one.application: one for one in top.ranked}
        assert [one.reviewer for one in ranked[closed.own].scores] == [first.account_id], "their marks do not count"
        [told] = top.declared[closed.own]
        assert (told.name, told.reason) == (second.name, "Ihr Bruder plant das.") and closed.other not in top.declared
        assert told.handed_in_at <= told.declared_at, "the office reads that it came late"
    closed.review(first, closed.other, 5, 5)
    with closed.db.staff(first) as session:
        assert queries.comparison(session, first, closed.id).declared == {}, "reasons are for the office"


def test_a_conflict_declared_before_the_marks_is_told_as_such(closed):
    _, second = closed.jury
    with closed.db.staff(second) as session:
        judging.declare_conflict(session, second, closed.own, "Verwandt.", now())
        session.commit()
    with closed.db.staff(closed.office) as session:
        [told] = queries.declared(session, closed.office, closed.id)[closed.own]
    assert told.handed_in_at is None


def test_a_review_is_handed_in_whole_and_is_final(closed):
    who, whole = closed.jury[0], closed.marks(7, 7)
    with closed.db.staff(who) as session:
        with pytest.raises(Invalid):
            judging.hand_in(session, who, closed.own, 0, [MarkInput(whole[0].criterion_id, 3)], now())
        judging.save_marks(session, who, closed.own, 0, whole[:1], now())
        session.commit()
    with closed.db.staff(who) as session, pytest.raises(DBAPIError) as refused:
        with perform(session, who, Action.CALL_REVIEW):
            session.execute(text("UPDATE register.call_reviews SET state = 'ABGEGEBEN', version = version + 1"))
    assert _rule(refused) == "call_review_incomplete"
    with closed.db.staff(who) as session:
        version = queries.own_review(session, who, closed.own).version
        with pytest.raises(Conflict, match="anderer Stelle"):
            judging.hand_in(session, who, closed.own, version - 1 or 9, whole, now())
        judging.hand_in(session, who, closed.own, version, whole, now())
        session.commit()
        with pytest.raises(Conflict, match="bleibt, wie sie ist"):
            judging.save_marks(session, who, closed.own, version + 1, whole, now())
    for write in ("UPDATE register.call_marks SET points = 10", "DELETE FROM register.call_marks"):
        with closed.db.staff(who) as session, pytest.raises(DBAPIError) as refused:
            with perform(session, who, Action.CALL_REVIEW):
                session.execute(text(write))
        assert _rule(refused) == "call_review_final", write


def test_a_reviewer_writes_nobody_elses_marks(closed):
    first, second = closed.jury
    with closed.db.staff(first) as session:
        judging.save_marks(session, first, closed.own, 0, closed.marks(7, 7), now())
        session.commit()
    for who in (second, closed.office):
        with closed.db.staff(who) as session:
            with perform(session, who, Action.CALL_EDIT if who is closed.office else Action.CALL_REVIEW):
                assert session.execute(text("UPDATE register.call_marks SET points = 0")).rowcount == 0
                assert session.execute(text("UPDATE register.call_reviews SET version = version + 1")).rowcount == 0


def test_whoever_was_released_reads_nothing_more(closed):
    first, second = closed.jury
    closed.review(first, closed.own, 8, 4)
    closed.review(second, closed.own, 8, 4)
    with closed.db.staff(closed.office) as session:
        rows = {one.account_id: one.id for one in service.queries.reviewers(session, closed.id)}
        service.release(session, closed.office, closed.id, rows[first.account_id], now())
        session.commit()
    with closed.db.staff(first) as session, pytest.raises(NotFound):
        applications.handed_in(session, first, closed.other)
    assert _rows(closed, first) == {(first.account_id, closed.own)}
