"""The code lists of visits, each code with its German and English name."""

PERMIT_STATES = {
    "NICHT_NOETIG": ("nicht nötig", "not needed"),
    "OFFEN": ("noch zu beantragen", "not yet applied for"),
    "BEANTRAGT": ("beantragt", "applied for"),
    "GENEHMIGT": ("genehmigt", "granted"),
    "ABGELEHNT": ("abgelehnt", "refused"),
}
DECISIONS = {
    "OFFEN": ("noch offen", "open"),
    "PFLANZEN": ("hier pflanzen", "plant here"),
    "NICHT_PFLANZEN": ("hier nicht pflanzen", "do not plant here"),
    "WIEDERHOLEN": ("Besuch wiederholen", "come again"),
}
