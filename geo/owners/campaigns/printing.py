"""Letters for paper: their words, and a code for each, of which one works at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from geo.accounts.queries import town_names
from geo.core import clock
from geo.core.access import Action, Actor
from geo.core.errors import Conflict, Invalid
from geo.core.history import perform
from geo.letters import queries as texts
from geo.letters.language import filled
from geo.owners import queries as owners
from geo.owners.campaigns import links, queries
from geo.owners.campaigns.costs import Assumptions, Line, sheet
from geo.owners.campaigns.model import Campaign, Letter, Link
from geo.owners.campaigns.queries import UnitFacts
from geo.owners.campaigns.words import MARKS, facts_of

NOTHING = "Von diesen Briefen ist keiner zu drucken."
MEANWHILE = "An den Briefen hat sich beim Drucken etwas geändert. Bitte noch einmal drucken."
# What a preview shows in the place of a code.
NO_CODE = "0-XXXXX-XXXXX-XXXXX-XXXXX"


@dataclass(frozen=True)
class Printed:
    """A letter for paper: its words, its sheets of costs, and its code, which is known nowhere else."""

    letter_id: int
    owner: str
    subject: str
    body: str
    sheets: tuple[tuple[str, tuple[Line, ...]], ...]
    code: str
    until: date


def preview(session: Session, campaign: Campaign, letter_id: int, today: date) -> Printed:
    """A letter as it would be printed, with a code that opens nothing."""
    letter = queries.get_letter(session, letter_id)
    units = queries.units_of(session, letter_id, today, on_paper=True)
    return _printed(session, campaign, letter, units, NO_CODE, today)


def printable(letters: Iterable[tuple[Row[Any], Any]], *, again: bool) -> list[int]:
    """Of a draft's letters, as `letters_of` gives them, those that may be printed: all (`again`), or what never was."""
    return [
        row.id
        for row, _ in letters
        if row.owner_id is not None
        and not row.do_not_contact
        and not row.is_over
        and row.state == "ENTWURF"
        and (again or row.printed_at is None)
    ]


def check(campaign: Campaign, today: date) -> None:
    """Raises `Conflict` where a campaign takes no answers any more: nothing of it is printed."""
    if campaign.state == "BEENDET":
        raise Conflict("Diese Briefaktion ist beendet: es wird nichts mehr gedruckt.")
    if campaign.answer_until < today:
        raise Conflict("Die Frist für die Antwort ist vorbei: ein gedruckter Code gälte nicht mehr.")


def set_out(session: Session, campaign: Campaign, letter_ids: Sequence[int], now: datetime) -> list[Printed]:
    """The letters with new codes, of which nothing is kept yet. Raises `Invalid` where none is left to be printed.

    Left out is whoever has answered or sold, and whoever (or whose community) does not want to be written to.
    """
    today = clock.day_of(now)
    check(campaign, today)
    made = []
    for letter_id in letter_ids:
        letter = queries.get_letter(session, letter_id)
        if letter.campaign_id != campaign.id or not _may_go_out(session, letter):
            continue
        units = queries.units_of(session, letter_id, today, on_paper=True)
        if units:
            made.append(_printed(session, campaign, letter, units, links.new_code(campaign.municipality_id), today))
    if not made:
        raise Invalid({"": NOTHING})
    return made


def keep(session: Session, actor: Actor, campaign_id: int, made: Sequence[Printed], now: datetime) -> None:
    """The codes of these letters work from now on, and no others of the same letters. Raises `Conflict` when one of
    them may not go out any more: an answer, a ban or an erasure came while they were set in type.
    """
    today = clock.day_of(now)
    campaign = queries.get_campaign(session, campaign_id)
    with perform(session, actor, Action.OWNER_WRITE, campaign.municipality_id):
        session.refresh(campaign, with_for_update=True)
        check(campaign, today)
        held = select(Letter).where(Letter.id.in_([one.letter_id for one in made])).order_by(Letter.id)
        letters = {
            one.id: one for one in session.scalars(held.with_for_update().execution_options(populate_existing=True))
        }
        for one in made:
            letter = letters.get(one.letter_id)
            if letter is None or not _may_go_out(session, letter):
                raise Conflict(MEANWHILE)
            links.use_up(session, letter.id, now, links.LETTER)
            letter.printed_at, letter.body, letter.wrong_tries = now, one.body, 0
            expires = datetime.combine(campaign.answer_until + timedelta(days=1), time(0), clock.BERLIN)
            session.add(
                Link(
                    municipality_id=campaign.municipality_id,
                    letter_id=letter.id,
                    purpose=links.LETTER,
                    token_sha256=links.hash_of(one.code),
                    expires_at=expires,
                )
            )


def print_letters(
    session: Session, actor: Actor, campaign_id: int, letter_ids: Sequence[int], now: datetime
) -> list[Printed]:
    """Set out letters and keep their codes at once."""
    made = set_out(session, queries.get_campaign(session, campaign_id), letter_ids, now)
    keep(session, actor, campaign_id, made, now)
    return made


def _may_go_out(session: Session, letter: Letter) -> bool:
    if letter.owner_id is None or letter.state not in ("ENTWURF", "VERSCHICKT"):
        return False
    return not owners.get(session, letter.owner_id).do_not_contact


def _printed(
    session: Session, campaign: Campaign, letter: Letter, units: list[UnitFacts], code: str, today: date
) -> Printed:
    owner = owners.get(session, letter.owner_id or 0)
    town = campaign.municipality_id
    facts = facts_of(
        dict(town_names(session, (town,)))[town],
        texts.sender_of(session, town),
        owner,
        units,
        today=today,
        until=campaign.answer_until,
    )
    given = Assumptions.of(campaign.assumptions)
    sheets = [(unit.title, tuple(sheet(unit.for_sheet(), given, today))) for unit in units]
    return Printed(
        letter.id,
        owner.name,
        filled(campaign.subject, facts, MARKS).strip(),
        filled(campaign.body, facts, MARKS),
        tuple((name, lines) for name, lines in sheets if lines),
        code,
        campaign.answer_until,
    )
