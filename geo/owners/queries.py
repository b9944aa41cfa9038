"""Reads of owners: for the staff session of their own town, which sees no others."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.errors import Invalid, NotFound
from geo.core.paging import MOST_COUNTED, SIZE, Page, decode_key, encode_key
from geo.owners.codes import UNCONSENTED, UNCONSENTED_SO_LONG
from geo.owners.model import Owner, OwnerConsent, OwnerContact, OwnerErasure, OwnerMember, OwnerSettings, Ownership
from geo.vacancies.bulk.plan import title as unit_title
from geo.vacancies.codes import EMPTY_STATES
from geo.vacancies.model import Unit
from geo.vacancies.queries import pattern
from geo.vacancies.schemas import PublicationInput

# Owners whose deadline is so near are shown as such.
SOON = timedelta(days=30)
# So many erasures are listed.
LISTED = 500


@dataclass(frozen=True)
class OwnerFilters:
    """What a list of owners is narrowed to; on `day` counts what they own."""

    day: date
    text: str | None = None
    kind: str | None = None
    attitude: str | None = None
    blocked: bool = False
    due: bool = False

    @property
    def active(self) -> int:
        """How many filters are set, the day apart."""
        return sum(bool(value) for name, value in vars(self).items() if name != "day")


# How to reach somebody who does not want to be reached is in no list and no export.
_REACHED = ", ".join(
    f"CASE WHEN NOT o.do_not_contact THEN o.{name} END AS {name}"
    for name in ("contact_name", "street", "postcode", "locality", "country", "email", "phone")
)
_LIST = f"""
    SELECT o.id, o.kind, o.name, o.salutation, o.attitude, o.do_not_contact, o.delete_on, o.is_example, {_REACHED},
        count(DISTINCT u.id) AS units, count(DISTINCT u.id) FILTER (WHERE s.state = ANY (:empty)) AS vacant
    FROM register.owners o
    LEFT JOIN register.ownerships w ON w.owner_id = o.id AND w.during @> CAST(:day AS date)
    LEFT JOIN register.units u ON u.id = w.unit_id
    LEFT JOIN register.occupancy_spells s ON s.unit_id = u.id AND s.during @> CAST(:day AS date)
    WHERE o.municipality_id = :town {{where}}
    GROUP BY o.id {{more}} ORDER BY o.name, o.id LIMIT :limit
"""  # noqa: S608 (names above)


def _where(filters: OwnerFilters, town: int) -> tuple[str, dict[str, Any]]:
    conditions, values = "", {"town": town, "day": filters.day, "empty": list(EMPTY_STATES)}
    if filters.text:
        conditions += " AND lower(concat_ws(' ', o.name, o.contact_name, o.locality)) LIKE lower(:text) ESCAPE '!'"
        values["text"] = pattern(filters.text)
    if filters.kind:
        conditions += " AND o.kind = :kind"
        values["kind"] = filters.kind
    if filters.attitude:
        conditions += " AND o.attitude = :attitude"
        values["attitude"] = filters.attitude
    if filters.blocked:
        conditions += " AND o.do_not_contact"
    if filters.due:
        conditions += " AND o.delete_on <= :soon"
        values["soon"] = clock.today() + SOON
    return conditions, values


def search(session: Session, town: int, filters: OwnerFilters, after: str | None = None) -> Page[Row[Any]]:
    """A page of the town's owners by name."""
    conditions, values = _where(filters, town)
    count = text(f"SELECT count(*) FROM register.owners o WHERE o.municipality_id = :town {conditions}")  # noqa: S608
    total = session.scalar(count, values) or 0
    position = decode_key(after, [str, int])
    if position is not None:
        conditions += " AND (o.name, o.id) > (:after_name, :after_id)"
        values |= {"after_name": position[0], "after_id": position[1]}
    found = text(_LIST.format(where=conditions, more=""))
    rows = session.execute(found, {**values, "limit": SIZE + 1}).all()
    next_key = encode_key([rows[SIZE - 1].name, rows[SIZE - 1].id]) if len(rows) > SIZE else None
    return Page(rows[:SIZE], next_key, min(total, MOST_COUNTED), total > MOST_COUNTED)


def every(session: Session, town: int, filters: OwnerFilters) -> list[Row[Any]]:
    """All owners that a filter shows, for the list as a file."""
    conditions, values = _where(filters, town)
    return list(session.execute(text(_LIST.format(where=conditions, more="")), {**values, "limit": 100_000}))


def get(session: Session, owner_id: int) -> Owner:
    """An owner of the session's town. Raises `NotFound`, also for another town's."""
    found = session.scalar(select(Owner).where(Owner.id == owner_id).execution_options(populate_existing=True))
    if found is None:
        raise NotFound("Die Eigentümerin oder der Eigentümer", owner_id)
    return found


def choices(session: Session, town: int) -> list[tuple[int, str]]:
    """The town's owners to choose from, by name."""
    query = select(Owner.id, Owner.name, Owner.locality).where(Owner.municipality_id == town).order_by(Owner.name)
    return [(row.id, f"{row.name}, {row.locality}" if row.locality else row.name) for row in session.execute(query)]


_UNITS = """
    SELECT w.id AS ownership_id, w.version AS ownership_version, w.owner_id, w.share_n, w.share_d,
        lower(w.during) AS first, upper(w.during) - 1 AS last, w.during @> CAST(:day AS date) AS holds,
        o.name AS owner, o.kind AS owner_kind, o.do_not_contact, u.id, u.name, u.object_type, u.floor, p.street,
        p.house_number, p.locality, s.state, u.publication_level
    FROM register.ownerships w
    JOIN register.owners o ON o.id = w.owner_id
    JOIN register.units u ON u.id = w.unit_id
    JOIN register.places p ON p.id = u.place_id
    LEFT JOIN register.occupancy_spells s ON s.unit_id = u.id AND s.during @> CAST(:day AS date)
    WHERE {which}
    ORDER BY p.street, p.house_number, u.floor, u.id, o.name
"""
_OF_OWNER, _OF_UNIT = (text(_UNITS.format(which=f"w.{name} = :id")) for name in ("owner_id", "unit_id"))


def units_of(session: Session, owner_id: int, day: date) -> list[tuple[str, Row[Any]]]:
    """The units that an owner owns or owned, with their names; `holds` says whether on the day."""
    return [(unit_title(row), row) for row in session.execute(_OF_OWNER, {"id": owner_id, "day": day})]


def owners_of(session: Session, unit_id: int, day: date) -> list[Row[Any]]:
    """Who owns or owned a unit."""
    return list(session.execute(_OF_UNIT, {"id": unit_id, "day": day}))


def members_of(session: Session, owner_id: int) -> list[tuple[OwnerMember, Owner]]:
    """Who belongs to a community, its representative first."""
    query = (
        select(OwnerMember, Owner)
        .join(Owner, Owner.id == OwnerMember.member_id)
        .where(OwnerMember.community_id == owner_id)
        .order_by(OwnerMember.is_representative.desc(), Owner.name)
    )
    return [(member, owner) for member, owner in session.execute(query)]


def communities_of(session: Session, owner_id: int) -> list[tuple[OwnerMember, Owner]]:
    """The communities that an owner belongs to."""
    query = (
        select(OwnerMember, Owner)
        .join(Owner, Owner.id == OwnerMember.community_id)
        .where(OwnerMember.member_id == owner_id)
        .order_by(Owner.name)
    )
    return [(member, owner) for member, owner in session.execute(query)]


def consents_of(session: Session, owner_id: int) -> list[OwnerConsent]:
    """What an owner agreed to, newest first."""
    query = select(OwnerConsent).where(OwnerConsent.owner_id == owner_id)
    return list(session.scalars(query.order_by(OwnerConsent.given_on.desc(), OwnerConsent.id.desc())))


def contacts_of(session: Session, owner_id: int) -> list[OwnerContact]:
    """How an owner was contacted, newest first."""
    query = select(OwnerContact).where(OwnerContact.owner_id == owner_id)
    return list(session.scalars(query.order_by(OwnerContact.happened_on.desc(), OwnerContact.id.desc())))


def part_of(session: Session, model: Any, row_id: int, what: str) -> Any:
    """A row of the town by its number. Raises `NotFound`, also for another town's."""
    found = session.scalar(select(model).where(model.id == row_id).execution_options(populate_existing=True))
    if found is None:
        raise NotFound(what, row_id)
    return found


def ownership(session: Session, ownership_id: int) -> Ownership:
    """One ownership. Raises `NotFound`."""
    found: Ownership = part_of(session, Ownership, ownership_id, "Das Eigentum")
    return found


def settings_of(session: Session, town: int) -> OwnerSettings:
    """What the town has set; the defaults, with version 0, where it has set nothing."""
    found = session.scalar(
        select(OwnerSettings).where(OwnerSettings.municipality_id == town).execution_options(populate_existing=True)
    )
    return found or OwnerSettings(municipality_id=town, keep_months=24, answer_days=60, assumptions={}, version=0)


def erasures(session: Session, town: int) -> list[OwnerErasure]:
    """Whom the town has erased: when and why, newest first; nothing of whom."""
    query = select(OwnerErasure).where(OwnerErasure.municipality_id == town)
    return list(session.scalars(query.order_by(OwnerErasure.id.desc()).limit(LISTED)))


def count_erasures(session: Session, town: int) -> int:
    """How many owners the town has erased: all of them, not only those listed."""
    return session.scalar(select(func.count()).where(OwnerErasure.municipality_id == town)) or 0


_CONSENTED = text("SELECT register.consented_level(:unit, CAST(:day AS date))")


def consented_level(session: Session, unit_id: int, day: date) -> int | None:
    """Up to which level all who own the unit on the day agreed to its publication; None where no owner is known.

    For a community counts what it, or who represents it, agreed to. 0: somebody did not agree.
    """
    found = session.scalar(_CONSENTED, {"unit": unit_id, "day": day})
    return None if found is None else int(found)


def require_consent(session: Session, unit: Unit, wanted: PublicationInput, day: date) -> None:
    """Raises `Invalid` where a unit is to be shown further, or longer, than its known owners agreed to; the database
    holds the same, by whatever way it is written.
    """
    if wanted.level < 3 or wanted.consent_kind != "EIGENTUEMER":
        return
    shown = unit.published_during
    last = shown.upper - timedelta(days=1) if shown is not None and shown.upper else None
    is_longer = last is None or (wanted.until is not None and wanted.until > last)
    if wanted.level <= unit.publication_level and unit.consent_kind == wanted.consent_kind and not is_longer:
        return
    agreed = consented_level(session, unit.id, day)
    if agreed is not None and agreed < wanted.level:
        raise Invalid({"level": UNCONSENTED})
    # A consent that ends earlier would end the publication by the hourly job: its own last day ends it at midnight.
    if agreed is not None and wanted.until is not None:
        until_then = consented_level(session, unit.id, wanted.until)
        if until_then is not None and until_then < wanted.level:
            raise Invalid({"until": UNCONSENTED_SO_LONG})


# Shown because of a consent that is kept here, of whoever owns it or did until some days ago, and carried no longer.
_UNCARRIED = text(
    """
    SELECT u.municipality_id, u.id FROM register.units u
    WHERE u.publication_level >= 3 AND u.consent_kind = 'EIGENTUEMER'
      AND coalesce(register.consented_level(u.id, CAST(:day AS date)), 0) < u.publication_level
      AND EXISTS (
        SELECT FROM register.ownerships w
        JOIN register.owner_consents c ON c.owner_id = w.owner_id OR c.owner_id IN (
            SELECT m.member_id FROM register.owner_members m WHERE m.community_id = w.owner_id)
        WHERE w.unit_id = u.id AND w.during && daterange(CAST(:day AS date) - 3, CAST(:day AS date), '[]')
          AND c.kind = 'VEROEFFENTLICHUNG' AND (c.unit_id IS NULL OR c.unit_id = u.id))
    ORDER BY 1, 2
    """
)


def uncarried(session: Session, day: date) -> dict[int, list[int]]:
    """By town, the units whose consent has run out or whose owner has changed. Needs the owner's session."""
    found: dict[int, list[int]] = {}
    for row in session.execute(_UNCARRIED, {"day": day}):
        found.setdefault(row.municipality_id, []).append(row.id)
    return found
