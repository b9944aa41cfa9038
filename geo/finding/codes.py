"""The kinds of what is to be found, in the order of the filter, each with its German and English name."""

KINDS = {
    "card": ("Beispiele guter Praxis", "Best-practice cards"),
    "pilot_project": ("Pilotprojekte", "Pilot projects"),
    "pilot_site": ("Pilotstandorte", "Pilot sites"),
    "call": ("Aufrufe", "Calls"),
    "working_group": ("Arbeitsgruppen", "Working groups"),
    "meeting": ("Sitzungen", "Meetings"),
    "measure": ("Maßnahmen des Kompasses", "Measures of the Kompass"),
}
