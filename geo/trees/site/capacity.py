"""How many places a stop may have: no more than modules fit into its drawn bays."""

from sqlalchemy.orm import Session

from geo.core.errors import Invalid
from geo.trees.model import Stop
from geo.trees.site import queries
from geo.trees.site.queries import Fits


def check_capacity(session: Session, stop: Stop, capacity: int, classes: tuple[str, ...]) -> None:
    """Raises `Invalid` when a stop is to have more places than its drawn bays hold."""
    bays = queries.bays_of(stop)
    if bays is None:
        return
    found = queries.fits(bays, classes, queries.sizes(session, stop.municipality_id), stop.gap_cm)
    check_most(found, capacity, stop.gap_cm)


def check_most(found: list[Fits], capacity: int, gap_cm: int) -> None:
    """Raises `Invalid` for more places than fit of any class whose size is known."""
    for one in found:
        if one.most is not None and capacity > one.most:
            fit = "kein Modul" if not one.most else "nur 1 Modul" if one.most == 1 else f"höchstens {one.most} Module"
            fits = "passt" if one.most < 2 else "passen"
            raise Invalid(
                {
                    "capacity": f"In die gezeichneten Buchten {fits} {fit} der Klasse {one.name} {measures(one)}"
                    f" bei {gap_cm} cm Abstand, nicht {capacity}."
                }
            )


def measures(one: Fits) -> str:
    """A class's size in brackets."""
    return "" if one.size is None else f"({one.size.length_cm} × {one.size.width_cm} cm)"
