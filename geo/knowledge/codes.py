"""The code lists of best-practice cards, each code with its German and English name."""

STATES = {"VEROEFFENTLICHT": ("veröffentlicht", "published"), "ENTWURF": ("Entwurf", "draft")}
# The two headings of a card: as on the alliance's own Kompass pages.
HEADINGS = {
    "result": ("Projektergebnis", "Project result"),
    "description": ("Projektbeschreibung", "Project description"),
}
UNCHECKED = ("Angabe noch nicht geprüft", "not verified yet")
