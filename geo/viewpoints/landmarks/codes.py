"""The kinds of landmarks, each with its German and English name."""

KINDS = {
    "BERG": ("Berg", "mountain"),
    "TURM": ("Turm", "tower"),
    "BURG": ("Burg oder Schloss", "castle"),
    "KIRCHE": ("Kirche", "church"),
    "DENKMAL": ("Denkmal", "monument"),
    "GEBAEUDE": ("Gebäude", "building"),
    "BLICKPUNKT": ("Blickpunkt", "viewpoint"),
    "ORT": ("Ort", "place"),
    "SONSTIGES": ("Sonstiges", "other"),
}
# How high a landmark of the kind stands above the ground when nobody has said it, in metres.
USUAL_HEIGHT_M = {"TURM": 25, "BURG": 15, "KIRCHE": 30, "DENKMAL": 8, "GEBAEUDE": 10, "ORT": 8}
