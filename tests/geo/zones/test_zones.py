"""Zones are drawn, changed, deleted and taken back; lines become areas; what is wrong is said at its field."""

import json
from datetime import date

import pytest
from sqlalchemy import text

from geo.core import geometry
from geo.core.access import Action
from geo.core.corners import as_geojson
from geo.core.errors import Conflict, Invalid, NotFound, NotPermitted
from geo.core.history import perform
from geo.core.undo import last_change
from geo.places.zones import queries, service
from geo.places.zones.schemas import parse_zone, zone_values
from geo.vacancies.areas import by_zone
from geo.vacancies.queries import Filters, search
from tests import factories
from tests.geo.vacancies.stock import TODAY, acting, mark

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[11.05, 50.93], [11.06, 50.93], [11.06, 50.94], [11.05, 50.94], [11.05, 50.93]]],
}
STREET = {"type": "LineString", "coordinates": [[11.05, 50.93], [11.06, 50.93]]}
FORM = {"kind": "QUARTIER", "name": "Altstadt", "since": "2020-01-01", "outline": json.dumps(SQUARE)}


def draw(session, town, **changes):
    return service.create(session, acting(), town, parse_zone({**FORM, **changes}))


def test_a_zone_is_listed_while_it_holds(staff, towns):
    zone = draw(staff, towns.own, until="2024-12-31", source="Satzung vom 1.1.2020")
    assert [row.id for row in queries.on_day(staff, towns.own, date(2024, 12, 31))] == [zone.id]
    assert queries.on_day(staff, towns.own, date(2025, 1, 1)) == []
    assert queries.on_day(staff, towns.own, date(2019, 12, 31)) == []
    assert [row.id for row in queries.on_day(staff, towns.own, date(2025, 1, 1), every=True)] == [zone.id]
    assert queries.on_day(staff, towns.own, date(2022, 1, 1), kind="SANIERUNGSGEBIET") == []


def test_a_line_becomes_the_area_along_it(staff, towns):
    zone = draw(staff, towns.own, kind="STRASSENABSCHNITT", outline=json.dumps(STREET), width_m="20")
    length = geometry.in_metres(geometry.to_shape(geometry.point(11.05, 50.93))).distance(
        geometry.in_metres(geometry.to_shape(geometry.point(11.06, 50.93)))
    )
    assert geometry.area_m2(zone.outline) == pytest.approx(20 * length, rel=0.001)
    assert zone.line_width_m == 20
    values = zone_values(zone)
    assert values["width_m"] == "20" and json.loads(values["outline"])["type"] == "MultiPolygon"
    service.update(staff, acting(), zone.id, zone.version, parse_zone({**values, "name": "Markt bis Brühl"}))
    assert zone.line_width_m == 20 and zone.name == "Markt bis Brühl"
    service.update(staff, acting(), zone.id, zone.version, parse_zone({**values, "outline": json.dumps(SQUARE)}))
    assert zone.line_width_m is None


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"kind": ""}, "kind", "Bitte ausfüllen"),
        ({"kind": "WALD"}, "kind", "angebotenen Werte"),
        ({"name": " "}, "name", "Bitte ausfüllen"),
        ({"since": "gestern"}, "since", "Datum"),
        ({"until": "2019-01-01"}, "until", "vor dem Anfang"),
        ({"outline": ""}, "outline", "zeichnen"),
        ({"outline": "{"}, "outline", "nicht lesbar"),
        ({"outline": json.dumps(STREET)}, "outline", "Eine Linie gibt es nur für"),
        ({"kind": "STRASSENABSCHNITT", "outline": json.dumps(STREET), "width_m": "0"}, "width_m", "von 1 bis 500"),
        ({"outline": '{"type":"Point","coordinates":[11,51]}'}, "outline", "muss eine Fläche sein"),
        ({"outline": '{"type":"Polygon","coordinates":[[[11,50.9],[11.1,51],[11.1,50.9],[11,51],[11,50.9]]]}'}, "outline", "überschneidet sich"),
        ({"outline": "50.93 11.05\n50.94 11.05"}, "outline", "mindestens 3 Ecken"),
        ({"outline": "50.93 11.05\nhallo\n50.94 11.06"}, "outline", "Zeile 2 ist keine Ecke"),
        ({"kind": "STRASSENABSCHNITT", "outline": '{"type":"LineString","coordinates":[[NaN,51],[11,51]]}'}, "outline", "nicht lesbar"),
        ({"kind": "STRASSENABSCHNITT", "outline": '{"type":"LineString","coordinates":[[11,51],[11,51]]}'}, "outline", "keine Länge"),
        ({"kind": "STRASSENABSCHNITT", "outline": '{"type":"LineString","coordinates":[[2,48],[3,48]]}'}, "outline", "nicht in Thüringen"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field(changes, field, words):
    with pytest.raises(Invalid, match=words) as refused:
        parse_zone({**FORM, **changes})
    assert field in refused.value.fields


def test_typed_corners_are_an_area_or_a_line():
    typed = as_geojson("50,93; 11,05\n50.93 11.06\n50.94, 11.06\n50.94 11.05\n")
    assert json.loads(typed)["coordinates"] == SQUARE["coordinates"]
    assert json.loads(as_geojson("Linie:\n50.93 11.05\n50.93 11.06")) == STREET
    assert as_geojson('{"a": 1}') == '{"a": 1}'


def test_a_zone_of_another_place_is_refused(staff, towns):
    away = {"type": "Polygon", "coordinates": [[[12.3, 51.3], [12.4, 51.3], [12.4, 51.4], [12.3, 51.3]]]}
    with pytest.raises(Invalid, match="ganz außerhalb der Gemeinde"):
        draw(staff, towns.own, outline=json.dumps(away))


def test_changes_are_kept_and_taken_back(staff, towns):
    zone = draw(staff, towns.own)
    data = parse_zone({**FORM, "name": "Innenstadt"})
    service.update(staff, acting(), zone.id, 1, data)
    with pytest.raises(Conflict) as stale:
        service.update(staff, acting(), zone.id, 1, data)
    assert stale.value.theirs["name"] == "Innenstadt" and stale.value.version == 2
    service.undo(staff, acting(), zone.id, last_change(staff, "zones", zone.id))
    assert queries.get(staff, zone.id).name == "Altstadt"
    service.delete(staff, acting(), zone.id, 3)
    staff.flush()
    assert queries.find(staff, zone.id) is None
    service.undo(staff, acting(), zone.id, last_change(staff, "zones", zone.id))
    assert queries.get(staff, zone.id).name == "Altstadt"
    assert [change.operation for change in service.history(staff, zone.id)] == [
        "INSERT",
        "DELETE",
        "UPDATE",
        "UPDATE",
        "INSERT",
    ]


def test_only_a_manager_draws(db, staff, towns):
    for role in ("viewer", "editor", "planner", "office"):
        person = factories.actor(db, role, towns.own if role in {"viewer", "editor"} else None)
        with pytest.raises(NotPermitted):
            service.create(staff, person, towns.own, parse_zone(FORM))


def test_another_town_sees_nothing_of_it(db, staff, towns):
    zone = draw(staff, towns.own)
    with db.staff(None, towns.foreign) as session:
        assert queries.on_day(session, towns.foreign, TODAY) == []
        with pytest.raises(NotFound):
            queries.get(session, zone.id)
        assert search(session, towns.foreign, Filters(TODAY, zone=zone.id)).total == 0


def test_units_are_counted_and_found_by_zone_and_by_area(staff, towns):
    zone = draw(staff, towns.own)
    inside, _outside = mark(staff, towns.own), mark(staff, towns.own, longitude="11.07")
    used = mark(staff, towns.own, state="GENUTZT", since="2023")
    assert vars(by_zone(staff, towns.own, TODAY)[zone.id]) == {"units": 3 - 1, "vacant": 1}
    found = search(staff, towns.own, Filters(TODAY, zone=zone.id))
    assert {row.id for row in found.rows} == {inside.id, used.id} and found.total == 2
    ring = tuple((longitude, latitude) for longitude, latitude in SQUARE["coordinates"][0][:-1])
    assert search(staff, towns.own, Filters(TODAY, area=ring)).total == 2
    assert search(staff, towns.own, Filters(TODAY, area=ring, state="LEER")).total == 1
    with perform(staff, acting(), Action.SYSTEM_SETUP, towns.own):
        staff.execute(text("DELETE FROM register.zones"))
    assert search(staff, towns.own, Filters(TODAY, zone=zone.id)).total == 0
