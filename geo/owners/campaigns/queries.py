"""Reads of campaigns: who would get a letter, what became of it, what came back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from geo.core.errors import NotFound
from geo.letters.queries import Template, read_text
from geo.owners.campaigns.costs import VacantUnit
from geo.owners.campaigns.model import Answer, Campaign, Letter, Proposal
from geo.owners.model import Owner
from geo.vacancies import queries as units
from geo.vacancies.bulk.plan import title, titles
from geo.vacancies.queries import Filters

_TEXT = Path(__file__).parent / "texts" / "EIGENTUM.txt"
KIND = "EIGENTUM"
# So many units are in a campaign.
MOST = 2_000
# So many answers are listed.
LISTED = 200
NO_OWNER = "Zur Einheit ist kein Eigentum eingetragen"
BLOCKED = "Es gilt eine Kontaktsperre"
NO_ADDRESS = "Die Postanschrift fehlt"


@dataclass
class Group:
    """Who gets a letter about which units, and which units are left out, by the reason."""

    units: int = 0
    recipients: dict[int, list[int]] = field(default_factory=dict)
    left_out: dict[str, set[int]] = field(default_factory=dict)


def given_text() -> Template:
    """The letter that comes with the register."""
    return read_text(_TEXT, KIND)


_OWNERS = text(
    """
    SELECT w.unit_id, o.id AS owner_id, o.do_not_contact OR coalesce(r.do_not_contact, false) AS is_blocked,
        coalesce(r.id, o.id) AS recipient_id,
        CASE WHEN r.id IS NULL THEN o.postcode IS NOT NULL AND o.street IS NOT NULL AND o.locality IS NOT NULL
             ELSE r.postcode IS NOT NULL AND r.street IS NOT NULL AND r.locality IS NOT NULL END AS has_address
    FROM register.ownerships w
    JOIN register.owners o ON o.id = w.owner_id
    LEFT JOIN register.owner_members m ON m.community_id = o.id AND m.is_representative
    LEFT JOIN register.owners r ON r.id = m.member_id
    WHERE w.unit_id = ANY (:units) AND w.during @> CAST(:day AS date)
    ORDER BY w.unit_id, o.id
    """
)


def group_of(session: Session, town: int, filters: Filters) -> Group:
    """The owners, on the filter's day, of the units that it shows; a community's representative gets its letter."""
    chosen = units.ids(session, town, filters, MOST)
    found = Group(len(chosen))
    reached: set[int] = set()
    rows = session.execute(_OWNERS, {"units": chosen, "day": filters.day}).all()
    for row in rows:
        reason = BLOCKED if row.is_blocked else None if row.has_address else NO_ADDRESS
        if reason is None:
            found.recipients.setdefault(row.recipient_id, []).append(row.unit_id)
            reached.add(row.unit_id)
        else:
            found.left_out.setdefault(reason, set()).add(row.unit_id)
    nobody = set(chosen) - {row.unit_id for row in rows}
    if nobody:
        found.left_out[NO_OWNER] = nobody
    return found


@dataclass(frozen=True)
class CampaignRow:
    """A campaign in a list, with what became of its letters."""

    campaign: Campaign
    letters: int
    sent: int
    answered: int
    undeliverable: int

    @property
    def rate(self) -> int | None:
        """Answers per hundred letters that arrived; None before any did."""
        arrived = self.sent - self.undeliverable
        return None if arrived <= 0 else round(100 * self.answered / arrived)


_COUNTS = text(
    """
    SELECT l.campaign_id, count(*) AS letters, count(*) FILTER (WHERE l.sent_on IS NOT NULL) AS sent,
        count(*) FILTER (WHERE l.state = 'BEANTWORTET') AS answered,
        count(*) FILTER (WHERE l.state = 'UNZUSTELLBAR') AS undeliverable
    FROM register.owner_letters l WHERE l.municipality_id = :town GROUP BY l.campaign_id
    """
)


def campaigns(session: Session, town: int, day: date) -> list[CampaignRow]:
    """The town's campaigns that there were on the day, newest first."""
    counted = {row.campaign_id: row for row in session.execute(_COUNTS, {"town": town})}
    query = select(Campaign).where(Campaign.municipality_id == town, Campaign.day <= day)
    return [_counted(one, counted) for one in session.scalars(query.order_by(Campaign.id.desc()))]


def get_campaign(session: Session, campaign_id: int) -> Campaign:
    """A campaign of the session's town. Raises `NotFound`."""
    query = select(Campaign).where(Campaign.id == campaign_id).execution_options(populate_existing=True)
    found = session.scalar(query)
    if found is None:
        raise NotFound("Die Briefaktion", campaign_id)
    return found


def counted(session: Session, campaign: Campaign) -> CampaignRow:
    """A campaign with what became of its letters, now."""
    rows = {row.campaign_id: row for row in session.execute(_COUNTS, {"town": campaign.municipality_id})}
    return _counted(campaign, rows)


def _counted(campaign: Campaign, rows: dict[int, Row[Any]]) -> CampaignRow:
    row = rows.get(campaign.id)
    if row is None:
        return CampaignRow(campaign, 0, 0, 0, 0)
    return CampaignRow(campaign, row.letters, row.sent, row.answered, row.undeliverable)


_LETTERS = text(
    """
    SELECT l.id, l.version, l.state, l.printed_at, l.sent_on, l.answered_on, l.result, l.owner_id, o.name AS owner,
        o.do_not_contact OR (h.all_banned IS TRUE) AS do_not_contact, h.all_banned IS NULL AS is_over,
        a.id AS answer_id, a.state AS answer_state,
        ARRAY(SELECT x.unit_id FROM register.owner_letter_units x WHERE x.letter_id = l.id ORDER BY 1) AS units
    FROM register.owner_letters l
    LEFT JOIN register.owners o ON o.id = l.owner_id
    LEFT JOIN register.owner_answers a ON a.letter_id = l.id
    LEFT JOIN LATERAL (
        SELECT bool_and(x.do_not_contact) AS all_banned
        FROM register.letter_owners(l.id, CAST(:day AS date)) x) h ON true
    WHERE l.campaign_id = :id ORDER BY o.name NULLS LAST, l.id
    """
)


def letters_of(session: Session, campaign: Campaign, day: date) -> list[tuple[Row[Any], list[str]]]:
    """The letters of a campaign by owner, each with the names of its units.

    `do_not_contact`: a ban holds for the recipient, or for the community for which they would be written to; `is_over`:
    on the day no unit is theirs any more.
    """
    rows = session.execute(_LETTERS, {"id": campaign.id, "day": day}).all()
    named = titles(session, campaign.municipality_id, sorted({unit for row in rows for unit in row.units}))
    return [(row, [named[unit] for unit in row.units if unit in named]) for row in rows]


def get_letter(session: Session, letter_id: int) -> Letter:
    """A letter of the session's town. Raises `NotFound`."""
    found = session.scalar(select(Letter).where(Letter.id == letter_id).execution_options(populate_existing=True))
    if found is None:
        raise NotFound("Der Brief", letter_id)
    return found


@dataclass(frozen=True)
class UnitFacts:
    """A unit as an owner is told of it, and may correct it."""

    id: int
    title: str
    title_en: str
    values: dict[str, Any]
    since: date | None
    since_precision: str | None
    publication_level: int

    def for_sheet(self) -> VacantUnit:
        """What the sheet of costs needs: the sales area where it is known, else the whole."""
        area = self.values["area_sales_m2"] or self.values["area_total_m2"]
        exact = self.since_precision in ("TAG", "MONAT")
        return VacantUnit(self.title, area, self.values["rent_eur_m2"], self.since, exact)


# What an owner may correct of a unit.
FACTS = ("state", "area_total_m2", "area_sales_m2", "entrance", "rent_eur_m2")
_FACTS = text(
    """
    SELECT u.id, u.name, u.object_type, u.floor, u.area_total_m2, u.area_sales_m2, u.entrance, u.rent_eur_m2,
        u.publication_level, p.street, p.house_number, p.locality, s.state, lower(s.during) AS since, s.start_precision
    FROM register.owner_letter_units x
    JOIN register.units u ON u.id = x.unit_id
    JOIN register.places p ON p.id = u.place_id
    LEFT JOIN register.occupancy_spells s ON s.unit_id = u.id AND s.during @> CAST(:day AS date)
    WHERE x.letter_id = :id AND EXISTS (  -- what was sold since is told to nobody who owned it
        SELECT FROM register.letter_owners(x.letter_id, CAST(:day AS date)) o
        WHERE o.unit_id = x.unit_id AND NOT (:on_paper AND o.do_not_contact))
    ORDER BY p.street, p.house_number, u.floor, u.id
    """
)


def units_of(session: Session, letter_id: int, day: date, *, on_paper: bool = False) -> list[UnitFacts]:
    """The units that a letter is about, as they are on the day; `on_paper` those that may be written about: not what is
    a community's that does not want to be written to.
    """
    return [
        UnitFacts(
            row.id,
            title(row),
            title(row, "en"),
            {name: getattr(row, name) for name in FACTS},
            row.since,
            row.start_precision,
            row.publication_level,
        )
        for row in session.execute(_FACTS, {"id": letter_id, "day": day, "on_paper": on_paper})
    ]


def answers(session: Session, town: int, *, done: bool) -> list[tuple[Answer, str, str]]:
    """What owners answered and nobody has dealt with yet (or has): the answer, the owner's name, the campaign's."""
    query = (
        select(Answer, Owner.name, Campaign.name)
        .join(Owner, Owner.id == Answer.owner_id)
        .join(Letter, Letter.id == Answer.letter_id)
        .join(Campaign, Campaign.id == Letter.campaign_id)
        .where(Answer.municipality_id == town, Answer.state == ("ERLEDIGT" if done else "OFFEN"))
        .order_by(Answer.received_at.desc() if done else Answer.received_at)
        .limit(LISTED)
    )
    return [(answer, owner, campaign) for answer, owner, campaign in session.execute(query)]


def count_answers(session: Session, town: int, *, done: bool) -> int:
    """How many answers wait, or are done: all of them, not only those listed."""
    asked = select(func.count()).where(
        Answer.municipality_id == town, Answer.state == ("ERLEDIGT" if done else "OFFEN")
    )
    return session.scalar(asked) or 0


def get_answer(session: Session, answer_id: int) -> Answer:
    """An answer of the session's town. Raises `NotFound`."""
    found = session.scalar(select(Answer).where(Answer.id == answer_id).execution_options(populate_existing=True))
    if found is None:
        raise NotFound("Die Antwort", answer_id)
    return found


def proposals_of(session: Session, answer: Answer) -> Sequence[Proposal]:
    """What an answer would change, unit by unit, the owner's own facts last."""
    query = select(Proposal).where(Proposal.answer_id == answer.id)
    return session.scalars(query.order_by(Proposal.unit_id.nulls_last(), Proposal.id)).all()


def names_of(session: Session, town: int, ids: Iterable[int | None]) -> dict[int, str]:
    """The names of units by their ids."""
    return dict(titles(session, town, [one for one in ids if one is not None]))
