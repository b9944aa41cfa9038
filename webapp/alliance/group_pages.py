"""Working groups: who works there, with what task, on which pilot projects; the office writes."""

from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from geo.alliance import queries, service
from geo.alliance.meetings import queries as meetings
from geo.alliance.schemas import GROUP_LABELS, WORK_LABELS, parse_group, parse_work, work_values
from geo.core import clock
from geo.core.access import Action
from geo.core.errors import Invalid
from geo.core.parsing import Fields
from webapp import parameters
from webapp.access import needs
from webapp.alliance import frame
from webapp.alliance.member_pages import AHEAD_DAYS, BACK_DAYS
from webapp.app import actor, staff_session


@needs(Action.ALLIANCE_VIEW)
def group(slug: str) -> ResponseReturnValue:
    """A working group as of a day."""
    session, day = staff_session(), parameters.day()
    found = queries.find_group(session, slug)
    first, last = date.fromordinal(day.toordinal() - BACK_DAYS), date.fromordinal(day.toordinal() + AHEAD_DAYS)
    work = queries.work_in(session, found.id, day)
    return frame.page(
        "group",
        group=found,
        day=day,
        work=[one for one in work if one.until is None or one.until > day],
        stopped=[one for one in work if one.until is not None and one.until <= day],
        projects=queries.projects_of(session, found.id),
        meetings=meetings.meetings(session, first, last, found.id),
    )


@needs(Action.ALLIANCE_EDIT)
def edit(slug: str) -> ResponseReturnValue:
    """Change a group's texts."""
    found = queries.find_group(staff_session(), slug)

    def save() -> ResponseReturnValue:
        service.update_group(staff_session(), actor(), slug, frame.version(), parse_group(request.form))
        flash("Gespeichert.", "good")
        return redirect(url_for("alliance_intern.group", slug=slug), 303)

    first = {**{name: getattr(found, name) for name in GROUP_LABELS}, "version": found.version}
    return frame.write("group_form", save, first, lambda: {"group": found, "labels": GROUP_LABELS})


@needs(Action.ALLIANCE_EDIT)
def new_work(slug: str) -> ResponseReturnValue:
    """An organisation takes part in the group."""
    found = queries.find_group(staff_session(), slug)

    def save() -> ResponseReturnValue:
        fields = Fields(request.form)
        member_id = fields.whole("member_id", most=2_000_000_000, required=True)
        try:
            data = parse_work(request.form)
        except Invalid as refused:
            raise Invalid({**fields.errors, **refused.fields}) from None
        fields.check()
        service.put_to_work(staff_session(), actor(), found.id, member_id or 0, data)
        flash("Die Organisation arbeitet in der Arbeitsgruppe mit.", "good")
        return redirect(url_for("alliance_intern.group", slug=slug), 303)

    def shown() -> dict[str, Any]:
        known = queries.members(staff_session(), clock.today())
        return {"group": found, "work": None, "labels": WORK_LABELS, "members": [(one.id, one.name) for one in known]}

    return frame.write("work", save, {"since": clock.today().isoformat()}, shown)


@needs(Action.ALLIANCE_EDIT)
def work(work_id: int) -> ResponseReturnValue:
    """Change what an organisation does in a group, or say until when it did."""
    found = queries.find_work(staff_session(), work_id)
    group_id, member_id = found.working_group_id, found.member_id

    def to_group(sentence: str) -> ResponseReturnValue:
        flash(sentence, "good")
        return redirect(url_for("alliance_intern.group", slug=_of(group_id).slug), 303)

    def save() -> ResponseReturnValue:
        if request.form.get("remove"):
            service.remove_work(staff_session(), actor(), work_id)
            return to_group("Der Eintrag ist entfernt.")
        service.change_work(staff_session(), actor(), work_id, parse_work(request.form))
        return to_group("Gespeichert.")

    def shown() -> dict[str, Any]:
        member = queries.find_member(staff_session(), member_id)
        return {"group": _of(group_id), "work": work_id, "labels": WORK_LABELS, "member": member}

    return frame.write("work", save, work_values(found), shown)


def _of(group_id: int) -> queries.Group:
    return next(one for one in queries.groups(staff_session()) if one.id == group_id)
