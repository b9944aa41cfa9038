"""Look-up of addresses for the forms that mark a spot: what fits what is typed, and what stands next to a click."""

from typing import Any

from flask import Blueprint, Response, g, jsonify

from geo.core.access import Action
from geo.core.errors import Invalid
from geo.places.addresses import queries
from geo.places.addresses.keys import taken_apart
from geo.places.addresses.queries import Found
from webapp import parameters
from webapp.access import needs
from webapp.app import register_app, staff_session
from webapp.places import address_list

addresses_intern = Blueprint("addresses_intern", __name__)
# Below this, everything fits.
LEAST_TYPED = 2


def town() -> int:
    """The town worked in. Raises `Invalid` where none is chosen."""
    if g.municipality_id is None:
        raise Invalid({"": "Bitte zuerst eine Gemeinde auswählen."})
    return int(g.municipality_id)


@addresses_intern.get("/adressen/vorschlaege")
@needs(Action.VACANCY_VIEW)
def data_suggestions() -> Response:
    """Addresses for `suche`: from the town's own list, else from the geocoder if there is one."""
    typed, here = parameters.text("suche", longest=120) or "", town()
    found = queries.suggest(staff_session(), here, typed) if len(typed) >= LEAST_TYPED else []
    asked = ""
    geocoder = register_app().geocoder
    if not found and geocoder is not None and _is_address(typed):
        asked = geocoder.host
        known = geocoder.search(typed, str(dict(g.towns).get(here, "")))
        inside = queries.in_town(staff_session(), here, [(one.longitude, one.latitude) for one in known])
        found = [one for one, is_inside in zip(known, inside, strict=True) if is_inside]
    return jsonify({"suggestions": [_shown(one, own=not asked) for one in found], "asked": asked})


def _is_address(typed: str) -> bool:
    """A geocoder is asked for an address with a number, not for every letter that is typed."""
    street, number = taken_apart(typed)
    return len(street) >= LEAST_TYPED and bool(number)


@addresses_intern.get("/adressen/naechste")
@needs(Action.VACANCY_VIEW)
def data_nearest() -> Response:
    """The address of the town's list next to `lat` and `lon`, if one is near."""
    latitude, longitude = parameters.degrees("lat"), parameters.degrees("lon")
    found = queries.nearest(staff_session(), town(), longitude, latitude)
    return jsonify({"address": None if found is None else _shown(found, own=True)})


def _shown(one: Found, *, own: bool) -> dict[str, Any]:
    return {
        "label": one.label,
        "street": one.street,
        "house_number": one.house_number,
        "postcode": one.postcode or "",
        "locality": one.locality or "",
        "latitude": round(one.latitude, 6),
        "longitude": round(one.longitude, 6),
        "source": one.source,
        "own": own,
        "is_example": one.is_example,
        "distance_m": one.distance_m,
    }


# The list itself; the views stand in the module.
for address, endpoint, view, methods in (
    ("/adressen", "overview", address_list.overview, ["GET"]),
    ("/adressen/vorschau", "preview", address_list.preview, ["POST"]),
    ("/adressen/uebernehmen", "accept", address_list.accept, ["POST"]),
    ("/adressen/entfernen", "remove", address_list.remove, ["POST"]),
):
    addresses_intern.add_url_rule(address, endpoint, view, methods=methods)
