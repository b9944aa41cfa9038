"""The calendar behind the plan: holidays, markets and works of a town, by hand or from a calendar's file."""

from datetime import date
from typing import Any

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action, may
from geo.core.parsing import Fields
from geo.trees.events import queries, reading, service
from geo.trees.events.codes import ENTERED, KINDS
from geo.trees.events.schemas import EVENT_LABELS, FILE_LABELS, event_values, parse_event, parse_stops
from geo.trees.queries import internal
from webapp import parameters
from webapp.access import needs
from webapp.app import actor, chosen_town, staff_session, takes_files
from webapp.trees import frame

_KINDS = [(code, KINDS[code][0]) for code in ENTERED]


def _town() -> int:
    return chosen_town("Bitte zuerst im Feld „Gemeinde“ eine wählen: einen Kalender hat jede Gemeinde für sich.")


def _stops() -> list[tuple[int, str]]:
    return internal.stop_choices(staff_session(), actor(), _town())


@needs(Action.TREE_VIEW)
def calendar() -> ResponseReturnValue:
    """A year of the town's calendar."""
    today = clock.today()
    year = parameters.whole("jahr", most=2099) or today.year
    year = max(2000, year)
    found = queries.background(staff_session(), g.municipality_id, date(year, 1, 1), date(year, 12, 31))
    months = [
        (date(year, month, 1), [one for one in found if max(one.first, date(year, 1, 1)).month == month])
        for month in range(1, 13)
    ]
    town = g.municipality_id
    return frame.page(
        "calendar",
        year=year,
        months=[(first, rows) for first, rows in months if rows],
        kinds={code: names[0] for code, names in KINDS.items()},
        sources=queries.sources(staff_session(), town),
        holiday_source=queries.HOLIDAY_SOURCE,
        may_edit=town is not None and may(actor(), Action.STOP_EDIT, town),
    )


@needs(Action.STOP_EDIT)
def event_new() -> ResponseReturnValue:
    """Enter an event by hand."""
    town = _town()

    def save() -> ResponseReturnValue:
        made = service.add_event(staff_session(), actor(), town, parse_event(request.form))
        flash(f"„{made.title}“ steht im Kalender.", "good")
        return _back(made.during.lower)

    return _form(save, {"kind": "MARKT"}, "Termin eintragen")


@needs(Action.STOP_EDIT)
def event_edit(event_id: int) -> ResponseReturnValue:
    """Change an event and the stops that it blocks."""
    event = queries.get_event(staff_session(), actor(), event_id)
    _town()

    def save() -> ResponseReturnValue:
        made = service.update_event(staff_session(), actor(), event_id, frame.version(), parse_event(request.form))
        flash("Gespeichert.", "good")
        return _back(made.during.lower)

    values = event_values(event, queries.blocked_stops(staff_session(), event_id)) | {"version": event.version}
    return _form(save, values, "Termin bearbeiten", name=event.title)


@needs(Action.STOP_EDIT)
def event_remove(event_id: int) -> ResponseReturnValue:
    """Take an event out of the calendar."""
    gone = service.remove_event(staff_session(), actor(), event_id, Fields(request.form).version())
    flash(f"„{gone.title}“ ist aus dem Kalender genommen.", "good")
    return _back(gone.during.lower)


@takes_files(reading.MOST_BYTES + 100_000)
@needs(Action.STOP_EDIT)
def calendar_file() -> ResponseReturnValue:
    """Read a calendar's file; the same source again brings the calendar in step with it."""
    town = _town()

    def save() -> ResponseReturnValue:
        fields = Fields(request.form)
        kind = fields.choice("kind", ENTERED, required=True) or "MARKT"
        source = fields.text("source", required=True, longest=120) or ""
        stop_ids = parse_stops(fields)
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            fields.fail("file", "Bitte eine Datei wählen.")
        fields.check()
        assert sent is not None  # noqa: S101 (checked above)
        read = reading.read(sent.read(reading.MOST_BYTES + 1), clock.today())
        taken = service.take_over(
            staff_session(), actor(), town, read.events, source=source, kind=kind, stop_ids=stop_ids
        )
        flash(_told(taken, read.problems), "good")
        return _back(read.events[0].first if read.events else None)

    return frame.write(
        "calendar_file",
        save,
        FILE_LABELS,
        values={"kind": "MARKT"},
        title="Kalenderdatei einlesen",
        back=url_for("trees_intern.calendar"),
        submit="Einlesen",
        kinds=_KINDS,
        stops=_stops(),
        has_files=True,
    )


def _told(taken: service.Taken, problems: int) -> str:
    parts = [
        f"{count} {words}"
        for count, words in (
            (taken.new, "neu"),
            (taken.changed, "geändert"),
            (taken.gone, "entfallen"),
            (taken.same, "unverändert"),
        )
        if count
    ]
    sentence = f"Eingelesen: {', '.join(parts) or 'kein Termin'}."
    if problems:
        sentence += (
            f" {problems} Einträge der Datei waren nicht lesbar."
            if problems > 1
            else (" 1 Eintrag der Datei war nicht lesbar.")
        )
    return sentence


def _form(save: Any, values: dict[str, Any], title: str, **shown: Any) -> ResponseReturnValue:
    return frame.write(
        "event",
        save,
        EVENT_LABELS,
        values=values,
        title=title,
        back=url_for("trees_intern.calendar"),
        kinds=_KINDS,
        stops=_stops(),
        **shown,
    )


def _back(day: date | None) -> ResponseReturnValue:
    return redirect(url_for("trees_intern.calendar", jahr=(day or clock.today()).year), 303)
