"""Internal pages: viewpoints from a file with a preview and one undo; candidates compared."""

from typing import Any

from flask import Blueprint, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from shapely.geometry import Point

from geo.core import clock
from geo.core.access import Action, may
from geo.core.errors import Invalid
from geo.core.parsing import Fields
from geo.places.pois.queries import outside
from geo.viewpoints.codes import points_in_words
from geo.viewpoints.exchange import reading, service
from geo.viewpoints.exchange.reading import Found
from webapp.access import needs
from webapp.app import actor, chosen_town, staff_session, takes_files
from webapp.places import previews
from webapp.places.uploads import SYSTEMS, uploaded
from webapp.viewpoints import care_frame, finding

exchange_intern = Blueprint("exchange_intern", __name__)

PREVIEW = "blicke"


def _town() -> int:
    return chosen_town("Bitte zuerst im Feld „Gemeinde“ eine wählen: ein Blickpunkt gehört zu einer Gemeinde.")


@needs(Action.VIEWPOINT_EDIT)
def choose(values: dict[str, Any] | None = None, errors: dict[str, str] | None = None) -> ResponseReturnValue:
    """Choose a file."""
    names = {"file": "Datei", "srid": "Koordinatensystem"}
    values = values or {}
    return care_frame.page(
        "import", 422 if errors else 200, values=values, errors=errors or {}, names=names, systems=SYSTEMS
    )


@takes_files(reading.MOST_BYTES + 100_000)
@needs(Action.VIEWPOINT_EDIT)
def preview() -> ResponseReturnValue:
    """What a file holds, before anything is taken over."""
    town = _town()
    try:
        with uploaded() as given:
            found = reading.look_into(given.path, given.name, given.srid)
            name = given.name
        if not found.points:
            first = f" Zeile {found.problems[0][0]}: {found.problems[0][1]}" if found.problems else ""
            raise Invalid({"file": f"In der Datei ist kein Blickpunkt, der sich übernehmen lässt.{first}"})
    except Invalid as refused:
        return choose(request.form.to_dict(), refused.fields)
    here = [one for one in found.points if not outside(staff_session(), town, [Point(one.longitude, one.latitude)])]
    known = service.known(staff_session(), town, here)
    new = [one for number, one in enumerate(here) if number not in known]
    return care_frame.page(
        "import_preview",
        found=found,
        name=name,
        new=new,
        known=[here[number] for number in sorted(known)],
        elsewhere=len(found.points) - len(here),
        key=previews.keep(PREVIEW, town, [one.row for one in new]),
    )


@needs(Action.VIEWPOINT_EDIT)
def accept() -> ResponseReturnValue:
    """Take over what was looked at, as ideas of the town."""
    town, fields = _town(), Fields(request.form)
    rows = previews.kept(PREVIEW, town, fields.text("key", longest=100))
    taken = [Found(**row).row for row in rows]
    change = service.accept(staff_session(), actor(), town, taken, clock.today())
    previews.drop(PREVIEW, town)
    flash(f"{points_in_words(len(rows))} als Idee übernommen.", "good")
    return redirect(url_for("viewpoints_intern.overview", uebernommen=change), 303)


@needs(Action.VIEWPOINT_EDIT)
def take_back() -> ResponseReturnValue:
    """Remove again what an import brought, all of it."""
    change = Fields(request.form).whole("change", most=2_000_000_000, required=True)
    removed = service.take_back(staff_session(), actor(), _town(), change or 0)
    flash(f"Die Übernahme ist zurückgenommen ({points_in_words(removed)}).", "good")
    return redirect(url_for("viewpoints_intern.overview"), 303)


@needs(Action.VIEWPOINT_VIEW)
def compare() -> ResponseReturnValue:
    """The town's candidates, by reasons and by how much each of them counts."""
    weights = finding.weights()
    rows = finding.candidates(staff_session(), actor(), g.municipality_id, weights)
    return care_frame.page(
        "finder",
        rows=rows,
        weights=weights,
        criteria=finding.CRITERIA,
        steps=finding.STEPS,
        needs_town=g.municipality_id is None,
        may_select=may(actor(), Action.VIEWPOINT_SELECT, g.municipality_id),
        may_edit=g.municipality_id is not None and may(actor(), Action.VIEWPOINT_EDIT, g.municipality_id),
    )


ROUTES: tuple[tuple[str, str, Any, list[str]], ...] = (
    ("/blicke/uebernehmen", "choose", choose, ["GET"]),
    ("/blicke/uebernehmen/vorschau", "preview", preview, ["POST"]),
    ("/blicke/uebernehmen/annehmen", "accept", accept, ["POST"]),
    ("/blicke/uebernehmen/zuruecknehmen", "take_back", take_back, ["POST"]),
    ("/blicke/vergleich", "compare", compare, ["GET"]),
)
for path, endpoint, view, methods in ROUTES:
    exchange_intern.add_url_rule(path, endpoint, view, methods=methods)
