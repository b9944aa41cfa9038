"""The town's stock: all units with their state on a day, as a map and a table."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Response, jsonify, render_template, request, url_for

from geo.core import clock
from geo.core.access import Action
from geo.core.codes import label
from geo.places.zones import queries as zones
from geo.places.zones.codes import KINDS
from geo.vacancies import queries
from geo.vacancies.codes import OBJECT_TYPES, STATES
from geo.vacancies.counted import SET_LABELS
from webapp import geojson, parameters
from webapp.access import needs
from webapp.app import staff_session
from webapp.parameters import day_chosen
from webapp.vacancies import present
from webapp.vacancies.addresses import FROM_FIGURES, INTERNAL, chosen, sorting, unit_filters
from webapp.vacancies.figures import behind
from webapp.vacancies.forms import options, town

COLUMNS = (
    ("adresse", "Adresse"),
    ("flaeche", "Fläche"),
    ("seit", "Seit"),
    ("bestaetigt", "Bestätigt"),
    ("faellig", "Gilt bis"),
)


@needs(Action.VACANCY_VIEW)
def overview() -> str:
    """Map and table, with filters."""
    filters, sort, here = unit_filters(), sorting(), town()
    session = staff_session()
    page = queries.search(session, here, filters, sort, parameters.text("ab", longest=400))
    keep, day = chosen(INTERNAL), day_chosen(filters.day)
    stock = queries.stock_counts(session, here, filters.day)
    return render_template(
        "vacancies/intern_overview.html",
        internal_active=present.KIND,
        page=page,
        rows=[present.unit(row, day) for row in page.rows],
        counts=stock.states,
        filters=filters,
        sort=sort,
        sort_urls=_sort_urls(sort, {**keep, **day}),
        args=request.args,
        list_query=urlencode({**keep, **day, "sortiert": sort, "ab": request.args.get("ab", "")}),
        keep=keep,
        day_keep=day,
        day=filters.day,
        today=clock.today(),
        states=options(STATES),
        object_types=options(OBJECT_TYPES),
        overdue=(stock.overdue, stock.units),
        confirmed=parameters.whole("bestaetigt"),
        zones=zone_options(here, filters),
        map_config={
            "features": url_for("vacancies_intern.data", **keep, **day),
            "kind": present.KIND,
            "noun": "units",
            "moving": True,
            "areas": url_for("zones_intern.data_areas", **day),
            "areasShown": filters.zone is not None,
            "areaChosen": filters.zone,
        },
        sets=list(SET_LABELS.items()),
        behind=behind(filters, here),
        figure_keep=chosen(FROM_FIGURES),
        deleted=parameters.whole("geloescht"),
        deleted_change=parameters.whole("aenderung", most=2**53),
    )


def zone_options(municipality_id: int, filters: queries.Filters) -> list[tuple[str, str]]:
    """The zones to choose from: those in force on the day, and the chosen one in any case."""
    return zones_on(municipality_id, filters.day, filters.zone)


def zones_on(municipality_id: int, day: date, chosen_one: int | None) -> list[tuple[str, str]]:
    """The zones in force on a day, and the chosen one in any case."""
    found = zones.choices(staff_session(), municipality_id, day)
    if chosen_one is not None and chosen_one not in {zone_id for zone_id, _, _ in found}:
        one = zones.get(staff_session(), chosen_one)
        found = [(one.id, one.name, one.kind), *found]
    return [(str(zone_id), f"{name} ({label(KINDS, kind)})") for zone_id, name, kind in found]


def _sort_urls(sort: str, keep: dict[str, Any]) -> dict[str, tuple[str, str | None]]:
    """For each column that sorts: the address that sorts by it, and how it sorts now."""
    urls: dict[str, tuple[str, str | None]] = {}
    for name, _ in COLUMNS:
        direction = {name: "ascending", f"-{name}": "descending"}.get(sort)
        wanted = f"-{name}" if direction == "ascending" else name
        urls[name] = (url_for("vacancies_intern.overview", **keep, sortiert=wanted), direction)
    return urls


@needs(Action.VACANCY_VIEW)
def data() -> Response:
    """The same units for the map: what `bbox` holds at `zoom`, or clusters of it."""
    filters = unit_filters()
    day = day_chosen(filters.day)
    keys = ("id", "kind", "title", "subtitle", "url", "status", "status_label", "is_example", "note", "overdue")
    zoom = parameters.whole("zoom", most=22) or 0
    shown = queries.on_map(staff_session(), town(), filters, parameters.bbox(), zoom)
    features = []
    for row in shown.rows:
        unit = present.unit(row, day)
        features.append(geojson.feature((row.longitude, row.latitude), {key: unit[key] for key in keys}))
    answer = {"type": "FeatureCollection", "features": features, "complete": shown.is_complete}
    return jsonify({**answer, "clusters": shown.clusters} if shown.clusters else answer)
