"""The register's own base map as GeoJSON: simplified boundaries, and place names for labels and search.

Boundaries are simplified together, so that neighbours keep one common border, and districts are the union of their
simplified municipalities. It takes a fifth of a second for the whole state and is done once for each state of the
boundaries; nothing is stored that could go stale.
"""

import csv
import json
import threading
import time
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import shapely
from sqlalchemy.orm import Session

from geo.core.geometry import in_degrees, in_metres
from geo.core.paths import DATA
from geo.places.queries import BoundaryState, Territory, boundary_state, territories

TOLERANCE_M = 290
DECIMALS = 4
PLACES_CREDIT = "Ortsnamen: GeoNames (CC BY 4.0)"
# Places that GeoNames does not know with their inhabitants come last.
SMALLEST_RANK = 5


@dataclass(frozen=True)
class PlaceName:
    """A name on the map. `population` only says which label goes first; it is never shown as a figure."""

    name: str
    longitude: float
    latitude: float
    rank: int
    population: int
    kind: str
    municipality: str
    district: str
    spellings: tuple[str, ...]


@dataclass(frozen=True)
class BaseMap:
    """One state of the boundaries, ready to be sent: GeoJSON texts, and the names to search."""

    version: str
    credit: str
    municipalities: str
    districts: str
    places: str
    names: tuple[PlaceName, ...]


class BaseMaps:
    """Keeps the last few states that were asked for: days differ, the boundaries seldom do.

    Which state belongs to a day is asked of the database once a minute only.
    """

    def __init__(self, most: int = 4, trusted_s: float = 60.0):
        self._most, self._trusted_s = most, trusted_s
        self._made: dict[str, BaseMap] = {}
        self._building = threading.Lock()
        self._states: dict[date, tuple[float, BoundaryState]] = {}

    def state(self, session: Session, day: date) -> BoundaryState:
        """Version and sources of the boundaries as of the day."""
        now = time.monotonic()
        asked, state = self._states.get(day, (0.0, None))
        if state is None or now - asked > self._trusted_s:
            state = boundary_state(session, day)
            _make_room(self._states, 50)
            self._states[day] = (now, state)
        return state

    def get(self, session: Session, day: date) -> BaseMap:
        """The base map as of the day; the first who asks makes it, whoever asks meanwhile waits for that one."""
        state = self.state(session, day)
        made = self._made.get(state.version)
        if made is not None:
            return made
        with self._building:
            made = self._made.get(state.version)
            if made is None:
                made = build(state, territories(session, state.day))
                _make_room(self._made, self._most)
                self._made[state.version] = made
        return made


def _make_room(kept: dict[Any, Any], most: int) -> None:
    while len(kept) >= most:
        kept.pop(next(iter(kept)), None)


def build(state: BoundaryState, rows: Sequence[Territory]) -> BaseMap:
    """The base map of these boundaries."""
    exact = np.array([shapely.from_wkb(row.outline) for row in rows], dtype=object)
    simple = _simplified(exact)
    names = tuple(sorted(_names(rows, exact), key=lambda one: (one.rank, -one.population, one.name)))
    credit = boundary_credit(state)
    head = {"credit": credit, "version": state.version, "as_of": state.day.isoformat()}
    return BaseMap(
        state.version,
        credit,
        _collection(head, _municipality_features(rows, simple)),
        _collection(head, _district_features(rows, simple)),
        _collection(head | {"credit": PLACES_CREDIT}, (_place_feature(name) for name in names)),
        names,
    )


def boundary_credit(state: BoundaryState) -> str:
    """The credit that the licence of the boundaries asks for."""
    return " · ".join(sorted(state.sources))


def _simplified(exact: Any) -> Any:
    """The outlines with fewer corners; a common border stays common, and nothing vanishes."""
    if not len(exact):
        return exact
    metric = np.array([in_metres(outline) for outline in exact])
    simple = np.array([in_degrees(outline) for outline in shapely.coverage_simplify(metric, TOLERANCE_M)])
    return shapely.transform(simple, lambda corners: np.round(corners, DECIMALS))


def _municipality_features(rows: Sequence[Territory], simple: Any) -> Iterator[str]:
    for row, outline in zip(rows, simple, strict=True):
        yield _feature({"ags": row.ags, "name": row.name, "kind": row.kind, "district": row.district}, outline)


def _district_features(rows: Sequence[Territory], simple: Any) -> Iterator[str]:
    members: dict[tuple[str, str | None, str | None], list[Any]] = {}
    for row, outline in zip(rows, simple, strict=True):
        if row.district_key:
            members.setdefault((row.district_key, row.district, row.district_kind), []).append(outline)
    for (key, name, kind), outlines in sorted(members.items()):
        yield _feature({"key": key, "name": name, "kind": kind}, shapely.union_all(shapely.make_valid(outlines)))


def _names(rows: Sequence[Territory], exact: Any) -> Iterator[PlaceName]:
    """GeoNames' places, each in the municipality it lies in now, and every municipality they do not name."""
    if not len(exact):
        return
    known = _places()
    points = shapely.points([[float(place["lon"]), float(place["lat"])] for place in known])
    inside = {
        int(place): int(row) for place, row in zip(*shapely.STRtree(exact).query(points, "intersects"), strict=True)
    }
    named: set[str] = set()
    for index, place in enumerate(known):
        if index not in inside:
            continue
        row = rows[inside[index]]
        is_centre = row.ags not in named and _is_name_of(place["name"], row.name)
        named.update([row.ags] if is_centre else [])
        kind, size = row.kind if is_centre else "Ort", (int(place["rank"]), int(place["population"]))
        yield _name(place["name"], (float(place["lon"]), float(place["lat"])), size, kind, row)
    for row, outline in zip(rows, exact, strict=True):
        if row.ags not in named:
            spot = shapely.point_on_surface(outline)
            yield _name(row.name, (round(spot.x, 5), round(spot.y, 5)), (SMALLEST_RANK, 0), row.kind, row)


def _name(name: str, at: tuple[float, float], size: tuple[int, int], kind: str, row: Territory) -> PlaceName:
    names = (name, row.name) if kind == row.kind else (name,)
    typed = tuple(dict.fromkeys(one for text in names for one in spellings(text)))
    return PlaceName(name, *at, *size, kind, row.name, row.district or "", typed)


def _is_name_of(place: str, municipality: str) -> bool:
    """Whether the municipality is called so, or so with an addition (Mühlhausen/Thüringen)."""
    return f"{spellings(municipality)[0]} ".startswith(f"{spellings(place)[0]} ")


@cache
def _places() -> tuple[dict[str, str], ...]:
    with (DATA / "reference" / "places.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def _place_feature(place: PlaceName) -> str:
    properties = {"name": place.name, "rank": place.rank, "population": place.population, "kind": place.kind}
    return _feature(properties, shapely.Point(place.longitude, place.latitude))


def _feature(properties: dict[str, Any], geometry: Any) -> str:
    written = json.dumps(properties, ensure_ascii=False, separators=(",", ":"))
    return f'{{"type":"Feature","properties":{written},"geometry":{shapely.to_geojson(geometry)}}}'


def _collection(head: dict[str, Any], features: Iterable[str]) -> str:
    start = json.dumps({"type": "FeatureCollection", **head}, ensure_ascii=False)
    lines = ",\n".join(features)
    return f'{start[:-1]}, "features": [\n{lines}\n]}}'


# --- search ----------------------------------------------------------------------------------


def search(names: Sequence[PlaceName], wanted: str, limit: int = 10) -> list[PlaceName]:
    """Places whose name, or a word of it, begins with the text; without regard to case, accents, ae for ä and ß.

    Names that begin with the text come before those where a later word does, large places before small ones.
    """
    key = spellings(wanted)[0]
    if not key:
        return []
    found = []
    for order, place in enumerate(names):
        match = min(_match(name, key) for name in place.spellings)
        if match < _NONE:
            found.append((match, order, place))
    return [place for _, _, place in sorted(found, key=lambda hit: hit[:2])[:limit]]


_NONE = 3


def _match(name: str, key: str) -> int:
    if name.startswith(key):
        return 0 if name == key else 1
    return 2 if f" {key}" in name else _NONE


def spellings(name: str) -> tuple[str, ...]:
    """The ways in which a name may be typed: lower case, words apart by one blank, and ä as ae or as a."""
    folded = unicodedata.normalize("NFC", name).casefold()
    return tuple(dict.fromkeys(_plain(text) for text in (folded.translate(_UMLAUTS), folded)))


_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def _plain(name: str) -> str:
    letters = (one for one in unicodedata.normalize("NFKD", name) if not unicodedata.combining(one))
    return " ".join("".join(one if one.isalnum() else " " for one in letters).split())
