"""What our codes are called in OpenImmo 1.2.7. Names of elements and values are those of the public documentation."""

# Element below `objektart`, the attribute that says more, and its value.
OBJECT_KINDS: dict[str, tuple[str, str, str]] = {
    "LADEN_EG": ("einzelhandel", "handel_typ", "LADENLOKAL"),
    "LADEN_OG": ("einzelhandel", "handel_typ", "EINZELHANDELSLADEN"),
    "KAUFHAUS_GROSS": ("einzelhandel", "handel_typ", "KAUFHAUS"),
    "GASTRO": ("gastgewerbe", "gastgew_typ", "GASTRONOMIE"),
    "HOTEL": ("gastgewerbe", "gastgew_typ", "HOTELS"),
    "BUERO_PRAXIS": ("buero_praxen", "buero_typ", "BUEROFLAECHE"),
    "WERKSTATT": ("hallen_lager_prod", "hallen_typ", "WERKSTATT"),
    "INDUSTRIE": ("hallen_lager_prod", "hallen_typ", "HALLE"),
    "WOHNUNG": ("wohnung", "wohnungtyp", "ETAGE"),
    "WOHN_GESCHAEFTSHAUS": ("zinshaus_renditeobjekt", "zins_typ", "WOHN_UND_GESCHAEFTSHAUS"),
    "GANZES_GEBAEUDE": ("zinshaus_renditeobjekt", "zins_typ", "GESCHAEFTSHAUS"),
    "HOFSTELLE": ("land_und_forstwirtschaft", "land_typ", "BAUERNHOF"),
    "OEFFENTL_SONDERBAU": ("sonstige", "sonstige_typ", "SONSTIGE"),
    "BAULUECKE": ("grundstueck", "grundst_typ", "GEWERBE"),
    "BRACHE": ("grundstueck", "grundst_typ", "GEWERBE"),
}
PLOTS = ("BAULUECKE", "BRACHE")
HEATINGS = {
    "GAS": "GAS",
    "OEL": "OEL",
    "STROM": "ELEKTRO",
    "WAERMEPUMPE": "ALTERNATIV",
    "FERNWAERME": "FERN",
    "HOLZ": "HOLZ",
}
# Which of the three ways of marketing a kind of offer is.
MARKETING = {
    "MIETE": "MIETE_PACHT",
    "PACHT": "MIETE_PACHT",
    "ZWISCHENNUTZUNG": "MIETE_PACHT",
    "KAUF": "KAUF",
    "ERBPACHT": "ERBPACHT",
}
