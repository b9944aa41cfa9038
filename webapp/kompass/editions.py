"""The edition of the Kompass that a page shows."""

from dataclasses import dataclass

from geo.kompass.model import Matrix
from geo.kompass.schema import shipped


@dataclass(frozen=True)
class Edition:
    """A matrix; the one that comes with the register has no number."""

    matrix: Matrix


def of_day() -> Edition:
    """The edition of the page's day."""
    return Edition(shipped())
