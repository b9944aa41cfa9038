import json

import pytest

from geo.core import geometry
from geo.core.access import SYSTEM, Action
from geo.core.errors import Invalid, NeedsConfirmation, NotFound
from geo.core.history import perform
from geo.core.parsing import Fields
from geo.places import service
from geo.places.schemas import PlaceInput, parse_place, place_values

INSIDE = {"longitude": "11,0501", "latitude": "50.9301", "street": "Marktstraße", "house_number": "901"}
SQUARE = {"type": "Polygon", "coordinates": [[[11.05, 50.93], [11.051, 50.93], [11.051, 50.931], [11.05, 50.93]]]}


def parsed(**changes) -> PlaceInput:
    fields = Fields({**INSIDE, **changes})
    place = parse_place(fields)
    fields.check()
    return place


def test_place_is_stored_with_address_point_and_outline(staff, towns):
    with perform(staff, SYSTEM, Action.VACANCY_CREATE, towns.own):
        place = service.create_place(staff, towns.own, parsed(outline=json.dumps(SQUARE)), public="exact")
    assert place.address == "Marktstraße 901"
    assert geometry.lon_lat(place.public_point) == geometry.lon_lat(place.point) == (11.0501, 50.9301)
    assert place.outline is not None
    assert place_values(place)["longitude"] == "11.050100"


def test_grid_point_is_near_and_not_the_spot(staff, towns):
    with perform(staff, SYSTEM, Action.VACANCY_CREATE, towns.own):
        place = service.create_place(staff, towns.own, parsed(), public="grid")
        before = geometry.lon_lat(place.public_point)
        service.set_public_point(staff, place.id, "exact")
    assert before != (11.0501, 50.9301)
    assert abs(before[0] - 11.0501) < 0.0015 and abs(before[1] - 50.9301) < 0.001
    assert geometry.lon_lat(place.public_point) == (11.0501, 50.9301)


def test_point_outside_of_the_town_needs_a_confirmation_until_it_moves_again(staff, towns):
    outside = {"longitude": "11.1100", "latitude": "50.93"}
    with perform(staff, SYSTEM, Action.VACANCY_CREATE, towns.own):
        with pytest.raises(NeedsConfirmation) as refused:
            service.create_place(staff, towns.own, parsed(**outside), public="exact")
        place = service.create_place(staff, towns.own, parsed(**outside, outside_confirmed="1"), public="exact")
        service.update_place(staff, place.id, parsed(**outside, street="Feldweg"), public="exact")
        with pytest.raises(NeedsConfirmation):
            service.update_place(staff, place.id, parsed(longitude="11.12", latitude="50.93"), public="exact")
    assert refused.value.confirm == "outside_confirmed"
    assert "703 m außerhalb der Gemeinde" in str(refused.value)
    assert place.street == "Feldweg" and place.outside_confirmed


def test_tolerance_of_200_m_is_no_warning(staff, towns):
    with perform(staff, SYSTEM, Action.VACANCY_CREATE, towns.own):
        place = service.create_place(staff, towns.own, parsed(longitude="11.1020"), public="exact")
        staff.refresh(place)
    assert 0 < place.outside_m <= 200 and not place.outside_confirmed


def test_place_of_another_town_is_not_found(staff, towns):
    with perform(staff, SYSTEM, Action.VACANCY_CREATE, towns.foreign):
        place = service.create_place(staff, towns.foreign, parsed(longitude="11.25", latitude="50.93"), public="exact")
    staff.expunge_all()
    with perform(staff, SYSTEM, Action.VACANCY_EDIT, towns.own), pytest.raises(NotFound):
        service.update_place(staff, place.id, parsed(), public="exact")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"longitude": ""}, "longitude"),
        ({"longitude": "NaN"}, "longitude"),
        ({"longitude": "nördlich"}, "longitude"),
        ({"longitude": "50.93", "latitude": "11.05"}, "longitude"),
        ({"latitude": "inf"}, "latitude"),
        ({"longitude": "2.35", "latitude": "48.85"}, "longitude"),
        ({"postcode": "9986"}, "postcode"),
        ({"postcode": "99a67"}, "postcode"),
        ({"street": "x" * 121}, "street"),
        ({"street": "Markt\x00"}, "street"),
        ({"outline": "{"}, "outline"),
        ({"outline": '{"type":"Polygon","coordinates":[]}'}, "outline"),
        ({"outline": '{"type":"Point","coordinates":[11,50.9]}'}, "outline"),
        ({"outline": '{"type":"Polygon","coordinates":[[[NaN,50.9],[11,50.9],[11,51],[NaN,50.9]]]}'}, "outline"),
        (
            {"outline": '{"type":"Polygon","coordinates":[[[11,50.9],[11.1,51],[11.1,50.9],[11,51],[11,50.9]]]}'},
            "outline",
        ),
        ({"outline": "[" * 5000}, "outline"),
    ],
)
def test_wrong_input_has_a_sentence_at_its_field(change, field):
    with pytest.raises(Invalid) as refused:
        parsed(**change)
    assert refused.value.fields[field].endswith(".") or "Zahl" in refused.value.fields[field]
