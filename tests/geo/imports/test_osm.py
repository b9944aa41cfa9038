"""Extracts of OpenStreetMap as OSM XML: what they hold, in whatever order it stands, and who reads it."""

import pytest
import shapely

from geo.core.errors import Invalid
from geo.imports import pois, streets
from geo.imports.reading import ReadOptions, read
from geo.viewpoints.exchange import reading as viewpoints
from geo.viewpoints.landmarks import reading as landmarks

# A block of houses around the market, its corners 1 to 4; a court in it, 5 to 8.
CORNERS = {
    1: (11.050, 50.930), 2: (11.052, 50.930), 3: (11.052, 50.932), 4: (11.050, 50.932),
    5: (11.0505, 50.9305), 6: (11.0515, 50.9305), 7: (11.0515, 50.9315), 8: (11.0505, 50.9315),
}  # fmt: skip


def node(number, spot, **tags):
    return f'<node id="{number}" lat="{spot[1]}" lon="{spot[0]}" version="1">{marks(tags)}</node>'


def way(number, refs, **tags):
    return f'<way id="{number}">{"".join(f"<nd ref={chr(34)}{ref}{chr(34)}/>" for ref in refs)}{marks(tags)}</way>'


def relation(number, members, **tags):
    inner = "".join(f'<member type="way" ref="{ref}" role="{role}"/>' for ref, role in members)
    return f'<relation id="{number}">{inner}{marks(tags)}</relation>'


def marks(tags):
    return "".join(f'<tag k="{key.replace("__", ":")}" v="{value}"/>' for key, value in tags.items())


def extract(*elements, head=""):
    return (f'<?xml version="1.0" encoding="UTF-8"?>{head}<osm version="0.6">' + "".join(elements) + "</osm>").encode()


BLOCK = [node(number, spot) for number, spot in CORNERS.items()]
WHOLE = [
    *BLOCK,
    node(20, (11.0501, 50.9301), amenity="cafe", name="Café &quot;Am Markt&quot;", opening_hours="Mo-Su 10:00-18:00"),
    node(21, (11.0502, 50.9301), amenity="bench", backrest="yes"),
    node(22, (11.0503, 50.9301), created_by="JOSM"),
    node(23, (11.06, 50.94), natural="peak", name="Kuhberg", name__en="Cow Hill", ele="412"),
    node(24, (11.061, 50.941), tourism="viewpoint", name="Blick ins Tal", direction="90-180"),
    way(30, [1, 2, 3, 4, 1], historic="castle", name="Schloss"),
    way(31, [1, 2, 3], highway="footway", name="Schlossgasse"),
    way(32, [3, 4], highway="motorway", ref="A 4"),
    way(33, [1, 2, 3, 4, 1], highway="pedestrian", name="Ring"),
    way(34, [5, 6, 7, 8, 5]),
    way(35, [2, 3, 99], highway="residential", name="Weg ins Weite"),
    way(36, [3, 1], highway="service", access="private"),
    relation(40, [(30, "outer"), (34, "inner")], type="multipolygon", shop="mall", name="Galerie"),
    relation(41, [(31, "")], type="route", route="foot", name="Rundweg"),
    '<node id="50" lat="50.93" lon="11.05" visible="false"><tag k="amenity" v="pub"/></node>',
]


@pytest.fixture
def given(tmp_path):
    def write(content, name="auszug.osm"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


def rows_of(path, folder):
    found = read(path, path.name, ReadOptions(), folder)
    rows = [dict(zip(found.columns, row[1:-1], strict=True)) | {"shape": row[-1]} for row in found.numbered()]
    return found, {
        row["@id"]: row | {"shape": shapely.from_wkb(row["shape"]) if row["shape"] else None} for row in rows
    }


@pytest.mark.parametrize("turned", [False, True], ids=["nodes first", "relations first"])
def test_tagged_objects_are_rows_with_their_geometry(given, tmp_path, turned):
    found, rows = rows_of(given(extract(*reversed(WHOLE) if turned else WHOLE)), tmp_path)
    assert (found.format, found.srid, found.srid_is_certain, found.problem_count) == ("OSM XML", 4326, True, 0)
    assert set(rows) == {
        *("node/20", "node/21", "node/23", "node/24", "relation/40"),
        *(f"way/{number}" for number in (30, 31, 32, 33, 35, 36)),
    }
    assert rows["node/20"]["name"] == 'Café "Am Markt"' and rows["node/20"]["shape"].coords[0] == (11.0501, 50.9301)
    assert rows["node/21"]["other_tags"] == '"backrest"=>"yes"'
    castle, mall = rows["way/30"]["shape"], rows["relation/40"]["shape"]
    assert castle.geom_type == "Polygon" and list(castle.exterior.coords[:4]) == [CORNERS[at] for at in (1, 2, 3, 4)]
    assert len(mall.interiors) == 1 and mall.area == pytest.approx(castle.area * 3 / 4)
    assert [rows[f"way/{number}"]["shape"].geom_type for number in (31, 33, 35)] == ["LineString"] * 3
    assert len(rows["way/35"]["shape"].coords) == 2, "as far as the extract goes"
    assert "1 Beziehungen ohne eigene Fläche" in found.warnings[0]


def test_what_the_extract_does_not_hold_is_said_by_row(given, tmp_path):
    lost = extract(node(1, (11.05, 50.93), shop="bakery"), way(2, [7, 8], shop="kiosk"), '<node id="3" lat="x" lon="">'
                   '<tag k="shop" v="florist"/></node>')  # fmt: skip
    found, rows = rows_of(given(lost), tmp_path)
    assert [row for row, _ in found.problems] == [2, 3] and "nicht ganz im Auszug" in found.problems[0][1]
    assert rows["way/2"]["shape"] is None and found.row_count == 3


def test_middles_of_a_query_and_the_numbers_of_an_editor(given, tmp_path):
    """Overpass gives `center` in place of geometry, or each corner's place; JOSM gives new objects numbers below zero."""
    middle = '<way id="5"><center lat="50.93" lon="11.05"/><tag k="shop" v="books"/></way>'
    placed = '<way id="6"><nd ref="1" lat="50.93" lon="11.05"/><nd ref="2" lat="50.93" lon="11.06"/><tag k="highway" v="path"/></way>'
    _, rows = rows_of(given(extract(middle, placed, node(-7, (11.05, 50.93), shop="toys"))), tmp_path)
    assert rows["way/5"]["shape"].coords[0] == (11.05, 50.93)
    assert list(rows["way/6"]["shape"].coords) == [(11.05, 50.93), (11.06, 50.93)]
    assert rows[""]["shop"] == "toys"


def test_places_near_by_landmarks_streets_and_viewpoints_are_taken_from_one_extract(given):
    path = given(extract(*WHOLE))
    near = pois.look_into(path, path.name)
    assert [(one.kind, one.name, one.opening_hours) for one in near.places] == [
        ("GASTRONOMIE", 'Café "Am Markt"', "Mo-Su 10:00-18:00"),
        ("LADEN", "Galerie", None),
    ]
    assert near.faulty == 0 and near.others == near.rows - 2
    seen = {one.name: one for one in landmarks.look_into(path, path.name, "OSM").landmarks}
    assert {name: one.kind for name, one in seen.items()} == {
        "Kuhberg": "BERG",
        "Schloss": "BURG",
        "Blick ins Tal": "BLICKPUNKT",
    }
    assert seen["Kuhberg"].name_en == "Cow Hill" and seen["Schloss"].external_id == "id:way/30"
    walked = streets.look_into(path, path.name)
    assert [one.name for one in walked.streets] == ["Schlossgasse", "Ring", "Weg ins Weite"]
    assert walked.faulty == 0 and walked.others == walked.rows - 3
    assert [(one.name, one.direction, one.osm) for one in viewpoints.look_into(path, path.name).points] == [
        ("Blick ins Tal", "90-180", "node/24")
    ]


def test_an_extract_without_viewpoints_is_no_own_list_of_them(given):
    path = given(extract(node(20, (11.0501, 50.9301), amenity="cafe", name="Café")))
    assert viewpoints.look_into(path, path.name).points == ()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\0\0\0\x0e\n\tOSMHeader\x18\x8f\x01", "PBF"),
        (b'<?xml version="1.0"?><osmChange version="0.6"><create/></osmChange>', "Änderungsdatei|Liste von Änderungen"),
        (extract(*BLOCK), "keine Objekte mit Eigenschaften"),
        (extract(*WHOLE)[:-20], "kein gültiges XML"),
    ],
)
def test_what_is_no_extract_is_said(given, content, words):
    path = given(content)
    with pytest.raises(Invalid, match=words):
        pois.look_into(path, path.name)
