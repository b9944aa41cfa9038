"""The code lists of citizens' reports, each code with its German and English name."""

KINDS = {
    "LEER": ("Hier steht etwas leer", "Something is vacant here"),
    "DROHEND": ("Hier schließt bald etwas", "Something will close soon"),
    "WIEDER_GENUTZT": ("Hier ist wieder etwas drin", "It is in use again"),
    "FEHLER": ("Eine Angabe im Register stimmt nicht", "Something in the register is wrong"),
    "IDEE": ("Ich habe eine Idee", "I have an idea"),
}
# Short forms for lists and figures.
KIND_NAMES = {
    "LEER": ("Leerstand", "Vacancy"),
    "DROHEND": ("Drohender Leerstand", "Expected vacancy"),
    "WIEDER_GENUTZT": ("Wieder genutzt", "In use again"),
    "FEHLER": ("Fehler im Register", "Mistake in the register"),
    "IDEE": ("Idee", "Idea"),
}
# What somebody misses; wide enough that a count says something, and nothing of who said it.
WISHES = {
    "NAHVERSORGUNG": ("Lebensmittel, Bäcker, Drogerie", "Groceries, bakery, drugstore"),
    "GASTRO": ("Café, Restaurant, Kneipe", "Café, restaurant, pub"),
    "MODE": ("Mode und Schuhe", "Clothes and shoes"),
    "FACHGESCHAEFT": ("anderes Fachgeschäft", "Another specialist shop"),
    "HANDWERK": ("Handwerk und Reparatur", "Crafts and repairs"),
    "GESUNDHEIT": ("Arzt, Praxis, Apotheke", "Doctor, practice, pharmacy"),
    "DIENST": ("Post, Bank, Dienstleistung", "Post, bank, services"),
    "KINDER": ("Angebot für Kinder und Jugendliche", "Something for children and young people"),
    "KULTUR": ("Kultur, Ausstellung, Bühne", "Culture, exhibition, stage"),
    "TREFF": ("Treffpunkt, Verein, Begegnung", "Meeting place, clubs"),
    "ARBEIT": ("Büroplätze, Werkräume zum Mieten", "Desks and workshops to rent"),
    "WOHNEN": ("Wohnen", "Housing"),
    "SONSTIGES": ("etwas anderes", "Something else"),
}
# What became of a report; the German words stand on the town's pages, both in the answer.
OUTCOMES = {
    "GEAENDERT": ("Nutzung im Register geändert", "the register has been changed"),
    "BESTAETIGT": ("Stand im Register bestätigt", "it confirms what the register says"),
    "ZUGEORDNET": ("einer Nutzungseinheit zugeordnet", "noted for the premises"),
    "GEZAEHLT": ("als Anregung gezählt", "counted as a suggestion"),
    "ANDERS": ("anders erledigt", "dealt with in another way"),
    "UNZUTREFFEND": ("trifft nicht zu", "not the case"),
    "UNZULAESSIG": ("unzulässig oder Werbung", "not admissible, or advertising"),
}
