"""For the form that marks a unit: what already stands there, live as JSON and once more when it is saved."""

import json
from typing import Any

from flask import Response, jsonify, request, url_for

from geo.core import clock
from geo.core.access import Action
from geo.core.codes import label
from geo.core.errors import NeedsConfirmation
from geo.vacancies import near
from geo.vacancies.codes import STATES
from geo.vacancies.dates import in_words
from geo.vacancies.schemas import VacancyInput
from webapp import geojson, parameters
from webapp.access import needs
from webapp.app import staff_session
from webapp.vacancies import present
from webapp.vacancies.forms import town

SEEN = "near_seen"


@needs(Action.VACANCY_VIEW)
def data_near() -> Response:
    """Units near `lat` and `lon` or at `strasse` and `nummer`, and the building that stands there."""
    spot = parameters.degrees("lon"), parameters.degrees("lat")
    address = parameters.text("strasse") or "", parameters.text("nummer", longest=20) or ""
    apart_from = parameters.whole("ausser")
    session, here = staff_session(), town()
    found = near.units(session, here, spot, address, clock.today(), apart_from=apart_from)
    building = near.building(session, here, spot)
    here_stands = None
    if building is not None:
        here_stands = {"id": building.id, "name": building.name or "", "outline": json.loads(building.outline)}
    return jsonify({"units": [shown(row) for row in found], "building": here_stands})


@needs(Action.VACANCY_VIEW)
def data_buildings() -> Response:
    """Outlines of buildings around `lat` and `lon`."""
    spot = parameters.degrees("lon"), parameters.degrees("lat")
    rows = near.buildings(staff_session(), town(), spot)
    return geojson.collection(
        {"type": "Feature", "id": row.id, "geometry": json.loads(row.outline), "properties": {"id": row.id}}
        for row in rows
    )


def shown(row: Any) -> dict[str, Any]:
    """A unit near a spot, as lists of such show it."""
    since = in_words(row.since, row.start_precision or "TAG")
    words = label(STATES, row.state) or "Zustand unbekannt"
    return {
        "id": row.id,
        "title": present.unit_title(row),
        "what": present.what_it_is(row, with_name=False),
        "url": url_for("vacancies_intern.show", unit_id=row.id),
        "status": row.state or "UNBEKANNT",
        "status_label": f"{words}, seit {since}" if since else words,
        "distance": "dieselbe Adresse" if row.same_address else f"{row.distance_m} m entfernt",
        "is_example": row.is_example,
    }


def check_seen(municipality_id: int, data: VacancyInput) -> None:
    """Raises `NeedsConfirmation` where units stand near that the person has not been shown."""
    place = data.place
    spot, address = (place.longitude, place.latitude), (place.street or "", place.house_number or "")
    found = near.units(staff_session(), municipality_id, spot, address, clock.today())
    seen = set(request.form.get(SEEN, "").split(","))
    if any(str(row.id) not in seen for row in found):
        sentence = (
            "Hier oder in der Nähe ist schon eine Nutzungseinheit erfasst. Ist es eine andere, speichern Sie trotzdem."
            if len(found) == 1
            else f"Hier oder in der Nähe sind schon {len(found)} Nutzungseinheiten erfasst. Ist es keine davon,"
            " speichern Sie trotzdem."
        )
        raise NeedsConfirmation(SEEN, {SEEN: sentence})


def around(values: dict[str, Any]) -> list[dict[str, Any]]:
    """The units near what was typed, for the form shown again; none where there is no readable spot."""
    try:
        spot = float(values.get("longitude", "")), float(values.get("latitude", ""))
    except ValueError:
        return []
    if not (-180 <= spot[0] <= 180 and -90 <= spot[1] <= 90):
        return []
    address = str(values.get("street") or ""), str(values.get("house_number") or "")
    return [shown(row) for row in near.units(staff_session(), town(), spot, address, clock.today())]
