"""Reads a Flurstückskennzeichen in the ways people write it, and says what is wrong with one that is none.

Its 20 characters are state 2, Gemarkung 4, Flur 3, numerator 5, denominator 4, sequence 2, filled with `_` where there
is nothing to say. What is zero says nothing, so that two ways of writing one parcel are one key.
"""

import re

from geo.core.errors import Invalid

STATE = "16"
LENGTH = 20
_WORDS = re.compile(r"(?i)\b(gemarkung|gmk|gem|flurstücke?|flurst|flst|flur|nr)\b\.?:?")
_ALLOWED = re.compile(r"[0-9_/\s.,;:–—-]*")
_SEP = r"[\s.,;:-]+"
_PARTS = re.compile(
    rf"(?:(?P<state>[0-9]{{2}})(?:{_SEP})?)?(?P<district>[0-9]{{4}}){_SEP}(?P<section>[0-9]{{1,3}}|_{{3}}){_SEP}"
    rf"(?P<numerator>[0-9]{{1,5}})(?:\s*/\s*(?P<denominator>[0-9]{{1,4}}|_{{4}})|{_SEP}(?P<filled>[0-9]{{4}}|_{{4}}))?"
    rf"(?:{_SEP}(?P<sequence>[0-9]{{1,2}}|_{{2}}))?"
)
EXAMPLE = "Bitte wie 160123-001-00123/0004 angeben, oder kurz Gemarkung-Flur-Flurstück: 0123-1-123/4."


def normal(raw: str, field: str = "parcel_key") -> str:
    """The 20 characters. Raises `Invalid` with what is wrong."""
    typed = _WORDS.sub(" ", raw).strip().replace("–", "-").replace("—", "-")
    if not typed:
        raise Invalid({field: "Bitte ein Flurstückskennzeichen angeben."})
    if not _ALLOWED.fullmatch(typed):
        strange = next(sign for sign in typed if not _ALLOWED.fullmatch(sign))
        raise Invalid(
            {field: f"Ein Flurstückskennzeichen besteht aus Ziffern; „{strange}“ gehört nicht dazu. {EXAMPLE}"}
        )
    parts = _fixed(typed, field) if re.fullmatch(r"[0-9_]+(\s*_+)?", typed) else _separated(typed, field)
    state, district, section, numerator, denominator, sequence = parts
    if state not in ("", STATE):
        raise Invalid({field: f"Dieses Kennzeichen beginnt mit {state}; Thüringer Flurstücke beginnen mit {STATE}."})
    if not int(district or 0):
        raise Invalid({field: "Die Gemarkung (vier Ziffern) fehlt oder ist 0000."})
    if not int(numerator.strip("_") or 0):
        raise Invalid({field: "Die Flurstücksnummer fehlt oder ist 0."})
    return f"{STATE}{district}{_filled(section, 3)}{int(numerator):05d}{_filled(denominator, 4)}{_filled(sequence, 2)}"


def _fixed(typed: str, field: str) -> tuple[str, ...]:
    """Without any sign between: cut by position. What is missing at the end is nothing."""
    if not 14 <= len(typed) <= LENGTH:
        raise Invalid(
            {field: f"Ohne Trennzeichen hat ein Flurstückskennzeichen 14 bis 20 Stellen; dieses hat {len(typed)}."}
        )
    whole = "".join(typed.split()).ljust(LENGTH, "_")
    parts = tuple(whole[begin:end] for begin, end in ((0, 2), (2, 6), (6, 9), (9, 14), (14, 18), (18, 20)))
    if any(set(part) != {"_"} and "_" in part for part in parts) or "_" in whole[:6]:
        raise Invalid({field: f"Die Striche stehen an der falschen Stelle. {EXAMPLE}"})
    return parts


def _separated(typed: str, field: str) -> tuple[str, ...]:
    found = _PARTS.fullmatch(typed)
    if found is None:
        if typed.count("/") > 1:
            raise Invalid(
                {field: f"Zähler und Nenner trennt ein Schrägstrich, hier stehen {typed.count('/')}. {EXAMPLE}"}
            )
        raise Invalid({field: f"Das Flurstückskennzeichen ist nicht lesbar. {EXAMPLE}"})
    part = found.groupdict(default="")
    denominator = part["denominator"] or part["filled"]
    return part["state"], part["district"], part["section"], part["numerator"], denominator, part["sequence"]


def _filled(part: str, length: int) -> str:
    number = int(part.strip("_") or 0)
    return f"{number:0{length}d}" if number else "_" * length


def in_words(key: str) -> str:
    """A stored key as a person reads it: “Gemarkung 0123, Flur 1, Flurstück 123/4”."""
    district, section, numerator, denominator = key[2:6], key[6:9], key[9:14], key[14:18]
    return ", ".join(
        part
        for part in (
            f"Gemarkung {district}",
            f"Flur {int(section)}" if section.isdecimal() else "",
            f"Flurstück {int(numerator)}" + (f"/{int(denominator)}" if denominator.isdecimal() else ""),
        )
        if part
    )
