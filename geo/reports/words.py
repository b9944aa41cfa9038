"""What reports say in German and English."""

from datetime import date

from babel.dates import format_date

WORDS = {
    "de": {
        "skip": "Zur Tabelle springen",
        "internal": "Nur für den internen Gebrauch.",
        "internal_more": "Diese Datei enthält Angaben, die die Stadt nicht veröffentlicht hat.",
        "example": "Enthält erfundene Objekte des Beispielregisters.",
        "map": "Karte",
        "map_is": "Karte; alle Objekte stehen auch in der Tabelle darunter",
        "legend": "Legende: was die Karte zeigt",
        "on_map": "Karte",
        "show": "Zeigen",
        "not_on_map": "nicht auf der Karte",
        "nothing": "Es gibt nichts zu zeigen.",
        "made": "Innenstadtregister Thüringen, erstellt am",
    },
    "en": {
        "skip": "Skip to the table",
        "internal": "For internal use only.",
        "internal_more": "This file holds information that the town has not published.",
        "example": "Contains made-up objects of the sample register.",
        "map": "Map",
        "map_is": "Map; all objects are in the table below as well",
        "legend": "Legend: what the map shows",
        "on_map": "Map",
        "show": "Show",
        "not_on_map": "not on the map",
        "nothing": "There is nothing to show.",
        "made": "Innenstadtregister of Thuringia, made on",
    },
}


def day_in_words(day: date, lang: str) -> str:
    """A day as people write it."""
    return format_date(day, "long", locale="en_GB" if lang == "en" else "de")
