"""What a report may become, by its kind, and what that needs."""

# These need a unit that the report is about.
WITH_UNIT = ("GEAENDERT", "BESTAETIGT", "ZUGEORDNET")
# What each kind may become; the first is what is usual.
POSSIBLE = {
    "LEER": ("GEAENDERT", "BESTAETIGT", "ZUGEORDNET", "ANDERS", "UNZUTREFFEND", "UNZULAESSIG"),
    "DROHEND": ("GEAENDERT", "BESTAETIGT", "ZUGEORDNET", "ANDERS", "UNZUTREFFEND", "UNZULAESSIG"),
    "WIEDER_GENUTZT": ("GEAENDERT", "BESTAETIGT", "ZUGEORDNET", "ANDERS", "UNZUTREFFEND", "UNZULAESSIG"),
    "FEHLER": ("ZUGEORDNET", "BESTAETIGT", "ANDERS", "UNZUTREFFEND", "UNZULAESSIG"),
    "IDEE": ("GEZAEHLT", "ANDERS", "UNZULAESSIG"),
}
# The state of the unit that a report speaks of.
SPOKEN_OF = {"LEER": "LEER", "DROHEND": "DROHEND", "WIEDER_GENUTZT": "GENUTZT"}
# Whoever sent spam gets no answer.
SILENT = ("UNZULAESSIG",)
