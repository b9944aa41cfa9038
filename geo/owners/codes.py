"""The code lists of owners (design 3, section 2.2), each code with its German and English name."""

KINDS = {
    "PRIVAT": ("Privatperson", "private person"),
    "ERBENGEMEINSCHAFT": ("Erbengemeinschaft", "community of heirs"),
    "WEG": ("Wohnungseigentümergemeinschaft", "condominium association"),
    "KOMMUNE": ("Stadt oder Gemeinde", "municipality"),
    "KOMM_GESELLSCHAFT": ("Kommunale Gesellschaft", "municipal company"),
    "GENOSSENSCHAFT": ("Genossenschaft", "cooperative"),
    "BUND_LAND": ("Bund oder Land", "state"),
    "KIRCHE": ("Kirche", "church"),
    "UNTERNEHMEN": ("Unternehmen", "company"),
    "FONDS": ("Fonds", "fund"),
    "INSOLVENZVERWALTER": ("Insolvenzverwaltung", "insolvency administrator"),
    "HERRENLOS": ("herrenlos", "ownerless"),
    "UNBEKANNT": ("unbekannt", "unknown"),
}
SALUTATIONS = {"FRAU": ("Frau", "Ms"), "HERR": ("Herr", "Mr")}
ATTITUDES = {
    "OFFEN": ("aufgeschlossen", "open"),
    "ABWARTEND": ("abwartend", "waiting"),
    "ABLEHNEND": ("ablehnend", "declining"),
    "NICHT_ERREICHBAR": ("nicht erreichbar", "cannot be reached"),
}
CHANNELS = {
    "BRIEF": ("Brief", "letter"),
    "LINK": ("Link im Brief", "link in the letter"),
    "MAIL": ("E-Mail", "e-mail"),
    "TELEFON": ("Telefon", "telephone"),
    "PERSOENLICH": ("persönlich", "in person"),
    "SONSTIGES": ("auf anderem Weg", "another way"),
}
RESULTS = {
    "KEIN_RUECKLAUF": ("kein Rücklauf", "no answer"),
    "INTERESSE": ("Interesse", "interest"),
    "BERATUNG": ("Beratung", "advice"),
    "VERKAUFSBEREIT": ("verkaufsbereit", "would sell"),
    "VERMIETBEREIT": ("vermietbereit", "would let"),
    "ZWISCHENNUTZUNG": ("Zwischennutzung möglich", "interim use possible"),
    "ABLEHNUNG": ("Ablehnung", "declined"),
    "UNZUSTELLBAR": ("unzustellbar", "undeliverable"),
}
CONSENTS = {
    "VEROEFFENTLICHUNG": ("Veröffentlichung", "publication"),
    "FOTOS": ("Fotos", "photos"),
    "WEITERGABE": ("Weitergabe der Kontaktdaten an Interessierte", "contact passed on"),
}
CONSENT_WAYS = {
    "BRIEF": ("Brief", "letter"),
    "LINK": ("Link im Brief", "link in the letter"),
    "MAIL": ("E-Mail", "e-mail"),
    "TELEFON": ("Telefon", "telephone"),
    "PERSOENLICH": ("persönlich", "in person"),
    "VERTRAG": ("Vertrag", "contract"),
}
CAMPAIGN_STATES = {
    "ENTWURF": ("Entwurf", "draft"),
    "VERSCHICKT": ("verschickt", "sent"),
    "BEENDET": ("beendet", "ended"),
}
LETTER_STATES = {
    "ENTWURF": ("noch nicht verschickt", "not sent yet"),
    "VERSCHICKT": ("ohne Antwort", "no answer yet"),
    "BEANTWORTET": ("beantwortet", "answered"),
    "UNZUSTELLBAR": ("unzustellbar", "undeliverable"),
}
OBJECTIONS = {
    "KONTAKT": ("Die Stadt soll mich nicht mehr anschreiben oder anrufen", "The town shall not contact me any more"),
    "SPEICHERUNG": ("Ich widerspreche der Speicherung meiner Daten", "I object to my data being stored"),
}
PROPOSAL_STATES = {
    "OFFEN": ("offen", "open"),
    "UEBERNOMMEN": ("übernommen", "accepted"),
    "ABGELEHNT": ("nicht übernommen", "not accepted"),
}
GROUNDS = {
    "FRIST": ("Löschfrist abgelaufen", "deadline"),
    "VERLANGEN": ("auf Verlangen der Person", "asked for by the person"),
    "WIDERSPRUCH": ("Widerspruch gegen die Speicherung", "objection"),
    "IRRTUM": ("irrtümlich erfasst", "entered by mistake"),
}
UNCONSENTED_SO_LONG = (
    "So lange hat nicht jede Person zugestimmt, der die Nutzungseinheit gehört. Bitte einen früheren letzten Tag wählen"
    " oder die neue Einwilligung bei der Person eintragen."
)
UNCONSENTED = (
    "Zu dieser Nutzungseinheit ist Eigentum eingetragen, und es haben nicht alle einer Veröffentlichung bis zu dieser"
    " Stufe zugestimmt. Bitte die Einwilligung bei der Person eintragen."
)
