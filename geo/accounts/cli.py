"""`innenstadt user …`: accounts from the terminal. Commits happen in `geo/cli.py`, through the session it lends."""

import json
import sys
from typing import Any

import click
from sqlalchemy.orm import Session

from geo.accounts import passwords, queries
from geo.accounts.model import Account
from geo.accounts.schemas import normal_email, parse_person
from geo.accounts.service import links, own, people
from geo.core.access import SYSTEM, TOWN_ROLES, Role
from geo.core.errors import Invalid, NotFound

_ROLES = [str(role) for role in Role]


@click.group()
def user() -> None:
    """People: accounts and roles."""


@user.command()
@click.argument("email")
@click.option("--name", required=True, help="The person's name.")
@click.option("--role", type=click.Choice(_ROLES), required=True)
@click.option("--town", help="Key of the municipality (AGS, 8 digits), for viewer, editor and manager.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input (one line).")
@click.option("--invite", is_flag=True, help="Print a link with which the person sets a password (valid for 7 days).")
@click.option("--json", "as_json", is_flag=True, help="For a program.")
@click.pass_obj
def add(register: Any, /, email: str, *, as_json: bool, **given: Any) -> None:
    """Give a person a role, with a new account if EMAIL has none."""
    town, role = given["town"], given["role"]
    if given["password_stdin"] == given["invite"]:
        raise click.UsageError("Give either --password-stdin or --invite.")
    person = parse_person({"email": email, "name": given["name"], "role": role})
    password = _read_password(person.email, person.name) if given["password_stdin"] else None
    with register.session() as session:
        where = _town(session, town) if person.role in TOWN_ROLES else None
        account = people.add(session, SYSTEM, person, where, password=password)
        answer: dict[str, Any] = {"id": account.id, "email": account.email, "role": role, "town": town}
        text = f"{account.email} is {role}{f' in {town}' if town else ''}."
        if given["invite"]:
            answer["link"] = _link(register, links.create(session, account.id, "invitation"))
            text += f" Link for the password: {answer['link']}"
    _say(answer, text, as_json)


@user.command("list")
@click.option("--json", "as_json", is_flag=True, help="For a program.")
@click.pass_obj
def list_(register: Any, as_json: bool) -> None:
    """Every account with its roles."""
    with register.session() as session:
        found = queries.everybody(session)
    lines = [
        f"{one['email']}  {one['name']}  {', '.join(one['roles']) or '-'}{'  (disabled)' if one['disabled'] else ''}"
        for one in found
    ]
    _say(found, "\n".join(lines) or "There is no account.", as_json)


@user.command()
@click.argument("email")
@click.pass_obj
def disable(register: Any, email: str) -> None:
    """Close an account and end its sessions."""
    with register.session() as session:
        people.disable(session, SYSTEM, _account(session, email).id)
    click.echo(f"{normal_email(email)} cannot sign in any more.")


@user.command()
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of making a link.")
@click.option("--second-factor", is_flag=True, help="Also forget the authenticator app and the passkeys.")
@click.pass_obj
def reset(register: Any, email: str, password_stdin: bool, second_factor: bool) -> None:
    """Let somebody back in: a link for a new password, or a new password; ends the account's sessions."""
    with register.session() as session:
        account = _account(session, email)
        if second_factor:
            own.forget_second_factors(session, SYSTEM, account.id)
        if password_stdin:
            own.set_password(session, SYSTEM, account.id, _read_password(account.email, account.name))
            text = f"{account.email} has the new password."
        else:
            text = f"Link for a new password: {_link(register, links.create(session, account.id, 'password'))}"
    click.echo(text)


def _town(session: Session, ags: str | None) -> int:
    found = queries.town_by_key(session, ags) if ags else None
    if found is None:
        raise click.UsageError("--town must be the key (AGS) of a municipality of today, for example 16067029.")
    return found


def _account(session: Session, email: str) -> Account:
    found = queries.find_account(session, normal_email(email))
    if found is None:
        raise NotFound("Das Konto", email)
    return found


def _read_password(email: str, name: str) -> str:
    password = sys.stdin.readline().rstrip("\r\n")
    why_not = passwords.refusal(password, email=email, name=name)
    if why_not:
        raise Invalid({"password": why_not})
    return password


def _link(register: Any, token: str) -> str:
    return f"{register.settings.url}{links.path(token)}"


def _say(data: Any, text: str, as_json: bool) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, default=str) if as_json else text)
