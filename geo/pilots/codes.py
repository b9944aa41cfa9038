"""The code lists of pilot projects, each code with its German and English name."""

PHASES = {
    "VORGESEHEN": ("vorgesehen", "planned"),
    "AUSGEWAEHLT": ("ausgewählt", "selected"),
    "VORBEREITUNG": ("in Vorbereitung", "being prepared"),
    "UMSETZUNG": ("in der Umsetzung", "being carried out"),
    "WINTERPAUSE": ("Winterpause", "winter break"),
    "VERSTETIGT": ("verstetigt", "continued for good"),
    "ABGESCHLOSSEN": ("abgeschlossen", "completed"),
}
PRECISIONS = {
    "TAG": ("Tag", "day"),
    "MONAT": ("Monat", "month"),
    "HALBJAHR": ("Halbjahr", "half-year"),
    "JAHR": ("Jahr", "year"),
    "UNGEWISS": ("Ende offen", "end open"),
}
