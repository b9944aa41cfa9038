"""How the files of one source are read: what a town keeps, and the ready ones that come with the register.

Pure data; a town's own profiles stand in the database, the ready ones under `data/imports/`.
"""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any

from geo.core.errors import Invalid
from geo.core.paths import DATA
from geo.imports.reading import ReadOptions
from geo.imports.words import key

_LONGEST = 200


@dataclass(frozen=True)
class Profile:
    """`columns` maps a header to a field's key, `values` for each field the file's words to codes.

    `checked` says whether somebody has seen a real file of this kind; `source` where the columns are known from.
    `constants` hold for every row (a list of vacancies seldom says in each row that it is one).
    """

    name: str
    title: str = ""
    checked: bool = False
    source: str = ""
    note: str = ""
    read: ReadOptions = field(default_factory=ReadOptions)
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    decimal: str = ","

    def field_of(self, column: str) -> str | None:
        """The field that a header means here; case and punctuation do not count."""
        by_key = {key(header): name for header, name in self.columns.items()}
        return by_key.get(key(column))

    def share(self, columns: Sequence[str]) -> float:
        """The share of this profile's headers that the file has."""
        have = {key(column) for column in columns}
        return sum(1 for header in self.columns if key(header) in have) / len(self.columns) if self.columns else 0.0

    def as_json(self) -> dict[str, Any]:
        """As it is stored; `from_json` gives the same profile back."""
        return dict(json.loads(json.dumps(asdict(self))))


def from_json(data: Mapping[str, Any]) -> Profile:
    """A stored profile. Raises `Invalid` where it is none."""
    try:
        profile = Profile(
            name=_text(data["name"]),
            title=_text(data.get("title", "")),
            checked=bool(data.get("checked", False)),
            source=str(data.get("source", "")),
            note=str(data.get("note", "")),
            read=ReadOptions(**data.get("read", {})),
            columns=_texts(data.get("columns", {})),
            values={_text(name): _texts(words) for name, words in data.get("values", {}).items()},
            constants=_texts(data.get("constants", {})),
            decimal=data.get("decimal", ","),
        )
    except (KeyError, TypeError, AttributeError, ValueError):
        raise Invalid({"profile": "Das Profil ist nicht lesbar."}) from None
    if profile.decimal not in {",", "."}:
        raise Invalid({"profile": "Das Dezimalzeichen ist ein Komma oder ein Punkt."})
    return profile


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise ValueError
    return value


def _texts(values: Mapping[Any, Any]) -> dict[str, str]:
    return {_text(name): _text(value) for name, value in values.items()}


@lru_cache
def ready() -> tuple[Profile, ...]:
    """The profiles that come with the register, by name."""
    found = []
    for path in sorted((DATA / "imports").glob("*.toml")):
        found.append(from_json({"name": path.stem} | tomllib.loads(path.read_text(encoding="utf-8"))))
    return tuple(found)


def best(columns: Sequence[str], profiles: Sequence[Profile], least: float = 0.6) -> Profile | None:
    """The profile whose headers the file has, at least so large a share of them."""
    fitting = [profile for profile in profiles if profile.columns and profile.share(columns) >= least]
    return max(fitting, key=lambda profile: (profile.share(columns), len(profile.columns)), default=None)
