"""What a report is made of, whatever it is written as: headings, sentences, places to fill in, tables, a chart."""

from collections.abc import Sequence
from dataclasses import dataclass

# A table with more columns is set in smaller type.
MANY_COLUMNS = 5


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 or 2."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Sentence:
    """A paragraph that stands as it is."""

    text: str


@dataclass(frozen=True)
class FillIn:
    """What the author is to write here; marked so that it cannot be overlooked."""

    text: str


@dataclass(frozen=True)
class Points:
    """A list."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table with its caption and the names of its columns; a number stands on the right."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Chart:
    """Columns with their values; `alt` says in words what there is to see."""

    caption: str
    columns: tuple[tuple[str, float], ...]
    alt: str


Block = Heading | Sentence | FillIn | Points | Table | Chart


@dataclass(frozen=True)
class Document:
    """A report with its title and what stands below it."""

    title: str
    subtitle: str
    blocks: tuple[Block, ...]


def fill_ins(blocks: Sequence[Block]) -> int:
    """How many places are left for the author."""
    return sum(isinstance(one, FillIn) for one in blocks)
