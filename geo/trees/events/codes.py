"""Kinds of events, each code with its German and English name."""

KINDS = {
    "MARKT": ("Markt oder Fest", "market or fair"),
    "BAUSTELLE": ("Baustelle", "road works"),
    "SCHULFERIEN": ("Schulferien", "school holidays"),
    "FEIERTAG": ("Feiertag", "public holiday"),
    "SONSTIGES": ("Sonstiges", "other"),
}
# What somebody enters; holidays are computed.
ENTERED = ("MARKT", "BAUSTELLE", "SONSTIGES")
