"""Where the register's own data files lie: in a checkout under `data/`, in the wheel under `geo/_data/`."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
_IN_WHEEL = PACKAGE / "_data"
DATA = _IN_WHEEL if _IN_WHEEL.is_dir() else PACKAGE.parent / "data"
