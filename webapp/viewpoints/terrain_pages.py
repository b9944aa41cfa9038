"""Internal pages of the terrain: the elevation models, and what was computed from them for a viewpoint."""

import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from geo.core import clock, geometry
from geo.core.access import Action, may
from geo.core.errors import Conflict, Invalid
from geo.core.parsing import Fields
from geo.core.systems import CHOICES
from geo.viewpoints import queries as viewpoints
from geo.viewpoints.direction import name_of
from geo.viewpoints.landmarks import queries as landmarks
from geo.viewpoints.landmarks import service as landmark_service
from geo.viewpoints.landmarks.codes import KINDS
from geo.viewpoints.skylines import queries, service
from geo.viewpoints.skylines.files import Store
from geo.viewpoints.skylines.model import ElevationModel
from geo.viewpoints.terrain.strip import distance
from webapp.access import needs
from webapp.app import actor, register_app, staff_session, takes_files
from webapp.viewpoints import light, present

terrain_intern = Blueprint("terrain_intern", __name__)

SYSTEMS = [("", "aus der Datei"), *((str(number), name) for number, name in CHOICES.items())]
LABELS = {"file": "Datei", "name": "Name", "source": "Quelle", "licence": "Lizenz", "srid": "Koordinatensystem"}
EYE_LABELS = {"observer_height_m": "Augenhöhe über dem Boden"}
BY_HAND = [("", "wie berechnet"), ("JA", "zu sehen"), ("NEIN", "nicht zu sehen")]


def _store() -> Store:
    return Store(register_app().settings.home / "terrain")


def _most_bytes() -> int:
    return (register_app().settings.import_mb + 1) * 1024 * 1024


@terrain_intern.get("/gelaende")
@needs(Action.VIEWPOINT_VIEW)
def overview() -> ResponseReturnValue:
    """The elevation models with their source and licence, and how the town's viewpoints stand."""
    return _overview()


def _overview(values: dict[str, Any] | None = None, errors: dict[str, str] | None = None) -> ResponseReturnValue:
    town = g.municipality_id
    models = queries.models(staff_session())
    page = render_template(
        "viewpoints/intern/terrain_models.html",
        nav="viewpoints",
        models=models,
        map_config=_models_map(models),
        rows=queries.of_town(staff_session(), actor(), town) if town is not None else [],
        may_add=may(actor(), Action.TERRAIN_EDIT),
        may_compute=town is not None and may(actor(), Action.VIEWPOINT_EDIT, town),
        most_mb=register_app().settings.import_mb,
        systems=SYSTEMS,
        labels=LABELS,
        values=values or {},
        errors=errors or {},
    )
    return page, 422 if errors else 200


def _models_map(models: list[ElevationModel]) -> dict[str, Any]:
    shapes = [
        {
            "type": "Feature",
            "properties": {"id": one.id, "zone_kind": "QUARTIER", "title": one.name},
            "geometry": geometry.as_geojson(one.extent),
        }
        for one in models
    ]
    label = "Ausdehnung der Geländemodelle"
    return {"kind": "zones", "label": label, "fit": True, "remember": False, "shapes": shapes}


@terrain_intern.post("/gelaende/neu")
@takes_files(_most_bytes)
@needs(Action.TERRAIN_EDIT)
def add() -> ResponseReturnValue:
    """Keep an elevation model that the operator gives."""
    fields = Fields(request.form)
    sent = request.files.get("file")
    source = fields.text("source", required=True, longest=200)
    licence = fields.text("licence", required=True, longest=200)
    name = fields.text("name", longest=120)
    srid = fields.choice("srid", [code for code, _ in SYSTEMS if code])
    if sent is None or not sent.filename:
        fields.fail("file", "Bitte eine Datei wählen.")
    try:
        fields.check()
        assert sent is not None and sent.filename  # noqa: S101 (checked above)
        own = sent.filename.replace("\\", "/").rpartition("/")[2][-200:]
        with tempfile.TemporaryDirectory(prefix="innenstadt-terrain-") as folder:
            path = Path(folder) / "file"
            sent.save(path)
            # The file's own name says where a height tile lies, so it is read under that.
            model = service.add_model(
                staff_session(),
                actor(),
                _store(),
                path,
                own,
                source or "",
                licence or "",
                int(srid) if srid else None,
                title=name,
            )
    except Invalid as refused:
        return _overview(request.form.to_dict(), refused.fields)
    except Conflict as known:
        return _overview(request.form.to_dict(), {"file": str(known)})
    flash(f"„{model.name}“ ist hinzugefügt. Für die Blickpunkte in seiner Reichweite wird jetzt neu berechnet.", "good")
    return redirect(url_for("terrain_intern.overview"), 303)


@terrain_intern.post("/gelaende/<int:model_id>/entfernen")
@needs(Action.TERRAIN_EDIT)
def remove(model_id: int) -> ResponseReturnValue:
    """Take an elevation model out."""
    name = service.remove_model(staff_session(), actor(), model_id, Fields(request.form).version())
    flash(f"„{name}“ ist entfernt. Was damit berechnet war, wird jetzt neu berechnet.", "good")
    return redirect(url_for("terrain_intern.overview"), 303)


@terrain_intern.post("/gelaende/berechnen")
@needs(Action.VIEWPOINT_EDIT)
def compute_all() -> ResponseReturnValue:
    """Compute what is missing or out of date in the town."""
    town = g.municipality_id
    if town is None:
        raise Invalid({"": "Bitte zuerst eine Gemeinde auswählen."})
    rows = queries.of_town(staff_session(), actor(), town)
    stale = [one for one in rows if one.is_outdated or (one.computed_at is None and one.has_model)]
    wanted = [one.id for one in stale if not one.is_under_way]
    page = url_for("terrain_intern.overview")
    if stale and not wanted:
        flash("Alles, was veraltet ist oder fehlt, wird schon berechnet.", "info")
        return redirect(page, 303)
    job = service.start(staff_session(), actor(), town, wanted, origin=page)
    return redirect(url_for("jobs_intern.show", job_id=job.id), 303)


@terrain_intern.get("/blicke/<int:viewpoint_id>/gelaende")
@needs(Action.VIEWPOINT_VIEW)
def show(viewpoint_id: int) -> ResponseReturnValue:
    """What is seen from a viewpoint: strip, landmarks from left to right, visible area, the sun by month."""
    return _shown(viewpoint_id)


def _shown(
    viewpoint_id: int, values: dict[str, Any] | None = None, errors: dict[str, str] | None = None
) -> ResponseReturnValue:
    record = viewpoints.get(staff_session(), actor(), viewpoint_id)
    found = panel(record)
    state, day = found["state"], clock.today()
    skyline = state.skyline
    angles = None if skyline is None or state.is_outdated else tuple(skyline.angles_deg)
    where = (state.inputs.longitude, state.inputs.latitude, record.sectors)
    page = render_template(
        "viewpoints/intern/terrain.html",
        nav="viewpoints",
        record=record,
        point=record.viewpoint,
        map_config=_area_map(record, skyline),
        models=[one for one in queries.models(staff_session()) if skyline and one.id in skyline.model_ids],
        sun_today=light.today(*where, day, angles, "de"),
        sun_months=light.months(*where, day.year, angles, "de"),
        year=day.year,
        has_skyline=angles is not None,
        by_hand=BY_HAND,
        may_edit=may(actor(), Action.VIEWPOINT_EDIT, record.municipality_id),
        labels=EYE_LABELS,
        values=values or {"observer_height_m": f"{state.inputs.observer_height_m:g}".replace(".", ",")},
        errors=errors or {},
        **found,
    )
    return page, 422 if errors else 200


def panel(record: viewpoints.Record) -> dict[str, Any]:
    """For the point's own page: how the terrain stands, the strips, and what is seen from left to right."""
    session = staff_session()
    state = queries.state_of(session, actor(), record.id)
    seen = [_seen(one) for one in landmarks.seen_from(session, record.id)]
    drawn = state.skyline.strips.get("de", {}) if state.skyline is not None else {}
    strips = {size: Markup(svg) for size, svg in drawn.items()}  # noqa: S704 (escaped by its maker)
    job = queries.open_job(session, record.municipality_id, record.id)
    return {"state": state, "seen": seen, "strips": strips, "job_id": job}


def _seen(one: landmarks.Seen) -> dict[str, Any]:
    sight = one.sight
    said = {None: "nicht berechnet", True: "zu sehen", False: "verdeckt"}[sight.is_visible]
    return {
        "id": sight.key,
        "name": sight.name,
        "kind": KINDS[sight.kind][0],
        "azimuth": f"{sight.azimuth_deg:.0f}°",
        "direction": name_of(Decimal(str(sight.azimuth_deg))),
        "distance": distance(sight, "de"),
        "is_visible": sight.is_visible,
        "said": f"{said} (vor Ort geprüft)" if one.is_by_hand else said,
        "by_hand": ("JA" if sight.is_visible else "NEIN") if one.is_by_hand else "",
    }


def _area_map(record: viewpoints.Record, skyline: Any) -> dict[str, Any]:
    config: dict[str, Any] = {
        "kind": "viewpoints",
        "label": f"Sichtbare Fläche von {record.viewpoint.name}",
        "remember": False,
        "feature": present.record_feature(record, clock.today()),
    }
    if skyline is not None and skyline.visible_area is not None:
        area = {
            "type": "Feature",
            "properties": {"id": record.id, "zone_kind": "SICHTBAR"},
            "geometry": geometry.as_geojson(skyline.visible_area),
        }
        config |= {"shapes": [area], "fit": True}
    return config


@terrain_intern.post("/blicke/<int:viewpoint_id>/gelaende/berechnen")
@needs(Action.VIEWPOINT_EDIT)
def compute(viewpoint_id: int) -> ResponseReturnValue:
    """Start the computation for one viewpoint."""
    record = viewpoints.get(staff_session(), actor(), viewpoint_id)
    fields = Fields(request.form)
    height = fields.number("observer_height_m", least=0, most=100, places=1, required=True)
    try:
        fields.check()
    except Invalid as refused:
        return _shown(viewpoint_id, request.form.to_dict(), refused.fields)
    job = service.start(
        staff_session(),
        actor(),
        record.municipality_id,
        [viewpoint_id],
        observer_height_m=float(height or 0),
        origin=url_for("terrain_intern.show", viewpoint_id=viewpoint_id),
    )
    if g.municipality_id != record.municipality_id:  # a job is seen in its town alone
        flash("Die Berechnung läuft. In einigen Sekunden steht das Ergebnis auf dieser Seite.", "info")
        return redirect(url_for("terrain_intern.show", viewpoint_id=viewpoint_id), 303)
    return redirect(url_for("jobs_intern.show", job_id=job.id), 303)


@terrain_intern.post("/blicke/<int:viewpoint_id>/gelaende/landmarke/<int:landmark_id>")
@needs(Action.VIEWPOINT_EDIT)
def set_visible(viewpoint_id: int, landmark_id: int) -> ResponseReturnValue:
    """Somebody has looked whether a landmark is seen."""
    fields = Fields(request.form)
    said = fields.choice("by_hand", [code for code, _ in BY_HAND if code])
    fields.check()
    chosen = {"JA": True, "NEIN": False}.get(said or "")
    landmark_service.set_visible(staff_session(), actor(), viewpoint_id, landmark_id, chosen)
    flash("Gespeichert. Wo ein Silhouettenstreifen ist, wird er neu gezeichnet.", "good")
    return redirect(url_for("terrain_intern.show", viewpoint_id=viewpoint_id, _anchor=f"landmarke-{landmark_id}"), 303)
