"""What is public of a part, declared once: map, JSON, export and feeds all read this declaration.

A column that is not listed cannot leak, because nobody asks the database for it. A test compares each
declaration with the columns of its view in the schema `published`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Feature:
    """A public collection: the view it is read from and the columns that are public, in their order."""

    name: str
    view: str
    columns: tuple[str, ...]
    geometry: str | None = "point"
    title_de: str = ""
    title_en: str = ""

    def select_list(self, alias: str = "") -> str:
        """The columns as SQL, for a statement on the view."""
        prefix = f"{alias}." if alias else ""
        return ", ".join(f"{prefix}{column}" for column in self.columns)
