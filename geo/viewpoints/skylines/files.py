"""The elevation models on the disk: `<home>/terrain/<sha256>.f32`, plain heights that are looked into where needed."""

import hashlib
import json
import os
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from geo.core import geometry, sandbox
from geo.core.errors import Invalid
from geo.core.systems import CANDIDATES, CERTAIN
from geo.viewpoints.terrain.ground import Grid

MOST_BYTES = 600_000_000
ORPHAN_AFTER_S = 3600
_SCRIPT = Path(__file__).with_name("model_child.py")
_LIMITS = sandbox.Limits(seconds=180, memory_bytes=4_000_000_000, output_bytes=520_000_000)
_REASONS = {
    "broken": "Die Datei ist beschädigt oder weder GeoTIFF (bis 32 Bit je Zelle) noch ASCII-Grid noch HGT.",
    "colours": "Das ist ein eingefärbtes Bild. Gebraucht wird ein Raster mit einer Höhe je Zelle.",
    "nowhere": "In der Datei steht nicht, wo sie liegt (GeoTIFF ohne Lage oder gedreht).",
    "unnamed": "Bei HGT steht die Lage im Dateinamen, zum Beispiel N50E011.hgt. Bitte so benennen.",
    "tile": "Eine HGT-Datei hat 1201, 1801 oder 3601 Höhen je Seite, 2 Byte jede. Diese ist größer oder kleiner:"
    " vielleicht wurde sie nicht vollständig übertragen.",
    "large": "Das Geländemodell hat mehr als 120 Millionen Zellen. Bitte einen Ausschnitt abgeben.",
    "empty": "Im Geländemodell steht keine einzige brauchbare Höhe (in Metern).",
    "zip": "Im ZIP muss genau ein Geländemodell liegen (.hgt, .tif oder .asc).",
    "timeout": "Das Lesen der Datei dauerte zu lange und wurde abgebrochen.",
}
SYSTEM_UNKNOWN = "Das Koordinatensystem der Datei ist nicht zu erkennen. Bitte eines wählen."


@dataclass(frozen=True)
class ReadModel:
    """What the sandbox said of a model, and where its heights lie."""

    file: str
    sha256: str
    srid: int
    rows: int
    columns: int
    west: float
    north: float
    cell_width: float
    cell_height: float
    lowest_m: float
    highest_m: float


@dataclass(frozen=True)
class Store:
    """The folder of the models."""

    root: Path

    def path(self, file: str) -> Path:
        """Where a model lies."""
        return self.root / file

    def take(self, path: Path, name: str, srid: int | None) -> ReadModel:
        """Read a file in the sandbox and keep its heights. Raises `Invalid` at the field `file` or `srid`."""
        size = path.stat().st_size
        if not size:
            raise Invalid({"file": "Die Datei ist leer."})
        if size > MOST_BYTES:
            raise Invalid({"file": f"Die Datei ist größer als {MOST_BYTES // 1_000_000} MB."})
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        request = {
            "name": name[-200:],
            "srid": srid,
            "known": list(CANDIDATES),
            "guess": {str(one): geometry.box_in(one) for one in CERTAIN},
        }
        with tempfile.TemporaryDirectory(dir=self.root) as folder:
            draft = Path(folder) / "heights"
            try:
                answer = json.loads(sandbox.convert(_SCRIPT, path, draft, json.dumps(request), _LIMITS))
            except sandbox.Refused as refused:
                if refused.reason == "system":
                    raise Invalid({"srid": SYSTEM_UNKNOWN}) from None
                raise Invalid({"file": _REASONS.get(refused.reason, _REASONS["broken"])}) from None
            sha256 = _digest(path)
            file = f"{sha256}.f32"
            _sync(draft)
            shutil.move(draft, self.path(file))
        return ReadModel(
            file,
            sha256,
            answer["srid"],
            answer["rows"],
            answer["columns"],
            answer["west"],
            answer["north"],
            answer["width"],
            answer["height"],
            answer["lowest"],
            answer["highest"],
        )

    def grid(self, file: str, rows: int, columns: int, place: tuple[float, float, float, float], srid: int) -> Grid:
        """A kept model, without reading more of it than is looked at. Raises `FileNotFoundError` when it is gone."""
        west, north, width, height = place
        heights = np.memmap(self.path(file), dtype="<f4", mode="r", shape=(rows, columns))
        return Grid(heights, srid, west, north, width, height)

    def sweep(self, known: set[str], older_than_s: float = ORPHAN_AFTER_S) -> int:
        """Remove models that no row names; says how many."""
        removed, limit = 0, time.time() - older_than_s
        for path in self.root.glob("*.f32"):
            if path.name not in known and path.stat().st_mtime < limit:
                path.unlink(missing_ok=True)
                removed += 1
        return removed


def _digest(path: Path) -> str:
    total = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            total.update(block)
    return total.hexdigest()


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
