"""Reads of seekers and matches: for the town, for whoever has a link, and what an owner may be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from geo.accounts import links
from geo.core.access import Action, Actor, require
from geo.core.codes import label
from geo.core.db import for_municipality
from geo.core.errors import NotFound
from geo.vacancies import offers
from geo.vacancies.codes import EQUIPMENT, OBJECT_TYPES, OFFER_KINDS
from geo.vacancies.offers import OfferFilters
from geo.vacancies.portfolio.seekers.model import Match, Seeker, SeekerPerson
from geo.vacancies.portfolio.seekers.scoring import Fit, fit

WHAT, MATCH = "Das Gesuch", "Die Passung"
MOST_FITS = 30


def of_town(session: Session, municipality_id: int, day: date, state: str | None = None) -> list[Seeker]:
    """The confirmed seekers that had come by the day, the newest first; of a state, if one is given."""
    chosen = select(Seeker).where(
        Seeker.municipality_id == municipality_id, Seeker.state != "UNBESTAETIGT", Seeker.received_on <= day
    )
    if state is not None:
        chosen = chosen.where(Seeker.state == state)
    return list(session.scalars(chosen.order_by(Seeker.received_on.desc(), Seeker.id.desc()).limit(500)))


def get(session: Session, seeker_id: int) -> Seeker:
    """A confirmed seeker of the own town. Raises `NotFound`."""
    found = session.get(Seeker, seeker_id, populate_existing=True)
    if found is None or found.state == "UNBESTAETIGT":
        raise NotFound(WHAT, seeker_id)
    return found


def person(session: Session, actor: Actor, seeker: Seeker) -> SeekerPerson | None:
    """Who looks: for the town's own editors. Raises `NotPermitted`."""
    require(actor, Action.SEEKER_EDIT, seeker.municipality_id)
    return session.get(SeekerPerson, seeker.id, populate_existing=True)


_UNITS = text(
    """
    SELECT u.id, u.name, p.street, p.house_number, p.locality, u.object_type, u.floor, u.area_total_m2,
           u.divisible_from_m2, u.rent_eur_m2, u.offer_kinds, u.frontage_m, u.accessible, u.entrance, u.equipment,
           u.available_from, s.state, u.is_example,
           u.publication_level >= 2 AND u.published_during @> current_date AS is_public
    FROM register.units u
    JOIN register.places p ON p.id = u.place_id
    JOIN register.occupancy_spells s ON s.unit_id = u.id AND s.during @> CAST(:day AS date)
    WHERE u.municipality_id = :town AND s.state IN ('LEER', 'ZWISCHENGENUTZT', 'DROHEND')
      AND (CAST(:unit AS integer) IS NULL OR u.id = :unit)
    ORDER BY u.id
    """
)


def units_for(session: Session, seeker: Seeker, day: date) -> list[tuple[Row[Any], Fit]]:
    """The town's units that stand empty, or soon will, and may suit the seeker; the best first."""
    rows = session.execute(_UNITS, {"town": seeker.municipality_id, "day": day, "unit": None})
    found = [(row, fit(seeker, row, day)) for row in rows]
    return _best(found)


def seekers_for(session: Session, municipality_id: int, unit_id: int, day: date) -> list[tuple[Seeker, Fit]]:
    """The open seekers whom a unit may suit, the best first; none for a unit that is in use."""
    row = session.execute(_UNITS, {"town": municipality_id, "day": day, "unit": unit_id}).first()
    if row is None:
        return []
    return _best([(one, fit(one, row, day)) for one in of_town(session, municipality_id, day, "OFFEN")])


def offers_for(session: Session, seeker: Seeker, ags: str, day: date) -> list[tuple[Row[Any], Fit]]:
    """The public offers of the seeker's town that may suit them, for their own page; the best first."""
    rows = offers.whole(session, OfferFilters(day=day, ags=ags), 2000)
    return _best([(row, fit(seeker, row, day)) for row in rows])


def _best(found: Sequence[tuple[Any, Fit]]) -> list[tuple[Any, Fit]]:
    sensible = [(one, how) for one, how in found if how.score and not how.is_out]
    return sorted(sensible, key=lambda pair: (-pair[1].score, pair[0].id))[:MOST_FITS]


def fit_of(session: Session, seeker: Seeker, unit_id: int, day: date) -> Fit | None:
    """How a unit suits a seeker; None for one that is in use on the day."""
    row = session.execute(_UNITS, {"town": seeker.municipality_id, "day": day, "unit": unit_id}).first()
    return None if row is None else fit(seeker, row, day)


def matches_of(session: Session, *, seeker_id: int | None = None, unit_id: int | None = None) -> list[Match]:
    """The matches of a seeker, or of a unit, the best first."""
    chosen = select(Match)
    if seeker_id is not None:
        chosen = chosen.where(Match.seeker_id == seeker_id)
    if unit_id is not None:
        chosen = chosen.where(Match.unit_id == unit_id)
    return list(session.scalars(chosen.order_by(Match.score.desc(), Match.id)))


def match(session: Session, match_id: int) -> Match:
    """A match of the own town. Raises `NotFound`."""
    found = session.get(Match, match_id, populate_existing=True)
    if found is None:
        raise NotFound(MATCH, match_id)
    return found


def by_confirmation(session: Session, token: str, now: datetime) -> tuple[Seeker, SeekerPerson]:
    """What a link that confirms leads to, while it works. Raises `NotFound`."""
    _town, hashed = links.read(token)
    return _by(session, token, SeekerPerson.confirm_sha256 == hashed, SeekerPerson.confirm_until > now)


def by_link(session: Session, token: str) -> tuple[Seeker, SeekerPerson]:
    """What a seeker's own link leads to. Raises `NotFound`."""
    return _by(session, token, SeekerPerson.link_sha256 == links.read(token)[1])


def _by(session: Session, token: str, *conditions: Any) -> tuple[Seeker, SeekerPerson]:
    town, _hashed = links.read(token)
    with for_municipality(session, town):
        who = session.scalar(select(SeekerPerson).where(*conditions))
        seeker = None if who is None else session.get(Seeker, who.seeker_id)
    if who is None or seeker is None:
        raise NotFound(links.WHAT)
    return seeker, who


@dataclass(frozen=True)
class Disclosure:
    """What the owner of a unit may be told of a seeker: the wish in words, and (once both agreed) who it is."""

    wish: list[tuple[str, str]]
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    concept: str | None = None

    @property
    def is_named(self) -> bool:
        return self.name is not None or self.email is not None or self.phone is not None


def for_owner(session: Session, match_id: int) -> Disclosure:
    """What may be told to the owner now. The one door to it: before both have agreed it holds no word of the person.

    Neither the plan in the seeker's own words, which may say who it is in a small town.
    """
    found = match(session, match_id)
    seeker = get(session, found.seeker_id)
    if found.seeker_agreed_on is None or found.owner_agreed_on is None:
        return Disclosure(wish_in_words(seeker))
    who = session.get(SeekerPerson, seeker.id, populate_existing=True)
    wish = [("Vorhaben", seeker.plan), *wish_in_words(seeker)]
    return Disclosure(wish) if who is None else Disclosure(wish, who.name, who.email, who.phone, who.concept)


def wish_in_words(seeker: Any, language: str = "de") -> list[tuple[str, str]]:
    """Name and value of everything that is asked for, but for the plan."""
    german = language == "de"

    def named(codes: Sequence[str], names: Any) -> str:
        return ", ".join(label(names, code, language) for code in codes)

    def amount(value: Any, unit: str) -> str:
        if value is None:
            return ""
        text_ = f"{float(value):.2f}".rstrip("0").rstrip(".")
        return f"{text_.replace('.', ',') if german else text_} {unit}"

    words = [
        ("Objektart" if german else "Type of premises", named(seeker.object_types, OBJECT_TYPES)),
        ("Gesucht zur" if german else "Wanted for", named(seeker.offer_kinds, OFFER_KINDS)),
        ("Fläche ab" if german else "Area from", amount(seeker.least_m2, "m²")),
        ("Fläche bis" if german else "Area up to", amount(seeker.most_m2, "m²")),
        ("Kaltmiete bis" if german else "Rent up to", amount(seeker.most_rent_eur_m2, "€/m²")),
        ("Schaufenster ab" if german else "Shop front from", amount(seeker.least_frontage_m, "m")),
        ("Erdgeschoss" if german else "Ground floor", ("ja" if german else "yes") if seeker.ground_floor else ""),
        ("Stufenlos" if german else "Step-free", ("ja" if german else "yes") if seeker.step_free else ""),
        (
            "Verfügbar bis spätestens" if german else "Available no later than",
            f"{seeker.available_by:%d.%m.%Y}" if german and seeker.available_by else
            f"{seeker.available_by:%d/%m/%Y}" if seeker.available_by else "",
        ),
        ("Ausstattung" if german else "Facilities", named(seeker.equipment, EQUIPMENT)),
    ]  # fmt: skip
    return [(name, value) for name, value in words if value]
