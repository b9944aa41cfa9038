"""A tree's state from a day on: winter quarters, workshop, planted for good; and several trees at once."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action
from geo.core.codes import label
from geo.trees.codes import TREE_STATES
from geo.trees.fleet import queries, service
from geo.trees.fleet.schemas import MANY_LABELS, STATE_LABELS, parse_many, parse_state
from geo.trees.queries import internal
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.trees import frame, words


@needs(Action.FLEET_EDIT)
def state(tree_id: int) -> ResponseReturnValue:
    """Say what a tree is from a day on."""
    session = staff_session()
    tree = internal.get_tree(session, actor(), tree_id)
    here = url_for("trees_intern.tree", tree_id=tree_id)
    planted = queries.planted(tree)
    values: dict[str, Any] = {"state": tree.state, "since": clock.today().isoformat(), "version": tree.version}
    if planted is not None:
        values |= {"latitude": planted.latitude, "longitude": planted.longitude, "stop_id": planted.stop_id}
        values["since"] = planted.on.isoformat() if planted.on else values["since"]

    def save() -> ResponseReturnValue:
        made = service.set_state(
            session, actor(), tree_id, frame.version(), parse_state(request.form, clock.today()), today=clock.today()
        )
        flash(f"Baum {made.label} ist {label(TREE_STATES, made.state)}.", "good")
        return redirect(here, 303)

    return frame.write(
        "tree_state",
        save,
        STATE_LABELS,
        values=values,
        title="Zustand ändern",
        name=f"Baum {tree.label}",
        back=here,
        stops=internal.stop_choices(session, actor(), tree.municipality_id),
        center=_last_place(tree_id),
    )


def _last_place(tree_id: int) -> list[float] | None:
    """Latitude and longitude of where the tree last stood: it is planted near by."""
    session = staff_session()
    stood = [one for one in internal.stays_of_tree(session, tree_id) if one.first <= clock.today()]
    if not stood:
        return None
    row = next(
        (one for one in internal.stops(session, actor(), None) if one.id == stood[-1].stop_id),
        None,
    )
    return None if row is None else [row.lat, row.lon]


@needs(Action.FLEET_EDIT)
def many(fleet_id: int) -> ResponseReturnValue:
    """Several trees of a fleet at once."""
    fleet = internal.get_fleet(staff_session(), actor(), fleet_id)
    here = url_for("trees_intern.fleet", fleet_id=fleet_id)

    def save() -> ResponseReturnValue:
        made = service.create_trees(staff_session(), actor(), fleet_id, parse_many(request.form))
        flash(f"Angelegt: {words.tree_count(len(made))}, {made[0].label} bis {made[-1].label}.", "good")
        return redirect(here, 303)

    return frame.write(
        "trees_many",
        save,
        MANY_LABELS,
        values={"module_class": "S", "first": "1"},
        title="Mehrere Bäume anlegen",
        name=fleet.name,
        back=here,
        submit="Anlegen",
    )
