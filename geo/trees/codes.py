"""The code lists of mobile trees (design 5, section 3), each code with its German and English name."""

MODULE_CLASSES = {
    "S": ("S, von Hand bewegt", "S, moved by hand"),
    "L": ("L, mit Stapler bewegt", "L, moved by forklift"),
}
TREE_STATES = {
    "IM_EINSATZ": ("im Einsatz", "in service"),
    "WINTERQUARTIER": ("im Winterquartier", "in winter quarters"),
    "WERKSTATT": ("in der Werkstatt", "in the workshop"),
    "AUSGEPFLANZT": ("ausgepflanzt", "planted out"),
    "ABGEGANGEN": ("abgegangen", "lost"),
    "UNBEKANNT": ("nicht bekannt", "not known"),
}
SCHEDULE_STATES = {
    "ENTWURF": ("Entwurf", "draft"),
    "VEROEFFENTLICHT": ("veröffentlicht", "published"),
    "UEBERHOLT": ("überholt", "superseded"),
}
LAYERS = {
    "ENTWURF": ("Entwurf", "draft"),
    "BESCHLOSSEN": ("geplant", "planned"),
    "TATSAECHLICH": ("bestätigt", "confirmed"),
}
STOP_KINDS = {
    "STRASSE": ("Standplatz in der Straße", "stop in a street"),
    "WINTERQUARTIER": ("Winterquartier", "winter quarters"),
}
WEEKDAYS = {
    "1": ("Montag", "Monday"),
    "2": ("Dienstag", "Tuesday"),
    "3": ("Mittwoch", "Wednesday"),
    "4": ("Donnerstag", "Thursday"),
    "5": ("Freitag", "Friday"),
    "6": ("Samstag", "Saturday"),
    "7": ("Sonntag", "Sunday"),
}
# Trees in these states move no more.
GONE = ("AUSGEPFLANZT", "ABGEGANGEN")
