"""What a survey round covers, and what a person can note on the walk; each code with its German and English name."""

SCOPES = {
    "ALLE": ("alle Nutzungseinheiten", "all units"),
    "VERALTET": ("nur solche, deren Bestätigung überfällig ist", "only those overdue for a confirmation"),
    "ERDGESCHOSS": ("nur Straßenfront im Erdgeschoss", "ground-floor frontage only"),
}
ROUND_STATES = {
    "OFFEN": ("offen", "open"),
    "GESCHLOSSEN": ("geschlossen", "closed"),
}
ENTRY_KINDS = {
    "UNVERAENDERT": ("unverändert", "unchanged"),
    "LEER": ("jetzt leer", "now vacant"),
    "GENUTZT": ("wieder genutzt", "in use again"),
    "NUTZER": ("Nutzer ergänzt", "occupant added"),
    "NICHT_AUFFINDBAR": ("nicht auffindbar", "not found"),
    "ENTFALLEN": ("entfallen", "no longer in the stock"),
    "NEU": ("neu aufgenommen", "newly recorded"),
    "FOTO": ("Foto", "photo"),
    "NOTIZ": ("Notiz", "note"),
    "ZURUECK": ("zurückgenommen", "taken back"),
}
# After one of these the unit counts as seen.
SEEING = ("UNVERAENDERT", "LEER", "GENUTZT", "NICHT_AUFFINDBAR", "ENTFALLEN", "NEU")
# These change what the register says of a unit, so the version that the person had before their eyes must still hold.
CHANGING = ("UNVERAENDERT", "LEER", "GENUTZT", "NUTZER", "ENTFALLEN", "NOTIZ")
# These say that the unit is what the register says of it.
CONFIRMING = ("UNVERAENDERT", "LEER", "GENUTZT", "NEU")
