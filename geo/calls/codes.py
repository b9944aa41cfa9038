"""The code lists of calls, each code with its German and English name."""

# What a call is at a moment follows from its times.
PHASES = {
    "ENTWURF": ("Entwurf", "draft"),
    "ANGEKUENDIGT": ("angekündigt", "announced"),
    "OFFEN": ("offen", "open"),
    "GESCHLOSSEN": ("geschlossen", "closed"),
    "ENTSCHIEDEN": ("entschieden", "decided"),
    "ABGESAGT": ("abgesagt", "called off"),
}
STATES = {
    "ENTWURF": ("Entwurf", "draft"),
    "EINGEREICHT": ("eingereicht", "handed in"),
    "ZURUECKGEZOGEN": ("zurückgezogen", "withdrawn"),
}
REVIEWS = {
    "OFFEN": ("offen", "to do"),
    "ABGEGEBEN": ("abgegeben", "handed in"),
    "BEFANGEN": ("befangen", "conflict of interest"),
}
OUTCOMES = {
    "AUSGEWAEHLT": ("ausgewählt", "chosen"),
    "WARTELISTE": ("Warteliste", "waiting list"),
    "ABGELEHNT": ("nicht ausgewählt", "not chosen"),
}
MOST_POINTS = 10
