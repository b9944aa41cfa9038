"""Views: people and roles of a town; for the system administration also of the alliance, and whole accounts."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.accounts import queries
from geo.accounts.schemas import parse_person, parse_role
from geo.accounts.service import links
from geo.accounts.service import people as service
from geo.core.access import ALLIANCE_ROLES, ROLE_LABELS, TOWN_ROLES, Action, Role, may, require
from geo.core.errors import Invalid, NeedsConfirmation
from geo.core.parsing import Fields
from webapp import parameters
from webapp.access import needs
from webapp.accounts import letters
from webapp.app import actor, staff_session

ALLIANCE = "Allianz"


def _is_admin() -> bool:
    return may(actor(), Action.ALLIANCE_PEOPLE_EDIT)


def _offered_roles() -> list[tuple[str, str]]:
    """The roles that this person can give here: never one beyond the own town, but for the administration."""
    offered = list(TOWN_ROLES) if g.municipality_id is not None else []
    if _is_admin():
        offered += ALLIANCE_ROLES
    return [(str(role), ROLE_LABELS[role]) for role in offered]


def _show(template: str, status: int = 200, **values: object) -> ResponseReturnValue:
    frame = {"internal_active": "people", "is_admin": _is_admin(), "town_name": dict(g.towns).get(g.municipality_id)}
    return render_template(f"accounts/{template}.html", **frame, **values), status


@needs(Action.PEOPLE_VIEW)
def overview() -> ResponseReturnValue:
    """The people of the town; for the administration, without a town, everybody."""
    search = parameters.text("suche")
    page = queries.people(staff_session(), g.municipality_id, search=search, after=request.args.get("ab"))
    return _show("people", page=page, search=search, may_edit=bool(_offered_roles()))


@needs(Action.PEOPLE_VIEW)
def history() -> ResponseReturnValue:
    """Who gave whom which role, and when."""
    changes = queries.role_changes(staff_session(), g.municipality_id)
    return _show("people_history", entries=[_entry(change) for change in changes])


def _entry(change: queries.RoleChange) -> dict[str, object]:
    words = {"INSERT": "Rolle gegeben", "UPDATE": "Rolle geändert", "DELETE": "Rolle entzogen"}
    return {
        "at": change.changed_at,
        "who": change.actor,
        "action": f"{words[change.operation]}: {change.person}",
        "changes": [{"field": "Rolle", "old": change.old_role, "new": change.new_role}],
    }


@needs(Action.PEOPLE_EDIT)
def new() -> ResponseReturnValue:
    """Invite somebody: a new account gets a link by mail, a known one only the new role."""
    if request.method == "GET":
        return _show("new_person", roles=_offered_roles(), values={"role": "editor"}, errors={})
    try:
        person = parse_person(request.form)
        account = service.add(staff_session(), actor(), person, g.municipality_id)
    except Invalid as refused:
        return _show("new_person", 422, roles=_offered_roles(), values=request.form, errors=refused.fields)
    _write_to(account.id, person.role, dict(g.towns).get(g.municipality_id))
    flash(f"{account.name} hat jetzt die Rolle „{ROLE_LABELS[person.role]}“ und bekommt eine E-Mail.", "good")
    return redirect(url_for("accounts.people"), 303)


def _write_to(account_id: int, role: Role, town: str | None) -> None:
    """A link for a password to whoever cannot sign in yet, a plain notice to everybody else."""
    state = queries.own_account(staff_session(), account_id)
    label, where = ROLE_LABELS[role], ALLIANCE if role in ALLIANCE_ROLES or town is None else town
    if state.has_password:
        letters.new_role(state.email, state.locale, state.name, label, where)
    else:
        token = links.create(staff_session(), account_id, "invitation")
        letters.invitation(state.email, state.locale, state.name, label, where, token)


def _person(membership_id: int) -> queries.Person:
    """The role that a page is about; `NotFound` for another town's, as if it were not there."""
    held = queries.person(staff_session(), membership_id)
    service.check_visible(actor(), held.membership_id, held.municipality_id)
    require(actor(), service.action_for(held.municipality_id), held.municipality_id)
    return held


@needs(Action.PEOPLE_EDIT)
def edit_role(membership_id: int) -> ResponseReturnValue:
    """Another role in the same town."""
    held = _person(membership_id)
    roles = [(str(role), ROLE_LABELS[role]) for role in TOWN_ROLES]
    if request.method == "GET":
        return _show("edit_role", held=held, roles=roles, values={"role": str(held.role)}, errors={}, confirm=None)
    confirmed = Fields(request.form).flag(service.CONFIRM)
    try:
        service.change_role(staff_session(), actor(), membership_id, parse_role(request.form), confirmed=confirmed)
    except Invalid as refused:
        confirm = refused.confirm if isinstance(refused, NeedsConfirmation) else None
        return _show(
            "edit_role", 422, held=held, roles=roles, values=request.form, errors=refused.fields, confirm=confirm
        )
    flash(f"Die Rolle von {held.name} ist geändert.", "good")
    return redirect(url_for("accounts.people"), 303)


@needs(Action.PEOPLE_EDIT)
def remove_role(membership_id: int) -> ResponseReturnValue:
    """Take the role away."""
    held = _person(membership_id)
    if request.method == "GET":
        return _show("remove_role", held=held, errors={}, confirm=None)
    try:
        confirmed = Fields(request.form).flag(service.CONFIRM)
        service.remove(staff_session(), actor(), membership_id, confirmed=confirmed)
    except NeedsConfirmation as refused:
        return _show("remove_role", 422, held=held, errors=refused.fields, confirm=refused.confirm)
    flash(f"{held.name} hat diese Rolle nicht mehr.", "good")
    return redirect(url_for("accounts.people"), 303)


@needs(Action.PEOPLE_EDIT)
def invite_again(membership_id: int) -> ResponseReturnValue:
    """A new link for somebody who has not set a password yet."""
    held = _person(membership_id)
    if not held.waits_for_password or held.is_disabled:
        raise Invalid({"": "Diese Person kann sich schon anmelden."})
    _write_to(held.account_id, held.role, held.town)
    flash(f"{held.name} bekommt eine neue Einladung; die frühere gilt nicht mehr.", "good")
    return redirect(url_for("accounts.people"), 303)


@needs(Action.ALLIANCE_PEOPLE_EDIT)
def disable(account_id: int) -> ResponseReturnValue:
    """Close an account and end its sessions."""
    service.disable(staff_session(), actor(), account_id)
    flash("Das Konto ist gesperrt; alle Anmeldungen sind beendet.", "good")
    return redirect(url_for("accounts.people"), 303)


@needs(Action.ALLIANCE_PEOPLE_EDIT)
def enable(account_id: int) -> ResponseReturnValue:
    """Open an account again."""
    service.enable(staff_session(), actor(), account_id)
    flash("Das Konto ist wieder offen.", "good")
    return redirect(url_for("accounts.people"), 303)


@needs(Action.ACCOUNT_ERASE)
def erase(account_id: int) -> ResponseReturnValue:
    """Erase what identifies a person, after a confirmation."""
    account = queries.account(staff_session(), account_id)
    if request.method == "GET":
        return _show("erase", account=account, errors={})
    try:
        service.erase(staff_session(), actor(), account_id, confirmed=Fields(request.form).flag(service.CONFIRM))
    except Invalid as refused:
        return _show("erase", 422, account=account, errors=refused.fields)
    flash("Das Konto ist gelöscht. Im Verlauf steht an seiner Stelle „Gelöschtes Konto“.", "good")
    return redirect(url_for("accounts.people"), 303)
