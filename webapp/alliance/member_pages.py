"""Members and their contacts: everybody of the alliance reads the list, the office writes and knows whom to call."""

from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from geo.alliance import queries, service
from geo.alliance.codes import KINDS
from geo.alliance.meetings import queries as meetings
from geo.alliance.model import Member
from geo.alliance.schemas import (
    CONTACT_LABELS,
    COUNT_LABELS,
    MEMBER_LABELS,
    contact_values,
    member_values,
    parse_contact,
    parse_count,
    parse_member,
)
from geo.core import clock
from geo.core.access import Action, may
from geo.core.parsing import Fields
from geo.places.queries import municipalities
from webapp import parameters
from webapp.access import needs
from webapp.alliance import changes, frame, import_pages
from webapp.app import actor, staff_session

# So far ahead the overview looks, and so far back.
AHEAD_DAYS, BACK_DAYS = 366, 183


@needs(Action.ALLIANCE_VIEW)
def overview() -> ResponseReturnValue:
    """What comes, what is to be done, who works where."""
    session, day = staff_session(), clock.today()
    first, last = date.fromordinal(day.toordinal() - BACK_DAYS), date.fromordinal(day.toordinal() + AHEAD_DAYS)
    found = meetings.meetings(session, first, last)
    return frame.page(
        "overview",
        size=queries.size(session, day),
        year=queries.changes(session, date(day.year, 1, 1), day),
        said=next(iter(queries.counts(session)), None),
        groups=[(one, queries.work_in(session, one.id, day)) for one in queries.groups(session)],
        coming=[one for one in found if one.ends_at >= meetings.midnight(day)],
        past=[one for one in reversed(found) if one.ends_at < meetings.midnight(day)][:5],
        tasks=meetings.open_tasks(session),
    )


@needs(Action.ALLIANCE_VIEW)
def members() -> ResponseReturnValue:
    """All members as of a day."""
    day, kind, search = parameters.day(), parameters.choice("art", KINDS), parameters.text("suche")
    return frame.page(
        "members",
        day=day,
        rows=queries.members(staff_session(), day, kind=kind, search=search),
        size=queries.size(staff_session(), day),
        kind=kind,
        search=search,
        counts=queries.counts(staff_session()),
        deleted=_deleted(),
        imported=import_pages.just_made(),
    )


def _deleted() -> dict[str, int | None] | None:
    """What the page offers to take back: the member that was just deleted, which town it was, and the change."""
    member_id, town = parameters.whole("geloescht"), parameters.whole("gemeinde")
    if member_id is None or not may(actor(), Action.ALLIANCE_EDIT):
        return None
    newest = queries.newest_change(staff_session(), member_id, town)
    if newest is None or newest.operation != "DELETE":
        return None
    return {"member_id": member_id, "town": town, "change": newest.id}


def _saved(member: Member, sentence: str) -> ResponseReturnValue:
    """To the member's page, which offers to take the change back."""
    newest = queries.newest_change(staff_session(), member.id, member.municipality_id)
    flash(sentence, "good")
    saved = None if newest is None else newest.id
    return redirect(url_for("alliance_intern.member", member_id=member.id, gespeichert=saved), 303)


def _shown() -> dict[str, Any]:
    towns = [(row.id, row.in_district) for row in municipalities(staff_session(), clock.today())]
    return {"labels": MEMBER_LABELS, "towns_offered": towns}


@needs(Action.ALLIANCE_EDIT)
def new() -> ResponseReturnValue:
    """A new member."""

    def save() -> ResponseReturnValue:
        made = service.create_member(staff_session(), actor(), parse_member(request.form))
        return _saved(made, f"„{made.name}“ ist als Mitglied eingetragen.")

    first = {"joined_on": clock.today().isoformat()}
    return frame.write("member_form", save, first, lambda: {**_shown(), "member": None})


@needs(Action.ALLIANCE_VIEW)
def member(member_id: int) -> ResponseReturnValue:
    """A member; its contacts for the office alone."""
    session = staff_session()
    found = queries.find_member(session, member_id)
    knows_contacts = may(actor(), Action.ALLIANCE_CONTACT)
    return frame.page(
        "member",
        member=found,
        municipality=queries.town_name(session, found.municipality_id),
        work=queries.work_of(session, member_id),
        contacts=queries.contacts(session, actor(), member_id) if knows_contacts else None,
        labels=MEMBER_LABELS,
        change_id=_just_changed(found),
    )


def _just_changed(member: Member) -> int | None:
    """The change that the person made just now and may take back, while it is the last one."""
    given = parameters.whole("gespeichert")
    if given is None or not may(actor(), Action.ALLIANCE_EDIT):
        return None
    newest = queries.newest_change(staff_session(), member.id, member.municipality_id)
    return given if newest is not None and newest.id == given else None


@needs(Action.ALLIANCE_EDIT)
def edit(member_id: int) -> ResponseReturnValue:
    """Change what is known of a member."""
    found = queries.find_member(staff_session(), member_id)

    def save() -> ResponseReturnValue:
        given = parse_member(request.form)
        return _saved(
            service.update_member(staff_session(), actor(), member_id, frame.version(), given), "Gespeichert."
        )

    first = {**member_values(found), "version": found.version}
    return frame.write(
        "member_form", save, first, lambda: {**_shown(), "member": queries.find_member(staff_session(), member_id)}
    )


@needs(Action.ALLIANCE_EDIT)
def delete(member_id: int) -> ResponseReturnValue:
    """Remove a member that was entered by mistake, after asking once more."""
    found = queries.find_member(staff_session(), member_id)
    name, town = found.name, found.municipality_id

    def save() -> ResponseReturnValue:
        service.delete_member(staff_session(), actor(), member_id, frame.version())
        flash(f"„{name}“ ist gelöscht.", "good")
        return redirect(url_for("alliance_intern.members", geloescht=member_id, gemeinde=town), 303)

    first = {"version": found.version}
    return frame.write(
        "member_delete", save, first, lambda: {"member": queries.find_member(staff_session(), member_id)}
    )


@needs(Action.ALLIANCE_EDIT)
def undo(member_id: int) -> ResponseReturnValue:
    """Take back the last change of a member, also its deletion."""
    fields = Fields(request.form)
    change, town = fields.whole("change", most=2**53, required=True), fields.whole("town", most=2_000_000_000)
    fields.check()
    member = service.undo_member(staff_session(), actor(), member_id, change or 0, town)
    if member is not None:
        return _saved(member, "Die letzte Änderung ist zurückgenommen.")
    flash("Das Mitglied ist wieder entfernt.", "good")
    return redirect(url_for("alliance_intern.members"), 303)


@needs(Action.ALLIANCE_EDIT)
def history(member_id: int) -> ResponseReturnValue:
    """What happened to the member; never what stood in its contacts."""
    found = queries.find_member(staff_session(), member_id)
    newest = queries.newest_change(staff_session(), member_id, found.municipality_id)
    told = changes.history(queries.history(staff_session(), found))
    return frame.page("member_history", member=found, entries=told, change_id=None if newest is None else newest.id)


@needs(Action.ALLIANCE_CONTACT)
def new_contact(member_id: int) -> ResponseReturnValue:
    """A person to turn to."""
    found = queries.find_member(staff_session(), member_id)

    def save() -> ResponseReturnValue:
        service.add_contact(staff_session(), actor(), member_id, parse_contact(request.form))
        flash("Der Kontakt ist gespeichert.", "good")
        return redirect(url_for("alliance_intern.member", member_id=member_id), 303)

    shown = {"member": found, "contact": None, "labels": CONTACT_LABELS}
    return frame.write("contact", save, {}, lambda: shown)


@needs(Action.ALLIANCE_CONTACT)
def contact(contact_id: int) -> ResponseReturnValue:
    """Change a contact."""
    found = queries.find_contact(staff_session(), actor(), contact_id)
    member_id = found.member_id

    def save() -> ResponseReturnValue:
        service.update_contact(staff_session(), actor(), contact_id, frame.version(), parse_contact(request.form))
        flash("Der Kontakt ist gespeichert.", "good")
        return redirect(url_for("alliance_intern.member", member_id=member_id), 303)

    def shown() -> dict[str, Any]:
        stored = queries.find_contact(staff_session(), actor(), contact_id)
        return {
            "member": queries.find_member(staff_session(), member_id),
            "contact": stored,
            "labels": CONTACT_LABELS,
        }

    return frame.write("contact", save, {**contact_values(found), "version": found.version}, shown)


@needs(Action.ALLIANCE_CONTACT)
def erase_contact(contact_id: int) -> ResponseReturnValue:
    """Erase a person for good."""
    member_id = service.erase_contact(staff_session(), actor(), contact_id)
    flash("Der Kontakt ist gelöscht. Auch im Verlauf steht nichts mehr davon.", "good")
    return redirect(url_for("alliance_intern.member", member_id=member_id), 303)


@needs(Action.ALLIANCE_EDIT)
def counts() -> ResponseReturnValue:
    """What the alliance itself said of its size, and a number more."""

    def save() -> ResponseReturnValue:
        service.record_count(staff_session(), actor(), parse_count(request.form))
        flash("Die Zahl ist gespeichert.", "good")
        return redirect(url_for("alliance_intern.counts"), 303)

    first = {"day": clock.today().isoformat()}
    return frame.write(
        "counts", save, first, lambda: {"labels": COUNT_LABELS, "known": queries.counts(staff_session())}
    )


@needs(Action.ALLIANCE_EDIT)
def remove_count(count_id: int) -> ResponseReturnValue:
    """Take a number away."""
    service.remove_count(staff_session(), actor(), count_id)
    flash("Die Zahl ist entfernt.", "good")
    return redirect(url_for("alliance_intern.counts"), 303)
