"""The code lists of units and spells (design 3, section 2.2), each code with its German and English name."""

from collections.abc import Mapping

OBJECT_TYPES = {
    "LADEN_EG": ("Laden im Erdgeschoss", "Shop on the ground floor"),
    "LADEN_OG": ("Laden im Obergeschoss", "Shop on an upper floor"),
    "GASTRO": ("Gastronomie", "Restaurant or café"),
    "BUERO_PRAXIS": ("Büro oder Praxis", "Office or practice"),
    "WERKSTATT": ("Werkstatt", "Workshop"),
    "WOHNUNG": ("Wohnung", "Flat"),
    "WOHN_GESCHAEFTSHAUS": ("Wohn- und Geschäftshaus", "Mixed-use building"),
    "GANZES_GEBAEUDE": ("Ganzes Gebäude", "Whole building"),
    "KAUFHAUS_GROSS": ("Kaufhaus, Großfläche", "Department store"),
    "HOTEL": ("Hotel", "Hotel"),
    "HOFSTELLE": ("Hofstelle", "Farmstead"),
    "INDUSTRIE": ("Industrie, Gewerbehalle", "Industrial building"),
    "OEFFENTL_SONDERBAU": ("Öffentlicher Sonderbau", "Public building"),
    "BAULUECKE": ("Baulücke", "Vacant lot"),
    "BRACHE": ("Brache", "Brownfield"),
}
STATES = {
    "GENUTZT": ("genutzt", "in use"),
    "LEER": ("leer", "vacant"),
    "ZWISCHENGENUTZT": ("Zwischennutzung", "interim use"),
    "LEER_VERMIETET": ("leer, bereits vermietet", "vacant, already let"),
    "IM_UMBAU": ("im Umbau", "being rebuilt"),
    "DROHEND": ("genutzt, Leerstand droht", "in use, vacancy expected"),
    "NICHT_MARKTAKTIV": ("nicht am Markt", "not on the market"),
    "ENTFALLEN": ("entfallen", "no longer in the stock"),
}
PRECISIONS = {
    "TAG": ("genauer Tag", "day"),
    "MONAT": ("Monat", "month"),
    "JAHR": ("Jahr", "year"),
    "VOR": ("vor", "before"),
}
ENTRANCES = {
    "EBENERDIG": ("ebenerdig", "at street level"),
    "STUFE_1": ("eine Stufe", "one step"),
    "STUFEN": ("mehrere Stufen", "several steps"),
    "RAMPE": ("Rampe", "ramp"),
}
ACCESSIBLE = {
    "JA": ("ja", "yes"),
    "TEILWEISE": ("teilweise", "partly"),
    "NEIN": ("nein", "no"),
    "UNBEKANNT": ("unbekannt", "unknown"),
}
LOCATION_CLASSES = {
    "A": ("A, Hauptlage", "A, main location"),
    "B": ("B, Nebenlage", "B, side location"),
    "C": ("C, Streulage", "C, scattered location"),
    "RAND": ("Randlage", "edge of the centre"),
}
CONDITIONS = {
    1: ("bezugsfertig", "ready to move in"),
    2: ("zu renovieren", "to be redecorated"),
    3: ("technisch zu sanieren", "technical refurbishment needed"),
    4: ("grundlegend zu sanieren", "complete refurbishment needed"),
    5: ("abgängig", "derelict"),
}
EQUIPMENT = {
    "WC": ("WC", "toilet"),
    "KUECHE": ("Küche", "kitchen"),
    "ABLUFT": ("Abluft", "exhaust"),
    "LUEFTUNG": ("Lüftung", "ventilation"),
    "KAELTE": ("Kälte", "cooling"),
    "STARKSTROM": ("Starkstrom", "three-phase power"),
    "GLASFASER": ("Glasfaser", "fibre"),
    "AUFZUG": ("Aufzug", "lift"),
    "KELLER": ("Keller", "basement"),
    "AUSSENFLAECHE": ("Außenfläche", "outdoor area"),
    "ANLIEFERUNG": ("Anlieferung", "delivery access"),
    "STELLPLAETZE": ("Stellplätze", "parking"),
}
VERIFIED_BY = {
    "BEGEHUNG": ("Begehung", "survey walk"),
    "EIGENTUEMER": ("Eigentümerangabe", "owner"),
    "TELEFON": ("Telefon", "telephone"),
    "BUERGER": ("Hinweis aus der Bürgerschaft", "citizen"),
    "REGISTER": ("anderes Register", "another register"),
    "OSM": ("OpenStreetMap", "OpenStreetMap"),
}
END_REASONS = {
    "ALTERSAUFGABE": ("Aufgabe aus Altersgründen", "retirement"),
    "INSOLVENZ": ("Insolvenz", "insolvency"),
    "UMZUG": ("Umzug", "moved"),
    "MIETE": ("Miete", "rent"),
    "UMSATZ": ("Umsatz", "turnover"),
    "UMBAU": ("Umbau", "rebuilding"),
    "FILIALNETZ": ("Filialnetz verkleinert", "branch network reduced"),
    "KUENDIGUNG": ("Kündigung", "notice"),
    "BRAND": ("Brand", "fire"),
    "UNBEKANNT": ("unbekannt", "unknown"),
}
CONFIDENCES = {
    "SICHER": ("sicher", "certain"),
    "WAHRSCHEINLICH": ("wahrscheinlich", "probable"),
    "UNSICHER": ("unsicher", "uncertain"),
}
HEATINGS = {
    "FERNWAERME": ("Fernwärme", "district heating"),
    "GAS": ("Gas", "gas"),
    "OEL": ("Öl", "oil"),
    "STROM": ("Strom", "electric"),
    "WAERMEPUMPE": ("Wärmepumpe", "heat pump"),
    "HOLZ": ("Holz, Pellets", "wood"),
    "SONSTIGE": ("sonstige", "other"),
    "KEINE": ("keine", "none"),
}
ENERGY_CLASSES = ("A+", "A", "B", "C", "D", "E", "F", "G", "H")
MONUMENTS = {
    "NEIN": ("kein Denkmal", "not listed"),
    "EINZEL": ("Einzeldenkmal", "listed building"),
    "ENSEMBLE": ("Teil eines Denkmalensembles", "part of a listed ensemble"),
}
OPERATOR_KINDS = {
    "INHABER": ("inhabergeführt", "owner-run"),
    "FILIALE": ("Filiale", "branch of a chain"),
    "FRANCHISE": ("Franchise", "franchise"),
}
SUCCESSION_KINDS = {
    "TEILUNG": ("geteilt", "split"),
    "ZUSAMMENLEGUNG": ("zusammengelegt", "merged"),
}
CONSENT_KINDS = {
    "EIGENTUEMER": ("Einwilligung liegt vor", "consent given"),
    "KOMMUNAL": ("kommunales Eigentum", "municipal property"),
    "GESELLSCHAFT": ("kommunale Gesellschaft", "municipal company"),
}
OFFER_KINDS = {
    "MIETE": ("Miete", "rent"),
    "PACHT": ("Pacht", "lease"),
    "KAUF": ("Kauf", "sale"),
    "ERBPACHT": ("Erbbaurecht", "ground lease"),
    "ZWISCHENNUTZUNG": ("Zwischennutzung", "interim use"),
}
PUBLICATION_LEVELS = {
    0: ("nur intern", "internal only"),
    1: ("nur in Zahlen", "in figures only"),
    2: ("Straße und Größe", "street and size"),
    3: ("Adresse und Eckdaten", "address and facts"),
    4: ("vollständiges Exposé", "full exposé"),
}
# Classes of total area: the smallest and (but for the last) the first area beyond, in square metres. The view
# `published.vacancies` has the same bounds; below level 3 the class is all that is public of a unit's size.
SIZE_CLASSES = {
    1: ("unter 50 m²", "under 50 m²"),
    2: ("50 bis 100 m²", "50 to 100 m²"),
    3: ("100 bis 200 m²", "100 to 200 m²"),
    4: ("200 bis 400 m²", "200 to 400 m²"),
    5: ("400 bis 800 m²", "400 to 800 m²"),
    6: ("ab 800 m²", "800 m² and more"),
}
SIZE_BOUNDS = (0, 50, 100, 200, 400, 800)
# The states in which a unit counts as empty for somebody who looks for premises.
EMPTY_STATES = ("LEER", "ZWISCHENGENUTZT")
# What has its front on the street where nobody says otherwise, on the ground floor; only that counts in the rates.
ON_THE_STREET = ("LADEN_EG", "GASTRO", "KAUFHAUS_GROSS")


def one_of(column: str, codes: Mapping[str, object]) -> str:
    """The SQL of a check that a column holds one of the codes (or nothing)."""
    return f"{column} IN ({', '.join(repr(code) for code in codes)})"
