"""A visit that neighbours are asked about, what was released of their answers, and all of them for the town."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from geo.core.access import Action, Actor, may
from geo.core.db import for_municipality
from geo.core.errors import NotFound
from geo.trees.visits.feedback.model import VisitFeedback
from geo.trees.visits.queries import VisitRow

# So long after the trees have gone people are still asked.
ASKED_AFTER = timedelta(days=60)
MOST_SHOWN = 100


@dataclass(frozen=True)
class AskedVisit:
    """What the public knows of a visit. Days are included; `decision` is None while it is open."""

    id: int
    stop_id: int
    stop: str
    municipality_id: int
    municipality: str
    title: str | None
    public_text: str | None
    decision: str | None
    first: date
    last: date
    is_example: bool

    @property
    def asked_until(self) -> date:
        """The last day on which neighbours are asked."""
        return self.last + ASKED_AFTER

    def is_open(self, day: date) -> bool:
        """Whether an answer is taken on the day."""
        return self.first <= day <= self.asked_until


@dataclass(frozen=True)
class Said:
    """A released answer."""

    mood: str
    plant: str
    words: str | None
    said_on: date


@dataclass(frozen=True)
class Counts:
    """How many of the answers that the town has not refused say what."""

    total: int
    new: int
    good: int
    bothered: int
    plant_yes: int
    plant_no: int


_ASKED = """
    SELECT v.id, v.stop_id, s.name AS stop, s.municipality_id, s.municipality, v.title, v.public_text, v.decision,
           lower(v.during) AS first, upper(v.during) - 1 AS last, v.is_example
    FROM published.visits v JOIN published.stops s ON s.id = v.stop_id
"""
_ONE = text(f"{_ASKED} WHERE v.id = :id")
_AT_STOP = text(
    f"{_ASKED} WHERE v.stop_id = :stop AND lower(v.during) <= :day AND upper(v.during) + :after > :day"
    " ORDER BY lower(v.during) DESC, v.id DESC LIMIT 1"
)
_SAID = text(
    "SELECT b.mood, b.plant, b.words, b.said_on FROM published.visit_feedback b"
    " WHERE b.visit_id = :id ORDER BY b.id DESC LIMIT :most"
)


def asked_visit(session: Session, visit_id: int) -> AskedVisit:
    """A public visit. Raises `NotFound`."""
    row = session.execute(_ONE, {"id": visit_id}).first()
    if row is None:
        raise NotFound("Der Besuch", visit_id)
    return AskedVisit(*row)


def asked_at_stop(session: Session, stop_id: int, day: date) -> AskedVisit | None:
    """The visit of a stop about which its neighbours are asked on the day."""
    row = session.execute(_AT_STOP, {"stop": stop_id, "day": day, "after": ASKED_AFTER.days}).first()
    return None if row is None else AskedVisit(*row)


def released(session: Session, visit_id: int) -> list[Said]:
    """What the town has released, newest first."""
    return [Said(*row) for row in session.execute(_SAID, {"id": visit_id, "most": MOST_SHOWN})]


def of_visit(session: Session, actor: Actor, visit: VisitRow) -> list[VisitFeedback]:
    """All answers about a visit, newest first; none for who may not look into its town."""
    if not may(actor, Action.TREE_VIEW, visit.municipality_id):
        return []
    query = select(VisitFeedback).where(VisitFeedback.visit_id == visit.id).order_by(VisitFeedback.id.desc())
    with for_municipality(session, visit.municipality_id):
        return list(session.scalars(query))


def counted(answers: list[VisitFeedback]) -> Counts:
    """The answers in numbers."""
    kept = [one for one in answers if one.state != "ABGELEHNT"]
    return Counts(
        total=len(kept),
        new=sum(one.state == "NEU" for one in kept),
        good=sum(one.mood == "GUT" for one in kept),
        bothered=sum(one.mood == "GESTOERT" for one in kept),
        plant_yes=sum(one.plant == "JA" for one in kept),
        plant_no=sum(one.plant == "NEIN" for one in kept),
    )


def waiting(session: Session, municipality_id: int) -> dict[int, int]:
    """How many new answers wait, by visit of the town."""
    query = text("SELECT visit_id, count(*) AS new FROM register.visit_feedback WHERE state = 'NEU' GROUP BY visit_id")
    with for_municipality(session, municipality_id):
        return {row.visit_id: row.new for row in session.execute(query)}
