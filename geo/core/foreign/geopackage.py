"""A GeoPackage from outside as the database that it is: opened to be read only, and searched for what could run."""

import re
import sqlite3
from pathlib import Path

from geo.core.foreign.refused import Refused

_STEPS = 50_000
_MOST_STEPS = 40_000  # times so many instructions of sqlite
_OWN_TRIGGER = re.compile(r"(rtree|gpkg|trigger_(insert|delete)_feature_count)_", re.I)
_OWN_VIRTUAL = re.compile(r"\s*CREATE\s+VIRTUAL\s+TABLE\s+\S+\s+USING\s+rtree", re.I)
_UNSAFE = re.compile(r"\b(load_extension|readfile|writefile|edit|fts3_tokenizer|eval)\s*\(", re.I)


def opened(path: Path) -> sqlite3.Connection:
    """A connection that reads and nothing else, and gives up a statement that takes too long."""
    connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    for pragma in ("trusted_schema=OFF", "cell_size_check=ON", "query_only=ON", "mmap_size=0"):
        connection.execute(f"PRAGMA {pragma}")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 32_000_000)
    connection.setlimit(sqlite3.SQLITE_LIMIT_COLUMN, 1_000)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    steps = iter(range(_MOST_STEPS))
    connection.set_progress_handler(lambda: next(steps, None) is None, _STEPS)
    return connection


def check(connection: sqlite3.Connection) -> None:
    """Refuse whatever could run when the tables are read."""
    for kind, name, sql in connection.execute("SELECT type, name, sql FROM sqlite_master"):
        text = sql or ""
        if kind == "view":
            raise Refused("Das GeoPackage enthält Sichten (Views). Bitte die Ebene als Tabelle in ein neues speichern.")
        if kind == "trigger" and (not _OWN_TRIGGER.match(name) or _UNSAFE.search(text)):
            raise Refused("Das GeoPackage enthält Trigger, die nicht zum Standard gehören.")
        if kind == "table" and re.match(r"\s*CREATE\s+VIRTUAL", text, re.I) and not _OWN_VIRTUAL.match(text):
            raise Refused("Das GeoPackage enthält virtuelle Tabellen, die nicht zum Standard gehören.")
        if _UNSAFE.search(text) or (kind == "table" and re.search(r"\bGENERATED\s+ALWAYS\b|\bAS\s*\(", text, re.I)):
            raise Refused("Das GeoPackage enthält berechnete Spalten oder Funktionen. Bitte in ein neues speichern.")
