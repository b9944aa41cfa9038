"""What hangs on an owner or on a unit: parts of the whole, heirs, consents, contacts; each is one small form."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action
from geo.core.errors import Invalid
from geo.core.parsing import Fields
from geo.owners import queries, service
from geo.owners.schemas import OWNERSHIP_LABELS, parse_consent, parse_contact, parse_member, parse_ownership
from geo.vacancies import queries as units
from webapp import parameters
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.owners import frame
from webapp.owners.pages import show_with
from webapp.vacancies import present


def _saved(owner_id: int, part: str, save: Callable[[], Any], said: str = "Gespeichert.") -> ResponseReturnValue:
    """Save a small form of an owner's page, or show the page again with what is wrong."""
    try:
        save()
    except Invalid as refused:
        staff_session().rollback()
        return show_with(owner_id, part, refused.fields, 422)
    flash(said, "good")
    return redirect(url_for("owners_intern.show", owner_id=owner_id), 303)


@needs(Action.OWNER_EDIT)
def add_member(owner_id: int) -> ResponseReturnValue:
    """Somebody belongs to a community."""
    return _saved(
        owner_id,
        "member",
        lambda: service.add_member(staff_session(), actor(), owner_id, parse_member(request.form), clock.today()),
    )


@needs(Action.OWNER_EDIT)
def remove_member(owner_id: int, member_id: int) -> ResponseReturnValue:
    """Or does not."""
    service.remove_member(staff_session(), actor(), owner_id, member_id, clock.today())
    return redirect(url_for("owners_intern.show", owner_id=owner_id), 303)


@needs(Action.OWNER_EDIT)
def add_consent(owner_id: int) -> ResponseReturnValue:
    """Something was agreed to."""

    def save() -> None:
        service.add_consent(staff_session(), actor(), owner_id, parse_consent(request.form, clock.today()))

    return _saved(owner_id, "consent", save)


@needs(Action.OWNER_EDIT)
def withdraw_consent(owner_id: int, consent_id: int) -> ResponseReturnValue:
    """It is agreed to no longer; what stood on it comes down at once."""
    gone = service.withdraw_consent(staff_session(), actor(), owner_id, consent_id, clock.today())
    flash(f"Die Einwilligung ist widerrufen.{frame.lowered(len(gone))}", "good")
    return redirect(url_for("owners_intern.show", owner_id=owner_id), 303)


@needs(Action.OWNER_EDIT)
def add_contact(owner_id: int) -> ResponseReturnValue:
    """Somebody talked to them."""

    def save() -> None:
        service.add_contact(staff_session(), actor(), owner_id, parse_contact(request.form, clock.today()))

    return _saved(owner_id, "contact", save)


@needs(Action.OWNER_EDIT)
def remove_contact(owner_id: int, contact_id: int) -> ResponseReturnValue:
    """Noted by mistake."""
    service.remove_contact(staff_session(), actor(), owner_id, contact_id)
    return redirect(url_for("owners_intern.show", owner_id=owner_id), 303)


@needs(Action.OWNER_VIEW)
def of_unit(unit_id: int) -> ResponseReturnValue:
    """Who owns a unit."""
    return _of_unit(unit_id, {"owner_id": parameters.whole("neu", 1, 2**31 - 1)}, {})


def _of_unit(unit_id: int, values: dict[str, Any], errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    session, day = staff_session(), parameters.day()
    unit = units.get(session, unit_id)
    return frame.page(
        "unit",
        status,
        unit=unit,
        title=present.stored_title(unit),
        day=day,
        rows=queries.owners_of(session, unit_id, day),
        consented=queries.consented_level(session, unit_id, day),
        people=queries.choices(session, unit.municipality_id),
        labels=OWNERSHIP_LABELS,
        values=values,
        errors=errors,
    )


@needs(Action.OWNER_EDIT)
def add_ownership(unit_id: int) -> ResponseReturnValue:
    """Say who owns a unit."""
    try:
        service.add_ownership(staff_session(), actor(), unit_id, parse_ownership(request.form))
    except Invalid as refused:
        staff_session().rollback()
        return _of_unit(unit_id, request.form.to_dict(), refused.fields, 422)
    flash("Gespeichert.", "good")
    return redirect(url_for("owners_intern.of_unit", unit_id=unit_id), 303)


@needs(Action.OWNER_EDIT)
def end_ownership(ownership_id: int) -> ResponseReturnValue:
    """It was sold."""
    found = queries.ownership(staff_session(), ownership_id)
    unit_id = found.unit_id
    fields = Fields(request.form)
    try:
        last = fields.day("until", required=True)
        fields.check()
        end = last or clock.today()
        gone = service.end_ownership(staff_session(), actor(), ownership_id, frame.version(), end, clock.today())
    except Invalid as refused:
        staff_session().rollback()
        return _of_unit(unit_id, {}, {"": f"Ende des Eigentums: {refused}"}, 422)
    flash(f"Gespeichert.{frame.lowered(len(gone))}", "good")
    return redirect(url_for("owners_intern.of_unit", unit_id=unit_id), 303)


@needs(Action.OWNER_EDIT)
def remove_ownership(ownership_id: int) -> ResponseReturnValue:
    """It was never theirs."""
    unit_id = queries.ownership(staff_session(), ownership_id).unit_id
    gone = service.remove_ownership(staff_session(), actor(), ownership_id, clock.today())
    flash(f"Entfernt.{frame.lowered(len(gone))}", "good")
    return redirect(url_for("owners_intern.of_unit", unit_id=unit_id), 303)
