"""The code lists of viewpoints (design 6), each code with its German and English name."""

STATUSES = {
    "IDEE": ("Idee", "idea"),
    "BEWORBEN": ("beworben", "applied"),
    "AUSGEWAEHLT": ("ausgewählt", "selected"),
    "IM_BAU": ("im Bau", "being built"),
    "OFFEN": ("offen", "open"),
    "EINGESCHRAENKT": ("eingeschränkt", "limited"),
    "GESCHLOSSEN": ("geschlossen", "closed"),
}
# What a visitor can go to, or is told not to go to; the stages before are on the map for those who ask for them.
VISITABLE = ("OFFEN", "EINGESCHRAENKT")
# Thoughts of a town that are nobody else's business yet: never public.
HIDDEN = ("IDEE", "BEWORBEN")
PUBLIC_STATUSES = {code: names for code, names in STATUSES.items() if code not in HIDDEN}
STEP_FREE = {
    "JA": ("stufenlos", "step-free"),
    "TEILWEISE": ("teilweise stufenlos", "partly step-free"),
    "NEIN": ("nicht stufenlos", "not step-free"),
    "UNBEKANNT": ("unbekannt", "unknown"),
}
FURNITURE = {
    "bench": ("Bank", "bench"),
    "photo_frame": ("Fotorahmen", "photo frame"),
    "board": ("Informationstafel", "information board"),
    "bin": ("Abfallbehälter", "bin"),
    "lighting": ("Beleuchtung", "lighting"),
}
