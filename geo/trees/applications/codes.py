"""The states of an application, with their German and English names."""

STATES = {
    "UNBESTAETIGT": ("noch nicht bestätigt", "not confirmed yet"),
    "NEU": ("neu, in Prüfung", "new, being looked at"),
    "WARTELISTE": ("auf der Warteliste", "on the waiting list"),
    "ANGENOMMEN": ("angenommen", "accepted"),
    "ABGELEHNT": ("abgelehnt", "declined"),
    "ZURUECKGEZOGEN": ("zurückgezogen", "withdrawn"),
}
# What the town decides; the other states come from the applicant.
DECIDED = ("NEU", "WARTELISTE", "ANGENOMMEN", "ABGELEHNT")
CLOSED = ("ANGENOMMEN", "ABGELEHNT", "ZURUECKGEZOGEN")
