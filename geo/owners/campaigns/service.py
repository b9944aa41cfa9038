"""Writes of campaigns: made from a filter, worded, printed, sent, and what came back by other ways than the link."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from geo.accounts.queries import town_names
from geo.core.access import Action, Actor
from geo.core.errors import STALE, Conflict, Invalid
from geo.core.history import perform
from geo.core.parsing import BERLIN
from geo.letters import queries as texts
from geo.letters.language import filled
from geo.letters.schemas import TemplateInput
from geo.owners import queries as owners
from geo.owners.campaigns import links, queries
from geo.owners.campaigns.costs import Assumptions, Line, sheet
from geo.owners.campaigns.model import Campaign, Letter, LetterUnit, Link
from geo.owners.campaigns.words import MARKS, facts_of
from geo.owners.codes import RESULTS
from geo.owners.model import OwnerContact
from geo.vacancies.queries import Filters

# So many letters are printed in one go: each is set in type when it is wanted, and kept nowhere.
AT_ONCE = 25
NOBODY = "Zu keiner der gezeigten Einheiten lässt sich ein Brief schreiben."


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


def create(
    session: Session, actor: Actor, town: int, name: str, filters: Filters, query: str, words: str, today: date
) -> Campaign:
    """A campaign to the owners of the units that the filter shows. Raises `Invalid` where nobody can be reached."""
    with perform(session, actor, Action.OWNER_WRITE, town):
        group = queries.group_of(session, town, filters)
        if not group.recipients:
            raise Invalid({"": NOBODY})
        holds = texts.versions(session, town, queries.given_text())[0]
        rules = owners.settings_of(session, town)
        campaign = Campaign(
            municipality_id=town,
            name=name,
            day=filters.day,
            filter_query=query,
            filter_words=words,
            units_n=group.units,
            left_out={reason: len(ids) for reason, ids in group.left_out.items()},
            subject=holds.subject,
            body=holds.body,
            template_number=holds.number,
            assumptions=rules.assumptions,
            answer_until=today + timedelta(days=rules.answer_days),
            made_by=actor.account_id,
        )
        session.add(campaign)
        session.flush()
        for owner_id, unit_ids in group.recipients.items():
            letter = Letter(municipality_id=town, campaign_id=campaign.id, owner_id=owner_id)
            session.add(letter)
            session.flush()
            session.add_all(
                LetterUnit(letter_id=letter.id, unit_id=unit_id, municipality_id=town)
                for unit_id in dict.fromkeys(unit_ids)
            )
    return campaign


def word(
    session: Session,
    actor: Actor,
    campaign_id: int,
    version: int,
    data: TemplateInput,
    given: Assumptions,
    until: date,
) -> Campaign:
    """Change what a draft says, what its sheets assume, and until when it can be answered."""
    campaign = _draft(session, campaign_id)
    with perform(session, actor, Action.OWNER_WRITE, campaign.municipality_id):
        _expect(campaign, version)
        campaign.subject, campaign.body, campaign.answer_until = data.subject, data.body, until
        campaign.assumptions = given.stored()
    return campaign


def remove(session: Session, actor: Actor, campaign_id: int, version: int) -> None:
    """A draft is not wanted."""
    campaign = _draft(session, campaign_id)
    with perform(session, actor, Action.OWNER_WRITE, campaign.municipality_id):
        _expect(campaign, version)
        if queries.counted(session, campaign).answered:  # a printed letter's code works before the draft is sent
            raise Conflict("Auf diese Briefe wurde schon geantwortet: der Entwurf kann nicht verworfen werden.")
        session.delete(campaign)


def preview(session: Session, campaign: Campaign, letter_id: int, today: date) -> Printed:
    """A letter as it would be printed, with a code that opens nothing."""
    letter = queries.get_letter(session, letter_id)
    return _printed(session, campaign, letter, "0-XXXXX-XXXXX-XXXXX-XXXXX", today)


def print_letters(
    session: Session, actor: Actor, campaign_id: int, letter_ids: list[int], now: datetime
) -> list[Printed]:
    """The letters for paper, each with a new code; codes printed before keep working until one of them is used.

    Whoever has come under a ban on contact since is left out.
    """
    campaign = queries.get_campaign(session, campaign_id)
    made = []
    with perform(session, actor, Action.OWNER_WRITE, campaign.municipality_id):
        for letter_id in letter_ids[:AT_ONCE]:
            letter = queries.get_letter(session, letter_id)
            if letter.campaign_id != campaign.id or letter.owner_id is None or letter.state == "BEANTWORTET":
                continue
            if owners.get(session, letter.owner_id).do_not_contact:
                continue
            code, hashed = links.new_code(campaign.municipality_id)
            printed = _printed(session, campaign, letter, code, now.astimezone(BERLIN).date())
            letter.printed_at, letter.body = now, printed.body
            session.add(
                Link(
                    municipality_id=campaign.municipality_id,
                    letter_id=letter.id,
                    purpose=links.LETTER,
                    token_sha256=hashed,
                    expires_at=datetime.combine(campaign.answer_until + timedelta(days=1), time(0), BERLIN),
                )
            )
            made.append(printed)
    if not made:
        raise Invalid({"": "Von diesen Briefen ist keiner zu drucken."})
    return made


def _printed(session: Session, campaign: Campaign, letter: Letter, code: str, today: date) -> Printed:
    owner = owners.get(session, letter.owner_id or 0)
    units = queries.units_of(session, letter.id, today)
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


def mark_sent(session: Session, actor: Actor, campaign_id: int, version: int, on: date) -> int:
    """The printed letters went to the post; how many. Raises `Invalid` where one is not printed yet."""
    campaign = _draft(session, campaign_id)
    with perform(session, actor, Action.OWNER_WRITE, campaign.municipality_id):
        _expect(campaign, version)
        sent = 0
        for row, _ in queries.letters_of(session, campaign):
            letter = queries.get_letter(session, row.id)
            if letter.owner_id is None or row.do_not_contact:
                continue
            if letter.printed_at is None:
                raise Invalid({"": f"Der Brief an {row.owner} ist noch nicht gedruckt."})
            if letter.state == "ENTWURF":
                letter.state = "VERSCHICKT"
            letter.sent_on = on
            _note(session, actor, letter, on, "BRIEF", "KEIN_RUECKLAUF")
            sent += 1
        campaign.state, campaign.sent_on = "VERSCHICKT", on
    return sent


def returned(session: Session, actor: Actor, letter_id: int, version: int, result: str, on: date) -> Letter:
    """What came of a letter by another way than its link: undeliverable, or an answer by post or telephone."""
    letter = queries.get_letter(session, letter_id)
    with perform(session, actor, Action.OWNER_EDIT, letter.municipality_id):
        _expect(letter, version)
        if result not in RESULTS or result == "KEIN_RUECKLAUF":
            raise Invalid({"result": "Bitte einen der angebotenen Werte wählen."})
        if letter.sent_on is None:
            raise Conflict("Dieser Brief ist noch nicht verschickt.")
        if letter.state != "VERSCHICKT":
            raise Conflict("Zu diesem Brief ist schon ein Rücklauf vermerkt.")
        letter.result = result
        if result == "UNZUSTELLBAR":
            letter.state = "UNZUSTELLBAR"
        else:
            letter.state, letter.answered_on = "BEANTWORTET", on
        links.use_up(session, letter.id, datetime.now(BERLIN))
        _note(session, actor, letter, on, "BRIEF", result)
    return letter


def end(session: Session, actor: Actor, campaign_id: int, version: int) -> None:
    """No answer is awaited any more: every link of it is closed."""
    campaign = queries.get_campaign(session, campaign_id)
    with perform(session, actor, Action.OWNER_WRITE, campaign.municipality_id):
        _expect(campaign, version)
        if campaign.state != "VERSCHICKT":
            raise Conflict("Beendet wird nur, was verschickt ist.")
        campaign.state = "BEENDET"
        for row, _ in queries.letters_of(session, campaign):
            links.use_up(session, row.id, datetime.now(BERLIN))


def _note(session: Session, actor: Actor, letter: Letter, on: date, channel: str, result: str) -> None:
    if letter.owner_id is not None:
        session.add(
            OwnerContact(
                municipality_id=letter.municipality_id,
                owner_id=letter.owner_id,
                campaign_id=letter.campaign_id,
                happened_on=on,
                channel=channel,
                result=result,
                made_by=actor.account_id,
            )
        )


def _draft(session: Session, campaign_id: int) -> Campaign:
    campaign = queries.get_campaign(session, campaign_id)
    if campaign.state != "ENTWURF":
        raise Conflict("Diese Briefaktion ist schon verschickt.")
    return campaign


def _expect(row: Campaign | Letter, version: int) -> None:
    if row.version != version:
        raise Conflict(STALE + " Bitte die Seite neu laden.")
