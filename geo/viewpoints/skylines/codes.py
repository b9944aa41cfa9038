"""The kind of job that computes terrain, and how its sentences count."""

KIND = "viewpoints.terrain"


def points_in_words(count: int) -> str:
    """How many viewpoints, as people say it."""
    return "1 Blickpunkt" if count == 1 else f"{count} Blickpunkte"
