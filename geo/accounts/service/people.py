"""People and what they may do: invite, give and take roles, disable, erase.

A manager does this for the own town, the system administration for every town and for the alliance. `perform()` asks
for the place that the role is given in, so that no form can name another one.
"""

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from geo.accounts.model import Account, AccountMembership, Credentials
from geo.accounts.passwords import hash_password
from geo.accounts.schemas import NewPerson
from geo.accounts.service.sessions import close_all
from geo.core.access import ALLIANCE_ROLES, Action, Actor, Role, require
from geo.core.errors import Invalid, NeedsConfirmation, NotFound
from geo.core.history import perform

CONFIRM = "bestaetigt"


def action_for(municipality_id: int | None) -> Action:
    """What has to be permitted to give or take a role there."""
    return Action.ALLIANCE_PEOPLE_EDIT if municipality_id is None else Action.PEOPLE_EDIT


def add(
    session: Session,
    actor: Actor,
    person: NewPerson,
    municipality_id: int | None,
    *,
    password: str | None = None,
    is_example: bool = False,
) -> Account:
    """Give a person a role, with a new account if the address has none. Raises `Invalid` if they have one there."""
    where = None if person.role in ALLIANCE_ROLES else municipality_id
    if person.role not in ALLIANCE_ROLES and where is None:
        raise Invalid({"role": "Für diese Rolle bitte zuerst eine Gemeinde wählen."})
    with perform(session, actor, action_for(where), where):
        account = session.scalar(select(Account).where(Account.email == person.email))
        if account is None:
            account = Account(email=person.email, name=person.name, is_example=is_example)
            session.add(account)
            session.flush()
            session.add(
                Credentials(
                    account_id=account.id,
                    password_hash=hash_password(password) if password else None,
                    password_changed_at=func.now() if password else None,
                )
            )
        elif account.disabled_at is not None:
            raise Invalid({"email": "Das Konto zu dieser Adresse ist gesperrt. Die Systemverwaltung kann es öffnen."})
        held = select(AccountMembership).where(AccountMembership.account_id == account.id)
        if where is None:
            held = held.where(AccountMembership.municipality_id.is_(None), AccountMembership.role == person.role)
        else:
            held = held.where(AccountMembership.municipality_id == where)
        if session.scalar(held) is not None:
            raise Invalid({"email": "Diese Person hat hier schon eine Rolle. Sie können sie in der Liste ändern."})
        session.add(AccountMembership(account_id=account.id, role=str(person.role), municipality_id=where))
    return account


def change_role(session: Session, actor: Actor, membership_id: int, role: Role, *, confirmed: bool = False) -> None:
    """Give a person of a town another role there."""
    held = _membership(session, actor, membership_id)
    if held.municipality_id is None or role in ALLIANCE_ROLES:
        raise Invalid({"role": "Rollen der Allianz werden nicht geändert, sondern gegeben oder entzogen."})
    with perform(session, actor, action_for(held.municipality_id), held.municipality_id):
        if held.role == Role.MANAGER and role != Role.MANAGER:
            _not_the_last(session, held, confirmed=confirmed)
        held.role = str(role)


def remove(session: Session, actor: Actor, membership_id: int, *, confirmed: bool = False) -> None:
    """Take a role away; the account stays, so that the history keeps its name."""
    held = _membership(session, actor, membership_id)
    with perform(session, actor, action_for(held.municipality_id), held.municipality_id):
        if held.role in {Role.MANAGER, Role.ADMIN}:
            _not_the_last(session, held, confirmed=confirmed)
        session.delete(held)


def _membership(session: Session, actor: Actor, membership_id: int) -> AccountMembership:
    """The membership, if the actor may touch it; a foreign one looks like one that is not there."""
    held = session.get(AccountMembership, membership_id)
    if held is None:
        raise NotFound("Die Rolle", membership_id)
    check_visible(actor, membership_id, held.municipality_id)
    require(actor, action_for(held.municipality_id), held.municipality_id)
    return held


def check_visible(actor: Actor, membership_id: int, municipality_id: int | None) -> None:
    """Raises `NotFound` for a role of another town, or of the alliance, unless the actor is the administration."""
    if actor.is_system or Role.ADMIN in actor.alliance_roles:
        return
    if municipality_id is None or actor.role_in(municipality_id) is None:
        raise NotFound("Die Rolle", membership_id)


def _not_the_last(session: Session, held: AccountMembership, *, confirmed: bool) -> None:
    """Raises `NeedsConfirmation` when nobody else has this role there. Locks, so that two cannot remove each other."""
    others = session.scalars(
        select(AccountMembership)
        .join(Account)
        .where(
            AccountMembership.role == held.role,
            AccountMembership.municipality_id.is_not_distinct_from(held.municipality_id),
            Account.disabled_at.is_(None),
        )
        .with_for_update(of=AccountMembership)
    ).all()
    if all(other.id == held.id for other in others) and not confirmed:
        where = "im Register" if held.municipality_id is None else "in dieser Gemeinde"
        raise NeedsConfirmation(
            CONFIRM, {CONFIRM: f"Danach hat {where} niemand mehr diese Rolle. Wenn das so sein soll, bitte bestätigen."}
        )


def disable(session: Session, actor: Actor, account_id: int) -> None:
    """Nobody signs in with this account any more, and whoever is signed in is out at once."""
    with perform(session, actor, Action.ALLIANCE_PEOPLE_EDIT):
        account = _account(session, account_id)
        if account.id == actor.account_id:
            raise Invalid({"": "Das eigene Konto kann man nicht sperren."})
        if account.disabled_at is None:
            account.disabled_at = func.now()
    close_all(session, account_id)


def enable(session: Session, actor: Actor, account_id: int) -> None:
    """Open a disabled account again."""
    with perform(session, actor, Action.ALLIANCE_PEOPLE_EDIT):
        account = _account(session, account_id)
        if account.erased_at is not None:
            raise Invalid({"": "Ein gelöschtes Konto kann nicht wieder geöffnet werden."})
        account.disabled_at = None


def erase(session: Session, actor: Actor, account_id: int, *, confirmed: bool) -> None:
    """Replace what identifies a person, here and in the history, for good; what they did stays, under no name."""
    with perform(session, actor, Action.ACCOUNT_ERASE):
        account = _account(session, account_id)
        if account.id == actor.account_id:
            raise Invalid({"": "Das eigene Konto kann man nicht löschen."})
        if not confirmed:
            raise NeedsConfirmation(CONFIRM, {CONFIRM: "Bitte bestätigen: Das lässt sich nicht rückgängig machen."})
        session.execute(text("SELECT register.erase_account(:id)"), {"id": account_id})
    session.expire_all()


def _account(session: Session, account_id: int) -> Account:
    account = session.get(Account, account_id)
    if account is None or account.erased_at is not None:
        raise NotFound("Das Konto", account_id)
    return account
