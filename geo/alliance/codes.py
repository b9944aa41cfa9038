"""The code lists of the alliance, each code with its German and English name, and when it was founded."""

from datetime import date

FOUNDED_ON = date(2021, 6, 8)

KINDS = {
    "MINISTERIUM": ("Ministerium", "ministry"),
    "BEHOERDE": ("Behörde oder Landesgesellschaft", "public authority or state-owned company"),
    "KAMMER": ("Kammer", "chamber"),
    "VERBAND": ("Verband", "association"),
    "STADT": ("Stadt oder Gemeinde", "town or municipality"),
    "UNTERNEHMEN": ("Unternehmen", "firm"),
    "HOCHSCHULE": ("Hochschule", "university"),
    "INITIATIVE": ("Verein oder Initiative", "club or initiative"),
    "SONSTIGES": ("Sonstige", "other"),
}
MEETING_STATES = {
    "ENTWURF": ("Entwurf, noch nicht eingeladen", "draft, not yet invited"),
    "EINGELADEN": ("eingeladen", "invited"),
    "ABGESAGT": ("abgesagt", "cancelled"),
}
PRESENCE = {
    "ANWESEND": ("anwesend", "present"),
    "ENTSCHULDIGT": ("entschuldigt", "excused"),
    "ABWESEND": ("abwesend", "absent"),
}
FEED_KINDS = {
    "PERSON": ("persönlich", "personal"),
    "GRUPPE": ("zum Weitergeben", "to be passed on"),
}
