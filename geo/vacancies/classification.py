"""Branches by WZ 2008 and WZ 2025: the codes with their names, what became of which, and the retail group of each.

Read once from `data/reference/branches_*.csv`. A subclass that ends in 0 says the same as its class and is written as
the class: 47.61.0 is 47.61.
"""

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from geo.core.parsing import Fields
from geo.core.paths import DATA
from geo.vacancies.branches import GROUPS

WZ_2008, WZ_2025 = "2008", "2025"
# The length of a class, the level of four digits.
CLASS = len("47.61")
# Divisions that do not trade on ground floors: all others are offered while typing; every code can be typed.
_ELSEWHERE = (
    "0",
    "11",
    "12",
    "13",
    "16",
    "17",
    "19",
    "2",
    "30",
    "33",
    "35",
    "36",
    "37",
    "38",
    "39",
    "41",
    "42",
    "46",
    "49",
    "50",
    "51",
    "52",
    "97",
    "98",
    "99",
)
# What takes a small part of every other code: mediation, auctions, mail order, stalls, trade from a vehicle.
_BY_THE_WAY = re.compile("ermittlung|Versteigerung|Mobile Gastronomie|Versand|Verkaufsständen|nicht in Verkaufsräumen")
# A spreadsheet that took the code for a number has a comma in it.
_CODE = re.compile(r"([0-9]{2})(?:[.,]?([0-9]))?([0-9])?(?:\.?([0-9]))?(?:\s.*|$)")


@dataclass(frozen=True)
class Proposal:
    """What follows from one code: the other edition's code and the retail group, as far as they are clear.

    `checked` says whether somebody compared the pair of codes with the official key.
    """

    wz_2008: str | None = None
    wz_2025: str | None = None
    group: str | None = None
    checked: bool = False


@cache
def names(edition: str) -> Mapping[str, str]:
    """Every code of an edition from the division down, with its name."""
    return {row["code"]: row["name"] for row in _rows(f"branches_{edition}.csv")}


@cache
def offered(edition: str) -> tuple[tuple[str, str], ...]:
    """The classes and subclasses to choose from while typing."""
    return tuple(
        (code, title)
        for code, title in names(edition).items()
        if len(code) >= CLASS and not code.startswith(_ELSEWHERE)
    )


@cache
def _groups() -> Mapping[str, str]:
    return {row["wz_2008"]: row["group"] for row in _rows("branches_groups.csv") if row["group"] in GROUPS}


@cache
def _pairs() -> tuple[tuple[str, str, bool, bool], ...]:
    return tuple(
        (row["wz_2008"], row["wz_2025"], row["is_partial"] == "1", row["checked"] == "1")
        for row in _rows("branches_2008_2025.csv")
    )


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / "reference" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def name(edition: str, code: str | None) -> str | None:
    """What a code stands for; None for one that the edition does not have."""
    return names(edition).get(code or "")


def shown(edition: str, code: str | None) -> str:
    """A code with its name, as a page shows it."""
    found = name(edition, code)
    return f"{code} {found}" if code and found else code or ""


def normal(edition: str, raw: str) -> str | None:
    """The code of what somebody typed: “4761”, “47.61.0”, “47.61 Einzelhandel mit Büchern”, or its name; else None."""
    typed = " ".join(raw.split())
    found = _CODE.fullmatch(typed)
    if found:
        division, group, last, subclass = found.groups()
        code = division + (f".{group}{last or ''}" if group else "") + (f".{subclass}" if subclass else "")
        code = code.removesuffix(".0") if subclass else code
        return code if code in names(edition) else None
    matches = [code for code, title in names(edition).items() if title.casefold() == typed.casefold()]
    return max(matches, key=len) if matches else None


def code_field(fields: Fields, name_of_field: str, edition: str) -> str | None:
    """The code in a form's field."""
    raw = fields.text(name_of_field, longest=250)
    if raw is None:
        return None
    code = normal(edition, raw)
    if code is None:
        fields.fail(
            name_of_field,
            f"Diese Branche gibt es in der WZ {edition} nicht. Bitte einen Code wie 47.71 angeben oder auswählen.",
        )
    return code


def proposal(edition: str, code: str) -> Proposal:
    """The other edition's code where one stands out, and the retail group."""
    here, there = (0, 1) if edition == WZ_2008 else (1, 0)
    other_edition = WZ_2025 if edition == WZ_2008 else WZ_2008
    pairs = [pair for pair in _pairs() if f"{pair[here]}.".startswith(f"{code}.")]
    own = {pair[here] for pair in pairs}
    whole_class = len(code) == CLASS and own != {code}
    other = _standing_out(
        [(str(pair[there])[:CLASS] if whole_class else str(pair[there]), pair[2]) for pair in pairs], other_edition
    )
    checked = other is not None and all(pair[3] for pair in pairs if str(pair[there]).startswith(other))
    wz_2008, wz_2025 = (code, other) if edition == WZ_2008 else (other, code)
    return Proposal(wz_2008, wz_2025, group(wz_2008), checked)


def _standing_out(targets: Iterable[tuple[str, bool]], edition: str) -> str | None:
    """The only code that is meant, once those are left out that take a little of everything."""
    meant = [
        (code, part)
        for code, part in targets
        if not _BY_THE_WAY.search(f"{name(edition, code)} {name(edition, code[:CLASS])}")
    ]
    for chosen in ([code for code, part in meant if not part], [code for code, _ in meant]):
        codes = set(chosen)
        if len(codes) == 1:
            return codes.pop()
        if len({code[:CLASS] for code in codes}) == 1 and (shared := codes.pop()[:CLASS]) in names(edition):
            return shared
    return None


def group(wz_2008: str | None) -> str | None:
    """The retail group of a WZ 2008 code: that of the longest part of it that has one."""
    for length in range(len(wz_2008 or ""), 1, -1):
        found = _groups().get((wz_2008 or "")[:length])
        if found:
            return found
    return None
