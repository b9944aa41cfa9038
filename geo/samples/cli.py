"""`innenstadt sample`: the sample register in, out, and new passwords for its accounts."""

import json
from collections.abc import Iterable
from typing import Any

import click

from geo.core import clock
from geo.core.access import SYSTEM
from geo.core.errors import SetupError
from geo.places.reference import load_reference
from geo.samples.load import load
from geo.samples.people import SignIn, renew_passwords
from geo.samples.remove import remove
from geo.settings import Settings
from geo.vacancies.kompass.editions import take_shipped

as_json_option = click.option("--json", "as_json", is_flag=True, help="For a program.")


@click.group()
def sample() -> None:
    """The sample register: the alliance's facts and made-up objects, marked as examples."""


@sample.command("load")
@as_json_option
@click.pass_obj
def load_command(register: Any, as_json: bool) -> None:
    """Add the sample register; nothing happens when it is there already."""
    with register.session("owner") as session:
        load_reference(session, SYSTEM)
        take_shipped(session, SYSTEM)
        loaded = load(session, clock.today(), with_passwords=_may_have_passwords(register.settings))
    if as_json:
        _print({"was_there": loaded.was_there, "added": loaded.counts, "sign_ins": _records(loaded.sign_ins)})
        return
    if loaded.was_there:
        click.echo("The sample register is there already; nothing was changed.")
        return
    click.echo(f"Loaded: {_counted(loaded.counts)}.")
    _show(loaded.sign_ins)


@sample.command("remove")
@as_json_option
@click.pass_obj
def remove_command(register: Any, as_json: bool) -> None:
    """Take out every row marked as sample or example; real rows, and what they need, stay."""
    with register.session("owner") as session:
        result = remove(session)
    if as_json:
        _print({"removed": result.removed, "kept": result.kept})
        return
    click.echo(f"Removed: {_counted(result.removed)}." if result.removed else "There was no sample register.")
    if result.kept:
        click.echo(f"Kept, because real entries hang on them, and no longer marked: {_counted(result.kept)}.")


@sample.command()
@as_json_option
@click.pass_obj
def passwords(register: Any, as_json: bool) -> None:
    """New passwords for the sample accounts. They are shown this once."""
    if not _may_have_passwords(register.settings):
        raise SetupError(
            "On a server of your own the sample accounts get no passwords, unless"
            " INNENSTADT_SAMPLE_ON_FOREIGN_DATABASE=1 is set."
        )
    with register.session("owner") as session:
        sign_ins = renew_passwords(session)
    if not sign_ins:
        raise SetupError("There are no sample accounts. `innenstadt sample load` makes them.")
    if as_json:
        _print({"sign_ins": _records(sign_ins)})
    else:
        _show(sign_ins)


def _may_have_passwords(settings: Settings) -> bool:
    return settings.embedded or settings.sample_on_foreign_database


def _records(sign_ins: Iterable[SignIn]) -> list[dict[str, str | None]]:
    return [{"email": one.email, "role": str(one.role), "town": one.town, "password": one.password} for one in sign_ins]


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items())


def _show(sign_ins: tuple[SignIn, ...]) -> None:
    if not any(one.password for one in sign_ins):
        click.echo("The sample accounts have no passwords on a server of your own.")
        return
    click.echo("Sign-ins, shown this once:")
    width = max(len(one.email) for one in sign_ins)
    for one in sign_ins:
        click.echo(f"  {one.email:<{width}}  {one.password}  {one.role_label}")


def _print(answer: dict[str, Any]) -> None:
    click.echo(json.dumps(answer, ensure_ascii=False, default=str))
