"""What the addresses of the lists of cases say, and the same as an address again."""

from typing import Any

from flask import request

from geo.core.errors import Invalid
from geo.vacancies.cases import queries
from geo.vacancies.cases.codes import CASE_STATES, PRIORITIES, VACANCY_TYPES
from geo.vacancies.cases.listing import DUE, NOBODY, SCOPES, SORTS, CaseFilters
from webapp import parameters
from webapp.app import actor, staff_session
from webapp.vacancies.forms import town

ME, NOBODY_WORD = "ich", "niemand"
NAMES = ("umfang", "stand", "zustaendig", "typ", "vorrang", "faellig", "suche", "zone")


def case_filters() -> CaseFilters:
    """The filters of the table, of the board and of changing many cases."""
    priority = parameters.choice("vorrang", [str(code) for code in PRIORITIES])
    return CaseFilters(
        day=parameters.day(),
        scope=parameters.choice("umfang", SCOPES) or "offen",
        state=parameters.choice("stand", CASE_STATES),
        responsible=responsible(),
        kind=parameters.choice("typ", VACANCY_TYPES),
        priority=int(priority) if priority else None,
        due=parameters.choice("faellig", DUE),
        text=parameters.text("suche"),
        zone=parameters.whole("zone", least=1),
    )


def responsible() -> int | None:
    """`zustaendig`: „ich“, „niemand“ or a person's number. Raises `Invalid` for anything else."""
    raw = request.args.get("zustaendig", "").strip()
    if raw == ME:
        return actor().account_id
    if raw == NOBODY_WORD:
        return NOBODY
    number = parameters.whole("zustaendig", least=1)
    if number is not None and number not in dict(queries.people(staff_session(), town())):
        raise Invalid({"zustaendig": "Diese Person arbeitet nicht in dieser Gemeinde."})
    return number


def people_options() -> list[tuple[str, str]]:
    """Whom a list can be narrowed to."""
    others = queries.people(staff_session(), town())
    mine = [(ME, "ich")] if any(one == actor().account_id for one, _ in others) else []
    named = [(str(one), name) for one, name in others if one != actor().account_id]
    return [*mine, (NOBODY_WORD, "niemand"), *named]


def sorting() -> str:
    """`sortiert`: the order of the table, with a minus in front for the other direction."""
    return parameters.choice("sortiert", [*SORTS, *(f"-{name}" for name in SORTS)]) or "faellig"


def kept() -> dict[str, Any]:
    """The filters of the address that are set, to be carried on."""
    return {name: request.args[name] for name in NAMES if request.args.get(name, "").strip()}
