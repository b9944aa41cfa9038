"""The code lists of a stop's site, each code with its German and English name."""

SPECIAL_BAYS = {
    "KEINE": ("nein, gewöhnlicher Parkraum oder Platzfläche", "no, ordinary parking or square"),
    "BEHINDERTE": ("Behindertenparkplatz", "disabled parking"),
    "LADEZONE": ("Ladezone", "loading bay"),
    "TAXI": ("Taxenstand", "taxi rank"),
    "LADESAEULE": ("Ladesäule für Elektroautos", "charging bay"),
    "CARSHARING": ("Carsharing-Platz", "car sharing"),
    "FAHRRAD": ("Fahrradabstellplatz", "bicycle parking"),
    "FEUERWEHR": ("Feuerwehrzufahrt oder -fläche", "fire brigade access"),
    "EINFAHRT": ("Grundstückszufahrt", "driveway"),
}
YES_NO = {"ja": ("ja", "yes"), "nein": ("nein", "no")}
SIDES = {
    "RECHTS": ("rechts der Linie", "right of the line"),
    "LINKS": ("links der Linie", "left of the line"),
    "MITTE": ("zu beiden Seiten der Linie", "on both sides of the line"),
}
BLOCK_SOURCES = {"HAND": ("von Hand", "by hand"), "KALENDER": ("aus dem Kalender", "from the calendar")}
