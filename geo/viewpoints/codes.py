"""The code lists of viewpoints (design 6), each code with its German and English name."""

STATUSES = {
    "IDEE": ("Idee", "idea"),
    "BEWORBEN": ("beworben", "applied"),
    "AUSGEWAEHLT": ("ausgewählt", "selected"),
    "IM_BAU": ("im Bau", "being built"),
    "OFFEN": ("offen", "open"),
    "EINGESCHRAENKT": ("eingeschränkt", "limited"),
    "GESCHLOSSEN": ("geschlossen", "closed"),
}
# What a visitor can go to, or is told not to go to; the stages before are on the map for those who ask for them.
VISITABLE = ("OFFEN", "EINGESCHRAENKT")
# Thoughts of a town that are nobody else's business yet: never public.
HIDDEN = ("IDEE", "BEWORBEN")
PUBLIC_STATUSES = {code: names for code, names in STATUSES.items() if code not in HIDDEN}
STEP_FREE = {
    "JA": ("stufenlos", "step-free"),
    "TEILWEISE": ("teilweise stufenlos", "partly step-free"),
    "NEIN": ("nicht stufenlos", "not step-free"),
    "UNBEKANNT": ("unbekannt", "unknown"),
}
FURNITURE = {
    "bench": ("Bank", "bench"),
    "photo_frame": ("Fotorahmen", "photo frame"),
    "board": ("Informationstafel", "information board"),
    "bin": ("Abfallbehälter", "bin"),
    "lighting": ("Beleuchtung", "lighting"),
}
FURNITURE_STATES = {
    "GUT": ("in Ordnung", "in order"),
    "BESCHAEDIGT": ("beschädigt", "damaged"),
    "FEHLT": ("fehlt", "missing"),
}
SHADE = {
    "JA": ("schattig", "shaded"),
    "TEILWEISE": ("teilweise schattig", "partly shaded"),
    "NEIN": ("kein Schatten", "no shade"),
    "UNBEKANNT": ("unbekannt", "unknown"),
}
SURFACES = {
    "ASPHALT": ("Asphalt", "asphalt"),
    "PFLASTER": ("Pflaster", "paving stones"),
    "PLATTEN": ("Platten", "slabs"),
    "WASSERGEBUNDEN": ("wassergebundene Decke", "compacted gravel"),
    "KIES": ("Kies oder Schotter", "loose gravel"),
    "NATUR": ("Erde oder Gras", "earth or grass"),
}
CHECK_RESULTS = {
    "OFFEN_SICHT": ("Sicht frei", "view clear"),
    "BEWACHSEN": ("zugewachsen", "overgrown"),
    "VERSTELLT": ("verstellt", "obstructed"),
    "NICHT_ERREICHBAR": ("nicht erreichbar", "not reachable"),
}
DEFECTS = {
    **FURNITURE,
    "BEWUCHS": ("Blick zugewachsen", "view overgrown"),
    "WEG": ("Weg beschädigt oder versperrt", "path damaged or blocked"),
    "VERSCHMUTZUNG": ("Verschmutzung", "litter or dirt"),
    "SONSTIGES": ("Anderes", "something else"),
}
DEFECT_STATES = {
    "NEU": ("neu", "new"),
    "BESTAETIGT": ("bestätigt", "confirmed"),
    "BEHOBEN": ("behoben", "mended"),
    "ABGELEHNT": ("kein Mangel", "no defect"),
}
# Why a point that its town calls open is limited all the same (see geo/viewpoints/standing.py).
LIMITS = {
    "PRUEFUNG": ("Die Prüfung des Blicks ist überfällig.", "The view has not been checked for a long time."),
    "SICHT": ("Bei der letzten Prüfung war der Blick nicht frei.", "At the last check the view was not clear."),
    "MANGEL": ("Ein Mangel ist bestätigt.", "A defect has been confirmed."),
}
MONTHS = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
)


def points_in_words(count: int) -> str:
    """How many viewpoints, as people say it."""
    return "1 Blickpunkt" if count == 1 else f"{count} Blickpunkte"
