"""The kit for tourist offices, without an account: poster, sign, QR code, texts, photos, linked data."""

import io
import json
import zipfile
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, g, render_template, url_for
from flask_babel import gettext as _

from geo.core import clock
from geo.core.errors import NotFound
from geo.core.printing import drawing
from geo.viewpoints import linked_data, locating
from geo.viewpoints import public as reads
from geo.viewpoints.care import public as care
from geo.viewpoints.care.licences import NAMES, credit, light
from geo.viewpoints.exchange import writing
from geo.viewpoints.public import Photo, Point
from geo.viewpoints.skylines import public as skylines
from webapp import letters, parameters, taking_away
from webapp.access import public
from webapp.app import public_session, register_app
from webapp.places.photos import store
from webapp.typesetting import in_type
from webapp.viewpoints import poster, present

kit = Blueprint("kit", __name__)

_STALE = (
    "Ohne Silhouette: Hier hat sich etwas geändert, der Horizont wird neu berechnet. Bitte später noch einmal laden.\n"
    "No silhouette: something has changed here, the horizon is being computed again. Please download again later."
)


def _point(viewpoint_id: int) -> Point:
    return reads.get(public_session(), viewpoint_id, parameters.day())


def _address(point: Point, lang: str) -> str:
    return letters.address(lang, "viewpoints.show", viewpoint_id=point.id)


def _photos(point: Point) -> list[Photo]:
    return reads.photos(public_session(), point.place_id)


@public
def overview(viewpoint_id: int) -> str:
    """What there is to take away, and under which conditions."""
    point = _point(viewpoint_id)
    return render_template(
        "viewpoints/kit/overview.html",
        nav="viewpoints",
        point=point,
        title=point.in_language("name", g.lang),
        photos=[(one, light(one.licence), NAMES[light(one.licence)][g.lang == "en"]) for one in _photos(point)],
        credit=credit,
        address=_address(point, g.lang),
        data=linked_data.CONTEXT,
        sizes=list(poster.SIZES),
        is_renewed=skylines.standing(public_session(), viewpoint_id).is_renewed,
    )


@public
def poster_file(viewpoint_id: int, size: str, extension: str) -> Response:
    """The poster as PDF or SVG, A4 or A3."""
    if size not in poster.SIZES or extension not in ("pdf", "svg"):
        raise NotFound(_("Das Format"), f"{size}.{extension}"[:20])
    point = _point(viewpoint_id)
    made = _poster(point, size)
    if extension == "pdf":
        return taking_away.file(_as_pdf(point, size, made), "application/pdf", f"plakat-{point.id}-{size}.pdf")
    return taking_away.file(made.encode(), "image/svg+xml", f"plakat-{point.id}-{size}.svg")


def _poster(point: Point, size: str) -> str:
    session = public_session()
    return poster.draw(
        size,
        point=point,
        address=_address(point, g.lang),
        rings=locating.outline(session, point.municipality_id, clock.today()),
        picture=_picture(point),
        strip=skylines.silhouette(session, point, g.lang, poster.strip_px(point.sectors)),
        landmarks=skylines.sights_for_print(session, point, g.lang),
    )


def _picture(point: Point) -> poster.Picture | None:
    """The first public photo that may leave this register."""
    for one in _photos(point):
        path = store().path(point.municipality_id, one.sha256)
        if light(one.licence) != "ROT" and path.is_file():
            return poster.Picture(path.read_bytes(), credit(one.author, one.licence))
    return None


def _as_pdf(point: Point, size: str, made: str) -> bytes:
    width, height = poster.SIZES[size]
    style = render_template("viewpoints/kit/poster.css", width=width, height=height)
    said = ". ".join(
        part
        for part in (
            _("Der schönste Blick der Stadt"),
            f"{point.title(g.lang)}, {point.municipality}",
            str(point.in_language("story", g.lang)[0] or ""),
            "; ".join(present.directions(point.sectors, g.lang)),
            _address(point, g.lang),
        )
        if part
    )
    page = render_template("viewpoints/kit/poster.html", title=point.title(g.lang), drawing=drawing(made), said=said)
    return in_type(page.replace("</head>", f"<style>{style}</style></head>", 1))


@public
def sign(viewpoint_id: int) -> Response:
    """The sign at the point, in German and English: what there is to see, and where to report a defect."""
    point = _point(viewpoint_id)
    addresses = {
        "page": _address(point, "de"),
        "report": letters.address("de", "defects.report", viewpoint_id=point.id),
    }
    codes = {f"{name}_code": drawing(taking_away.qr_code(address, border=2)) for name, address in addresses.items()}
    named = {f"{name}_address": address for name, address in addresses.items()}
    page = render_template("viewpoints/kit/sign.html", point=point, **codes, **named)
    style = render_template("viewpoints/kit/sign.css")
    made = in_type(page.replace("</head>", f"<style>{style}</style></head>", 1))
    return taking_away.file(made, "application/pdf", f"schild-{point.id}.pdf")


def _qr(point: Point) -> bytes:
    return taking_away.qr_code(_address(point, g.lang), point.title(g.lang), scale=10).encode()


@public
def bundle(viewpoint_id: int) -> Response:
    """Everything of the kit in one archive; photos only that may be passed on."""
    point = _point(viewpoint_id)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        notes = _readme(point)
        for size in poster.SIZES:
            made = _poster(point, size)
            archive.writestr(f"plakat-{size}.svg", made)
            archive.writestr(f"plakat-{size}.pdf", _as_pdf(point, size, made))
        archive.writestr("qr.svg", _qr(point))
        strip = skylines.silhouette(public_session(), point, g.lang)
        if strip is not None:
            archive.writestr("silhouette.svg", strip.svg)
            notes += [f"silhouette.svg, Gelände / Terrain: {strip.credit}", ""]
        elif skylines.standing(public_session(), point.id).is_renewed:
            notes += [_STALE, ""]
        notes.append("Fotos / Photos:")
        for number, one in enumerate(_photos(point), 1):
            colour, path = light(one.licence), store().path(point.municipality_id, one.sha256)
            if colour == "ROT" or not path.is_file():
                notes.append(f"{number}. {NAMES['ROT'][g.lang == 'en']}: {one.alt_text} ({one.author})")
                continue
            name = f"fotos/{number:02}.jpg"
            archive.write(path, name)
            notes.append(f"{number}. {name}, {NAMES[colour][g.lang == 'en']}: {credit(one.author, one.licence)}")
            notes.append(f"   {one.alt_text}" + (f" / {one.alt_text_en}" if one.alt_text_en else ""))
        archive.writestr("LIESMICH.txt", "\n".join(notes) + "\n")
        archive.writestr(
            "daten.jsonld", json.dumps(linked_data.document([record(point)]), ensure_ascii=False, indent=1)
        )
    return taking_away.file(content.getvalue(), "application/zip", f"material-{point.id}.zip", is_attached=True)


def _readme(point: Point) -> list[str]:
    """The texts of the point, in German and English, to copy."""
    lines = [f"{point.name}, {point.municipality}", _address(point, "de"), ""]
    if point.is_example:
        lines += ["Beispielregister: dieser Blickpunkt ist erfunden. / Sample register: this viewpoint is made up.", ""]
    for name, label in (
        ("name_en", "English"),
        ("story", "Text"),
        ("story_en", "Text (English)"),
        ("story_easy", "Leichte Sprache"),
        ("best_time", "Beste Zeit"),
        ("best_time_en", "Best time"),
    ):
        if point.values[name]:
            lines += [f"{label}:", point.values[name], ""]
    lines += ["Blickrichtung:", *present.directions(point.sectors, "de"), *present.directions(point.sectors, "en"), ""]
    return lines


def record(point: Point) -> linked_data.Record:
    """A point as linked data, in its own words alone."""
    return records([point])[0]


def records(points: Sequence[Point]) -> list[linked_data.Record]:
    """Points as linked data; what belongs to them is read for all of them at once."""
    session, base = public_session(), register_app().settings.url
    photos = reads.photos_of(session, [point.place_id for point in points])
    furniture = care.furniture_of(session, [point.id for point in points])
    landmarks = skylines.sights_by_name_of(session, points, "de")
    return [
        linked_data.record(
            point,
            address=_address(point, "de"),
            photos=[
                (one, base + url_for("photos.picture", sha256=one.sha256)) for one in photos.get(point.place_id, [])
            ],
            furniture=furniture.get(point.id, []),
            landmarks=landmarks[point.id],
        )
        for point in points
    ]


@public
def item(viewpoint_id: int) -> Response:
    """One point as linked data."""
    return _linked([_point(viewpoint_id)])


@public
def feed() -> Response:
    """All points as linked data, as of the day."""
    points = reads.everything(
        public_session(), reads.Filters(ags=parameters.text("gemeinde", longest=8)), parameters.day()
    )
    return _linked(points)


@public
def export(extension: str) -> Response:
    """All points as of the day as a file: GeoJSON with the tags of OpenStreetMap, GPX, OSM XML."""
    if extension not in writing.FORMATS:
        raise NotFound(_("Das Format"), extension[:20])
    filters = reads.Filters(ags=parameters.text("gemeinde", longest=8))
    points = reads.everything(public_session(), filters, parameters.day())
    if extension == "gpx":
        content = writing.gpx(points, [_address(point, "de") for point in points])
    elif extension == "osm":
        content = writing.osm(points)
    else:
        content = json.dumps(writing.geojson(points), ensure_ascii=False).encode()
    return taking_away.file(content, writing.FORMATS[extension][1], f"blickpunkte.{extension}", is_attached=True)


def _linked(points: list[Point]) -> Response:
    return taking_away.linked_data(linked_data.document(records(points)))


ROUTES: tuple[tuple[str, str, Any], ...] = (
    ("/blicke/<int:viewpoint_id>/material", "overview", overview),
    ("/blicke/<int:viewpoint_id>/plakat-<size>.<extension>", "poster_file", poster_file),
    ("/blicke/<int:viewpoint_id>/schild.pdf", "sign", sign),
    ("/blicke/<int:viewpoint_id>/material.zip", "bundle", bundle),
    ("/blicke/<int:viewpoint_id>/daten.jsonld", "item", item),
    ("/blicke/daten.jsonld", "feed", feed),
    ("/blicke/export.<extension>", "export", export),
)
for path, endpoint, view in ROUTES:
    kit.add_url_rule(path, endpoint, view, methods=["GET"])
