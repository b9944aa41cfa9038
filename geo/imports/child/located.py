"""Where a file's coordinates lie: which system they are in, whether its axes are swapped, and EWKB of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyproj
import shapely

from geo.core import systems
from geo.core.foreign.refused import Refused
from geo.imports.child.coordinates import number
from geo.imports.child.request import MOST_VERTICES, Found, Request

_MOST = 0.8  # the share of points that must fit a system
_WITH_SRID = 0x20000000
_POINT = np.dtype([("order", "u1"), ("kind", "<u4"), ("x", "<f8"), ("y", "<f8")])
_POINT_WITH_SRID = np.dtype([("order", "u1"), ("kind", "<u4"), ("srid", "<u4"), ("x", "<f8"), ("y", "<f8")])
_PLAIN = re.compile(rb"(?:[-+]?[0-9]+(?:[.,][0-9]+)?\n?)+")
NO_NUMBER = "hat Koordinaten, die keine Zahlen sind"


@dataclass(frozen=True)
class System:
    """How to read the coordinates; `srid` None: nobody knows. With `prefix_m` taken off each easting."""

    srid: int | None = None
    is_certain: bool = False
    swapped: bool = False
    prefix_m: float = 0
    warnings: tuple[str, ...] = ()


def system_of(points: Any, declared: Any, request: Request) -> System:
    """The system of the points (an array of n × 2), by what was asked, what the file says, and where they then lie."""
    points = points[np.isfinite(points).all(axis=1)]
    if request.srid is not None:
        number: int | None = epsg_of(request.srid)
        if number is None:
            raise Refused(f"Das Koordinatensystem EPSG:{request.srid} ist unbekannt.")
        return _with_axes(number, points, request, is_certain=True)
    number = None if declared is None else epsg_of(declared)
    if number is not None and _fits(number, points, systems.COUNTRY_BOX) is not None:
        return _with_axes(number, points, request, is_certain=True)
    for box in (systems.STATE_BOX, systems.COUNTRY_BOX):
        for candidate in systems.CANDIDATES:
            swapped = _fits(candidate, points, box)
            if swapped is not None and (request.swap_axes is None or request.swap_axes == swapped):
                return _found(candidate, swapped, declared is not None, box == systems.STATE_BOX)
    if number is not None:
        return System(number, True, bool(request.swap_axes), warnings=_outside(points))
    return System(swapped=bool(request.swap_axes))


def _found(candidate: int, swapped: bool, contradicts: bool, in_state: bool) -> System:
    is_certain = candidate in systems.CERTAIN and in_state and not contradicts
    words: tuple[str, ...] = ()
    if contradicts:
        words = (
            "Das in der Datei genannte Koordinatensystem passt nicht zu den Koordinaten; nach ihrer Größe ist es"
            f" EPSG:{candidate}.",
        )
    if candidate == systems.UTM32_PREFIXED:
        return System(systems.UTM32, is_certain, swapped, systems.PREFIX_M, words + _swapped_words(swapped))
    return System(candidate, is_certain, swapped, 0, words + _swapped_words(swapped))


def _with_axes(number: int, points: Any, request: Request, *, is_certain: bool) -> System:
    prefix = 0
    if number in {systems.UTM32, systems.UTM32_PREFIXED}:
        eastings = np.median(points, axis=0) if len(points) else np.zeros(2)
        prefix = systems.PREFIX_M if eastings.max() > systems.PREFIX_M else 0
        number = systems.UTM32 if prefix or number == systems.UTM32 else number
    tried = systems.UTM32_PREFIXED if prefix else number
    fits = _fits(tried, points, systems.COUNTRY_BOX)
    swapped = bool(fits) if request.swap_axes is None else request.swap_axes
    words = _swapped_words(swapped) if request.swap_axes is None else ()
    return System(number, is_certain, swapped, prefix, words + (_outside(points) if fits is None else ()))


def _swapped_words(swapped: bool) -> tuple[str, ...]:
    return ("Die Achsen sind in der Datei vertauscht (Hochwert oder Breite zuerst) und wurden getauscht.",) * swapped


def _outside(points: Any) -> tuple[str, ...]:
    if not len(points):
        return ()
    return ("Die Koordinaten liegen in diesem Koordinatensystem nicht in Deutschland.",)


def epsg_of(declared: Any) -> int | None:
    """The EPSG number of a system given as number, name or WKT; None when it is none that is known."""
    try:
        system = pyproj.CRS.from_user_input(declared)
        if system.is_compound:
            system = system.sub_crs_list[0]
        number = system.to_epsg(min_confidence=60) or _by_name(system.name)
    except (pyproj.exceptions.CRSError, TypeError, ValueError, IndexError):
        return None
    if number is None and str(declared).upper().endswith(("CRS84", "CRS:84")):
        return systems.WGS84
    return number


def _by_name(name: str) -> int | None:
    """Systems whose .prj, as made by GIS programs, is known by its name alone."""
    plain = "".join(sign for sign in name.lower() if sign.isalnum())
    if "crs84" in plain:
        return systems.WGS84
    if ("gausskruger" in plain or "germanyzone" in plain) and ("dhdn" in plain or "germany" in plain):
        return {"3": systems.GAUSS_KRUEGER_3, "4": systems.GAUSS_KRUEGER_4}.get(plain[-1:])
    if "etrs" in plain and "utm" in plain and plain.endswith(("32n", "zone32", "32")):
        return systems.UTM32
    return systems.WEB_MERCATOR if "webmercator" in plain or "pseudomercator" in plain else None


def _fits(number: int, points: Any, box: tuple[float, float, float, float]) -> bool | None:
    """False when the points lie in the box as they are, True when they do with axes swapped, None otherwise."""
    if not len(points):
        return None
    to_degrees = pyproj.Transformer.from_crs(number, systems.WGS84, always_xy=True)
    for swapped in (False, True):
        x, y = to_degrees.transform(points[:, int(swapped)], points[:, int(not swapped)])
        inside = (x >= box[0]) & (x <= box[2]) & (y >= box[1]) & (y <= box[3])
        if inside.mean() >= _MOST:
            return swapped
    return None


def first_points(shapes: Sequence[bytes | None]) -> Any:
    """The first vertex of each geometry, as an array of n × 2."""
    known = [shape for shape in shapes if shape]
    if not known:
        return np.empty((0, 2))
    made = shapely.from_wkb(np.array(known, dtype=object), on_invalid="ignore")
    coordinates, index = shapely.get_coordinates(made, return_index=True)
    return coordinates[np.unique(index, return_index=True)[1]] if len(index) else np.empty((0, 2))


def ewkb(shapes: Sequence[bytes | None], system: System) -> tuple[list[str], list[tuple[int, str]]]:
    """Each geometry as hex EWKB with two axes, easting first, and what is wrong with some (index, sentence).

    A geometry that cannot be read or has no finite coordinates becomes empty text. Raises `Refused` for a huge one.
    """
    made = shapely.from_wkb(np.array([shape or None for shape in shapes], dtype=object), on_invalid="ignore")
    counts = shapely.get_num_coordinates(made)
    if len(counts) and counts.max() > MOST_VERTICES:
        raise Refused(f"Eine Geometrie hat mehr als {MOST_VERTICES} Stützpunkte. Bitte vereinfachen.")
    coordinates, index = shapely.get_coordinates(made, return_index=True)
    bad = np.zeros(len(made), dtype=bool)
    bad[index[~np.isfinite(coordinates).all(axis=1)]] = True
    unread = np.array([shape is not None and len(shape) > 0 for shape in shapes], dtype=bool) & (made == None)  # noqa: E711
    made[bad] = None
    if system.swapped or system.prefix_m:
        made = shapely.transform(made, lambda points: _straight(points, system))
    made = shapely.set_srid(shapely.force_2d(made), system.srid or 0)
    texts = shapely.to_wkb(made, hex=True, include_srid=True, byte_order=1)
    notes = [(int(place), f"Die Geometrie {NO_NUMBER}.") for place in np.flatnonzero(bad)]
    notes += [(int(place), "Die Geometrie ist nicht lesbar.") for place in np.flatnonzero(unread)]
    return [text or "" for text in texts], notes


def points_of(xs: list[Any], ys: list[Any], numbers: list[int], system: System, found: Found) -> list[str]:
    """Each pair of cells (text or bytes) as a point in hex EWKB, empty where there is none; notes what is no number."""
    points = np.array([_column(xs), _column(ys)]).T
    bad = ~np.isfinite(points).all(axis=1) | (points == 0).all(axis=1)
    if system.swapped or system.prefix_m:
        points = _straight(points, system)
    made = np.zeros(len(points), dtype=_POINT_WITH_SRID if system.srid else _POINT)
    made["order"] = 1
    made["kind"] = _WITH_SRID | 1 if system.srid else 1
    if system.srid:
        made["srid"] = system.srid
    made["x"], made["y"] = points[:, 0], points[:, 1]
    size = 2 * made.dtype.itemsize
    text = made.tobytes().hex().upper()
    shapes = [text[start : start + size] for start in range(0, size * len(made), size)]
    for at in np.flatnonzero(bad):
        shapes[at] = ""
        if not (_is_nothing(xs[at]) and _is_nothing(ys[at])):
            found.note(numbers[at], "Die Koordinaten sind keine Zahlen.")
    return shapes


def _column(cells: list[Any]) -> Any:
    """The numbers of one column: at once where all are plain, else one by one."""
    joined = b"\n".join(cells) if cells and isinstance(cells[0], bytes) else "\n".join(cells).encode()
    if _PLAIN.fullmatch(joined):
        try:
            return np.array(joined.replace(b",", b".").split(b"\n"), dtype=np.float64)
        except ValueError:
            pass
    return np.array([number(cell) for cell in joined.decode().split("\n")])


def _is_nothing(cell: Any) -> bool:
    text = cell.decode() if isinstance(cell, bytes) else cell
    return text.strip() in {"", "0", "0,0", "0.0"}


def _straight(points: Any, system: System) -> Any:
    straight = points[:, ::-1].copy() if system.swapped else points.copy()
    straight[:, 0] -= system.prefix_m
    return straight
