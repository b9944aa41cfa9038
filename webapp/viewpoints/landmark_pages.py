"""Internal pages of a town's landmarks: list and map, one by hand, many from a file or from the register."""

from collections.abc import Callable
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.core.access import Action, may
from geo.core.errors import Conflict, Invalid
from geo.core.parsing import Fields
from geo.places.queries import middle
from geo.synergy import near
from geo.viewpoints.landmarks import queries, reading, service
from geo.viewpoints.landmarks.codes import KINDS, USUAL_HEIGHT_M
from geo.viewpoints.landmarks.schemas import LABELS, LandmarkInput, landmark_values, parse_landmark
from webapp import geojson
from webapp.access import needs
from webapp.app import actor, chosen_town, staff_session
from webapp.places import previews
from webapp.places.uploads import SYSTEMS, uploaded

landmarks_intern = Blueprint("landmarks_intern", __name__)

PREVIEW = "landmark"
FILE_LABELS = {"file": "Datei", "srid": "Koordinatensystem", "source": "Quelle"}
SHOWN = 60


def _page(template: str, status: int = 200, **values: Any) -> ResponseReturnValue:
    frame = {"nav": "viewpoints", "labels": LABELS, "kinds": KINDS}
    return render_template(f"viewpoints/intern/{template}.html", **frame, **values), status


@landmarks_intern.get("/landmarken")
@needs(Action.VIEWPOINT_VIEW)
def overview() -> ResponseReturnValue:
    """The town's landmarks."""
    return _overview()


def _overview(values: dict[str, Any] | None = None, errors: dict[str, str] | None = None) -> ResponseReturnValue:
    rows = queries.of_town(staff_session(), chosen_town())
    return _page(
        "landmarks",
        422 if errors else 200,
        rows=rows,
        map_config={
            "kind": "viewpoints",
            "label": "Landmarken der Gemeinde",
            "features": url_for("landmarks_intern.points"),
            "remember": False,
            "cluster": True,
            "noun": "pois",
        },
        usual=USUAL_HEIGHT_M,
        may_edit=may(actor(), Action.VIEWPOINT_EDIT, chosen_town()),
        systems=SYSTEMS,
        file_labels=FILE_LABELS,
        values=values or {},
        errors=errors or {},
    )


@landmarks_intern.get("/landmarken/punkte")
@needs(Action.VIEWPOINT_VIEW)
def points() -> Response:
    """The same for the map."""
    return geojson.collection(_feature(row) for row in queries.of_town(staff_session(), chosen_town()))


def _feature(row: queries.Row) -> dict[str, Any]:
    one = row.landmark
    properties = {
        "id": one.id,
        "title": one.name,
        "subtitle": KINDS[one.kind][0],
        "kind": "viewpoints",
        "status": "OFFEN",
        "status_label": "",
        "is_example": one.is_example,
        "sectors": [],
        "url": url_for("landmarks_intern.edit", landmark_id=one.id),
    }
    return geojson.feature((row.longitude, row.latitude), properties)


@landmarks_intern.route("/landmarken/neu", methods=["GET", "POST"])
@needs(Action.VIEWPOINT_EDIT)
def new() -> ResponseReturnValue:
    """A landmark by hand, on the map."""
    town = chosen_town()
    if request.method == "GET":
        return _form("landmark_new", {"kind": "TURM"})
    return _saved(
        "landmark_new",
        lambda data: service.create(staff_session(), actor(), town, data),
        "„{name}“ ist angelegt.",
    )


@landmarks_intern.route("/landmarken/<int:landmark_id>", methods=["GET", "POST"])
@needs(Action.VIEWPOINT_EDIT)
def edit(landmark_id: int) -> ResponseReturnValue:
    """Change a landmark."""
    landmark = queries.find_visible(staff_session(), actor(), landmark_id)
    if request.method == "GET":
        return _form("landmark_edit", landmark_values(landmark), landmark=landmark)
    version = Fields(request.form).version()
    return _saved(
        "landmark_edit",
        lambda data: service.update(staff_session(), actor(), landmark_id, version, data),
        "„{name}“ ist gespeichert.",
        landmark=landmark,
    )


def _form(template: str, values: dict[str, Any], status: int = 200, **more: Any) -> ResponseReturnValue:
    options = [(code, names[0]) for code, names in KINDS.items()]
    errors = more.pop("errors", {})
    center = middle(staff_session(), g.municipality_id)
    return _page(template, status, values=values, errors=errors, options=options, center=center, **more)


def _saved(template: str, save: Callable[[LandmarkInput], Any], sentence: str, **more: Any) -> ResponseReturnValue:
    try:
        made = save(parse_landmark(request.form))
    except Invalid as refused:
        return _form(template, request.form.to_dict(), 422, errors=refused.fields, **more)
    except Conflict as conflict:
        values = {**request.form.to_dict(), "version": conflict.version}
        told = f"{conflict} Gespeichert ist jetzt: {_told(conflict.theirs)}. Was Sie eingegeben haben, steht noch hier."
        return _form(template, values, 409, errors={"": told}, **more)
    flash(sentence.format(name=made.name), "good")
    return redirect(url_for("landmarks_intern.overview"), 303)


def _told(theirs: Any) -> str:
    shown = [(LABELS[name], theirs.get(name)) for name in LABELS if theirs.get(name)]
    return ", ".join(f"{label} {KINDS.get(str(value), (value,))[0]}" for label, value in shown)


@landmarks_intern.post("/landmarken/<int:landmark_id>/loeschen")
@needs(Action.VIEWPOINT_EDIT)
def delete(landmark_id: int) -> ResponseReturnValue:
    """Remove a landmark."""
    landmark = queries.find_visible(staff_session(), actor(), landmark_id)
    name = landmark.name
    service.delete(staff_session(), actor(), landmark_id, Fields(request.form).version())
    flash(f"„{name}“ ist gelöscht.", "good")
    return redirect(url_for("landmarks_intern.overview"), 303)


@landmarks_intern.post("/landmarken/vorschau")
@needs(Action.VIEWPOINT_EDIT)
def preview() -> ResponseReturnValue:
    """What a file holds, before anything is taken over."""
    town = chosen_town()
    try:
        with uploaded() as given:
            found = reading.look_into(given.path, given.name, given.source, given.srid)
        if not found.landmarks:
            first = f" Zeile {found.problems[0][0]}: {found.problems[0][1]}" if found.problems else ""
            raise Invalid({"file": f"Keine der {found.rows} Zeilen ist eine Landmarke mit Namen.{first}"})
    except Invalid as refused:
        return _overview(request.form.to_dict(), refused.fields)
    rows = [[*map(_plain, asdict(one).values())] for one in found.landmarks]
    return _page(
        "landmarks_preview",
        found=found,
        source=given.source,
        first=sorted(found.landmarks, key=lambda one: one.name)[:SHOWN],
        map_config={
            "kind": "zones",
            "label": "Landmarken der Datei",
            "remember": False,
            "fit": True,
            "shapes": [_shape(number, one) for number, one in enumerate(found.landmarks)],
        },
        key=previews.keep(PREVIEW, town, rows),
    )


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def _shape(number: int, one: LandmarkInput) -> dict[str, Any]:
    """A small square where the landmark stands."""
    x, y, a, b = one.longitude, one.latitude, 0.0008, 0.0005
    ring = [[x - a, y - b], [x + a, y - b], [x + a, y + b], [x - a, y + b], [x - a, y - b]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {"id": number, "zone_kind": "QUARTIER"}, "geometry": geometry}


@landmarks_intern.post("/landmarken/uebernehmen")
@needs(Action.VIEWPOINT_EDIT)
def accept() -> ResponseReturnValue:
    """The looked-at landmarks are added, known ones brought up to date."""
    rows = previews.kept(PREVIEW, chosen_town(), request.form.get("key"))
    names = list(LandmarkInput.__dataclass_fields__)
    landmarks = [LandmarkInput(**dict(zip(names, row, strict=True))) for row in rows]
    heights = [None if one.height_m is None else Decimal(str(one.height_m)) for one in landmarks]
    whole = [
        LandmarkInput(**{**asdict(one), "height_m": height}) for one, height in zip(landmarks, heights, strict=True)
    ]
    done = service.take(staff_session(), actor(), chosen_town(), whole)
    previews.drop(PREVIEW, chosen_town())
    flash(f"{done.new} Landmarken sind neu, {done.changed} geändert, {done.same} waren schon bekannt.", "good")
    return redirect(url_for("landmarks_intern.overview"), 303)


@landmarks_intern.route("/landmarken/register", methods=["GET", "POST"])
@needs(Action.VIEWPOINT_EDIT)
def from_register() -> ResponseReturnValue:
    """Other viewpoints, and named buildings of the town, as landmarks: those that somebody chooses."""
    town = chosen_town()
    found = near.landmark_candidates(staff_session(), actor(), town)
    options = [(one.key, _candidate(one)) for one in found]
    if request.method == "GET":
        return _page("landmarks_register", found=found, options=options, values={}, errors={})
    chosen = set(request.form.getlist("chosen"))
    rows = [
        LandmarkInput(one.name, one.kind, one.longitude, one.latitude, one.name_en, None, "Register", one.key)
        for one in found
        if one.key in chosen
    ]
    if not rows:
        errors = {"chosen": "Bitte mindestens eines auswählen."}
        return _page("landmarks_register", 422, found=found, options=options, values={}, errors=errors)
    done = service.take(staff_session(), actor(), town, rows)
    flash(f"{done.new} Landmarken sind neu, {done.changed} geändert.", "good")
    return redirect(url_for("landmarks_intern.overview"), 303)


def _candidate(one: near.LandmarkCandidate) -> str:
    notes = [KINDS[one.kind][0], one.town, "schon übernommen" if one.is_known else None]
    return f"{one.name} ({', '.join(note for note in notes if note)})"
