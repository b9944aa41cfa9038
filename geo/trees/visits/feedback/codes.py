"""The answers of neighbours, each code with its German and English name."""

MOODS = {
    "GUT": ("Die Bäume waren mir willkommen", "The trees were welcome"),
    "EGAL": ("Mir war es gleich", "I did not mind"),
    "GESTOERT": ("Sie haben mich gestört", "They bothered me"),
}
PLANT = {
    "JA": ("Ja, hier soll für immer ein Baum stehen", "Yes, a tree should stand here for good"),
    "NEIN": ("Nein, hier lieber nicht", "No, rather not here"),
    "UNSICHER": ("Ich weiß es nicht", "I do not know"),
}
STATES = {
    "NEU": ("neu", "new"),
    "FREIGEGEBEN": ("freigegeben", "released"),
    "ABGELEHNT": ("nicht freigegeben", "not released"),
}
