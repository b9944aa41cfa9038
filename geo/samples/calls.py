"""The sample's calls, all made up: one that is open, with a draft, and a closed contest whose reviews have begun."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from geo.accounts.model import Account
from geo.calls.judging.model import Mark, Review
from geo.calls.model import Answer, Application, Call, Contact, Criterion, Question, Reviewer
from geo.core import geometry

_PROJECT = text("SELECT id FROM register.pilot_projects WHERE part = 'trees' ORDER BY id LIMIT 1")
_GOTHA, _NORDHAUSEN = "16067029", "16062041"
_CRITERIA = (
    ("Übertragbarkeit", "Transferability", "Können andere kleine und mittlere Städte es übernehmen?", 3),
    ("Umsetzbarkeit", "Feasibility", "Sind Schritte, Zuständige und Mittel genannt?", 2),
    ("Nachhaltigkeit", "Sustainability", "Was bleibt nach dem Ende der Förderung?", 2),
    ("Neuheit", "Innovation", "Gibt es das in Thüringen schon?", 1),
)
# Town, title, spot, the points of the one review that is handed in.
_ENTRIES = (
    (_GOTHA, "Schattiger Sitzplatz in der Fußgängerzone", (10.7037, 50.9476), ()),
    (_NORDHAUSEN, "Spielband zwischen zwei leeren Läden", (10.7913, 51.5031), (8, 6, 7, 9)),
)


def add(session: Session, town: Callable[[str], int], today: date, domain: str) -> dict[str, int]:
    """Add them, in the caller's `perform()`; the number of rows by table. `town` gives the id for a key."""
    midnight = datetime.combine(today, time(7), UTC)
    running = Call(
        pilot_project_id=session.scalar(_PROJECT),
        title="Beispielaufruf: ein Platz für wandernde Bäume",
        title_en="Sample call: a place for moving trees",
        body="Dieser Aufruf ist erfunden und zeigt, wie ein Aufruf aussieht.\n\nGesucht wird eine versiegelte Straße,"
        " in der einige Wochen lang Bäume stehen können.",
        body_en="This call is made up and shows what a call looks like.\n\nA sealed street is sought in which trees can"
        " stand for some weeks.",
        contact="Geschäftsstelle (Beispiel)",
        opens_at=midnight - timedelta(days=10),
        closes_at=midnight + timedelta(days=25),
        published_at=midnight - timedelta(days=14),
        is_example=True,
    )
    contest = Call(
        title="Beispielwettbewerb: Platz nehmen",
        title_en="Sample contest: take a seat",
        body="Dieser Wettbewerb ist erfunden. Gesucht werden Ideen, die einen Ort in der Innenstadt beleben.",
        body_en="This contest is made up. Ideas are sought that enliven a place in the town centre.",
        contact="Geschäftsstelle (Beispiel)",
        opens_at=midnight - timedelta(days=60),
        closes_at=midnight - timedelta(days=3),
        published_at=midnight - timedelta(days=70),
        is_example=True,
    )
    session.add_all([running, contest])
    session.flush()
    for call in (running, contest):
        for position, (name, name_en, words, weight) in enumerate(_CRITERIA):
            kept = Criterion(call_id=call.id, position=position, name=name, name_en=name_en, weight=weight)
            kept.description = words
            session.add(kept)
    asked = Question(call_id=running.id, position=0, question="Wie viele Bäume finden Platz, und wer gießt sie?")
    session.add(asked)
    draft = Application(
        call_id=running.id, municipality_id=town(_GOTHA), title="Bäume vor dem Markt", saved_at=midnight
    )
    draft.summary = "Beispiel: zwölf Bäume, die im Sommer zwischen zwei Straßen umziehen."
    session.add(draft)
    session.flush()
    keys = {"call_id": running.id, "municipality_id": draft.municipality_id}
    session.add(Answer(application_id=draft.id, question_id=asked.id, answer="Zwölf; der Bauhof.", **keys))
    reviewer = _reviewer(session, contest, domain)
    for entry in _ENTRIES:
        _enter(session, contest, town(entry[0]), entry, reviewer)
    session.flush()
    return {"calls": 2, "call_applications": 1 + len(_ENTRIES)}


def _reviewer(session: Session, contest: Call, domain: str) -> Reviewer | None:
    account = session.scalar(select(Account.id).where(Account.email == f"jury@{domain}"))
    if account is None:
        return None
    made = Reviewer(call_id=contest.id, account_id=account)
    session.add(made)
    session.flush()
    return made


def _enter(
    session: Session,
    contest: Call,
    municipality_id: int,
    entry: tuple[str, str, tuple[float, float], tuple[int, ...]],
    reviewer: Reviewer | None,
) -> None:
    _ags, title, spot, points = entry
    at = contest.closes_at - timedelta(days=2)
    made = Application(
        call_id=contest.id,
        municipality_id=municipality_id,
        state="EINGEREICHT",
        title=title,
        summary="Beispiel: ein erfundenes Vorhaben.",
        need="Wer hier vorbeigeht, findet keinen Platz zum Bleiben.",
        plan="Im Frühjahr planen, im Sommer aufbauen, im Herbst gemeinsam auswerten.",
        upkeep="Der Bauhof pflegt, die Händlerschaft schaut danach.",
        cost_eur=18_000,
        own_share_eur=3_000,
        point=geometry.point(*spot),
        saved_at=at,
        handed_in_at=at,
    )
    session.add(made)
    session.flush()
    keys = {"application_id": made.id, "call_id": contest.id, "municipality_id": municipality_id}
    session.add(Contact(name="Beispiel Kontakt", email="kontakt@beispiel.example", **keys))
    if reviewer is None or not points:
        return
    review = Review(account_id=reviewer.account_id, **keys)
    session.add(review)
    session.flush()
    criteria = session.scalars(select(Criterion.id).where(Criterion.call_id == contest.id).order_by(Criterion.position))
    for criterion, given in zip(criteria, points, strict=True):
        mark = Mark(review_id=review.id, account_id=reviewer.account_id, criterion_id=criterion, points=given, **keys)
        mark.reason = "Beispiel einer Begründung."
        session.add(mark)
    session.flush()
    review.state, review.handed_in_at = "ABGEGEBEN", at
