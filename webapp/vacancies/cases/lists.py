"""Cases in lists: a person's day, what is due, the board, the table."""

from datetime import date, timedelta
from typing import Any

from flask import render_template, request, url_for

from geo.core import clock
from geo.core.access import Action
from geo.vacancies.cases import listing
from geo.vacancies.cases.codes import CASE_STATES, PRIORITIES, VACANCY_TYPES
from geo.vacancies.cases.listing import DUE, NOBODY, SCOPES, CaseFilters
from webapp import parameters
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.parameters import day_chosen
from webapp.vacancies.cases import present
from webapp.vacancies.cases.addresses import ME, case_filters, kept, people_options, responsible, sorting
from webapp.vacancies.forms import options, town
from webapp.vacancies.stock import zones_on

# So many cases stand in a column of the board, and in the list of what is due; the rest is named.
IN_COLUMN, IN_LIST = 12, 200
BANDS = (
    ("Prüfen und ansprechen", ("GEMELDET", "GEPRUEFT", "ANGESPROCHEN", "WARTET")),
    ("Klären und vermarkten", ("IM_GESPRAECH", "BERATUNG", "VERMARKTUNG", "RESERVIERT")),
    ("Umsetzen und ruhen lassen", ("MASSNAHME_LAEUFT", "BLOCKIERT", "RUHEND")),
)
COLUMNS = ("adresse", "stand", "leer", "faellig", "vorrang", "zuletzt")


def _frame(view: str, day: date) -> dict[str, Any]:
    return {
        "internal_active": present.KIND,
        "view": view,
        "day": day,
        "today": clock.today(),
        "day_keep": day_chosen(day),
        "changed": parameters.whole("geaendert"),
        "changed_by": parameters.whole("aenderung", most=2**53),
    }


def _filter_fields(filters: CaseFilters) -> dict[str, Any]:
    return {
        "filters": filters,
        "args": request.args,
        "keep": kept(),
        "states": options(CASE_STATES),
        "kinds": options(VACANCY_TYPES),
        "priorities": options(PRIORITIES),
        "dues": list(DUE.items()),
        "scopes": list(SCOPES.items()),
        "people": people_options(),
        "zones": zones_on(town(), filters.day, filters.zone),
    }


@needs(Action.VACANCY_VIEW)
def table() -> str:
    """The town's cases as a table."""
    filters, sort, session = case_filters(), sorting(), staff_session()
    page = listing.search(session, town(), filters, sort, parameters.text("ab", longest=400))
    day = day_chosen(filters.day)
    urls = {}
    for name in COLUMNS:
        direction = {name: "ascending", f"-{name}": "descending"}.get(sort)
        wanted = f"-{name}" if direction == "ascending" else name
        urls[name] = (url_for("cases_intern.table", **kept(), **day, sortiert=wanted), direction)
    return render_template(
        "vacancies/cases/table.html",
        **_frame("table", filters.day),
        **_filter_fields(filters),
        page=page,
        sort=sort,
        sort_urls=urls,
        rows=[present.case(row, filters.day, day) for row in page.rows],
    )


@needs(Action.VACANCY_VIEW)
def board() -> str:
    """The same cases in a column for each state; moving one needs a button, and no dragging."""
    filters = case_filters()
    day = day_chosen(filters.day)
    rows, counts = listing.by_state(staff_session(), town(), filters, IN_COLUMN)
    cards: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        cards.setdefault(row.state, []).append(present.case(row, filters.day, day))
    bands = [*BANDS]
    ended = [state for state in ("ABGESCHLOSSEN", "VERWORFEN") if counts.get(state)]
    if ended:
        bands.append(("Beendet", tuple(ended)))
    return render_template(
        "vacancies/cases/board.html",
        **_frame("board", filters.day),
        **_filter_fields(filters),
        bands=bands,
        cards=cards,
        counts=counts,
        total=sum(counts.values()),
        names=dict(options(CASE_STATES)),
    )


@needs(Action.VACANCY_VIEW)
def my_day() -> str:
    """What waits for the person who is signed in."""
    day = parameters.day()
    mine, is_more = _some(CaseFilters(day, responsible=actor().account_id))
    new, _ = _some(CaseFilters(day, state="GEMELDET", responsible=NOBODY))
    return render_template(
        "vacancies/cases/due.html",
        **_frame("my_day", day),
        groups=_groups(mine, day),
        more_in=url_for("cases_intern.table", zustaendig=ME, **day_chosen(day)) if is_more else None,
        shown=len(mine),
        unclaimed=new,
        keep={},
        people=[],
        args=request.args,
    )


@needs(Action.VACANCY_VIEW)
def follow_ups() -> str:
    """What is due in the whole town, or for one person."""
    day = parameters.day()
    due, is_more = _some(CaseFilters(day, responsible=responsible()))
    return render_template(
        "vacancies/cases/due.html",
        **_frame("follow_ups", day),
        groups=_groups(due, day),
        more_in=url_for("cases_intern.table", **kept(), **day_chosen(day)) if is_more else None,
        shown=len(due),
        unclaimed=[],
        keep=kept(),
        people=people_options(),
        args=request.args,
    )


def _some(filters: CaseFilters) -> tuple[list[dict[str, Any]], bool]:
    """The first cases of a filter, what is due first, and whether there are more."""
    rows = listing.rows_of(staff_session(), town(), filters, IN_LIST)
    shown = [present.case(row, filters.day, day_chosen(filters.day)) for row in rows[:IN_LIST]]
    return shown, len(rows) > IN_LIST


def _groups(cases: list[dict[str, Any]], day: date) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """Overdue, today, the next seven days, later, and without a date: name, kind and cases of each."""
    found: dict[str, list[dict[str, Any]]] = {}
    week = day + timedelta(days=7)
    for one in cases:
        on = one["next_action_on"]
        kind = (
            "none" if on is None else "late" if on < day else "today" if on == day
            else "week" if on <= week else "later"
        )  # fmt: skip
        found.setdefault(kind, []).append(one)
    words = {
        "late": "Überfällig",
        "today": "Heute",
        "week": "In den nächsten 7 Tagen",
        "later": "Später",
        "none": "Ohne nächsten Schritt",
    }
    return [(name, kind, found.get(kind, [])) for kind, name in words.items()]
