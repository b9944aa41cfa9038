"""`innenstadt survey`: check later that the frozen result of a round is what it was."""

import json
import sys
from typing import Any

import click

from geo.vacancies.surveys import snapshot


@click.group()
def survey() -> None:
    """Survey rounds and their frozen results."""


@survey.command("verify")
@click.argument("number", type=int)
@click.option("--sha256", "expected", help="The hash that was written down when the round was closed.")
@click.option("--json", "as_json", is_flag=True, help="For a program.")
@click.pass_obj
def verify_command(register: Any, number: int, expected: str | None, *, as_json: bool) -> None:
    """Compute hash and figures of a closed round again and compare. Exit code 1 when they differ."""
    with register.session("owner") as session:
        proof = snapshot.verify(session, number)
    agrees = expected is None or expected.strip().lower() == proof.computed_sha256
    data = {**vars(proof), "is_intact": proof.is_intact, "as_expected": agrees}
    sentence = (
        f"Round {number} as of {proof.reference_day}: {proof.units} units, SHA-256 {proof.computed_sha256}.\n"
        + ("Hash and figures are what was frozen." if proof.is_intact else "DAMAGED: hash or figures do not agree.")
        + ("" if agrees else "\nThe hash is not the one that was given.")
        + (f"\nThe register shows {proof.differing} units otherwise for that day today." if proof.differing else "")
    )
    click.echo(json.dumps(data, default=str) if as_json else sentence)
    sys.exit(0 if proof.is_intact and agrees else 1)
