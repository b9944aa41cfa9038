"""Internal pages of fleets and their trees."""

from typing import Any

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action, may
from geo.core.undo import last_change
from geo.places.queries import middle
from geo.trees import service
from geo.trees.fleet import photos as tree_photos
from geo.trees.fleet import queries as detail
from geo.trees.fleet.parts import fleet_root, tree_root
from geo.trees.model import Tree
from geo.trees.queries import changes, internal, public
from geo.trees.queries.public import Filters
from geo.trees.schemas import FLEET_LABELS, TREE_LABELS, parse_fleet, parse_tree, tree_values
from geo.trees.site import seasons
from webapp import geojson, parameters
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.trees import frame


@needs(Action.FLEET_EDIT)
def new() -> ResponseReturnValue:
    """A new fleet of the town worked in, or of the alliance when no town is chosen."""

    def save() -> ResponseReturnValue:
        made = service.create_fleet(staff_session(), actor(), g.municipality_id, parse_fleet(request.form))
        flash(f"Die Allee „{made.name}“ ist angelegt.", "good")
        return redirect(url_for("trees_intern.fleet", fleet_id=made.id), 303)

    whose = "der gewählten Gemeinde" if g.municipality_id else "der Allianz, für mehrere Städte"
    return frame.write(
        "fleet",
        save,
        FLEET_LABELS,
        values={"season_first": "1.5.", "season_last": "31.10.", "visit_min_weeks": 3, "visit_max_weeks": 8},
        title="Allee anlegen",
        name=f"Eine Allee {whose}.",
        back=url_for("trees_intern.overview"),
        center=middle(staff_session(), g.municipality_id) if g.municipality_id else None,
    )


@needs(Action.TREE_VIEW)
def show(fleet_id: int) -> ResponseReturnValue:
    """A fleet: its trees, what and where they were on the day, its plans."""
    session, day = staff_session(), parameters.day()
    fleet = internal.get_fleet(session, actor(), fleet_id)
    places = {one.tree_id: one for one in public.standing_on(session, day, Filters(fleet_id=fleet_id))}
    return frame.page(
        "fleet",
        fleet=fleet,
        trees=internal.trees_of(session, fleet_id),
        places=places,
        states=detail.states_on(session, fleet_id, day),
        day=day,
        detail=detail.details(session, actor(), fleet_id),
        modules=detail.modules_of(session, fleet_id),
        day_words=seasons.in_words,
        schedules=internal.schedules(session, fleet_id),
        change_id=last_change(session, "fleets", fleet_id),
        may_edit=may(actor(), Action.FLEET_EDIT, fleet.municipality_id),
        may_plan=may(actor(), Action.STAY_EDIT, fleet.municipality_id),
    )


@needs(Action.FLEET_EDIT)
def edit(fleet_id: int) -> ResponseReturnValue:
    """Change what is said about a fleet."""
    fleet = internal.get_fleet(staff_session(), actor(), fleet_id)
    here = url_for("trees_intern.fleet", fleet_id=fleet_id)
    values = detail.fleet_form(staff_session(), actor(), fleet_id)

    def save() -> ResponseReturnValue:
        service.update_fleet(staff_session(), actor(), fleet_id, frame.version(), parse_fleet(request.form))
        flash("Gespeichert.", "good")
        return redirect(here, 303)

    return frame.write(
        "fleet",
        save,
        FLEET_LABELS,
        values=values,
        title="Allee bearbeiten",
        name=fleet.name,
        back=here,
        center=middle(staff_session(), fleet.municipality_id) if fleet.municipality_id else None,
    )


@needs(Action.HISTORY_VIEW)
def history(fleet_id: int) -> ResponseReturnValue:
    """What was changed of a fleet."""
    fleet = internal.get_fleet(staff_session(), actor(), fleet_id)
    happened = changes.history_of_parts(staff_session(), fleet_root(fleet_id), fleet.municipality_id)
    return frame.page(
        "history",
        name=fleet.name,
        back=url_for("trees_intern.fleet", fleet_id=fleet_id),
        entries=frame.in_entries(happened, "fleets", "Allee angelegt"),
    )


@needs(Action.FLEET_EDIT)
def undo(fleet_id: int) -> ResponseReturnValue:
    """Take the last change of a fleet back."""
    service.undo_fleet(staff_session(), actor(), fleet_id, frame.change_id())
    flash("Die letzte Änderung ist zurückgenommen.", "good")
    is_there = any(fleet.id == fleet_id for fleet in internal.fleets(staff_session(), None))
    return redirect(
        url_for("trees_intern.fleet", fleet_id=fleet_id) if is_there else url_for("trees_intern.overview"), 303
    )


@needs(Action.FLEET_EDIT)
def tree_new(fleet_id: int) -> ResponseReturnValue:
    """A new tree of a fleet."""
    fleet = internal.get_fleet(staff_session(), actor(), fleet_id)

    def save() -> ResponseReturnValue:
        made = service.create_tree(staff_session(), actor(), fleet_id, parse_tree(request.form))
        flash(f"Baum {made.label} ist angelegt.", "good")
        return redirect(url_for("trees_intern.fleet", fleet_id=fleet_id), 303)

    return frame.write(
        "tree",
        save,
        TREE_LABELS,
        values={"module_class": "S", "state": "IM_EINSATZ"},
        title="Baum anlegen",
        name=fleet.name,
        back=url_for("trees_intern.fleet", fleet_id=fleet_id),
    )


@needs(Action.TREE_VIEW)
def tree(tree_id: int) -> ResponseReturnValue:
    """A tree with all its stays, drafts included."""
    session = staff_session()
    found = internal.get_tree(session, actor(), tree_id)
    fleet = internal.get_fleet(session, actor(), found.fleet_id)
    stays = internal.stays_of_tree(session, tree_id)
    today = clock.today()
    planted = detail.planted(found)
    return frame.page(
        "tree",
        tree=found,
        fleet=fleet,
        states=detail.states_of(session, tree_id),
        photos=tree_photos.of_tree(session, tree_id),
        planted=planted,
        planted_at=None if planted is None else _planted_feature(found, planted),
        groups=[
            ("Heute und später", internal.grouped(one for one in stays if one.last >= today)),
            ("Früher", internal.grouped(one for one in reversed(stays) if one.last < today)),
        ],
        change_id=last_change(session, "trees", tree_id),
        may_edit=may(actor(), Action.FLEET_EDIT, found.municipality_id),
        may_plan=may(actor(), Action.STAY_EDIT, g.municipality_id),
    )


def _planted_feature(tree: Tree, planted: detail.Planted) -> dict[str, Any]:
    """The place for the small map of the tree's page."""
    title, status = f"Baum {tree.label}", "AUSGEPFLANZT"
    properties = {"id": tree.id, "kind": "trees", "title": title, "status": status, "status_label": "ausgepflanzt"}
    return geojson.feature((planted.longitude, planted.latitude), properties)


@needs(Action.FLEET_EDIT)
def tree_edit(tree_id: int) -> ResponseReturnValue:
    """Change a tree."""
    found = internal.get_tree(staff_session(), actor(), tree_id)
    here = url_for("trees_intern.tree", tree_id=tree_id)

    def save() -> ResponseReturnValue:
        service.update_tree(staff_session(), actor(), tree_id, frame.version(), parse_tree(request.form))
        flash("Gespeichert.", "good")
        return redirect(here, 303)

    return frame.write(
        "tree",
        save,
        TREE_LABELS,
        values=tree_values(found) | {"version": found.version},
        title="Baum bearbeiten",
        name=f"Baum {found.label}",
        back=here,
    )


@needs(Action.HISTORY_VIEW)
def tree_history(tree_id: int) -> ResponseReturnValue:
    """What was changed of a tree."""
    found = internal.get_tree(staff_session(), actor(), tree_id)
    happened = changes.history_of_parts(staff_session(), tree_root(tree_id), found.municipality_id)
    return frame.page(
        "history",
        name=f"Baum {found.label}",
        back=url_for("trees_intern.tree", tree_id=tree_id),
        entries=frame.in_entries(happened, "trees", "Baum angelegt"),
    )


@needs(Action.FLEET_EDIT)
def tree_undo(tree_id: int) -> ResponseReturnValue:
    """Take the last change of a tree back."""
    fleet_id = internal.get_tree(staff_session(), actor(), tree_id).fleet_id
    service.undo_tree(staff_session(), actor(), tree_id, frame.change_id())
    flash("Die letzte Änderung ist zurückgenommen.", "good")
    return redirect(url_for("trees_intern.fleet", fleet_id=fleet_id), 303)
