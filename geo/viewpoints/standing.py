"""The status that everybody sees, as SQL: said once, for list, map, page, feed and the town's own list.

A point that its town calls open is limited while something limits it (`published.viewpoint_limits`): nothing writes
that, so it ends with its cause. The limits of all points are looked up once for a whole list.
"""


def shown(point: str, status: str, day: str = ":day", *, only: str | None = None) -> str:
    """The status of a point on a day, for its number, its stored status and the day, each an SQL expression.

    `only` is the number again, where one point is asked for: then the limits of no other are looked up.
    """
    limited = f"SELECT l.viewpoint_id FROM published.viewpoint_limits l WHERE l.during @> CAST({day} AS date)"  # noqa: S608 (ours)
    if only is not None:
        limited += f" AND l.viewpoint_id = {only}"
    return f"CASE WHEN {status} = 'OFFEN' AND {point} IN ({limited}) THEN 'EINGESCHRAENKT' ELSE {status} END"
