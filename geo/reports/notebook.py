"""A folium map in a notebook that asks no host for anything: Leaflet and its styles stand in the frame."""

from dataclasses import dataclass
from html import escape

import folium

from geo.reports.page import built, drawn, template

HEIGHT_PX = 420


@dataclass(frozen=True)
class Framed:
    """A page with one map, which a notebook shows in a frame."""

    title: str
    page: str

    def _repr_html_(self) -> str:
        frame = f'title="{escape(self.title)}" srcdoc="{escape(self.page)}" sandbox="allow-scripts"'
        return f'<iframe {frame} width="100%" height="{HEIGHT_PX}" style="border: 0"></iframe>'


def in_frame(made: folium.Map, title: str) -> Framed:
    """The map for the end of a cell. Raises `SetupError` where the front end is not built.

    What it says in tooltips is HTML to folium: escape what people typed.
    """
    element, script = drawn(made)
    texts = {"title": title, "map_html": element, "map_script": script}
    return Framed(title, template("map.html").render(**texts, script=built("report.js"), style=built("report.css")))
