"""Reads the hand-written files of `data/samples/`."""

import tomllib
from functools import cache
from typing import Any

from geo.core.paths import DATA

Record = dict[str, Any]


@cache
def read(name: str) -> Record:
    """One file of `data/samples/` by its name without ending. Callers must not change what they get."""
    return tomllib.loads((DATA / "samples" / f"{name}.toml").read_text(encoding="utf-8"))


def facts() -> Record:
    """The alliance, its working groups, projects with milestones and sites with phases: nothing made up."""
    return read("facts")


def towns() -> list[Record]:
    """The example towns with their streets."""
    return list(read("streets")["towns"])
