"""How much of its figures a town shares with the alliance's office."""

# Each level tells what the ones before it tell, and more: its name, and what the office then sees.
LEVELS = {
    "SUMME": (
        "Nur in der Summe",
        "Die Stadt zählt in der Summe aller Städte mit, auf fünf gerundet und nur, wenn mindestens drei Städte so"
        " teilnehmen. Über die Stadt selbst erfährt die Allianz nichts.",
    ),
    "ZAHLEN": (
        "Zahlen der Stadt",
        "Zusätzlich: Bestand, Leerstand und Quote der ganzen Stadt zum Ende jedes Quartals.",
    ),
    "ZONEN": (
        "Zahlen nach Zonen und im Verlauf",
        "Zusätzlich: Bestand, Leerstand und Quote Ihrer Zonen zum Ende jedes Quartals, der Verlauf der Stadt als"
        " Diagramm, und was sich um Bäume, Blicke und Pilotstandorte verändert hat, ohne einzelne Straßen.",
    ),
    "EINHEITEN": (
        "Auch die veröffentlichten Einheiten",
        "Zusätzlich: die Liste der Einheiten, die Sie selbst veröffentlicht haben, mit deren öffentlichen Angaben."
        " Nicht veröffentlichte Einheiten und Angaben zum Eigentum sieht die Allianz nie.",
    ),
}
ORDER = tuple(LEVELS)
LEAST = ORDER[0]
