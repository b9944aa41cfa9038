"""What the form of a card says, and a stored card as the values of that form."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from geo.core import geometry
from geo.core.errors import Invalid
from geo.core.fields_of_action import FIELDS_OF_ACTION
from geo.core.geometry import COUNTRY_BOX
from geo.core.parsing import Fields
from geo.knowledge.model import Card

# Each field with its name for people: for the form, the history, and two versions side by side.
LABELS = {
    "title": "Titel",
    "result": "Projektergebnis",
    "description": "Projektbeschreibung",
    "title_en": "Titel (englisch)",
    "result_en": "Projektergebnis (englisch)",
    "description_en": "Projektbeschreibung (englisch)",
    "elsewhere": "Stadt außerhalb Thüringens",
    "spot": "Adresse oder Ort in der Stadt",
    "longitude": "Länge",
    "latitude": "Breite",
    "working_group_id": "Arbeitsgruppe",
    "fields_of_action": "Handlungsfelder",
    "measures": "Maßnahmen des Kompasses",
    "begins": "Beginn (Jahr)",
    "ends": "Ende (Jahr)",
    "source": "Quelle",
    "link": "Link",
    "is_checked": "Angaben geprüft",
}
TEXTS = ("title", "result", "description", "title_en", "result_en", "description_en", "elsewhere", "spot", "source")
LONGEST = {
    **dict.fromkeys(("title", "title_en", "elsewhere", "spot"), 120),
    **dict.fromkeys(("result", "result_en"), 1500),
    **dict.fromkeys(("description", "description_en"), 6000),
    "source": 500,
}
_LINK = re.compile(r"https?://[^\s/?#@]+\.[^\s/?#@]+([/?#]\S*)?")
LONGEST_LINK = 300


@dataclass(frozen=True)
class CardInput:
    """A card as somebody describes it; coordinates in degrees, years as whole numbers."""

    title: str
    result: str
    description: str
    source: str
    longitude: float
    latitude: float
    title_en: str | None = None
    result_en: str | None = None
    description_en: str | None = None
    elsewhere: str | None = None
    spot: str | None = None
    working_group_id: int | None = None
    fields_of_action: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    begins: int | None = None
    ends: int | None = None
    link: str | None = None
    is_checked: bool = False


COLUMNS = tuple(name for name in CardInput.__dataclass_fields__ if name not in {"longitude", "latitude"})


def parse_card(
    data: Mapping[str, Any], *, measures: Collection[str], groups: Collection[int], in_register: bool
) -> CardInput:
    """A card from a form. `in_register`: it stands in a municipality of the register, else it names its town.

    Raises `Invalid` with every mistake at its field.
    """
    fields = Fields(data)
    required = {"title", "result", "description", "source"} | (set() if in_register else {"elsewhere"})
    texts = {name: fields.text(name, required=name in required, longest=LONGEST[name]) for name in TEXTS}
    west, south, east, north = COUNTRY_BOX
    longitude, latitude = fields.degrees("longitude"), fields.degrees("latitude")
    if longitude is not None and latitude is not None:
        if in_register:
            _noted(fields, lambda: geometry.point(longitude, latitude, "longitude"))
        elif not (west <= longitude <= east and south <= latitude <= north):
            fields.fail("longitude", "Der Punkt liegt nicht in Deutschland.")
    group = fields.whole("working_group_id", most=2_000_000_000)
    if group is not None and group not in groups:
        fields.fail("working_group_id", "Bitte eine der angebotenen Arbeitsgruppen wählen.")
    begins, ends = fields.whole("begins", least=1900, most=2099), fields.whole("ends", least=1900, most=2099)
    if begins is not None and ends is not None and ends < begins:
        fields.fail("ends", "Das Ende liegt vor dem Beginn.")
    if ends is not None and begins is None:
        fields.fail("begins", "Zu einem Ende gehört ein Beginn.")
    link = fields.text("link", longest=LONGEST_LINK)
    if link is not None and not _LINK.fullmatch(link):
        fields.fail("link", "Bitte eine Adresse angeben, die mit https:// oder http:// beginnt.")
    chosen = tuple(fields.several("fields_of_action", FIELDS_OF_ACTION)), tuple(fields.several("measures", measures))
    is_checked = fields.flag("is_checked")
    fields.check()
    return CardInput(
        title=texts["title"] or "",
        result=texts["result"] or "",
        description=texts["description"] or "",
        source=texts["source"] or "",
        longitude=longitude or 0.0,
        latitude=latitude or 0.0,
        title_en=texts["title_en"],
        result_en=texts["result_en"],
        description_en=texts["description_en"],
        elsewhere=None if in_register else texts["elsewhere"],
        spot=texts["spot"],
        working_group_id=group,
        fields_of_action=chosen[0],
        measures=chosen[1],
        begins=begins,
        ends=ends,
        link=link,
        is_checked=is_checked,
    )


def _noted(fields: Fields, read: Any) -> None:
    try:
        read()
    except Invalid as refused:
        for name, sentence in refused.fields.items():
            fields.fail(name, sentence)


def card_values(card: Card) -> dict[str, Any]:
    """A stored card as the values of its form."""
    longitude, latitude = geometry.lon_lat(card.point)
    values = {name: getattr(card, name) for name in COLUMNS}
    values |= {"longitude": f"{longitude:.6f}", "latitude": f"{latitude:.6f}"}
    return {name: values[name] for name in LABELS}


def input_values(data: CardInput) -> dict[str, Any]:
    """What somebody typed, written like the stored values, so that the two can be compared."""
    values = {name: getattr(data, name) for name in COLUMNS}
    for name in ("fields_of_action", "measures"):
        values[name] = list(values[name])
    values |= {"longitude": f"{data.longitude:.6f}", "latitude": f"{data.latitude:.6f}"}
    return {name: values[name] for name in LABELS}
