"""What of the calls waits for each person, before and after the closing."""

from geo.calls.waiting import Waiting, waiting
from tests.geo.calls.conftest import now


def of(contest, actor, town=None):
    with contest.db.staff(actor, town) as session:
        return waiting(session, actor, town, now())


def test_each_is_told_what_is_theirs(contest):
    own, foreign = contest.towns.own, contest.towns.foreign
    first, second = contest.jury
    assert of(contest, contest.editor, own) == Waiting(open_calls=1)
    assert of(contest, contest.editor, foreign) == Waiting()
    assert of(contest, first) == of(contest, contest.office) == Waiting()
    application = contest.apply(contest.editor, own)
    assert of(contest, contest.editor, own) == Waiting(open_calls=1), "a draft is no application yet"
    contest.hand_in(contest.manager, own)
    assert of(contest, contest.editor, own) == Waiting()
    contest.close()
    assert of(contest, first) == of(contest, second) == Waiting(reviews=1)
    assert of(contest, contest.office) == Waiting(decisions=1)
    assert of(contest, contest.manager, own) == Waiting(), "what is closed cannot be applied to"
    contest.review(first, application, 3, 3)
    assert of(contest, first) == Waiting() and of(contest, second) == Waiting(reviews=1)
