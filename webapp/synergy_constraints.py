"""The named rules of the rankings for the tree planner. See `constraints`."""

SYNERGY: dict[str, tuple[int, str]] = {
    "stop_rankings_weights": (422, "Ein Gewicht liegt zwischen 0 und 100, und mindestens ein Grund zählt."),
    "stop_rankings_withdrawn": (422, "Wer eine Rangfolge zurücknimmt, tut es zu einer Zeit."),
    "stop_ranks_points": (422, "Ein Standplatz hat in einer Rangfolge einen Platz und 0 bis 10 Punkte."),
    "stop_ranks_ranking_id_stop_id_key": (409, "Der Standplatz hat in dieser Rangfolge schon einen Platz."),
    "stop_ranks_stop_id_municipality_id_fkey": (422, "Diesen Standplatz gibt es in der Gemeinde nicht."),
    "stop_ranks_ranking_id_municipality_id_fkey": (422, "Diese Rangfolge gibt es in der Gemeinde nicht."),
}
