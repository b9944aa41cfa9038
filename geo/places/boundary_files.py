"""Reads a file of municipality boundaries in the sandbox, because the file comes from outside."""

import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from geo.core import sandbox
from geo.core.errors import Invalid

MOST_BYTES = 600_000_000
SHAPE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_SCRIPT = Path(__file__).with_name("boundary_reader.py")
_LIMITS = sandbox.Limits(seconds=180, memory_bytes=4_000_000_000, output_bytes=MOST_BYTES)
_UNREADABLE = "Die Datei ließ sich nicht lesen: sie ist beschädigt, zu groß oder keine Geodatei."


@dataclass(frozen=True)
class Boundary:
    """A municipality as the file has it; the outline in longitude and latitude."""

    ags: str
    ars: str | None
    name: str
    kind: str | None
    district: str | None
    outline: BaseGeometry


def read(path: Path) -> list[Boundary]:
    """Thuringia's municipalities in the file, by AGS. Raises `Invalid` with one sentence for a file that has none."""
    if not path.is_file():
        raise Invalid({"file": f"Die Datei {path} gibt es nicht."})
    if path.stat().st_size > MOST_BYTES:
        raise Invalid({"file": "Die Datei ist größer als 600 MB."})
    try:
        answer = json.loads(sandbox.run(_SCRIPT, _packed(path), _LIMITS))
    except (sandbox.Refused, ValueError):
        raise Invalid({"file": _UNREADABLE}) from None
    if "refused" in answer:
        raise Invalid({"file": answer["refused"]})
    return [_boundary(row) for row in answer["municipalities"]]


def _packed(path: Path) -> bytes:
    """The file as it is; a shapefile together with its parts, as an archive."""
    if path.suffix.lower() != ".shp":
        return path.read_bytes()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        for part in path.parent.glob(f"{path.stem}.*"):
            if part.suffix.lower() in SHAPE_PARTS:
                packed.write(part, part.name)
    return archive.getvalue()


def _boundary(row: dict[str, Any]) -> Boundary:
    outline = shapely.from_wkb(bytes.fromhex(row["outline"]))
    return Boundary(row["ags"], row["ars"], row["name"] or row["ags"], row["kind"], row["district"], outline)
