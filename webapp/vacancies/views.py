"""Public pages of vacancies: what towns have on offer, as a map with a list, as a list, one by one, and as JSON."""

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.codes import label
from geo.core.paging import SIZE
from geo.vacancies import offer_map, offers
from geo.vacancies.codes import EQUIPMENT, OBJECT_TYPES, OFFER_KINDS
from geo.vacancies.exporting import FORMATS
from geo.vacancies.feature import VACANCIES
from geo.vacancies.offers import OfferFilters
from geo.vacancies.portfolio.packages import queries as packages
from webapp import geojson, parameters, stored
from webapp.access import public
from webapp.app import public_session, public_statements
from webapp.parameters import day_chosen
from webapp.vacancies import (
    counted_page,
    export,
    expose,
    openimmo,
    package_pages,
    present,
    public_rates,
    reporting,
    saving,
    seeking,
)
from webapp.vacancies.addresses import PUBLIC, chosen, language, offer_filters

vacancies = Blueprint("vacancies", __name__)

# So many offers stand beside the map at once; the list has the rest.
BESIDE_MAP = 300


@vacancies.get("/leerstand")
@public
def overview() -> ResponseReturnValue:
    """Map and list."""
    filters = offer_filters()
    lang = language()
    query = {**chosen(PUBLIC), **day_chosen(filters.day), **({"sprache": "en"} if lang == "en" else {})}
    map_config = {"features": url_for("vacancies.on_map", **query), "kind": present.KIND, "moving": True}
    return render_template(
        "vacancies/overview.html", map_config=map_config, map_screen=True, **_list(filters, BESIDE_MAP)
    )


@vacancies.get("/leerstand/liste")
@public
def listing() -> ResponseReturnValue:
    """The same as a table."""
    return render_template("vacancies/listing.html", formats=FORMATS.values(), **_list(offer_filters()))


def _list(filters: OfferFilters, size: int = SIZE) -> dict[str, Any]:
    lang, day = language(), day_chosen(filters.day)
    page = offers.search(public_session(), filters, parameters.text("ab", longest=400), size)
    return {
        "nav": present.KIND,
        "page": page,
        "rows": [present.offer(row, lang, day) for row in page.rows],
        "filters": filters,
        "args": {**request.args.to_dict(), "ausstattung": list(filters.equipment)},
        "keep": chosen(PUBLIC),
        "day_keep": day,
        "day": filters.day,
        "today": clock.today(),
        "towns": offers.towns(public_session()),
        "has_rates": public_rates.is_any_public(),
        "has_counted": counted_page.is_any(),
        "has_packages": bool(packages.published(public_session(), filters.day)),
        "may_report": bool(reporting.report_towns()),
        "types": [(code, label(OBJECT_TYPES, code, lang)) for code in OBJECT_TYPES],
        "offer_kinds": [(code, present.titled(label(OFFER_KINDS, code, lang))) for code in OFFER_KINDS],
        "equipment": [(code, present.titled(label(EQUIPMENT, code, lang))) for code in EQUIPMENT],
    }


vacancies.add_url_rule("/leerstand/quoten", "rates", public_rates.rates)
vacancies.add_url_rule("/leerstand/datei/<string(maxlength=10):extension>", "file", export.download)


@vacancies.get("/leerstand/<int:unit_id>")
@public
def show(unit_id: int) -> ResponseReturnValue:
    """One offer."""
    lang, day = language(), parameters.day()
    row = offers.get(public_session(), unit_id, day)
    return render_template(
        "vacancies/show.html",
        nav=present.KIND,
        **expose.shown(row, lang, day),
        feature=present.feature(row, VACANCIES, lang, day_chosen(day)),
        told=reporting.told_at(unit_id, day),
        day=day,
        today=clock.today(),
    )


ROUTES = (
    *expose.ROUTES,
    ("/leerstand/zahlen", "counted", counted_page.counted),
    ("/leerstand/pakete", "packages", package_pages.packages),
    ("/leerstand/pakete/<int:package_id>", "package", package_pages.package),
    ("/leerstand/openimmo.xml", "openimmo", openimmo.batch),
    ("/leerstand/<int:unit_id>/openimmo.xml", "openimmo_single", openimmo.single),
)
for address, endpoint, view in ROUTES:
    vacancies.add_url_rule(address, endpoint, view)
for address, endpoint, view, methods in (*saving.ROUTES, *seeking.ROUTES):
    vacancies.add_url_rule(address, endpoint, view, methods=methods)


@vacancies.get("/api/v1/leerstand")
@public
def collection() -> Response:
    """All offers as GeoJSON, with the filters of the pages and `bbox`."""
    filters, lang, box = offer_filters(), language(), parameters.bbox()
    session, kept_day = public_statements(), day_chosen(filters.day).get("am", "")
    return stored.answer(
        lambda known: offer_map.features(session, filters, lang, box, kept_day, known), geojson.GEOJSON
    )


@vacancies.get("/api/v1/leerstand/karte")
@public
def on_map() -> Response:
    """What the map shows in `bbox` at `zoom`: the offers, or clusters of them."""
    filters, lang, box, zoom = offer_filters(), language(), parameters.bbox(), parameters.whole("zoom", most=22)
    session, kept_day = public_statements(), day_chosen(filters.day).get("am", "")
    return stored.answer(
        lambda known: offer_map.on_map(session, filters, lang, box, zoom or 0, kept_day, known), "application/json"
    )


@vacancies.get("/api/v1/leerstand/<int:unit_id>")
@public
def item(unit_id: int) -> Response:
    """One offer as a GeoJSON feature."""
    day = parameters.day()
    row = offers.get(public_session(), unit_id, day)
    return geojson.answer(present.feature(row, VACANCIES, language(), day_chosen(day)))
