"""Internal pages of stays: register, change, delete, swap, confirm."""

from datetime import date
from typing import Any

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action, may
from geo.core.errors import Invalid
from geo.core.parsing import parse_day
from geo.trees import service
from geo.trees.codes import MODULE_CLASSES
from geo.trees.queries import internal
from geo.trees.schemas import STAY_LABELS, parse_stay, parse_stay_change
from geo.trees.wording import bounds, period
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.trees import frame, words


@needs(Action.STAY_EDIT)
def new() -> ResponseReturnValue:
    """Let trees stand at a stop for a period. The period and plan asked for say who is free."""
    source = request.form if request.method == "POST" else request.args
    values: dict[str, Any] = {name: source.get(name, "") for name in STAY_LABELS} | {"trees": source.getlist("trees")}
    shown = _new_form(values)

    def save() -> ResponseReturnValue:
        made = service.add_stays(staff_session(), actor(), parse_stay(request.form))
        count = "1 Standzeit ist" if len(made) == 1 else f"{len(made)} Standzeiten sind"
        flash(f"{count} eingetragen.", "good")
        return redirect(url_for("trees_intern.show", stop_id=made[0].stop_id), 303)

    stop_id = _number(values["stop_id"])
    back = url_for("trees_intern.show", stop_id=stop_id) if stop_id else url_for("trees_intern.overview")
    shown |= {"labels": STAY_LABELS, "title": "Standzeit eintragen", "back": back}
    if request.form.get("pruefen"):
        return frame.form("stay", values=values, **shown)
    return frame.write("stay", save, values=values, **shown)


def _new_form(values: dict[str, Any]) -> dict[str, Any]:
    """The choices of the form: stops, plans, and the chosen plan's trees with who is free."""
    session = staff_session()
    fleets = {fleet.id: fleet.name for fleet in internal.fleets(session, g.municipality_id)}
    tree_id = _number(values["trees"][0]) if values["trees"] else None
    of_tree = internal.get_tree(session, actor(), tree_id).fleet_id if tree_id and not values["schedule_id"] else None
    plans = [one for one in internal.schedules(session, of_tree) if one.fleet_id in fleets and one.state != "UEBERHOLT"]
    wanted = _number(values["schedule_id"])
    chosen = next((one for one in plans if one.id == wanted), None)
    if chosen is None and request.method == "GET":
        chosen = _likely(plans, parse_day(values["first"] or "") or clock.today())
    if chosen is not None:
        values["schedule_id"] = chosen.id
    first, last = parse_day(values["first"] or ""), parse_day(values["last"] or "")
    during = period(first, last) if first and last and first <= last else None
    stop_id = _number(values["stop_id"])
    classes = internal.get_stop(session, actor(), stop_id).module_classes if stop_id else tuple(MODULE_CLASSES)
    choices = []
    if chosen is not None:
        choices = internal.tree_choices(session, chosen, stop_id or 0, during, is_actual=bool(values["is_actual"]))
    return {
        "stops": internal.stop_choices(session, actor(), g.municipality_id),
        "plans": [(one.id, f"{one.fleet}: {one.name} ({frame.schedule_state(one.state)})") for one in plans],
        "plan": chosen,
        "trees": [
            (tree.id, f"Baum {tree.label}", _hint(tree, classes, during is not None))
            for tree in sorted(
                choices, key=lambda tree: (tree.in_the_way is not None, tree.module_class not in classes)
            )
        ],
        "is_checked": during is not None,
    }


def _likely(plans: list[internal.ScheduleRow], day: date) -> internal.ScheduleRow | None:
    """The plan that is probably meant: of the town's own fleet before the alliance's, published before draft."""
    of_day = [one for one in plans if one.first <= day <= one.last] or plans
    order = sorted(of_day, key=lambda one: (one.municipality_id != g.municipality_id, one.state == "ENTWURF"))
    return order[0] if order else None


def _hint(tree: internal.TreeChoice, classes: tuple[str, ...], is_checked: bool) -> str:
    known = ", ".join(part for part in (tree.species, f"Klasse {tree.module_class}") if part)
    if tree.module_class not in classes:
        return f"Klasse {tree.module_class} ist am Standplatz nicht zugelassen. {tree.species or ''}".strip()
    if tree.in_the_way is not None:
        one = tree.in_the_way
        return f"Nicht frei: {one.stop}, {words.span_words(*bounds(one.during))}. {known}"
    return f"Frei. {known}" if is_checked else known


def _number(raw: Any) -> int | None:
    text = str(raw or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


@needs(Action.STAY_EDIT)
def edit(stay_id: int) -> ResponseReturnValue:
    """Give a stay another stop or period."""
    stay = internal.get_stay(staff_session(), actor(), stay_id)
    back = url_for("trees_intern.show", stop_id=stay.stop_id)
    values = {
        "stop_id": stay.stop_id,
        "first": stay.first.isoformat(),
        "last": stay.last.isoformat(),
        "note": stay.note,
        "version": stay.version,
    }

    others = _others(stay)

    def save() -> ResponseReturnValue:
        wanted = [(stay_id, frame.version())] + (others if request.form.get("all") else [])
        changed = service.change_stays(staff_session(), actor(), wanted, parse_stay_change(request.form))
        flash("Gespeichert.", "good")
        return redirect(url_for("trees_intern.show", stop_id=changed[0].stop_id), 303)

    return frame.write(
        "stay_change",
        save,
        STAY_LABELS,
        values=values,
        title=f"Standzeit von Baum {stay.tree}",
        name=f"{stay.fleet}, {stay.stop}",
        back=back,
        stay=stay,
        others=others,
        stops=internal.stop_choices(staff_session(), actor(), _reach(stay.municipality_id)),
    )


def _others(stay: internal.StayRow) -> list[tuple[int, int]]:
    """The stays (id, version) of the trees that stand there together with this one."""
    return [(one.id, one.version) for one in internal.together_with(staff_session(), stay) if one.id != stay.id]


def _reach(municipality_id: int) -> int | None:
    """A planner moves trees between towns; everybody else within their own."""
    return None if may(actor(), Action.SCHEDULE_PUBLISH, None) else municipality_id


@needs(Action.STAY_EDIT)
def delete(stay_id: int) -> ResponseReturnValue:
    """Take a stay out again."""
    stay = internal.get_stay(staff_session(), actor(), stay_id)
    back = url_for("trees_intern.show", stop_id=stay.stop_id)

    others = _others(stay)

    def save() -> ResponseReturnValue:
        wanted = [(stay_id, frame.version())] + (others if request.form.get("all") else [])
        for key, version in wanted:
            service.remove_stay(staff_session(), actor(), key, version)
        flash(
            "Die Standzeit ist gelöscht." if len(wanted) == 1 else f"{len(wanted)} Standzeiten sind gelöscht.", "good"
        )
        return redirect(back, 303)

    return frame.write(
        "stay_delete",
        save,
        STAY_LABELS,
        values={"version": stay.version},
        title="Standzeit löschen?",
        name=f"Baum {stay.tree}, {stay.stop}",
        back=back,
        stay=stay,
        others=others,
        submit="Löschen",
    )


@needs(Action.STAY_EDIT)
def swap(stay_id: int) -> ResponseReturnValue:
    """Let two trees change places."""
    stay = internal.get_stay(staff_session(), actor(), stay_id)
    back = url_for("trees_intern.show", stop_id=stay.stop_id)
    others = internal.swap_choices(staff_session(), stay)

    def save() -> ResponseReturnValue:
        other = next((one for one in others if f"{one.id}:{one.version}" == request.form.get("other_id")), None)
        if other is None:
            raise Invalid({"other_id": "Bitte eine der angebotenen Standzeiten wählen."})
        service.swap_trees(staff_session(), actor(), [(stay_id, frame.version()), (other.id, other.version)])
        flash(f"Baum {stay.tree} und Baum {other.tree} haben getauscht.", "good")
        return redirect(back, 303)

    return frame.write(
        "stay_swap",
        save,
        {"other_id": "Tauschen mit"},
        values={"version": stay.version},
        title=f"Baum {stay.tree} tauschen",
        name=f"{stay.stop}, {frame.span(stay)}",
        back=back,
        stay=stay,
        others=[(f"{one.id}:{one.version}", f"Baum {one.tree}: {one.stop}, {frame.span(one)}") for one in others],
        submit="Tauschen",
    )


@needs(Action.STAY_EDIT)
def confirm(stop_id: int) -> ResponseReturnValue:
    """Say that the planned stays of a stop came true."""
    chosen = [number for raw in request.form.getlist("stays") if (number := _number(raw)) is not None]
    back = url_for("trees_intern.show", stop_id=stop_id)
    if not chosen:
        flash("Es war keine Standzeit gewählt.", "warn")
        return redirect(back, 303)
    made = service.confirm_stays(staff_session(), actor(), chosen)
    flash("Bestätigt." if made else "Diese Standzeiten waren schon bestätigt.", "good")
    return redirect(back, 303)
