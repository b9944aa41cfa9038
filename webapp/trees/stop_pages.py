"""Internal pages of stops: overview, one stop, its form, its history."""

from datetime import date
from typing import Any

from flask import Response, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action, may
from geo.core.errors import Invalid
from geo.places.queries import middle
from geo.trees import service
from geo.trees.planning.queries import plans_coming_to
from geo.trees.queries import changes, internal, public
from geo.trees.queries.internal import StopRow
from geo.trees.queries.public import Standing
from geo.trees.schemas import STOP_LABELS, parse_stop
from geo.trees.service.undo import UNDOABLE
from webapp import geojson, parameters
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.trees import frame, words


def _standing(day: date) -> dict[int, list[Standing]]:
    found: dict[int, list[Standing]] = {}
    for one in public.standing_on(staff_session(), day):
        found.setdefault(one.stop_id, []).append(one)
    return found


def _card(stop: StopRow, here: list[Standing]) -> dict[str, Any]:
    """A stop in the list and on the map."""
    words_here = words.tree_count(len(here)) if here else "kein Baum"
    notes = [f"{stop.capacity} Plätze, Klasse {' und '.join(stop.module_classes)}"]
    notes += [f"bis {words.day_words(max(one.last for one in here))}"] if here else []
    notes += [f"{stop.drafts} Standzeiten im Entwurf"] if stop.drafts else []
    return {
        "id": stop.id,
        "kind": "trees",
        "title": stop.name,
        "subtitle": ", ".join(part for part in (stop.address, stop.municipality) if part and part != stop.name),
        "url": url_for("trees_intern.show", stop_id=stop.id),
        "status": "WINTERQUARTIER" if stop.kind != "STRASSE" else "BESETZT" if here else "FREI",
        "status_label": f"Winterquartier, {words_here}" if stop.kind != "STRASSE" else words_here,
        "is_example": stop.is_example,
        "meta": notes,
        "note": " · ".join(notes),
        "mark": str(len(here)) if here else "",
    }


@needs(Action.TREE_VIEW)
def overview() -> ResponseReturnValue:
    """Map and list of the stops of the town, or of all towns; fleets, plans, and what waits for confirmation."""
    session, day, town = staff_session(), parameters.day(), g.municipality_id
    here = _standing(day)
    fleets = internal.fleets(session, town)
    known = {fleet.id for fleet in fleets}
    return frame.page(
        "overview",
        map_screen=True,
        rows=[_card(stop, here.get(stop.id, [])) for stop in internal.stops(session, actor(), town)],
        source=url_for("trees_intern.points", am=day.isoformat() if day != clock.today() else None),
        day=day,
        season=public.season_of(session, day),
        fleets=fleets,
        schedules=[one for one in internal.schedules(session) if one.fleet_id in known and one.state != "UEBERHOLT"],
        waiting=internal.waiting_for_confirmation(session, town, clock.today()),
        may_create=town is not None and may(actor(), Action.STOP_EDIT, town),
        may_plan=may(actor(), Action.STAY_EDIT, town),
        may_fleet=may(actor(), Action.FLEET_EDIT, town),
    )


@needs(Action.TREE_VIEW)
def points() -> Response:
    """The same for the map."""
    here = _standing(parameters.day())
    stops = internal.stops(staff_session(), actor(), g.municipality_id)
    return geojson.collection(
        geojson.feature((stop.lon, stop.lat), _card(stop, here.get(stop.id, []))) for stop in stops
    )


# What an application for trees already says of the stop.
FROM_APPLICATION = ("name", "street", "house_number", "longitude", "latitude")


@needs(Action.STOP_EDIT)
def new() -> ResponseReturnValue:
    """Register a stop of the town worked in."""
    town = g.municipality_id
    if town is None:
        raise Invalid({"": "Bitte zuerst im Feld „Gemeinde“ eine wählen: ein Standplatz gehört zu einer Gemeinde."})

    def save() -> ResponseReturnValue:
        made = service.create_stop(staff_session(), actor(), town, parse_stop(request.form))
        flash(f"Der Standplatz „{made.name}“ ist angelegt. Öffentlich wird er mit der ersten Standzeit.", "good")
        return redirect(url_for("trees_intern.show", stop_id=made.id), 303)

    first: dict[str, Any] = {"kind": "STRASSE", "module_classes": ["S", "L"], "capacity": 6}
    first |= {name: asked for name in FROM_APPLICATION if (asked := parameters.text(name, 120))}
    return frame.write(
        "stop",
        save,
        STOP_LABELS,
        values=first,
        title="Standplatz anlegen",
        back=url_for("trees_intern.overview"),
        center=middle(staff_session(), town),
    )


@needs(Action.TREE_VIEW)
def show(stop_id: int) -> ResponseReturnValue:
    """A stop with all that is planned, decided and confirmed for it."""
    session = staff_session()
    stop = internal.get_stop(session, actor(), stop_id)
    here = [one for one in public.stop_life(session, stop_id) if one.covers(clock.today())]
    last = changes.last_change_at_stop(session, stop)
    stays = internal.stays_of_stop(session, stop_id)
    today = clock.today()
    return frame.page(
        "stop",
        stop=stop,
        feature=geojson.feature((stop.lon, stop.lat), _card(stop, here)),
        groups=[
            ("Heute und später", internal.grouped(one for one in stays if one.last >= today)),
            ("Früher", internal.grouped(one for one in reversed(stays) if one.last < today)),
        ],
        waiting=[one for one in stays if one.waits(today)],
        last=last if last is not None and last.action in UNDOABLE else None,
        plans_coming=plans_coming_to(session, stop_id, today) if stop.kind == "STRASSE" else [],
        may_replan=may(actor(), Action.VISIT_EDIT, stop.municipality_id),
        is_public=any(one.layer != "ENTWURF" for one in stays),
        may_edit=may(actor(), Action.STOP_EDIT, stop.municipality_id),
        may_plan=may(actor(), Action.STAY_EDIT, stop.municipality_id),
        may_see_history=may(actor(), Action.HISTORY_VIEW, stop.municipality_id),
        may_see_effect=may(actor(), Action.VACANCY_VIEW, stop.municipality_id),
    )


@needs(Action.STOP_EDIT)
def edit(stop_id: int) -> ResponseReturnValue:
    """Change a stop and its place."""
    values = internal.stop_values_of(staff_session(), actor(), stop_id)
    here = url_for("trees_intern.show", stop_id=stop_id)

    def save() -> ResponseReturnValue:
        service.update_stop(staff_session(), actor(), stop_id, frame.version(), parse_stop(request.form))
        flash("Gespeichert.", "good")
        return redirect(here, 303)

    return frame.write(
        "stop", save, STOP_LABELS, values=values, title="Standplatz bearbeiten", name=values["name"], back=here
    )


@needs(Action.HISTORY_VIEW)
def history(stop_id: int) -> ResponseReturnValue:
    """What was changed at a stop and its stays, by whom."""
    stop = internal.get_stop(staff_session(), actor(), stop_id)
    happened = changes.history_of_stop(staff_session(), stop)
    return frame.page(
        "history",
        name=stop.name,
        back=url_for("trees_intern.show", stop_id=stop_id),
        entries=frame.in_entries(happened, "stops", "Standplatz angelegt"),
    )


@needs(Action.STAY_EDIT)
def undo(stop_id: int) -> ResponseReturnValue:
    """Take the last change of a stop or its stays back."""
    service.undo_at_stop(staff_session(), actor(), stop_id, frame.change_id())
    flash("Die letzte Änderung ist zurückgenommen.", "good")
    is_there = any(stop.id == stop_id for stop in internal.stops(staff_session(), actor(), g.municipality_id))
    return redirect(
        url_for("trees_intern.show", stop_id=stop_id) if is_there else url_for("trees_intern.overview"), 303
    )
