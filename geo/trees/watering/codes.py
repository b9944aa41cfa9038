"""Who watered, and what else is done for a tree."""

BY = {
    "PATE": ("Gießpatenschaft", "watering patron"),
    "BAUHOF": ("Bauhof", "municipal yard"),
    "VERWALTUNG": ("Stadtverwaltung", "town hall"),
}
CARE = {
    "KONTROLLE": ("Kontrolle", "inspection"),
    "SCHNITT": ("Schnitt", "pruning"),
    "DUENGUNG": ("Düngung", "feeding"),
    "VERANKERUNG": ("Verankerung, Bindung", "staking and tying"),
    "SCHAEDLING": ("Schädlinge, Krankheit", "pests and disease"),
    "SCHADEN": ("Schaden", "damage"),
    "VANDALISMUS": ("Vandalismus", "vandalism"),
    "SONSTIGES": ("Sonstiges", "other"),
}
WEATHER_SOURCES = {"HAND": ("eingetragen", "typed in"), "DWD": ("Deutscher Wetterdienst", "German weather service")}
