"""Streets: what stands in one on a day, what is to come, and what stood there when, over all of its stops."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from geo.core.errors import NotFound
from geo.trees.queries.public import Arrival, Filters, Standing, StopOnDay, stop_life, stops_on


@dataclass(frozen=True)
class Street:
    """A street of a town with its stops as of a day. A stop without a street counts as one of its own name."""

    ags: str
    municipality: str
    name: str
    stops: tuple[StopOnDay, ...]

    @property
    def is_example(self) -> bool:
        return all(stop.is_example for stop in self.stops)

    @property
    def here(self) -> tuple[Standing, ...]:
        """The trees in the street on the day."""
        return tuple(one for stop in self.stops for one in stop.here)

    @property
    def until(self) -> date | None:
        """The last day of the tree that stays longest."""
        return max((one.last for one in self.here), default=None)

    @property
    def until_month(self) -> bool:
        """Whether no more than the month of that day is known."""
        return bool(self.here) and max(self.here, key=lambda one: one.last).to_month

    @property
    def coming(self) -> Arrival | None:
        """Who comes next."""
        return min((one.coming for one in self.stops if one.coming), key=lambda one: one.day, default=None)


def streets_on(session: Session, day: date, filters: Filters, words: str | None = None) -> list[Street]:
    """The streets in which trees stood, stand or are to stand, by town and name; only those that hold the words."""
    found = _by_street(stops_on(session, day, filters))
    wanted = (words or "").casefold().split()
    return [street for street in found if all(word in _searched(street) for word in wanted)]


def get_street(session: Session, ags: str, name: str, day: date) -> tuple[Street, list[Standing]]:
    """A street of a town on a day, with everything that stood, stands and is to stand in it. Raises `NotFound`."""
    streets = _by_street(stops_on(session, day, Filters(ags=ags)))
    street = next((one for one in streets if one.name.casefold() == name.casefold()), None)
    if street is None:
        raise NotFound("Die Straße", name[:60])
    life = [one for stop in street.stops for one in stop_life(session, stop.id)]
    return street, life


def name_of(stop: StopOnDay) -> str:
    """The street that a stop belongs to."""
    return (stop.street or "").strip() or stop.name


def _by_street(stops: Iterable[StopOnDay]) -> list[Street]:
    found: dict[tuple[str, str, str], list[StopOnDay]] = {}
    for stop in stops:
        found.setdefault((stop.municipality, stop.ags, name_of(stop)), []).append(stop)
    return [
        Street(ags, town, name, tuple(sorted(own, key=lambda stop: (stop.name, stop.id))))
        for (town, ags, name), own in sorted(found.items(), key=lambda one: tuple(part.casefold() for part in one[0]))
    ]


def _searched(street: Street) -> str:
    """The text that words are looked for in: the common ways to shorten a street are the same word."""
    text = " ".join((street.name, street.municipality, *(stop.name for stop in street.stops))).casefold()
    return f"{text} {text.replace('strasse', 'str.')}"  # without regard to case, ß is ss
