"""Puts the sample register into the database: the alliance's facts (`is_sample`) and made-up objects (`is_example`)."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from geo.accounts.model import Account
from geo.core import geometry
from geo.core.access import SYSTEM, Action
from geo.core.history import perform
from geo.places.model import Address, Place, Poi, Zone
from geo.samples import (
    alliance,
    areas,
    calls,
    cards,
    cases,
    content,
    generate,
    landmarks,
    owners,
    portfolio,
    reports,
    residents,
    shares,
)
from geo.samples import viewpoints as viewpoint_content
from geo.samples.avenues import Avenues
from geo.samples.facts import Facts
from geo.samples.fleets import Fleets
from geo.samples.inserting import Inserter, Row
from geo.samples.inventory import Inventory
from geo.samples.model import PlaceSample, Sample
from geo.samples.outlooks import Outlooks
from geo.samples.people import DOMAIN, SignIn, add_people
from geo.samples.rows import exact_places


@dataclass(frozen=True)
class Loaded:
    """What the load added (nothing when the register was there), and the sign-ins with their new passwords."""

    was_there: bool
    counts: dict[str, int]
    sign_ins: tuple[SignIn, ...] = ()

    @property
    def passwords(self) -> dict[str, str]:
        """The new passwords by e-mail address; empty where none were made."""
        return {one.email: one.password for one in self.sign_ins if one.password}


def load(session: Session, today: date, *, with_passwords: bool) -> Loaded:
    """Add the sample register as of the day; with the sample accounts there already, nothing is done.

    The passwords are in the answer and nowhere else. Needs the reference data and the owner's session.
    """
    if session.scalar(select(Account.id).where(Account.is_example).limit(1)) is not None:
        return Loaded(was_there=True, counts={})
    loader = _MadeUp(session, today)
    with perform(session, SYSTEM, Action.SAMPLE_LOAD):
        Facts(session, today, loader.counts).add()
        loader.add(generate.build(today))
        loader.counts |= portfolio.add(session, today)
        loader.counts |= landmarks.add(session, loader.town)
        loader.counts |= cards.add(session, loader.town, today)
        loader.counts |= shares.add(session, loader.town)
        for part in (residents, owners, reports, alliance):
            loader.counts |= part.add(session, loader.town, today)
        Avenues(session, today, loader.counts).add(content.facts()["avenues"])
        sign_ins = add_people(session, loader.town, with_passwords=with_passwords)
        loader.counts |= cases.add(session, loader.town, today, DOMAIN)
        loader.counts |= calls.add(session, loader.town, today, DOMAIN)
    loader.counts["accounts"] = len(sign_ins)
    return Loaded(was_there=False, counts=loader.counts, sign_ins=sign_ins)


_LOADED = text(
    "SELECT EXISTS (SELECT FROM published.viewpoints WHERE is_example) OR EXISTS (SELECT FROM published.fleets WHERE"
    " is_example) OR EXISTS (SELECT FROM published.vacancies WHERE is_example)"
)


def is_loaded(session: Session) -> bool:
    """Whether made-up objects are on show; any role may ask."""
    return bool(session.scalar(_LOADED))


class _MadeUp(Inserter):
    """The made-up objects of all parts, all marked as examples."""

    def add(self, sample: Sample) -> None:
        """The places first, then what lies there."""
        exact = exact_places(sample.units)
        spots = [*(unit.place for unit in sample.units), *(v.place for v in sample.viewpoints)]
        spots = list(dict.fromkeys([*spots, *(stop.place for stop in sample.stops)]))
        on_grid = {unit.place for unit in sample.units} - exact
        rows = [self._place(spot, on_grid=spot in on_grid) for spot in spots]
        places = dict(zip(spots, self._insert_with_ids(Place, rows), strict=True))
        for part in (Inventory, Fleets, Outlooks):
            part(self.session, self.today, self.counts).add(sample, places)
        near = viewpoint_content.near_by(sample.viewpoints)
        self._insert(Poi, [{"municipality_id": self.town(ags), **row} for ags, row in near])
        zones, houses = areas.zones(self.today), areas.addresses(sample.units)
        self._insert(Zone, [{"municipality_id": self.town(ags), **row} for ags, row in zones])
        self._insert(Address, [{"municipality_id": self.town(ags), **row} for ags, row in houses])

    def _place(self, spot: PlaceSample, *, on_grid: bool) -> Row:
        point = geometry.point(spot.lon, spot.lat)
        return {
            "municipality_id": self.town(spot.ags),
            "street": spot.street,
            "house_number": spot.house_number,
            "postcode": spot.postcode,
            "locality": spot.locality or self._towns[self.town(spot.ags)].name,
            "point": point,
            "public_point": geometry.snapped(point) if on_grid else point,
            "is_example": True,
        }
