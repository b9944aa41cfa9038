"""What towns wrote and what was not chosen goes after three years, out of the history too; the decision stays."""

import os
import time
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from geo.calls import queries as calls
from geo.calls.applying import queries, service
from geo.calls.judging import queries as judging
from geo.calls.judging import service as service_of_judging
from geo.calls.queries import DOCUMENTS_FOLDER
from geo.calls.tending import tend_calls
from geo.core.access import SYSTEM, Action
from geo.core.documents import Files, accepted
from geo.core.history import perform
from tests.geo.calls.conftest import NEEDED, now
from tests.geo.calls.test_calling_off import call_off
from tests.geo.calls.test_deciding import announce, decide

YEARS = timedelta(days=3 * 365)
WRITTEN = [f'"{NEEDED[name]}"' for name in ("summary", "need", "plan", "upkeep", "street")]


def everything(contest):
    """All that is stored of applications, their history included, as one text."""
    found = []
    with contest.db.owner() as session:
        for table in ("call_applications", "call_answers", "call_attachments"):
            found += session.scalars(text(f"SELECT to_jsonb(t)::text FROM register.{table} t"))
        found += session.scalars(
            text("SELECT concat(old_values, new_values) FROM history.changes WHERE table_name LIKE 'call\\_a%'")
        )
    return "\n".join(found)


def attach(contest, settings, actor, town):
    store = Files(settings.home / DOCUMENTS_FOLDER)
    with contest.db.staff(actor, town) as session:
        file = accepted(f"{town}.pdf", f"%PDF-1.7 {town}".encode())
        kept = service.attach(session, actor, contest.id, town, "Lageplan", file, now(), store=store)
        session.commit()
        return store.path(town, kept.sha256)


def end_with_files(contest, settings):
    """Both towns hand in, each with a file; the call is closed. Gives the ids and the files by town."""
    towns, files = contest.towns, {}
    for writer, manager, town in (
        (contest.editor, contest.manager, towns.own),
        (contest.foreign, contest.foreign, towns.foreign),
    ):
        contest.apply(writer, town, summary=f"Kurz {town}.")
        files[town] = attach(contest, settings, writer, town)
        contest.hand_in(manager, town)
    contest.close()
    with contest.db.owner() as session:
        rows = session.execute(text("SELECT municipality_id, id FROM register.call_applications")).all()
    return dict(map(tuple, rows)), files


def test_what_was_not_chosen_goes_and_the_decision_stays(contest, settings):
    ids, files = end_with_files(contest, settings)
    chosen, refused = ids[contest.towns.own], ids[contest.towns.foreign]
    for one in contest.jury:
        contest.review(one, chosen, 8, 8)
        contest.review(one, refused, 3, 8)
    decide(contest, chosen, "AUSGEWAEHLT", confirmed=False)
    decide(contest, refused, "WARTELISTE", confirmed=False)
    announce(contest)
    with contest.db.staff(contest.office) as session:
        before = judging.comparison(session, contest.office, contest.id)

    assert tend_calls(contest.db, settings, now() + YEARS - timedelta(days=1))["texts"] == 0
    assert f"Kurz {contest.towns.foreign}." in everything(contest)
    after = now() + YEARS + timedelta(days=2)
    assert tend_calls(contest.db, settings, after)["texts"] == 1
    assert tend_calls(contest.db, settings, after)["texts"] == 0, "once"
    left = everything(contest)
    assert f"Kurz {contest.towns.foreign}." not in left and f"{contest.towns.foreign}.pdf" not in left
    assert f"Kurz {contest.towns.own}." in left and f"{contest.towns.own}.pdf" in left, "what was chosen stays"
    assert left.count("(gelöscht)") > len(WRITTEN)

    with contest.db.staff(contest.office) as session:
        found = judging.comparison(session, contest.office, contest.id)
        assert (found.ranked, found.marks, found.decisions.keys()) == (before.ranked, before.marks, set(ids.values()))
        assert found.applications[refused].title == NEEDED["title"]
        assert len(calls.criteria(session, contest.id)) == 2
        record = queries.handed_in(session, contest.office, refused)
        assert (record.answers, record.attachments, record.spot, record.contact) == ({}, (), None, None)
        assert {name for name, value in record.values.items() if value is not None} == {"title"}
    with contest.db.staff(contest.foreign, contest.towns.foreign) as session:
        own = queries.own(session, contest.foreign, contest.id, contest.towns.foreign).application
        assert own.texts_removed_at is not None and own.state == "EINGEREICHT"
        assert queries.history(session, contest.foreign, own), "that it was written is still there"

    day_ago = time.time() - 2 * 86_400
    for path in files.values():
        os.utime(path, (day_ago, day_ago))
    assert tend_calls(contest.db, settings, after)["files"] == 1
    assert [path.exists() for path in files.values()] == [True, False]


@pytest.mark.parametrize(
    ("ends", "kept"),
    [("draft", YEARS), ("called off", YEARS), ("undecided", YEARS + timedelta(days=730))],
)
def test_what_has_no_decision_goes_too(contest, settings, ends, kept):
    contest.apply(contest.editor, contest.towns.own)
    if ends != "draft":
        contest.hand_in(contest.manager, contest.towns.own)
    if ends == "called off":
        call_off(contest)
    contest.close()
    assert tend_calls(contest.db, settings, now() + kept - timedelta(days=2))["texts"] == 0
    assert all(words in everything(contest) for words in WRITTEN)
    assert tend_calls(contest.db, settings, now() + kept + timedelta(days=3))["texts"] == 1
    left = everything(contest)
    assert not any(words in left for words in (*WRITTEN, '"Ja."'))
    assert (NEEDED["title"] in left) == (ends != "draft"), "the title of what was handed in stays"


def test_why_somebody_was_not_impartial_goes_too(contest, settings):
    ids, _ = end_with_files(contest, settings)
    first, second = contest.jury
    chosen = ids[contest.towns.own]
    contest.review(second, chosen, 8, 8)
    with contest.db.staff(second) as session:
        service_of_judging.declare_conflict(session, second, chosen, "Ihr Bruder plant das.", now())
        session.commit()
    for one in ids.values():
        contest.review(first, one, 8, 8)
    decide(contest, chosen, "AUSGEWAEHLT", confirmed=True)
    decide(contest, ids[contest.towns.foreign], "ABGELEHNT", confirmed=True)
    announce(contest)
    stored = text(
        "SELECT string_agg(concat(v.conflict, h.old_values, h.new_values), '') FROM register.call_reviews v"
        " JOIN history.personal_changes h ON h.table_name = 'call_reviews' AND h.row_id = v.id"
    )

    def words():
        with contest.db.owner() as session:
            return session.scalar(stored)

    assert tend_calls(contest.db, settings, now() + YEARS - timedelta(days=1))["reasons"] == 0
    assert "Ihr Bruder" in words()
    after = now() + YEARS + timedelta(days=2)
    assert [tend_calls(contest.db, settings, after)["reasons"] for _ in range(2)] == [1, 0]
    assert "Ihr Bruder" not in words() and "(gelöscht)" in words()
    with contest.db.staff(contest.office) as session:
        [told] = judging.declared(session, contest.office, contest.id)[chosen]
    assert (told.name, told.reason) == (second.name, "(gelöscht)"), "that it was so stays"


def test_no_juror_takes_their_reason_out(contest, settings):
    ids, _ = end_with_files(contest, settings)
    who = contest.jury[0]
    with contest.db.staff(who) as session, pytest.raises(DBAPIError) as refused:
        service_of_judging.declare_conflict(session, who, ids[contest.towns.own], "(gelöscht)", now())
    assert refused.value.orig.diag.constraint_name == "call_application_frozen"


def test_an_answer_that_was_taken_out_is_forgotten_as_well(contest, settings):
    contest.apply(contest.editor, contest.towns.own)
    with contest.db.staff(contest.editor, contest.towns.own) as session:
        found = queries.own(session, contest.editor, contest.id, contest.towns.own).application
        asked = calls.questions(session, contest.id)
        empty = contest.parsed(**{f"answer-{one.id}": "" for one in asked})
        service.save(session, contest.editor, contest.id, contest.towns.own, found.version, empty, now())
        session.commit()
    contest.close()
    assert '"Ja."' in everything(contest)
    tend_calls(contest.db, settings, now() + YEARS + timedelta(days=2))
    assert '"Ja."' not in everything(contest)


@pytest.mark.parametrize(
    ("action", "change"),
    [
        (Action.RESIDENT_ERASE, "old_values = NULL, actor_id = NULL WHERE table_name = 'call_applications'"),
        (Action.RESIDENT_ERASE, "new_values = NULL WHERE table_name = 'calls'"),
        (Action.CALL_EDIT, "new_values = NULL WHERE table_name = 'call_applications'"),
    ],
)
def test_nothing_else_of_the_history_changes(contest, action, change):
    contest.apply(contest.editor, contest.towns.own)
    with contest.db.owner() as session, pytest.raises(DBAPIError) as refused:
        with perform(session, SYSTEM, action):
            session.execute(text(f"UPDATE history.changes SET {change}"))
    assert refused.value.orig.diag.constraint_name == "history_is_final"


def test_no_town_says_of_itself_that_its_time_is_over(contest):
    own = contest.towns.own
    contest.apply(contest.editor, own)
    with contest.db.staff(contest.manager, own) as session, pytest.raises(DBAPIError) as refused:
        with perform(session, contest.manager, Action.CALL_APPLY, own):
            session.execute(
                text(
                    "UPDATE register.call_applications SET texts_removed_at = now(), plan = NULL, version = version + 1"
                )
            )
    assert refused.value.orig.diag.constraint_name == "call_application_frozen"
