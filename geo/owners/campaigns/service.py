"""Writes of campaigns: made from a filter, worded, sent, and what came back by other ways than the link."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.core.access import Action, Actor
from geo.core.clock import BERLIN
from geo.core.errors import STALE, Conflict, Invalid
from geo.core.history import perform
from geo.jobs.files import Store
from geo.letters import queries as texts
from geo.letters.schemas import TemplateInput
from geo.owners import queries as owners
from geo.owners.campaigns import jobs, links, queries
from geo.owners.campaigns.costs import Assumptions
from geo.owners.campaigns.model import Campaign, Letter, LetterUnit
from geo.owners.codes import RESULTS
from geo.owners.model import OwnerContact
from geo.vacancies.queries import Filters

NOBODY = "Zu keiner der gezeigten Einheiten lässt sich ein Brief schreiben."


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


def remove(session: Session, actor: Actor, campaign_id: int, version: int, store: Store) -> None:
    """A draft is not wanted, nor what was printed of it."""
    campaign = _draft(session, campaign_id)
    with perform(session, actor, Action.OWNER_WRITE, campaign.municipality_id):
        _expect(campaign, version)
        if queries.counted(session, campaign).answered:  # a printed letter's code works before the draft is sent
            raise Conflict("Auf diese Briefe wurde schon geantwortet: der Entwurf kann nicht verworfen werden.")
        letters = select(Letter.id).where(Letter.campaign_id == campaign.id)
        jobs.forget_files(session, store, campaign.municipality_id, session.scalars(letters))
        session.delete(campaign)


def mark_sent(session: Session, actor: Actor, campaign_id: int, version: int, on: date) -> int:
    """The printed letters went to the post; how many. Raises `Invalid` where one is not printed yet."""
    campaign = _draft(session, campaign_id)
    with perform(session, actor, Action.OWNER_WRITE, campaign.municipality_id):
        _expect(campaign, version)
        sent = 0
        for row, _ in queries.letters_of(session, campaign, on):
            letter = queries.get_letter(session, row.id)
            if letter.owner_id is None or row.do_not_contact or (row.is_over and letter.printed_at is None):
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
        session.refresh(campaign, with_for_update=True)
        _expect(campaign, version)
        if campaign.state != "VERSCHICKT":
            raise Conflict("Beendet wird nur, was verschickt ist.")
        campaign.state = "BEENDET"
        links.use_up_all(session, campaign.id, datetime.now(BERLIN))


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
