"""What the readers of the formats agree on: the options asked for, the layers there are, the rows of one of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

Cells = Sequence[str]
MOST_COLUMNS = 1_000
MOST_FIELD = 1_000_000  # characters in one cell
MOST_VERTICES = 100_000  # of one geometry


@dataclass(frozen=True)
class Request:
    """What the person chose; None: to be found out. `name` is the file's own name."""

    name: str
    layer: str | None = None
    encoding: str | None = None
    separator: str | None = None
    header_row: int | None = None
    srid: int | None = None
    swap_axes: bool | None = None


@dataclass
class Row:
    """A row: its number as a spreadsheet would count it, each column's text, the geometry as WKB."""

    number: int
    cells: Cells
    shape: bytes | None = None


@dataclass
class Found:
    """What a reader found: the layers with their rows, which was chosen, and its rows to go through once.

    `rows` must be exhausted before `problems` (row, sentence) and `problem_count` are complete.
    """

    format: str
    layers: list[dict[str, Any]]
    layer: str
    columns: list[str]
    rows: Iterator[Row]
    encoding: str | None = None
    separator: str | None = None
    header_row: int = 0
    declared: Any = None  # an EPSG number or what pyproj understands
    has_geometry: bool = False
    is_typed: bool = False  # numbers were numbers, and were written with a decimal comma
    warnings: list[str] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)
    problem_count: int = 0
    fast: Any = None  # a reader of plain text that writes its rows itself

    def note(self, row: int, sentence: str) -> None:
        """Something is wrong with one row; the first thousand are named."""
        self.problem_count += 1
        if len(self.problems) < 1_000:
            self.problems.append((row, sentence))


def clean(cell: str) -> str:
    """Without what no text of the database may hold, nor a line that its COPY takes for the end."""
    if "\0" in cell or "\n\\." in cell:
        return cell.replace("\0", "").replace("\n\\.", "\n\\ .")
    return cell
