"""What a letter may say of a visit: every name of `codes.FACTS` as words."""

from datetime import date, timedelta

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from geo.core.access import Actor
from geo.core.clock import BERLIN
from geo.core.codes import label
from geo.letters.model import LetterSender
from geo.trees.fleet.model import ModuleClass
from geo.trees.queries.internal import get_stop
from geo.trees.visits.codes import DECISIONS
from geo.trees.visits.deadlines import PERMIT, SIGN_DAYS, deadlines
from geo.trees.visits.queries import VisitRow
from geo.trees.wording import day as in_words
from geo.trees.wording import period, span

_SPECIES = text(
    "SELECT DISTINCT t.species FROM register.stays y JOIN register.trees t ON t.id = y.tree_id"
    " WHERE y.visit_id = :id AND t.species IS NOT NULL ORDER BY t.species"
)
# Where the visit's trees stand just before it, and where they go after it, in the same layer.
_NEIGHBOUR = """
    SELECT s.name FROM register.stays y JOIN register.stops s ON s.id = y.stop_id
    WHERE y.tree_id IN (SELECT o.tree_id FROM register.stays o WHERE o.visit_id = :id)
      AND y.plane = (SELECT v.plane FROM register.visits v WHERE v.id = :id) AND {when}
    GROUP BY s.name ORDER BY count(*) DESC, s.name LIMIT 1
"""
_BEFORE = text(_NEIGHBOUR.format(when="upper(y.during) BETWEEN CAST(:first AS date) - 14 AND :first"))
_AFTER = text(_NEIGHBOUR.format(when="lower(y.during) BETWEEN :end AND CAST(:end AS date) + 14"))


def facts_of(
    session: Session,
    actor: Actor,
    visit: VisitRow,
    sender: LetterSender | None,
    *,
    today: date,
    page: str,
    feedback: str,
    has_drawing: bool = False,
) -> dict[str, str]:
    """The facts; what is not known is an empty text. `page` and `feedback` are public addresses."""
    stop = get_stop(session, actor, visit.stop_id)
    first, last = visit.stands_from, visit.stands_until
    due = {one.duty: one.due for one in deadlines(visit.planned(), today)}
    asked = {"id": visit.id, "first": visit.first, "end": visit.last + timedelta(days=1)}
    opening = visit.opening_at.astimezone(BERLIN) if visit.opening_at else None
    return {
        **_of_sender(sender),
        "stadt": visit.municipality,
        "heute": in_words(today),
        "genehmigungsstelle": visit.permit_office or "",
        "aktenzeichen": visit.permit_reference or "",
        "standplatz": visit.stop,
        "strasse": stop.address or visit.stop,
        "titel": visit.title or "",
        "text": visit.public_text or "",
        "zeitraum": span(period(first, last)),
        "beginn": in_words(first),
        "beginn_wochentag": format_date(first, "EEEE, d. MMMM y", locale="de"),
        "ende": in_words(last),
        "wochen": _weeks(first, last),
        "eroeffnung": format_datetime(opening, "EEEE, d. MMMM y, HH:mm 'Uhr'", locale="de") if opening else "",
        "module": _modules(visit),
        "zahl": "1 Baum" if visit.modules == 1 else f"{visit.modules} Bäume",
        "baumarten": ", ".join(session.scalars(_SPECIES, asked)),
        "masse": _sizes(session, visit),
        "allee": visit.fleet,
        "schilder_ab": in_words(visit.first - timedelta(days=SIGN_DAYS)),
        "antrag_bis": in_words(due[PERMIT]),
        "anlage": "Lageplan im Maßstab" if has_drawing else "",
        "herkunft": session.scalar(_BEFORE, asked) or "",
        "ziel": session.scalar(_AFTER, asked) or "",
        "ergebnis": label(DECISIONS, visit.decision) if visit.decision != "OFFEN" else "",
        "rueckmeldung": feedback,
        "seite": page,
    }


def _of_sender(sender: LetterSender | None) -> dict[str, str]:
    if sender is None:
        return dict.fromkeys(("absender", "amt", "ansprechperson", "telefon", "mail", "versicherung"), "")
    return {
        "absender": "\n".join(part for part in (sender.office, sender.address) if part),
        "amt": sender.office,
        "ansprechperson": sender.person or "",
        "telefon": sender.phone or "",
        "mail": sender.email or "",
        "versicherung": sender.insurance or "",
    }


def _modules(visit: VisitRow) -> str:
    parts = [(visit.modules_s, "S"), (visit.modules_l, "L")]
    return " und ".join(f"{n} {'Modul' if n == 1 else 'Module'} der Klasse {name}" for n, name in parts if n)


def _weeks(first: date, last: date) -> str:
    days = (last - first).days + 1
    if days % 7:
        return "1 Tag" if days == 1 else f"{days} Tage"
    return "1 Woche" if days == 7 else f"{days // 7} Wochen"


def _sizes(session: Session, visit: VisitRow) -> str:
    wanted = {"S": visit.modules_s, "L": visit.modules_l}
    query = select(ModuleClass).where(ModuleClass.fleet_id == visit.fleet_id).order_by(ModuleClass.name)
    told = []
    for one in session.scalars(query):
        if wanted.get(one.name):
            size = f"{_metres(one.length_cm)} × {_metres(one.width_cm)} m"
            told.append(f"Klasse {one.name}: {size}")
    return "; ".join(told)


def _metres(centimetres: int) -> str:
    return format_decimal(centimetres / 100, "0.00", locale="de")
