"""Members from the office's own list, a spreadsheet or CSV: what each row would become, before anything is written."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.alliance.codes import KINDS
from geo.alliance.schemas import MEMBER_LABELS, MemberInput, parse_member
from geo.core import clock
from geo.core.errors import Invalid
from geo.imports.reading import ReadOptions, read
from geo.imports.values import Fault, day
from geo.imports.words import key
from geo.places.queries import MunicipalityRow, municipalities

MOST_ROWS, MOST_COLUMNS = 1000, 60
# The columns that are taken, in the order of the form, with names that lists give them (compared without case).
COLUMNS = {
    "name": ("Name der Organisation", ("name", "organisation", "mitglied", "institution", "einrichtung", "verband")),
    "kind": ("Art", ("art", "kategorie", "typ", "organisationsart")),
    "town": ("Gemeinde", ("gemeinde", "stadt", "ort", "kommune", "sitz")),
    "website": ("Internetadresse", ("internetadresse", "internet", "website", "webseite", "homepage", "url", "www")),
    "joined_on": (
        "Beigetreten am",
        ("beigetretenam", "beitritt", "mitgliedseit", "seit", "eintritt"),
    ),
    "left_on": ("Ausgetreten zum", ("ausgetretenzum", "austritt", "mitgliedbis", "bis", "austrittsdatum")),
}
_TOWN_WORDS = {"stadt", "gemeinde", "landgemeinde", "landeshauptstadt"}


@dataclass(frozen=True)
class Listed:
    """What stands in a file: its columns, and of each row its number in the file and its texts."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judged:
    """A row: what it would become, or (`data` is None) why not. `is_known`: there is such a member already."""

    row: int
    name: str
    data: MemberInput | None = None
    town: str = ""
    problem: str = ""
    is_known: bool = False


def look_into(path: Path, name: str) -> Listed:
    """The rows of a file, read in the sandbox. Raises `Invalid` at the field `file`."""
    with tempfile.TemporaryDirectory(prefix="innenstadt-members-") as folder:
        found = read(path, name, ReadOptions(), Path(folder))
        if found.row_count > MOST_ROWS or len(found.columns) > MOST_COLUMNS:
            raise Invalid(
                {"file": f"Mehr als {MOST_ROWS} Zeilen oder {MOST_COLUMNS} Spalten nimmt diese Seite nicht an."}
            )
        width = len(found.columns)
        numbered = ((int(row[0]), tuple(one.strip()[:500] for one in row[1 : width + 1])) for row in found.numbered())
        rows = tuple((number, texts) for number, texts in numbered if any(texts))
    if not rows:
        raise Invalid({"file": "In der Datei steht keine Zeile."})
    return Listed(found.columns, rows, found.warnings)


def guessed(columns: Sequence[str]) -> dict[str, int]:
    """Which column is what, by its name: positions from 0. One column is taken once."""
    found: dict[str, int] = {}
    for field, (_label, names) in COLUMNS.items():
        for position, column in enumerate(columns):
            if position not in found.values() and field not in found and key(column) in names:
                found[field] = position
    return found


_KNOWN = text(
    """
    SELECT a.name, a.municipality_id, coalesce(a.joined_on, a.known_on) AS since, a.left_on
    FROM register.alliance_members a
    """
)


def judged(
    session: Session, listed: Listed, columns: Mapping[str, int], kind: str | None, known_on: date | None, source: str
) -> list[Judged]:
    """Every row with what it would become, in the file's order; nothing is written.

    `kind` is for rows that name none, `known_on` for rows without the day of joining. A member of that name and town is
    known already and is left out, here and in the file itself.
    """
    towns = _Towns(municipalities(session, known_on or clock.today()))
    stored = [(key(row.name), row.municipality_id, row.since, row.left_on) for row in session.execute(_KNOWN)]
    made: list[Judged] = []
    rows_of: dict[tuple[str, int | None], int] = {}
    for number, texts in listed.rows:
        given = {field: texts[place] for field, place in columns.items() if place < len(texts)}
        one = _judge(number, given, towns, kind, known_on, source)
        if one.data is not None:
            one = _compared(one, one.data, stored, rows_of)
        made.append(one)
    return made


def _judge(
    number: int, given: Mapping[str, str], towns: "_Towns", kind: str | None, known_on: date | None, source: str
) -> Judged:
    name = given.get("name", "")
    try:
        joined_on, left_on = _day(given.get("joined_on", "")), _day(given.get("left_on", ""))
        code = _kind(given.get("kind", "")) or kind
        town = towns.find(given.get("town", ""), name) if code == "STADT" else None
        form: dict[str, Any] = {
            "name": name,
            "kind": code,
            "website": given.get("website", ""),
            "joined_on": joined_on,
            "known_on": None if joined_on else known_on and known_on.isoformat(),
            "left_on": left_on,
            "municipality_id": None if town is None else str(town.id),
            "source": source,
        }
        return Judged(number, name, parse_member(form), "" if town is None else town.name)
    except Invalid as refused:
        return Judged(number, name, problem=" ".join(_said(*one) for one in refused.fields.items()))
    except Fault as fault:
        return Judged(number, name, problem=str(fault))


def _said(field: str, sentence: str) -> str:
    """A mistake with the column that it is in."""
    return f"{MEMBER_LABELS[field]}: {sentence}" if field in MEMBER_LABELS else sentence


def _compared(
    one: Judged,
    data: MemberInput,
    stored: Sequence[tuple[str, int | None, date, date | None]],
    rows_of: dict[tuple[str, int | None], int],
) -> Judged:
    """The row, or that it is known: in the register or further up in the file."""
    name, town, since = key(data.name), data.municipality_id, data.joined_on or data.known_on or date.min
    at_the_time = [
        (other, place)
        for other, place, first, left in stored
        if since < (left or date.max) and first < (data.left_on or date.max)
    ]
    if (name, town) in at_the_time:
        return Judged(one.row, one.name, town=one.town, problem="Steht schon im Register.", is_known=True)
    if (name, town) in rows_of:
        sentence = f"Steht schon in Zeile {rows_of[name, town]}."
        return Judged(one.row, one.name, town=one.town, problem=sentence, is_known=True)
    if town is not None and any(place == town for _, place in (*at_the_time, *rows_of)):
        return Judged(one.row, one.name, problem=f"{one.town} ist unter einem anderen Namen schon Mitglied.")
    if any(other == name for other, _ in (*at_the_time, *rows_of)):
        return Judged(one.row, one.name, problem="Ein Mitglied dieses Namens gibt es schon, mit anderer Gemeinde.")
    rows_of[name, town] = one.row
    return one


def _day(said: str) -> str | None:
    return day(said).isoformat() if said else None


def _kind(said: str) -> str | None:
    """The code that a text names. Raises `Fault` for a text that names none."""
    if not said:
        return None
    wanted = key(said)
    for code, names in KINDS.items():
        if wanted in {key(code), *(key(part) for name in names for part in (name, *name.split(" oder ")))}:
            return code
    raise Fault(f"Die Art „{said[:60]}“ gibt es im Register nicht.")


class _Towns:
    """Municipalities by their names; those that share a name are told apart by the district."""

    def __init__(self, rows: Sequence[MunicipalityRow]):
        self.by_name: dict[str, list[MunicipalityRow]] = {}
        for row in rows:
            self.by_name.setdefault(key(row.name), []).append(row)

    def find(self, said: str, name: str) -> MunicipalityRow | None:
        """The municipality of that name, or the one that the member's own name says. Raises `Fault`."""
        if not said:
            found = self._named(name)
            return found[0] if len(found) == 1 else None
        found = self._named(said)
        if not found:
            raise Fault(f"Die Gemeinde „{said[:60]}“ ist nicht zu finden.")
        if len(found) > 1:
            raise Fault(f"Den Namen „{said[:60]}“ haben mehrere Gemeinden. Bitte dieses Mitglied selbst eintragen.")
        return found[0]

    def _named(self, said: str) -> list[MunicipalityRow]:
        """Of that name, or of the name behind “Stadt” and its like."""
        first, _, rest = " ".join(said.split()).partition(" ")
        bare = rest if key(first) in _TOWN_WORDS else ""
        return self.by_name.get(key(said)) or self.by_name.get(key(bare), [])
