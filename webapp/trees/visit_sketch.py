"""The drawing to scale that goes with a visit's application."""

from datetime import date

from geo.core.errors import NotFound
from geo.trees.site import drawing, queries
from geo.trees.visits.queries import VisitRow
from webapp.app import actor, staff_session


def of(visit: VisitRow, day: date) -> tuple[tuple[str, str] | None, str]:
    """The drawing with the visit's modules, as SVG and in words; and a sentence that says what it lacks, if it does."""
    wishes = {name: count for name, count in (("S", visit.modules_s), ("L", visit.modules_l)) if count}
    try:
        sheet = queries.sheet(staff_session(), actor(), visit.stop_id, wishes, day)
    except NotFound:
        return None, (
            f"Für „{visit.stop}“ sind noch keine Buchten gezeichnet oder keine Maße der Module bekannt:"
            " das Schreiben entsteht ohne Lageplan."
        )
    fit = len(sheet.placed)
    lacks = "" if fit >= visit.modules else f"In die gezeichneten Buchten passen nur {fit} von {visit.modules} Modulen."
    return (drawing.svg(sheet), drawing.in_words(sheet)), lacks
