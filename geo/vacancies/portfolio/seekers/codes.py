"""The states of seekers and matches, each with its German and English name."""

SEEKER_STATES = {
    "UNBESTAETIGT": ("noch nicht bestätigt", "not confirmed yet"),
    "OFFEN": ("offen", "open"),
    "VERMITTELT": ("vermittelt", "placed"),
    "BEENDET": ("beendet", "ended"),
}
CLOSED = ("VERMITTELT", "BEENDET")
ORIGINS = {
    "FORMULAR": ("öffentliches Formular", "public form"),
    "STADT": ("von der Stadt erfasst", "entered by the town"),
}
MATCH_STATES = {
    "VORSCHLAG": ("vorgeschlagen", "proposed"),
    "ANFRAGE": ("angefragt", "inquiry made"),
    "BESICHTIGUNG": ("Besichtigung", "viewing"),
    "ZUSAGE": ("Zusage", "agreed"),
    "ABSAGE": ("Absage", "declined"),
}
