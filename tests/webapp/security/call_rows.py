"""Calls with every text marked: a draft of the town, what it handed in, a review that is handed in and one that is not."""

from datetime import UTC, datetime, timedelta
from typing import Any

from geo.calls.judging.model import Decision, Mark, Review
from geo.calls.model import Answer, Application, Attachment, Call, Contact, Criterion, Question, Reviewer
from geo.core.access import SYSTEM, Action
from geo.core.history import perform
from tests import factories

# A draft is read by the town's people alone: what they may do that nobody of the alliance may.
OWN, HANDED_IN, DECIDING = Action.VACANCY_VIEW, Action.CALL_VIEW, Action.CALL_DECIDE


def some_calls(db: Any, town: Any) -> None:
    """An open call with the draft, a closed one with the application; `call`, `closed_call` and what belongs to them."""
    jury = [factories.actor(db, "reviewer").account_id for _ in range(2)]
    moment = datetime.now(UTC).replace(microsecond=0)
    with db.owner() as session:
        with perform(session, SYSTEM, Action.SAMPLE_LOAD):
            for name, word, reader, until in (
                ("call", "ENTWURF", OWN, timedelta(days=9)),
                ("closed_call", "EINGEREICHT", HANDED_IN, timedelta(days=-1)),
            ):
                made = _call(session, moment - timedelta(days=20), moment + until)
                town.ids[name] = made.id
                _application(session, town, made, word, reader, moment)
            keys = {"call_id": made.id, "municipality_id": town.id, "application_id": town.ids["call_application"]}
            _review(session, town, keys, jury[0], "MARKENTWURF", None)
            done = _review(session, town, keys, jury[1], "MARKABGEGEBEN", DECIDING)
            done.state, done.handed_in_at = "ABGEGEBEN", moment
            reason = town.secret("BESCHLUSS", DECIDING)
            session.add(Decision(**keys, number=1, outcome="WARTELISTE", reason=reason))
            session.flush()
        session.commit()


def _call(session: Any, opens: datetime, closes: datetime) -> Call:
    made = Call(title="Probeaufruf", body="Wer mag?", opens_at=opens, closes_at=closes, published_at=opens)
    session.add(made)
    session.flush()
    session.add(Criterion(call_id=made.id, position=0, name="Wert", weight=1))
    session.add(Question(call_id=made.id, position=0, question="Warum?"))
    session.flush()
    return made


def _application(session: Any, town: Any, call: Call, word: str, reader: Action, moment: datetime) -> None:
    def hidden(name: str) -> str:
        return town.secret(f"{name}{word}", reader)

    made = Application(call_id=call.id, municipality_id=town.id, state=word, saved_at=moment, handed_in_at=moment)
    for name in ("title", "summary", "need", "plan", "partners", "upkeep", "street", "locality"):
        setattr(made, name, hidden(f"BEWERBUNG{name.upper()}"))
    made.house_number = f"7{hidden('BEWERBUNGNR')}"
    session.add(made)
    session.flush()
    keys = {"application_id": made.id, "call_id": call.id, "municipality_id": town.id}
    mail = town.mail(f"BEWERBUNGPOST{word}", reader)
    session.add(Contact(**keys, name=hidden("BEWERBUNGNAME"), email=mail, phone=hidden("BEWERBUNGRUF")))
    question = session.query(Question.id).filter_by(call_id=call.id).scalar()
    session.add(Answer(**keys, question_id=question, answer=hidden("BEWERBUNGANTWORT")))
    file = Attachment(**keys, title=hidden("ANLAGE"), file_name=hidden("ANLAGEDATEI"), media_type="application/pdf")
    file.size_bytes, file.sha256 = 1, "c" * 64
    session.add(file)
    session.flush()
    town.ids |= {"call_application": made.id, "call_attachment": file.id}


def _review(session: Any, town: Any, keys: dict[str, int], who: int, word: str, reader: Action | None) -> Review:
    reviewer = Reviewer(call_id=keys["call_id"], account_id=who)
    made = Review(**keys, account_id=who)
    session.add(reviewer)
    session.flush()
    session.add(made)
    session.flush()
    town.ids["call_reviewer"] = reviewer.id
    criterion = session.query(Criterion.id).filter_by(call_id=keys["call_id"]).scalar()
    reason = town.secret(word, *([reader] if reader else [None]))
    session.add(Mark(**keys, review_id=made.id, account_id=who, criterion_id=criterion, points=5, reason=reason))
    session.flush()
    return made
