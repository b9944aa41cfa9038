"""Two days of the town's ground floors beside each other, on the map and as a list of the same units."""

from datetime import date
from typing import Any

from flask import Response, g, jsonify, render_template, request, url_for

from geo.core import clock
from geo.core.access import Action
from geo.core.codes import label
from geo.core.errors import Invalid
from geo.core.parsing import parse_day
from geo.vacancies.codes import STATES
from geo.vacancies.figures import compare
from geo.vacancies.figures.compare import CHANGED, CHANGES, Pair
from geo.vacancies.figures.rates import Area, ZoneRow
from webapp import geojson, parameters
from webapp.access import needs
from webapp.app import staff_session
from webapp.parameters import day_chosen
from webapp.vacancies import present
from webapp.vacancies.figures import chosen_zone, zone_options
from webapp.vacancies.forms import town

SHOWN = {"geaendert": CHANGED, "alle": tuple(CHANGES), **{change.lower(): (change,) for change in CHANGES}}
SHOWN_LABELS = {"geaendert": "nur, was sich geändert hat", "alle": "alle Einheiten"}


@needs(Action.VACANCY_VIEW)
def comparison() -> str:
    """Map and list, and how many units each thing became of."""
    pair, zone = _pair()
    session = staff_session()
    page = compare.search(session, pair, parameters.text("ab", longest=400))
    keep = _keep(pair, zone)
    return render_template(
        "vacancies/figures/comparison.html",
        internal_active=present.KIND,
        town_name=dict(g.towns).get(pair.area.municipality_id),
        pair=pair,
        zone=zone,
        zones=zone_options(pair.area.municipality_id, pair.later),
        counts=compare.counts(session, pair),
        changes=CHANGES,
        kinds_shown=[*SHOWN_LABELS.items(), *((change.lower(), f"nur: {name}") for change, name in CHANGES.items())],
        page=page,
        rows=[_row(row, pair) for row in page.rows],
        keep={"zone": zone.id} if zone else {},
        days={name: value for name, value in keep.items() if name != "zeigen"},
        day_keep={"am": pair.later.isoformat()},
        args={"zeigen": "geaendert", **request.args, "von": pair.earlier.isoformat(), "bis": pair.later.isoformat()},
        next_url=url_for("vacancies_intern.comparison", ab=page.next_key, **keep) if page.next_key else None,
        first_url=url_for("vacancies_intern.comparison", **keep) if request.args.get("ab") else None,
        map_config={"features": url_for("vacancies_intern.comparison_data", **keep), "kind": present.KIND},
    )


@needs(Action.VACANCY_VIEW)
def data() -> Response:
    """The same units for the map."""
    pair, _zone = _pair()
    keys = ("id", "kind", "title", "subtitle", "url", "status", "status_label", "is_example", "note")
    features = []
    for row in compare.on_map(staff_session(), pair):
        shown = _row(row, pair)
        features.append(geojson.feature((row.longitude, row.latitude), {key: shown[key] for key in keys}))
    return jsonify({"type": "FeatureCollection", "features": features})


def _pair() -> tuple[Pair, ZoneRow | None]:
    """`von` and `bis`: the two days; by default a year before today, and today. The earlier one comes first."""
    later, here = _day("bis", clock.today()), town()
    earlier = _day("von", later.replace(year=max(later.year - 1, 1), day=min(later.day, 28)))
    if earlier > later:
        earlier, later = later, earlier
    zone = chosen_zone(here, later)
    changes = SHOWN[parameters.choice("zeigen", SHOWN) or "geaendert"]
    return Pair(Area(here, zone.id if zone else None), earlier, later, changes), zone


def _day(name: str, otherwise: date) -> date:
    raw = request.args.get(name, "").strip()
    if not raw:
        return otherwise
    value = parse_day(raw)
    if value is None:
        raise Invalid(
            {name: f"Das Datum in der Adresse ist nicht lesbar. Erwartet wird zum Beispiel {name}=2026-05-01."}
        )
    return value


def _keep(pair: Pair, zone: ZoneRow | None) -> dict[str, Any]:
    shown = {"zeigen": request.args["zeigen"]} if request.args.get("zeigen") else {}
    days = {"von": pair.earlier.isoformat(), "bis": pair.later.isoformat()}
    return {**days, **({"zone": zone.id} if zone else {}), **shown}


def _row(row: Any, pair: Pair) -> dict[str, Any]:
    before, after = (label(STATES, state) if state else "unbekannt" for state in (row.state_before, row.state_after))
    day = day_chosen(pair.later)
    return {
        "id": row.id,
        "kind": present.KIND,
        "title": present.unit_title(row),
        "subtitle": present.what_it_is(row),
        "url": url_for("vacancies_intern.show", unit_id=row.id, **day),
        "status": row.change,
        "status_label": CHANGES[row.change],
        "is_example": row.is_example,
        "note": f"vorher {before}, nachher {after}",
        "before": before,
        "after": after,
    }
