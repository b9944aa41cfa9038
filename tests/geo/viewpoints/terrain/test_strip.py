"""The silhouette strip: well-formed, says what it shows, no name over another, readable when narrow."""

import re
from itertools import combinations
from xml.etree import ElementTree

import numpy as np
import pytest

from geo.viewpoints.direction import parse
from geo.viewpoints.terrain.naming import placed
from geo.viewpoints.terrain.sights import Sight
from geo.viewpoints.terrain.strip import NARROW_PX, WIDE_PX, description, distance, strip_svg

SVG = "{http://www.w3.org/2000/svg}"
ANGLES = (2 + 2 * np.sin(np.arange(3600) / 90)).tolist()
LAYERS = [[-3.0] * 3600, [1.0] * 3600, ANGLES]
SIGHTS = [
    Sight(1, "Fuchsturm", 95.0, 2340, True, 2.0, None, "TURM"),
    Sight(2, "Schloss <Berg> & Tal", 120.0, 870, True, 1.0, "Castle Hill", "BURG"),
    Sight(3, "Hausberg", 122.0, 14_400, True, 3.5, None, "BERG"),
    Sight(4, "Verdeckter Berg", 130.0, 5000, False, 0.2, None, "BERG"),
    Sight(5, "Im Norden", 1.0, 5000, True, 0.2, None, "BERG"),
]


def drawn(**how):
    how = {"name": "Testberg", "sectors": parse("67-292"), "sights": SIGHTS} | how
    return strip_svg(ANGLES, LAYERS, how.pop("sights"), how.pop("sectors"), **how)


def texts(svg):
    return [one.text for one in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_it_shows_and_tells_what_is_seen_in_the_sector():
    svg = ElementTree.fromstring(drawn(key="punkt7"))
    title, told = svg.find(f"{SVG}title"), svg.find(f"{SVG}desc")
    assert svg.get("role") == "img" and svg.get("aria-labelledby") == f"{title.get('id')} {told.get('id')}"
    assert title.get("id") == "punkt7-title" and title.text == "Horizont vom Blickpunkt Testberg"
    assert told.text.startswith("Blick von Ostnordosten über Süden bis Westnordwesten")
    assert told.text.endswith(
        "Von links nach rechts: Fuchsturm im Osten, 2,3 km entfernt; Schloss <Berg> & Tal im Ostsüdosten, 870 m entfernt;"
        " Hausberg im Ostsüdosten, 14 km entfernt."
    )
    shown = texts(drawn())
    assert {"Fuchsturm", "Schloss <Berg> & Tal", "Hausberg", "O", "SO", "S", "W"} <= set(shown)
    assert "Verdeckter Berg" not in shown and "Im Norden" not in shown


def test_english_has_english_names_and_compass():
    shown = texts(drawn(lang="en"))
    assert {"Castle Hill", "Fuchsturm", "E", "SE", "S", "W"} <= set(shown) and "O" not in shown
    assert "From left to right: Fuchsturm in the east, 2.3 km away" in drawn(lang="en")


def test_without_landmarks_it_says_so():
    assert description([], (), "de") == "Benannte Landmarken sind nicht zu sehen."
    assert "No named landmarks" in drawn(sights=[], lang="en")


@pytest.mark.parametrize("width", [WIDE_PX, NARROW_PX])
@pytest.mark.parametrize("sectors", ["0-360", "67-292", "350-10", "180", "10-40;100-160;200-330", "0-360;0-360"])
def test_every_width_and_view_is_drawn_inside_its_frame(width, sectors):
    svg = ElementTree.fromstring(drawn(width=width, sectors=parse(sectors)))
    _, _, wide, tall = map(float, svg.get("viewBox").split())
    assert wide == width
    for path in svg.iter(f"{SVG}path"):
        for x, y in re.findall(r"(?<=[ML ])(-?[\d.]+) (-?[\d.]+)", path.get("d")):
            assert -0.1 <= float(x) <= wide + 0.1 and 0 <= float(y) <= tall, path.get("d")
    for one in svg.iter(f"{SVG}text"):
        assert 0 < float(one.get("y")) <= tall and 0 <= float(one.get("x")) <= wide


def test_a_narrow_strip_has_rows_wide_enough_to_read():
    rows = [one for one in texts(drawn(width=NARROW_PX, sectors=parse("0-360"))) if one in {"N", "O", "S", "W"}]
    assert len(rows) == 8  # four rows of a quarter each, with both ends named
    assert len(drawn(width=NARROW_PX)) < 20_000


def test_colours_come_from_the_page_unless_it_stands_alone():
    assert "#" not in drawn() and "style" not in drawn() and 'fill="currentColor"' in drawn()
    assert "#fff" in drawn(standalone=True)


def test_no_name_touches_another_or_a_pole():
    sights = [(x, f"Landmarke {x}", SIGHTS[0]) for x in (3, 30, 33, 60, 200, 201, 202, 320, 330, 339)]
    flags = placed(sights, NARROW_PX, 7.3)
    assert len(flags) == len(sights)
    for one, other in combinations(flags, 2):
        if one.level == other.level:
            assert one.ends <= other.begins or other.ends <= one.begins
        lower, upper = sorted((one, other), key=lambda flag: flag.level)
        assert lower.level == upper.level or not lower.begins < upper.x < lower.ends
    assert all(flag.begins >= 0 and flag.ends <= NARROW_PX for flag in flags)


def test_distances_are_as_exact_as_they_help():
    def far(metres, lang="de"):
        return distance(Sight(1, "x", 0, metres), lang)

    assert [far(4), far(874), far(996), far(2340), far(14_400)] == ["10 m", "870 m", "1,0 km", "2,3 km", "14 km"]
    assert far(2340, "en") == "2.3 km"


def test_a_name_at_the_edge_stands_higher_where_it_would_take_the_room_of_another():
    """As from a hill above Jena on a phone: the last name runs to the left, over the pole of the one before."""
    names = [(23.0, "JenTower", None), (196.4, "Cospoth", None), (288.3, "Friedensberg", None)]
    found = placed(names, 340, 7.3)
    assert [(flag.text, flag.level) for flag in found] == [("JenTower", 0), ("Cospoth", 0), ("Friedensberg", 1)]
