"""Texts made comparable: case, umlauts, punctuation, units and the usual abbreviations do not count."""

import re
import unicodedata

_FOLDED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "²": "2", "³": "3"})
_UNIT = r"m2|qm|m\^2|m|eur|euro|€|%|prozent|kwh(?: ?/ ?\(?m2 ?\*? ?a\)?)?|stk|stueck|anzahl|jahr|jahre|ha"
_UNIT_IN_BRACKETS = re.compile(rf"[\[(]\s*(?:in\s+)?(?:{_UNIT})(?:\s*/\s*(?:m2|qm|monat|a|jahr))*\s*[\])]")
_UNIT_AT_END = re.compile(r"[\s,/_-]+(?:in\s+)?(?:m2|qm|m\^2|eur|euro|€|kwh)(?:\s*/\s*(?:m2|qm|monat|a))*\s*$")
_LARGE_AREA = re.compile(r"(?<![a-z])(?:km2?|qkm|km\^2|ha|hektar|quadratkilometer)(?![a-z0-9])")
# Abbreviations as they stand in headers of lists.
_SHORT = {
    "str": "strasse", "nr": "nummer", "no": "nummer", "num": "nummer", "hsnr": "hausnummer", "hnr": "hausnummer",
    "hausnr": "hausnummer", "hausno": "hausnummer", "plz": "postleitzahl", "zip": "postleitzahl",
    "vkf": "verkaufsflaeche", "vk": "verkaufsflaeche", "vkfl": "verkaufsflaeche", "gfl": "gesamtflaeche",
    "ges": "gesamt", "fl": "flaeche", "geb": "gebaeude", "bez": "bezeichnung", "bem": "bemerkung",
    "lfd": "laufende",
    "obj": "objekt", "id": "id", "eg": "erdgeschoss", "og": "obergeschoss", "anz": "anzahl", "tel": "telefon",
    "bj": "baujahr", "ot": "ortsteil", "gem": "gemeinde", "gmk": "gemarkung", "flst": "flurstueck",
    "verkaufsfl": "verkaufsflaeche", "lagerfl": "lagerflaeche", "gesamtfl": "gesamtflaeche", "nutzfl": "nutzflaeche",
    "mtl": "monatlich", "sq": "quadratmeter", "sqm": "m2",
}  # fmt: skip


def folded(text: str) -> str:
    """Lower case, umlauts written out, accents gone, one space between words."""
    plain = unicodedata.normalize("NFC", text).casefold().translate(_FOLDED)
    plain = "".join(sign for sign in unicodedata.normalize("NFD", plain) if not unicodedata.combining(sign))
    return " ".join(plain.split())


def without_unit(header: str) -> str:
    """A header folded, without a unit of measure: “VKF (m²)” and “Miete in €/m²” are “vkf” and “miete”."""
    text = folded(header)
    shorter = _UNIT_AT_END.sub("", _UNIT_IN_BRACKETS.sub(" ", text)).strip()
    return shorter or text


def is_large_area(header: str) -> bool:
    """Whether a header says that it counts hectares or square kilometres: “flaeche_km”, “Fläche (ha)”."""
    return bool(_LARGE_AREA.search(folded(header)))


def tokens(header: str) -> tuple[str, ...]:
    """The words of a header, abbreviations written out, words run together by capitals or underscores parted."""
    parted = re.sub(r"(?<=[a-zäöüß])(?=[A-ZÄÖÜ])", " ", header)
    return tuple(_SHORT.get(word, word) for word in re.findall(r"[a-z0-9]+", without_unit(parted)))


def key(text: str) -> str:
    """What two texts have in common that a person would call the same: “Kfz-Bedarf” and “KFZ Bedarf”."""
    return "".join(sign for sign in folded(text) if sign.isalnum())
