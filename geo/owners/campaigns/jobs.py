"""Printing as long work: asked for once, set in type in the background, kept as a file until it is fetched.

Of one campaign one run is open at a time. Whoever asks from a page that does not know the newest run yet (a double
click, a second window) is led to that run, and nothing is printed twice.
"""

import zipfile
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.orm import Session

from geo.accounts.queries import town_names
from geo.core.access import Action, Actor
from geo.core.errors import Invalid
from geo.core.history import perform
from geo.jobs import Work, kind, service
from geo.jobs.files import Store
from geo.jobs.model import Job
from geo.letters import queries as texts
from geo.owners.campaigns import paper, printing, queries
from geo.owners.campaigns.model import Campaign

LETTERS = "owners.letters"
# So many letters are one PDF; of more, the file is an archive of several.
AT_ONCE = 50
ALL_PRINTED = "Alle Briefe sind schon gedruckt."

_RUNS = text(
    """
    SELECT j.id FROM register.jobs j
    WHERE j.kind = :kind AND j.municipality_id = :town AND j.arguments ->> 'campaign_id' = CAST(:campaign AS text)
    ORDER BY j.id DESC LIMIT :most
    """
)
_FORGET = text(
    """
    WITH old AS (
        SELECT id, result_file FROM register.jobs
        WHERE kind = :kind AND municipality_id = :town AND result_file IS NOT NULL
          AND EXISTS (SELECT FROM jsonb_array_elements(arguments -> 'letters') one
                      WHERE one::text::integer = ANY (:letters)) FOR UPDATE
    )
    UPDATE register.jobs j SET result_file = NULL FROM old WHERE j.id = old.id RETURNING old.result_file
    """
)


def runs(session: Session, campaign: Campaign, most: int = 5) -> list[Job]:
    """The newest print runs of a campaign, the newest first."""
    values = {"kind": LETTERS, "town": campaign.municipality_id, "campaign": campaign.id, "most": most}
    found = [session.get(Job, row.id, populate_existing=True) for row in session.execute(_RUNS, values)]
    return [job for job in found if job is not None]


def start_printing(
    session: Session,
    actor: Actor,
    campaign_id: int,
    *,
    today: date,
    seen: int,
    address: str,
    origin: str,
    letter_id: int | None = None,
    again: bool = False,
) -> Job:
    """Have letters printed: those that never were, all of a draft (`again`), or one more time the one.

    `seen` is the newest run that the page knew (0: none); when there is a newer one, or one is still open, that is
    answered and nothing is started. `address` is where codes are typed. Raises `Invalid` where nothing is to be
    printed, `Conflict` where the campaign has ended.
    """
    campaign = queries.get_campaign(session, campaign_id)
    town = campaign.municipality_id
    with perform(session, actor, Action.OWNER_WRITE, town):
        session.refresh(campaign, with_for_update=True)  # two who ask at once come one after the other
        printing.check(campaign, today)
        newest = next(iter(runs(session, campaign, 1)), None)
        if newest is not None and (newest.is_open or newest.id != seen):
            return newest
        if letter_id is not None:
            printing.set_out(session, campaign, [letter_id], datetime.now(UTC))
        rows = queries.letters_of(session, campaign, today)
        letters = [letter_id] if letter_id else printing.printable(rows, again=again)
        if not letters:
            raise Invalid({"": printing.NOTHING if again else ALL_PRINTED})
        return service.start(
            session,
            actor,
            LETTERS,
            town,
            {"campaign_id": campaign.id, "letters": letters, "address": address},
            action=Action.OWNER_WRITE,
            title=f"{len(letters)} Briefe drucken" if len(letters) > 1 else "Einen Brief drucken",
            origin=origin,
        )


@kind(LETTERS, title="Briefe drucken")
def run_printing(work: Work) -> dict[str, Any]:
    """Set the letters in type; their codes begin to work together with the file, or not at all."""
    session, wanted = work.session, work.arguments["letters"]
    campaign = queries.get_campaign(session, work.arguments["campaign_id"])
    sender = texts.sender_of(session, work.town)
    lines = "\n".join(part for part in (sender.office, sender.address) if part) if sender else ""
    town = dict(town_names(session, (work.town,)))[work.town]
    offer = campaign.assumptions.get("interim_offer", "")
    work.progress(0, len(wanted), "Die Briefe werden gesetzt.")
    made = printing.set_out(session, campaign, wanted, datetime.now(UTC))
    parts = []
    for at in range(0, len(made), AT_ONCE):
        some = made[at : at + AT_ONCE]
        path = work.folder / f"briefe-{at + 1:04}-bis-{at + len(some):04}.pdf"
        path.write_bytes(paper.pdf(some, town, lines, offer, work.arguments["address"]))
        parts.append(path)
        work.progress(at + len(some), len(wanted))
    printing.keep(session, work.actor, campaign.id, made, datetime.now(UTC))
    _keep_file(work, campaign.id, parts)
    return {"letters": len(made), "sentence": _sentence(len(made), len(wanted) - len(made))}


def _keep_file(work: Work, campaign_id: int, parts: list[Path]) -> None:
    name = f"briefe-{campaign_id}-{work.job_id}"
    if len(parts) == 1:
        work.keep(parts[0], f"{name}.pdf", "application/pdf")
        return
    packed = work.folder / "briefe.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for part in parts:
            archive.write(part, part.name)
    work.keep(packed, f"{name}.zip", "application/zip")


def _sentence(printed: int, left_out: int) -> str:
    said = "Ein Brief ist gedruckt." if printed == 1 else f"{printed} Briefe sind gedruckt."
    if left_out == 1:
        return f"{said} Einer ist weggelassen: beantwortet, gesperrt oder verkauft."
    return f"{said} {left_out} sind weggelassen: beantwortet, gesperrt oder verkauft." if left_out else said


def forget_files(session: Session, store: Store, town: int, letter_ids: Iterable[int]) -> None:
    """Take away the printed files in which one of these letters is, as soon as that is committed."""
    values = {"kind": LETTERS, "town": town, "letters": list(letter_ids)}
    files = list(session.scalars(_FORGET, values))

    def remove(_session: Session) -> None:
        for file in files:
            store.remove(file)

    if files:
        event.listen(session, "after_commit", remove, once=True)
