"""Finds an installed PostgreSQL that can carry the register."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from geo.cluster.errors import ClusterError

OLDEST_POSTGRESQL = 15
OLDEST_POSTGIS = (3, 3)
EXTENSIONS = ("postgis", "btree_gist", "pg_trgm", "unaccent")

# Debian and Ubuntu; Fedora and its kin. Everything else is asked through pg_config.
_KNOWN_PLACES = (("/usr/lib/postgresql", "*/bin"), ("/usr", "pgsql-*/bin"))

_WHAT_TO_INSTALL = (
    "Install it: Debian 12 has it in the packages postgresql-15 and postgresql-15-postgis-3, "
    "Debian 13 in postgresql-17 and postgresql-17-postgis-3, "
    "Ubuntu 24.04 in postgresql-16 and postgresql-16-postgis-3."
)


@dataclass(frozen=True)
class Installation:
    """One installed PostgreSQL: where its programs are and what it brings."""

    bin: Path
    major: int
    version: str
    share: Path
    postgis: str | None

    def program(self, name: str) -> Path:
        """The path of one of its programs."""
        return self.bin / name

    def lacks(self) -> list[str]:
        """What is missing for the register, in words; empty when nothing is."""
        missing = []
        if self.major < OLDEST_POSTGRESQL:
            missing.append(f"PostgreSQL {OLDEST_POSTGRESQL} or later")
        if self.postgis is None or _numbers(self.postgis)[:2] < OLDEST_POSTGIS:
            missing.append("PostGIS 3.3 or later")
        missing += [
            f"the extension {name}"
            for name in EXTENSIONS[1:]
            if not (self.share / "extension" / f"{name}.control").is_file()
        ]
        return missing


def installations() -> list[Installation]:
    """Every PostgreSQL server on this machine, newest first."""
    folders = [f for root, pattern in _KNOWN_PLACES for f in Path(root).glob(pattern)]
    pg_config = shutil.which("pg_config")
    if pg_config:
        folders.append(Path(_output(pg_config, "--bindir") or "/nonexistent"))
    found = {folder.resolve(): _look_at(folder) for folder in folders}
    return sorted((one for one in found.values() if one), key=lambda one: _numbers(one.version), reverse=True)


def find(major: int | None = None) -> Installation:
    """The newest suitable installation, or the suitable one of exactly this major version."""
    everything = installations()
    for one in everything:
        if not one.lacks() and major in (None, one.major):
            return one
    if major is None:
        about = f"PostgreSQL {OLDEST_POSTGRESQL} or later with PostGIS 3.3 or later was not found"
    else:
        about = f"PostgreSQL {major} with PostGIS 3.3 or later was not found"
    nearly = "".join(
        f"; {one.bin} has PostgreSQL {one.version} but lacks {' and '.join(one.lacks())}"
        for one in everything
        if one.lacks()
    )
    raise ClusterError(f"{about}{nearly}. {_WHAT_TO_INSTALL}")


def _look_at(folder: Path) -> Installation | None:
    if not (folder / "postgres").is_file() or not (folder / "initdb").is_file():
        return None
    told = _output(str(folder / "postgres"), "--version")
    number = re.search(r"\d+(\.\d+)*", told)
    if not number:
        return None
    version = number.group()
    major = _numbers(version)[0]
    share = _share_folder(folder, major)
    return Installation(folder, major, version, share, _control_version(share, "postgis"))


def _share_folder(folder: Path, major: int) -> Path:
    debian = Path(f"/usr/share/postgresql/{major}")
    if folder.is_relative_to("/usr/lib/postgresql") and debian.is_dir():
        return debian
    config = folder / "pg_config"
    told = _output(str(config), "--sharedir") if config.is_file() else ""
    return Path(told or folder.parent / "share")


def _control_version(share: Path, extension: str) -> str | None:
    try:
        text = (share / "extension" / f"{extension}.control").read_text()
    except OSError:
        return None
    match = re.search(r"^default_version\s*=\s*'([^']+)'", text, re.MULTILINE)
    return match.group(1) if match else None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(n) for n in re.findall(r"\d+", version))


def _output(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except OSError:
        return ""
    return done.stdout.strip()
