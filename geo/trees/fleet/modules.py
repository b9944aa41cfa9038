"""The sizes of a fleet's modules, as its form says them: a class without any number has no size yet."""

from dataclasses import dataclass
from typing import Any

from geo.core.parsing import Fields
from geo.trees.codes import MODULE_CLASSES
from geo.trees.fleet.model import ModuleClass

_PARTS = {
    "length_cm": "Länge",
    "width_cm": "Breite",
    "height_cm": "Höhe ohne Baum",
    "weight_kg": "Gewicht",
    "seats": "Sitzplätze",
}
_BOUNDS = {
    "length_cm": (30, 1000),
    "width_cm": (30, 500),
    "height_cm": (10, 500),
    "weight_kg": (1, 50_000),
    "seats": (0, 50),
}


def field(name: str, part: str) -> str:
    """The name of a form's field: a class's part."""
    return f"{name.lower()}_{part}"


MODULE_LABELS = {
    field(name, part): f"Klasse {name}: {words}" for name in MODULE_CLASSES for part, words in _PARTS.items()
}


@dataclass(frozen=True)
class ModuleInput:
    """What a module of one class measures: length along the street, width across it, height without the tree."""

    name: str
    length_cm: int
    width_cm: int
    height_cm: int | None = None
    weight_kg: int | None = None
    seats: int = 0


def parse_modules(fields: Fields) -> tuple[ModuleInput, ...]:
    """The sizes in a fleet's form; a class of which anything is said needs length and width."""
    found = []
    for name in MODULE_CLASSES:
        parts = {
            part: fields.whole(field(name, part), least=least, most=most) for part, (least, most) in _BOUNDS.items()
        }
        length, width = parts["length_cm"], parts["width_cm"]
        if length is None and width is None and not any(parts.values()):
            continue
        for part in ("length_cm", "width_cm"):
            if parts[part] is None:
                fields.fail(field(name, part), "Zu einer Modulklasse gehören Länge und Breite.")
        if length is not None and width is not None:
            made = ModuleInput(name, length, width, parts["height_cm"], parts["weight_kg"], parts["seats"] or 0)
            found.append(made)
    return tuple(found)


def module_values(modules: list[ModuleClass]) -> dict[str, Any]:
    """Stored sizes as the values of the fleet's form."""
    return {field(one.name, part): getattr(one, part) for one in modules for part in _PARTS}
