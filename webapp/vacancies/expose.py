"""An exposé to take away, without an account: PDF with its QR code, linked data, floor plans."""

import base64
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue

from geo import neighbourhood
from geo.core.errors import NotFound
from geo.core.printing import PHOTO, drawing
from geo.places.photos import Store
from geo.places.pois.queries import CLOSE_M, near
from geo.vacancies import offers
from geo.vacancies.portfolio import linked_data, queries
from geo.vacancies.portfolio.service import PLANS_FOLDER
from webapp import letters, parameters, taking_away
from webapp.access import public
from webapp.app import public_session, register_app
from webapp.parameters import day_chosen
from webapp.places.photos import send_photo, store
from webapp.typesetting import in_type
from webapp.vacancies import present, surroundings
from webapp.vacancies.addresses import language

# Pictures have one address in both languages.
plans = Blueprint("plans", __name__)

# Below this level neither the spot nor a photo is public: there is nothing to make an exposé of.
LEAST_LEVEL = 3
PRINTED_PHOTOS = 3


def plan_store() -> Store:
    """The folder of the floor plans."""
    return Store(register_app().settings.home / PLANS_FOLDER)


def shown(row: Any, lang: str, day: date) -> dict[str, Any]:
    """Everything that the page and the print of an offer say; the surroundings only where the spot is public."""
    session = public_session()
    has_spot = row.publication_level >= LEAST_LEVEL
    around = None
    views: list[dict[str, Any]] = []
    if has_spot:
        around = surroundings.around(near(session, row.longitude, row.latitude, CLOSE_M), lang)
        views = [
            {
                "id": one.id,
                "name": (one.name_en if lang == "en" else None) or one.name,
                "distance": f"{max(10, round(one.distance_m, -1)):.0f} m",
            }
            for one in neighbourhood.viewpoints(session, row.longitude, row.latitude, CLOSE_M)
        ]
    return {
        "row": row,
        "offer": present.offer(row, lang, day_chosen(day)),
        "facts": present.offer_facts(row, lang),
        "description": (row.description_en if lang == "en" else None) or row.description,
        "is_translated": lang == "de" or bool(row.description_en) or not row.description,
        "photos": offers.photos(session, row.place_id),
        "plans": queries.public_plans(session, row.id),
        "surroundings": around,
        "views": views,
        "contact": queries.contact(session, row.municipality_id),
        "published_until": row.published_until - timedelta(days=1),
        "is_expose": has_spot,
    }


def _row(unit_id: int) -> Any:
    """The offer as of the day asked for. Raises `NotFound` for what shows no address."""
    row = offers.get(public_session(), unit_id, parameters.day())
    if row.publication_level < LEAST_LEVEL:
        raise NotFound("Das Exposé", unit_id)
    return row


def address(row: Any, lang: str) -> str:
    """The whole address of an offer's page."""
    return letters.address(lang, "vacancies.show", unit_id=row.id)


@public
def printed(unit_id: int) -> Response:
    """The exposé as PDF, A4, with a QR code that leads to its page."""
    row, lang, day = _row(unit_id), language(), parameters.day()
    values = shown(row, lang, day)
    page = render_template(
        "vacancies/expose_print.html",
        **values,
        day=day,
        pictures=_pictures(row.municipality_id, values["photos"][:PRINTED_PHOTOS], store()),
        drawings=_pictures(row.municipality_id, values["plans"], plan_store()),
        address=address(row, lang),
        code=drawing(taking_away.qr_code(address(row, lang))),
    )
    style = render_template("vacancies/expose_print.css")
    made = in_type(page.replace("</head>", f"<style>{style}</style></head>", 1))
    return taking_away.file(made, "application/pdf", f"expose-{row.id}.pdf")


def _pictures(municipality_id: int, rows: Any, where: Store) -> list[tuple[Any, str]]:
    """Each photo or plan whose file is there, with the file as an address of its own."""
    found = []
    for one in rows:
        path = where.path(municipality_id, one.sha256)
        if path.is_file():
            found.append((one, f"{PHOTO}{base64.b64encode(path.read_bytes()).decode()}"))
    return found


@public
def qr(unit_id: int) -> Response:
    """The QR code for the shop window: it leads to the exposé's page."""
    row, lang = _row(unit_id), language()
    made = taking_away.qr_code(address(row, lang), present.offer_title(row, lang)).encode()
    return taking_away.file(made, "image/svg+xml", f"qr-{row.id}.svg")


@public
def item(unit_id: int) -> Response:
    """The offer as linked data, for search engines."""
    row = _row(unit_id)
    base = register_app().settings.url
    photos = [
        (one.alt_text, base + url_for("photos.picture", sha256=one.sha256))
        for one in offers.photos(public_session(), row.place_id)
    ]
    made = linked_data.listing(
        row,
        address=address(row, "de"),
        english=address(row, "en"),
        title=present.offer_title(row, "de"),
        title_en=present.offer_title(row, "en"),
        photos=photos,
        contact=queries.contact(public_session(), row.municipality_id),
    )
    return taking_away.linked_data(made)


@plans.get("/grundrisse/<string(length=64):sha256>.jpg")
@public
def picture(sha256: str) -> ResponseReturnValue:
    """A public floor plan, for as long as the exposé is whole: a withdrawn one is gone at the next request."""
    row = queries.public_plan(public_session(), sha256)
    return send_photo(plan_store().path(row.municipality_id, row.sha256), row.sha256)


@plans.get("/grundrisse/<string(length=64):sha256>-480.jpg")
@public
def preview(sha256: str) -> ResponseReturnValue:
    """The same, 480 pixels at most."""
    row = queries.public_plan(public_session(), sha256)
    return send_photo(plan_store().path(row.municipality_id, row.sha256, preview=True), row.sha256)


ROUTES: tuple[tuple[str, str, Any], ...] = (
    ("/leerstand/<int:unit_id>/expose.pdf", "expose", printed),
    ("/leerstand/<int:unit_id>/qr.svg", "qr", qr),
    ("/leerstand/<int:unit_id>/daten.jsonld", "linked", item),
)
