"""What every internal page of the trees shares: its frame, its forms, two versions side by side, the history."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.codes import label
from geo.core.errors import Conflict, Invalid, NeedsConfirmation
from geo.core.history import Change, FieldChange
from geo.core.parsing import Fields
from geo.places.photos import LICENCES
from geo.trees.codes import LAYERS, MODULE_CLASSES, SCHEDULE_STATES, STOP_KINDS, TREE_STATES, WEEKDAYS
from geo.trees.queries import internal
from geo.trees.queries.internal import StayRow
from geo.trees.schemas import FLEET_LABELS, SCHEDULE_LABELS, STOP_LABELS, TREE_LABELS
from geo.trees.site.codes import SIDES, SPECIAL_BAYS
from webapp.app import actor, staff_session
from webapp.entries import PLACES, Words, coded, entries, period, plain
from webapp.forms import as_sent, side_by_side
from webapp.trees import site_words, visit_words, words

CODES = {
    "kind": STOP_KINDS,
    "state": TREE_STATES,
    "move_weekday": WEEKDAYS,
    "module_class": MODULE_CLASSES,
    "module_classes": MODULE_CLASSES,
    "special_bay": SPECIAL_BAYS,
    "side": SIDES,
    "licence": LICENCES,
    "is_public": {"1": ("ja", "yes")},
}
ACTIONS = {
    "stop.edit": "Standplatz bearbeitet",
    "stay.edit": "Standzeit bearbeitet",
    "visit.edit": "Besuch bearbeitet",
    "visit.decide": "Ergebnis festgehalten",
    "fleet.edit": "Allee oder Baum bearbeitet",
    "schedule.publish": "Umzugsplan veröffentlicht oder zurückgezogen",
    "sample.load": "Beispielregister geladen",
}


def page(template: str, status: int = 200, **values: Any) -> ResponseReturnValue:
    """An internal page."""
    frame = {"nav": "trees", "today": clock.today(), "words": words, "visit_words": visit_words, "codes": _codes()}
    return render_template(f"trees/intern/{template}.html", **frame, **values), status


def form(
    kind: str, *, status: int = 200, errors: Mapping[str, str] | None = None, **values: Any
) -> ResponseReturnValue:
    """A page with a form; `kind` names the template with its fields."""
    return page("form", status, kind=kind, errors=errors or {}, **values)


def write(
    kind: str,
    save: Callable[[], ResponseReturnValue],
    labels: Mapping[str, str],
    *,
    values: Mapping[str, Any],
    **shown: Any,
) -> ResponseReturnValue:
    """Show a form, or save what was sent and go on; what the register refuses is said in the form.

    `values` are the stored ones (or the first ones of a new object).
    """
    if request.method == "GET":
        return form(kind, labels=labels, values=values, **shown)
    try:
        return save()
    except NeedsConfirmation as doubt:
        return form(
            kind, status=422, labels=labels, values=typed(), errors=doubt.fields, confirm=doubt.confirm, **shown
        )
    except Invalid as refused:
        return form(kind, status=422, labels=labels, values=typed(), errors=refused.fields, **shown)
    except Conflict as conflict:
        if not conflict.theirs:
            return form(kind, status=409, labels=labels, values=typed(), errors={"": str(conflict)}, **shown)
        differing, common = side_by_side(labels, typed(), conflict.theirs, _in_words)
        return page(
            "conflict", 409, fields=differing, same=common, version=conflict.version, message=str(conflict), **shown
        )


def typed() -> dict[str, Any]:
    """What was sent, to show it again: the boxes of one name as a list."""
    values: dict[str, Any] = request.form.to_dict()
    for name in ("module_classes", "trees", "stops"):
        if name in values:
            values[name] = [part for text in request.form.getlist(name) for part in text.split(",")]
    return values


def version() -> int:
    """The version that the form was opened with."""
    return Fields(request.form).version()


def change_id() -> int:
    """The change that an undo button names."""
    raw = request.form.get("change", "")
    if not raw.isascii() or not raw.isdecimal() or len(raw) > 18:
        raise Invalid({"": "Das Formular ist unvollständig. Bitte die Seite neu laden."})
    return int(raw)


def schedule_state(code: str) -> str:
    """A plan's state in words."""
    return label(SCHEDULE_STATES, code)


def span(stay: StayRow) -> str:
    """A stay's period in words."""
    return words.span_words(stay.first, stay.last)


def options(codes: Mapping[str, tuple[str, str]]) -> list[tuple[str, str]]:
    """A code list to choose from."""
    return [(code, names[0]) for code, names in codes.items()]


def _codes() -> dict[str, Any]:
    return {
        "kinds": options(STOP_KINDS),
        "classes": options(MODULE_CLASSES),
        "states": options(TREE_STATES),
        "weekdays": options(WEEKDAYS),
        "layers": {code: names[0] for code, names in LAYERS.items()},
        "schedule_states": {code: names[0] for code, names in SCHEDULE_STATES.items()},
        "tree_states": {code: names[0] for code, names in TREE_STATES.items()},
    }


def _in_words(name: str, value: Any) -> str:
    if name == "stop_id" and str(value).isdecimal():
        return internal.get_stop(staff_session(), actor(), int(value)).name
    return coded(CODES[name])(value) if name in CODES and value else as_sent(value)


def in_entries(changes: list[Change], main: str, created: str) -> list[dict[str, Any]]:
    """Changes for the history page; `main` is the table of the object itself."""
    coded_columns = {name: coded(codes) for name, codes in CODES.items()}
    stays = _stays_in_words(changes)
    tables = {
        "stops": Words(STOP_LABELS | site_words.SITE_FIELDS, coded_columns | site_words.SITE_FORMATS),
        "stop_blocks": site_words.BLOCKS,
        "module_classes": site_words.MODULES,
        "tree_states": site_words.STATES,
        "trees": Words(
            TREE_LABELS | site_words.PLANTED_FIELDS,
            coded_columns | {"height_m": lambda value: f"{plain(value)} m"} | site_words.PLANTED_FORMATS,
        ),
        "fleets": Words(FLEET_LABELS | site_words.FLEET_FIELDS, site_words.FLEET_FORMATS),
        "schedules": Words(SCHEDULE_LABELS | {"season": "Saison", "state": "Zustand"}, _SCHEDULE_FORMATS),
        "places": PLACES,
        "visits": visit_words.HISTORY,
        "stays": Words({line.name: line.name for change in stays.values() for line in change.fields}),
    }
    return entries([stays.get(one.id, one) for one in changes], {main: tables[main]} | tables, ACTIONS, created)


def _stays_in_words(changes: list[Change]) -> dict[int, Change]:
    """Each change of a stay as one line: the tree, and where, when and how it stood before and after."""
    ours = [one for one in changes if one.table == "stays"]
    if not ours:
        return {}
    session = staff_session()
    labels = internal.tree_labels(session)
    stops = dict(internal.stop_choices(session, actor(), None))
    tree_of: dict[int, int] = {
        one.row_id: int(line.new or line.old) for one in reversed(ours) for line in one.fields if line.name == "tree_id"
    }
    formats: dict[str, Callable[[Any], str]] = {
        "tree_id": lambda key: f"Baum {labels.get(key, key)}",
        "stop_id": lambda key: stops.get(key, f"Standplatz {key}"),
        "during": period,
        "layer": coded(LAYERS),
        "note": plain,
    }

    def told(one: Change, side: str) -> str | None:
        whole = one.operation != "UPDATE"
        values = {line.name: getattr(line, side) for line in one.fields}
        names = [name for name in formats if values.get(name) and not (whole and name == "tree_id")]
        return ", ".join(formats[name](values[name]) for name in names) or None

    def in_words(one: Change) -> Change:
        name = f"Baum {labels.get(tree_of.get(one.row_id, 0), '?')}"
        old, new = told(one, "old"), told(one, "new")
        return replace(one, fields=(FieldChange(name, old, new),) if old or new else ())

    return {one.id: in_words(one) for one in ours}


_SCHEDULE_FORMATS = {
    "season": period,
    "state": coded(SCHEDULE_STATES),
    "move_weekday": lambda value: coded(WEEKDAYS)(str(value)),
}
