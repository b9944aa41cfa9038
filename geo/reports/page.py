"""A report as one HTML file: folium's map in a page of our own, with Leaflet, styles and data inside.

folium's own page loads Leaflet and more from foreign hosts and has neither language nor title: only the script that it
writes for the map is taken. Colours are said by shapes too, and everything on the map stands in the tables.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import folium
from jinja2 import Environment, FileSystemLoader, Template, select_autoescape

from geo.core.errors import SetupError
from geo.reports.words import WORDS

BUILT = Path(__file__).with_name("built")
TEMPLATES = Path(__file__).with_name("templates")
MEDIA_TYPE = "text/html"
# Shape and colour of the groups, in their order; each shape in a box of 16 by 16.
LOOKS = (
    ("#a33a1c", '<circle cx="8" cy="8" r="6"/>'),
    ("#1d4396", '<rect x="2.5" y="2.5" width="11" height="11"/>'),
    ("#1f6b3a", '<path d="M8 1.5 15 14H1Z"/>'),
    ("#6b2d82", '<path d="M8 1 15 8 8 15 1 8Z"/>'),
    ("#43506a", '<path d="M3 1 8 6 13 1 15 3 10 8 15 13 13 15 8 10 3 15 1 13 6 8 1 3Z"/>'),
)
MARK_SIZE = 18


@dataclass(frozen=True)
class Spot:
    """A mark on the map: what its popup says, as plain text."""

    key: str
    longitude: float
    latitude: float
    title: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """Spots of one kind: an entry of the legend."""

    name: str
    spots: Sequence[Spot]


@dataclass(frozen=True)
class Table:
    """Rows under headers; a row is the key of its spot (or None) and the cells, the first of which names the row."""

    title: str
    headers: tuple[str, ...]
    rows: Sequence[tuple[str | None, tuple[str, ...]]]
    numeric: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Ground:
    """What lies under the marks: GeoJSON of borders, lines of streets, and names of places with their spots."""

    districts: dict[str, Any]
    towns: dict[str, Any] | None = None
    streets: dict[str, Any] | None = None
    names: Sequence[tuple[str, float, float]] = ()
    credit: str = ""


@dataclass(frozen=True)
class Report:
    """Everything that a report says; `notes` are sentences at its top."""

    lang: str
    title: str
    subtitle: str
    made_on: str
    groups: Sequence[Group]
    tables: Sequence[Table]
    ground: Ground
    numbers: Sequence[tuple[str, str]] = ()
    notes: Sequence[str] = ()
    is_internal: bool = False
    is_example: bool = False
    sources: Sequence[str] = field(default_factory=tuple)


def as_html(report: Report) -> str:
    """The file. Raises `SetupError` where the front end is not built."""
    words = WORDS[report.lang]
    (element, map_script), layers = _map(report)
    shown = [
        (group, _shape(index), layers[index]) for index, group in enumerate(report.groups) if layers[index] is not None
    ]
    return template("report.html").render(
        report=report,
        words=words,
        groups=shown,
        keys={spot.key for group in report.groups for spot in group.spots},
        map_html=element,
        map_script=map_script,
        data=_data(report, layers),
        script=built("report.js"),
        style=built("report.css"),
    )


def template(name: str) -> Template:
    """A template of this folder; what it is told is escaped."""
    loader = FileSystemLoader(TEMPLATES)
    known = Environment(loader=loader, autoescape=select_autoescape(), trim_blocks=True, lstrip_blocks=True)
    return known.get_template(name)


def built(name: str) -> str:
    """A file of the built front end. Raises `SetupError` where it is missing."""
    try:
        return (BUILT / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise SetupError(
            f"The front end is not built: {BUILT / name} is missing. Run `npm ci && npm run build`."
        ) from None


def _map(report: Report) -> tuple[tuple[str, str], list[str | None]]:
    """The map's element and its script, and the name of each group's layer in it (None for a group without spots)."""
    made = folium.Map(
        tiles=None,
        location=[50.9, 11.0],
        zoom_start=8,
        min_zoom=7,
        max_zoom=19,
        zoom_control=True,
        attributionControl=True,
    )
    ground = report.ground
    _area(made, ground.districts, color="#a79f8d", weight=1.2, fill_color="#f7f4ec", fill_opacity=1)
    if ground.towns:
        _area(made, ground.towns, color="#b9ad92", weight=1, fill_color="#fffdf7", fill_opacity=1)
    if ground.streets:
        _area(made, ground.streets, color="#c9c2b2", weight=2, fill_opacity=0)
    layers: list[str | None] = []
    for index, group in enumerate(report.groups):
        layers.append(_layer(made, index).get_name() if group.spots else None)
    corners = [(spot.latitude, spot.longitude) for group in report.groups for spot in group.spots]
    if corners:
        south, west = (min(values) for values in zip(*corners, strict=True))
        north, east = (max(values) for values in zip(*corners, strict=True))
        made.fit_bounds([[south, west], [north, east]], padding=(30, 30), max_zoom=17)
    return drawn(made), layers


def drawn(made: folium.Map) -> tuple[str, str]:
    """What folium writes for the map and nothing of its page: the element, and the script."""
    root: Any = made.get_root()
    root.render()
    return root.html.render(), root.script.render()


def _area(made: folium.Map, data: dict[str, Any], **style: Any) -> None:
    layer = folium.GeoJson(data, style_function=lambda _feature: {**_camel(style), "interactive": False})
    layer.options["interactive"] = False
    layer.add_to(made)


def _camel(style: dict[str, Any]) -> dict[str, Any]:
    return {"fillColor" if key == "fill_color" else "fillOpacity" if key == "fill_opacity" else key: value
            for key, value in style.items()}  # fmt: skip


def _layer(made: folium.Map, index: int) -> folium.GeoJson:
    """A layer that the page fills: folium takes texts for templates, so nothing typed by people goes there."""
    half = MARK_SIZE // 2
    icon = folium.DivIcon(
        html=_shape(index), class_name="mark", icon_size=(MARK_SIZE, MARK_SIZE), icon_anchor=(half, half)
    )
    nothing: dict[str, Any] = {"type": "FeatureCollection", "features": []}
    layer = folium.GeoJson(nothing, marker=folium.Marker(icon=icon, keyboard=False))
    layer.add_to(made)
    return layer


def _data(report: Report, layers: Sequence[str | None]) -> str:
    """What the map shows, as JSON that may stand in a page: it can end no element and begin no other."""
    filled = {
        layer: [_feature(spot) for spot in group.spots]
        for layer, group in zip(layers, report.groups, strict=True)
        if layer is not None
    }
    text = json.dumps({"layers": filled, "names": report.ground.names}, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _feature(spot: Spot) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"key": spot.key, "title": spot.title, "lines": spot.lines},
        "geometry": {"type": "Point", "coordinates": [round(spot.longitude, 6), round(spot.latitude, 6)]},
    }


def _shape(index: int) -> str:
    colour, drawn = LOOKS[index % len(LOOKS)]
    return (
        f'<svg viewBox="0 0 16 16" fill="{colour}" stroke="#fff" stroke-width="1.5" aria-hidden="true"'
        f' focusable="false">{drawn}</svg>'
    )
