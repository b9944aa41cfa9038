"""The named rules of best-practice cards and of the search's index. See `constraints`."""

KNOWLEDGE: dict[str, tuple[int, str]] = {
    "knowledge_cards_town": (422, "Ein Beispiel gehört zu einer Gemeinde Thüringens oder nennt eine andere Stadt."),
    "knowledge_cards_point": (422, "Der Punkt liegt nicht in Deutschland."),
    "knowledge_cards_texts": (422, "Titel, Projektergebnis, Projektbeschreibung und Quelle dürfen nicht leer sein."),
    "knowledge_cards_fields": (422, "Dieses Handlungsfeld gibt es nicht."),
    "knowledge_cards_measures": (422, "Diese Maßnahme gibt es nicht."),
    "knowledge_cards_period": (422, "Die Jahre liegen zwischen 1900 und 2099, das Ende nicht vor dem Beginn."),
    "knowledge_cards_link": (422, "Ein Link beginnt mit https:// oder http://."),
    "search_texts_lang": (422, "Diese Sprache gibt es nicht."),
}
