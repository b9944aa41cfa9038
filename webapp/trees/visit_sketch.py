"""The drawing to scale that goes with a visit's application."""

from datetime import date

from geo.trees.visits.queries import VisitRow


def of(visit: VisitRow, day: date) -> tuple[tuple[str, str] | None, str]:
    """The drawing as SVG and in words, or None and the sentence that says what it lacks."""
    return None, f"Für „{visit.stop}“ sind am {day:%d.%m.%Y} noch keine Buchten gezeichnet."
