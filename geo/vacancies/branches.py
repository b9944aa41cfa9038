"""Retail groups: what a shop sells, in the grain of the surveys of German towns, and what each means for a centre.

The groups follow the lists that surveys of retail by place use (design 3, section 2.3); which group a town counts as
typical of its centre is decided by its own retail concept, so the flags here are a proposal.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Group:
    """A retail group or another use of a ground floor: German and English name; `kind` is the branch it belongs to."""

    de: str
    en: str
    kind: str = "EINZELHANDEL"
    centre: bool = False
    daily: bool = False


GROUPS: dict[str, Group] = {
    "LEBENSMITTEL": Group("Lebensmittel", "Food", daily=True),
    "LEBENSMITTELHANDWERK": Group("Lebensmittelhandwerk", "Bakery and butchery", daily=True),
    "GETRAENKE": Group("Getränke", "Drinks", daily=True),
    "DROGERIE": Group("Drogerie und Parfümerie", "Drugstore and perfume", daily=True),
    "APOTHEKE": Group("Apotheke und Sanitätsbedarf", "Pharmacy and medical supplies", daily=True),
    "BLUMEN": Group("Blumen", "Flowers", daily=True),
    "ZEITSCHRIFTEN": Group("Zeitungen, Tabak", "Newspapers and tobacco", daily=True),
    "BUECHER": Group("Bücher und Schreibwaren", "Books and stationery", centre=True),
    "SPIEL_HOBBY": Group("Spielwaren und Hobby", "Toys and hobby", centre=True),
    "BEKLEIDUNG": Group("Bekleidung", "Clothing", centre=True),
    "SCHUHE": Group("Schuhe und Lederwaren", "Shoes and leather", centre=True),
    "SPORT": Group("Sport", "Sports", centre=True),
    "HAUSRAT": Group("Hausrat und Geschenke", "Household goods and gifts", centre=True),
    "MOEBEL": Group("Möbel", "Furniture"),
    "HEIMTEXTIL": Group("Heimtextilien", "Home textiles", centre=True),
    "OPTIK": Group("Optik und Hörakustik", "Optician and hearing aids", centre=True),
    "UHREN_SCHMUCK": Group("Uhren und Schmuck", "Watches and jewellery", centre=True),
    "ELEKTRO": Group("Elektro und Medien", "Electronics and media", centre=True),
    "FOTO": Group("Foto", "Photo", centre=True),
    "FAHRRAD": Group("Fahrrad", "Bicycles", centre=True),
    "BAU_GARTEN": Group("Bau- und Gartenbedarf", "Building and garden"),
    "KFZ": Group("Kfz-Bedarf", "Car supplies"),
    "ZOO": Group("Zoobedarf", "Pets"),
    "WARENHAUS": Group("Warenhaus", "Department store", centre=True),
    "SONSTIGER_HANDEL": Group("Sonstiger Einzelhandel", "Other retail"),
    "GASTRONOMIE": Group("Gastronomie", "Food service", kind="GASTRONOMIE"),
    "BEHERBERGUNG": Group("Beherbergung", "Accommodation", kind="GASTRONOMIE"),
    "DIENSTLEISTUNG": Group("Dienstleistung", "Services", kind="DIENSTLEISTUNG"),
    "FINANZEN": Group("Bank, Versicherung", "Bank and insurance", kind="DIENSTLEISTUNG"),
    "GESUNDHEIT": Group("Gesundheit", "Health", kind="DIENSTLEISTUNG"),
    "BILDUNG": Group("Bildung", "Education", kind="GEMEINBEDARF"),
    "KULTUR": Group("Kultur und Freizeit", "Culture and leisure", kind="GEMEINBEDARF"),
    "HANDWERK": Group("Handwerk", "Crafts", kind="DIENSTLEISTUNG"),
    "BUERO": Group("Büro", "Office", kind="DIENSTLEISTUNG"),
    "SOZIALES": Group("Soziales, Vereine", "Social services and clubs", kind="GEMEINBEDARF"),
    "OEFFENTLICH": Group("Öffentliche Einrichtung", "Public institution", kind="GEMEINBEDARF"),
}
KINDS = {
    "EINZELHANDEL": ("Einzelhandel", "Retail"),
    "GASTRONOMIE": ("Gastronomie und Beherbergung", "Food service and accommodation"),
    "DIENSTLEISTUNG": ("Dienstleistung, Handwerk, Büro", "Services, crafts, offices"),
    "GEMEINBEDARF": ("Kultur, Bildung, Soziales, Öffentliches", "Culture, education, social and public uses"),
}
# As a code list: a code with its German and English name.
RETAIL_GROUPS = {code: (group.de, group.en) for code, group in GROUPS.items()}
