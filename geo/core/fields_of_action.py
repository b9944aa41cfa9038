"""The alliance's fields of action (report of 15 November 2023): what a pilot project or a card is about."""

FIELDS_OF_ACTION = {
    "ANGEBOT": ("Angebotsvielfalt und Multifunktionalität", "Variety of offers and multifunctionality"),
    "IDENTITAET": ("Identität, Image, Kampagnen", "Identity, image, campaigns"),
    "OEFFENTLICHER_RAUM": ("Öffentlicher Raum und Aufenthaltsqualität", "Public space and quality of stay"),
}
