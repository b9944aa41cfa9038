"""The code lists of cases (design 3, section 2.3), each code with its German and English name."""

# The line of the work. A case stands on one of these, is held on one, or has ended.
WORKING = {
    "GEMELDET": ("gemeldet", "reported"),
    "GEPRUEFT": ("geprüft", "checked"),
    "ANGESPROCHEN": ("angesprochen", "owner approached"),
    "WARTET": ("wartet auf Antwort", "waiting for an answer"),
    "IM_GESPRAECH": ("im Gespräch", "in talks"),
    "BERATUNG": ("Beratung", "advice"),
    "VERMARKTUNG": ("Vermarktung", "on offer"),
    "RESERVIERT": ("reserviert", "reserved"),
    "MASSNAHME_LAEUFT": ("Maßnahme läuft", "measure under way"),
}
HELD = {
    "BLOCKIERT": ("blockiert", "blocked"),
    "RUHEND": ("ruht", "resting"),
}
ENDED = {
    "ABGESCHLOSSEN": ("abgeschlossen", "closed"),
    "VERWORFEN": ("verworfen", "dismissed"),
}
CASE_STATES = {**WORKING, **HELD, **ENDED}
BLOCKED_KINDS = {
    "EIGENTUEMER_UNFREIWILLIG": ("Eigentümer, unfreiwillig", "owner, against their will"),
    "EIGENTUEMER_FREIWILLIG": ("Eigentümer, freiwillig", "owner, by choice"),
    "GEBAEUDE_UMFELD": ("Gebäude oder Umfeld", "building or surroundings"),
    "DRITTE": ("Dritte", "third parties"),
}
BLOCKED_HINTS = {
    "EIGENTUEMER_UNFREIWILLIG": "etwa Erbengemeinschaft, Insolvenz, Krankheit, überfordert",
    "EIGENTUEMER_FREIWILLIG": "etwa kein Interesse, zu hohe Forderung, wartet auf bessere Zeiten",
    "GEBAEUDE_UMFELD": "etwa Denkmal, Brandschutz, Bauzustand, Baustelle vor der Tür",
    "DRITTE": "etwa Bank, Behörde, Nachbarn, Mietinteressent",
}
RESULTS = {
    "WIEDERVERMIETET": ("wieder vermietet", "let again"),
    "VERKAUFT": ("verkauft", "sold"),
    "UMGENUTZT": ("umgenutzt", "converted"),
    "ZWISCHENNUTZUNG_VERSTETIGT": ("Zwischennutzung verstetigt", "interim use made permanent"),
    "RUECKGEBAUT": ("rückgebaut", "demolished"),
    "WAR_NIE_LEER": ("war nie leer", "was never vacant"),
    "AUS_BESTAND": ("aus dem Bestand genommen", "taken out of the stock"),
}
PRIORITIES = {
    1: ("hoch", "high"),
    2: ("normal", "normal"),
    3: ("niedrig", "low"),
}
VACANCY_TYPES = {
    "FLUKTUATION": ("Fluktuation", "normal turnover"),
    "VERFESTIGT": ("verfestigt", "persistent"),
    "STRUKTURELL": ("strukturell", "structural"),
    "OBJEKTBEDINGT": ("objektbedingt", "caused by the property"),
    "SPEKULATIV": ("spekulativ", "speculative"),
    "STRATEGISCH": ("strategisch", "strategic"),
    "PROJEKTBEDINGT": ("projektbedingt", "caused by a project"),
    "SAISONAL": ("saisonal", "seasonal"),
    "DROHEND": ("drohend", "impending"),
    "NICHT_MARKTAKTIV": ("nicht am Markt", "not on the market"),
}
# What one step did to a case; the first that applies names the step.
EVENT_KINDS = {
    "EROEFFNET": ("Fall eröffnet", "case opened"),
    "WIEDEREROEFFNET": ("Fall wieder eröffnet", "case reopened"),
    "ABGESCHLOSSEN": ("Fall abgeschlossen", "case closed"),
    "VERWORFEN": ("Fall verworfen", "case dismissed"),
    "BLOCKIERT": ("Fall blockiert", "case blocked"),
    "RUHEND": ("Fall ruht", "case resting"),
    "FORTGESETZT": ("Fall fortgesetzt", "case resumed"),
    "STAND": ("Stand geändert", "state changed"),
    "ERLEDIGT": ("Schritt erledigt", "step done"),
    "SCHRITT": ("nächster Schritt", "next step"),
    "ZUSTAENDIG": ("Zuständigkeit geändert", "responsible person changed"),
    "VORRANG": ("Vorrang geändert", "priority changed"),
    "TYP": ("Leerstandstyp geändert", "type of vacancy changed"),
    "NOTIZ": ("Notiz", "note"),
}
