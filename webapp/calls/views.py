"""Public pages of calls: what is open and what was, one call with its criteria, the deadlines as a calendar."""

from datetime import UTC, date, datetime
from typing import Any

from flask import Blueprint, Response, g, render_template
from flask_babel import gettext

from geo.calls import public as queries
from geo.calls.codes import PHASES
from geo.calls.timing import in_words
from geo.core import clock
from geo.core.calendar_files import Entry, written
from webapp.access import public
from webapp.app import public_session
from webapp.calls.frame import LOOKS
from webapp.language import address_of, href

calls = Blueprint("calls", __name__)


def _frame() -> dict[str, Any]:
    lang = g.lang
    return {
        "nav": "pilots",
        "looks": LOOKS,
        "phase_name": lambda code: PHASES[code][lang == "en"],
        "when": lambda moment: in_words(moment, lang),
    }


def of_project(project_id: int, _day: date) -> str | None:
    """The calls of a pilot project, for its public page; nothing without one."""
    rows = queries.calls(public_session(), datetime.now(UTC), project_id)
    return render_template("calls/_of_project.html", calls=rows, **_frame()) if rows else None


@calls.get("/aufrufe")
@public
def overview() -> str:
    """All published calls, the open ones first."""
    return render_template("calls/overview.html", rows=queries.calls(public_session(), datetime.now(UTC)), **_frame())


@calls.get("/aufrufe/<int:call_id>")
@public
def show(call_id: int) -> str:
    """A call with its text, period and criteria."""
    found = queries.call(public_session(), call_id, datetime.now(UTC))
    total = sum(one.weight for one in found.criteria)
    return render_template("calls/show.html", call=found, total=total, **_frame())


@calls.get("/aufrufe/fristen.ics")
@public
def calendar() -> Response:
    """The deadlines of the calls that are open or will be, to subscribe to; one that was called off says so."""
    now = datetime.now(UTC)
    rows = queries.calls(public_session(), now)
    awaited = {"OFFEN", "ANGEKUENDIGT", "ABGESAGT"}
    entries = [_deadline(one) for one in rows if one.phase in awaited and one.closes_at > now]
    name = gettext("Aufrufe der Allianz „Innenstädte mit Zukunft“")
    answer = Response(written(name, entries, language=g.lang), mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'inline; filename="aufrufe.ics"'
    return answer


def _deadline(call: queries.PublicCall) -> Entry:
    day = clock.day_of(call.closes_at)
    title = call.in_language("title", g.lang)[0]
    return Entry(
        uid=f"call-{call.id}",
        sequence=call.version,
        changed_at=call.called_off_at or call.extended_at or call.opens_at,
        summary=gettext("Bewerbungsschluss: %(title)s", title=title),
        first=day,
        last=day,
        at=call.closes_at,
        is_cancelled=call.phase == "ABGESAGT",
        url=address_of(href("calls.show", call_id=call.id)),
    )
