"""The code lists of measures and self-assessments, each code with its German and English name."""

EFFECTS = {
    "JA": ("hat gewirkt", "worked"),
    "TEILWEISE": ("hat teilweise gewirkt", "worked in part"),
    "NEIN": ("hat nicht gewirkt", "did not work"),
}
HOLDS = {
    "JA": ("ja", "yes"),
    "TEILWEISE": ("teilweise", "in part"),
    "NEIN": ("nein", "no"),
}
# How far a measure is follows from its days.
STAGES = {
    "GEPLANT": ("geplant", "planned"),
    "LAEUFT": ("läuft", "under way"),
    "BEENDET": ("beendet", "ended"),
}
