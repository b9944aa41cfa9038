"""Finds the row with the columns' names, which need not be the first, and makes the names unique."""

import re
from collections.abc import Sequence

from geo.core.foreign.refused import Refused
from geo.imports.child.request import MOST_COLUMNS, Cells

LOOKED_AT = 60  # rows among which the header is searched
_VALUE = re.compile(r"[-+]?[\d.,\s]*\d[\d.,\s]*(?:%|€|m²|qm)?|\d{1,2}\.\d{1,2}\.\d{2,4}.*|\d{4}-\d{2}-\d{2}.*|[-–./·]+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_LONGEST = 120
_MOST_LEVELS = 8


def find_header(rows: Sequence[Cells]) -> int | None:
    """The index of the (last) header row among the first rows; None when all of them are data."""
    filled = [sum(1 for cell in row if cell.strip()) for row in rows]
    widest = _usual(filled)
    for index, row in enumerate(rows):
        if filled[index] and filled[index] >= max(1, 0.5 * widest) and _are_names(row):
            if not any(filled[index + 1 :]) or not _looks_like_data(row, rows[index + 1 :]):
                return index + _lower_rows(rows, index)
            return None
        if filled[index] >= max(2, 0.8 * widest):  # a full row of values: the data have begun
            return None
    return None


def _usual(filled: Sequence[int]) -> int:
    """How many cells a full row has: the most that several rows have."""
    counts = sorted((count for count in filled if count), reverse=True)
    return counts[min(len(counts) - 1, len(counts) // 4)] if counts else 0


def _are_names(row: Cells) -> bool:
    """Short texts, mostly different ones, hardly any a value (years may be names of columns)."""
    cells = [cell.strip() for cell in row if cell.strip()]
    values = sum(1 for cell in cells if _VALUE.fullmatch(cell))
    years = sum(1 for cell in cells if _YEAR.fullmatch(cell))
    if values - years > 0.2 * len(cells) or values == len(cells):
        return False
    return max(map(len, cells)) <= _LONGEST and len({cell.lower() for cell in cells}) >= 0.6 * len(cells)


def _looks_like_data(row: Cells, below: Sequence[Cells]) -> bool:
    """Whether the row has values where those below it have values too: then it is one of them."""
    for position, cell in enumerate(row):
        if cell.strip() and _VALUE.fullmatch(cell.strip()):
            under = [other[position].strip() for other in below if position < len(other) and other[position].strip()]
            if under and sum(1 for one in under if _VALUE.fullmatch(one)) > 0.8 * len(under):
                return not _YEAR.fullmatch(cell.strip())
    return False


def _lower_rows(rows: Sequence[Cells], index: int) -> int:
    """How many rows below still belong to the header: names under merged cells, at most two."""
    count = 0
    while count < 2 and index + count + 1 < len(rows) and _continues(rows[index + count], rows[index + count + 1]):
        count += 1
    return count


def _continues(upper: Cells, lower: Cells) -> bool:
    """The lower row names what a merged cell above spans, and is empty under a cell merged downwards."""
    width = max((place + 1 for place, cell in enumerate(lower) if cell.strip()), default=0)
    width = max(width, max((place + 1 for place, cell in enumerate(upper) if cell.strip()), default=0))
    pairs = [(_cell(upper, place), _cell(lower, place)) for place in range(width)]
    gaps = [low for place, (up, low) in enumerate(pairs) if not up and place]
    beneath = [low for up, low in pairs if up]
    if not gaps or not all(gaps) or all(beneath):
        return False
    return _are_names(lower)


def _cell(row: Cells, place: int) -> str:
    return row[place].strip() if place < len(row) else ""


def header_names(rows: Sequence[Cells], index: int, width: int) -> list[str]:
    """The columns' names from the header row and those above it that it continues; empty where there is none."""
    top = index
    while top > 0 and index - top < 2 and _continues(rows[top - 1], rows[top]) and _are_names(rows[top - 1]):
        top -= 1
    names = [""] * width
    for level in range(top, index + 1):
        last = ""
        for place in range(width):
            cell = " ".join(_cell(rows[level], place).split())
            last = cell or (last if level < index and _cell(rows[level + 1], place) else "")
            if last and last != names[place]:
                names[place] = f"{names[place]} {last}".strip()
    return names


Merge = tuple[tuple[int, int], tuple[int, int]]


def merged_header(merges: Sequence[Merge], width: int) -> tuple[int, int] | None:
    """The first and last row of a header, by the cells that are merged downwards in it; None where none are."""
    down = sorted(
        (top, bottom)
        for (top, left), (bottom, right) in merges
        if bottom > top and bottom < LOOKED_AT and right - left < max(1, 0.5 * width)
    )
    if not down:
        return None
    first, last = down[0]
    for top, bottom in down:
        if top <= last:
            last = max(last, bottom)
    return (first, last) if last - first < _MOST_LEVELS else None


def merged_names(rows: Sequence[Cells], merges: Sequence[Merge], block: tuple[int, int], width: int) -> list[str]:
    """The columns' names from all rows of the header, a merged cell's text standing in each cell it covers."""
    levels = [[_cell(rows[row], place) for place in range(width)] for row in range(block[0], block[1] + 1)]
    for (top, left), (bottom, right) in merges:
        if block[0] <= top <= block[1]:
            for row in range(top, min(bottom, block[1]) + 1):
                for place in range(left, min(right, width - 1) + 1):
                    levels[row - block[0]][place] = _cell(rows[top], left)
    names = []
    for place in range(width):
        words = dict.fromkeys(" ".join(level[place].split()) for level in levels if level[place])
        names.append(" ".join(words))
    return names


def unique(names: Sequence[str]) -> list[str]:
    """No name empty, none twice (the second is called “Name (2)”), none longer than a person would read."""
    if len(names) > MOST_COLUMNS:
        raise Refused(f"Die Tabelle hat mehr als {MOST_COLUMNS} Spalten.")
    found: dict[str, None] = {}
    for place, raw in enumerate(names, 1):
        base = " ".join("".join(sign for sign in raw if sign.isprintable() or sign.isspace()).split())[:_LONGEST]
        base = base or f"Spalte {place}"
        name, count = base, 1
        while name in found:
            count += 1
            name = f"{base} ({count})"
        found[name] = None
    return list(found)


def is_numbering(row: Cells) -> bool:
    """The row 1, 2, 3, … that official tables have under their header."""
    cells = [cell.strip() for cell in row if cell.strip()]
    return len(cells) > 2 and cells == [str(number) for number in range(1, len(cells) + 1)]
