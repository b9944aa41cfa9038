"""Texts in two languages: in English if there is one and it is wanted, else in German."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Translated:
    """Columns by name; a text in English if there is one and it is wanted, else in German."""

    values: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["values"][name]
        except KeyError:
            raise AttributeError(name) from None

    def in_language(self, name: str, lang: str) -> tuple[str | None, str]:
        """The text and the language it is in."""
        english = self.values.get(f"{name}_en")
        return (english, "en") if lang == "en" and english else (self.values[name], "de")


@dataclass(frozen=True)
class Named(Translated):
    """Whose `name` is its title."""

    def title(self, lang: str) -> str:
        return str(self.in_language("name", lang)[0])
