"""The days for which a confirmation holds: the columns of the settings, their defaults, and the same as SQL.

What stands empty changes sooner than what is in use, and what is let or threatened changes soonest. Twelve months are
the most: longer ago, nothing counts as verified (design 3, section 2.4).
"""

MOST_DAYS = 365
# A unit's confirmation as it is known today: `known`, beside the unit `u`.
KNOWN_TODAY = " CROSS JOIN LATERAL (SELECT u.verified_on, u.verified_by_kind) known"
UNKNOWN = "UNBEKANNT"
# The column of `town_settings` for each state, and the days where the town has said nothing else.
DAYS: dict[str, tuple[str, int]] = {
    "GENUTZT": ("fresh_used_days", 365),
    "LEER": ("fresh_empty_days", 180),
    "ZWISCHENGENUTZT": ("fresh_interim_days", 90),
    "LEER_VERMIETET": ("fresh_let_days", 90),
    "IM_UMBAU": ("fresh_rebuilt_days", 180),
    "DROHEND": ("fresh_threatened_days", 90),
    "NICHT_MARKTAKTIV": ("fresh_off_market_days", 365),
    UNKNOWN: ("fresh_unknown_days", 90),
}
COLUMNS = tuple(column for column, _ in DAYS.values())


def days_sql(town: str = ":municipality_id", state: str = "s.state") -> str:
    """The days of a unit in `state`; `town` names the municipality by a bound value, so that it is looked up once."""
    cases = " ".join(
        f"WHEN '{code}' THEN coalesce((SELECT t.{column} FROM register.town_settings t"  # noqa: S608 (names from above)
        f" WHERE t.municipality_id = {town}), {days})"
        for code, (column, days) in DAYS.items()
        if code != UNKNOWN
    )
    column, days = DAYS[UNKNOWN]
    otherwise = (
        f"coalesce((SELECT t.{column} FROM register.town_settings t"  # noqa: S608 (names from above)
        f" WHERE t.municipality_id = {town}), {days})"
    )
    return f"(CASE {state} {cases} ELSE {otherwise} END)"


def holds_until_sql(town: str = ":municipality_id", confirmed: str = "u.verified_on") -> str:
    """The last day on which the confirmation of the day `confirmed` holds; NULL for a unit that was never confirmed."""
    return f"({confirmed} + {days_sql(town)})"


def overdue_sql(town: str = ":municipality_id", confirmed: str = "u.verified_on") -> str:
    """Whether a unit was not confirmed, or too long ago, on the day `:day`."""
    return f"({confirmed} IS NULL OR {holds_until_sql(town, confirmed)} < CAST(:day AS date))"
