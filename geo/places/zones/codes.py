"""The kinds of zones, each with its German and English name."""

KINDS = {
    "ERHEBUNGSGEBIET": ("Erhebungsgebiet", "Survey area"),
    "ZENTRALER_VERSORGUNGSBEREICH": ("Zentraler Versorgungsbereich", "Central supply area"),
    "FUSSGAENGERZONE": ("Fußgängerzone", "Pedestrian zone"),
    "SANIERUNGSGEBIET": ("Sanierungsgebiet", "Redevelopment area"),
    "VORKAUFSSATZUNG": ("Vorkaufssatzung", "Pre-emption statute"),
    "STAEDTEBAUFOERDERGEBIET": ("Städtebaufördergebiet", "Urban development funding area"),
    "BEBAUUNGSPLAN": ("Bebauungsplan", "Local development plan"),
    "QUARTIER": ("Quartier", "Quarter"),
    "STRASSENABSCHNITT": ("Straßenabschnitt", "Street section"),
}
# What may be drawn as a line along the street and is kept as the area within half the width of it.
LINES = ("STRASSENABSCHNITT", "FUSSGAENGERZONE")
USUAL_WIDTH_M = 30
