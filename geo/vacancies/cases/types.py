"""The type of a vacancy, derived from the unit's use and its duration by thresholds that a town may set."""

from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

from geo.vacancies.cases.codes import ENDED, HELD
from geo.vacancies.counted import GROSS, in_states

# Uses that are a type by themselves.
BY_STATE = {"DROHEND": "DROHEND", "NICHT_MARKTAKTIV": "NICHT_MARKTAKTIV", "IM_UMBAU": "PROJEKTBEDINGT"}
# What nothing in the register tells: a person says so, with a reason.
ONLY_BY_HAND = ("OBJEKTBEDINGT", "SPEKULATIV", "STRATEGISCH", "SAISONAL")


@dataclass(frozen=True)
class Thresholds:
    """Up to `turnover_months` a vacancy is turnover; beyond `structural_months`, or after `failed_rounds` rounds of
    marketing without success, it is structural. `version` is 0 where the town has none of its own."""

    turnover_months: int = 6
    structural_months: int = 24
    failed_rounds: int = 2
    version: int = 0

    def values(self, day: date) -> dict[str, object]:
        """What `DERIVED` binds."""
        return {
            "day": day,
            "turnover_since": day - relativedelta(months=self.turnover_months),
            "structural_since": day - relativedelta(months=self.structural_months),
            "failed_rounds": self.failed_rounds,
        }


def derived(state: str | None, empty_since: date | None, day: date, rounds: int, limits: Thresholds) -> str | None:
    """The type that follows from the use of a unit on a day; None for a unit that is used, or not known."""
    if state in BY_STATE:
        return BY_STATE[state]
    if state not in GROSS or empty_since is None:
        return None
    if rounds >= limits.failed_rounds or empty_since < day - relativedelta(months=limits.structural_months):
        return "STRUKTURELL"
    return "VERFESTIGT" if empty_since < day - relativedelta(months=limits.turnover_months) else "FLUKTUATION"


# The same over a unit `u` with its spell `s` on `:day`, of a case `c`.
EMPTY_SINCE = f"""
    CASE WHEN {in_states(GROSS)} THEN (
        SELECT max(lower(g.during)) FROM register.occupancy_spells g
        WHERE g.unit_id = u.id AND {in_states(GROSS, "g.state")} AND lower(g.during) <= CAST(:day AS date)
          AND NOT EXISTS (SELECT FROM register.occupancy_spells b WHERE b.unit_id = g.unit_id
              AND {in_states(GROSS, "b.state")} AND upper(b.during) = lower(g.during))) END
"""  # noqa: S608 (own codes)
FAILED_ROUNDS = f"""
    (SELECT count(*) FROM (
        SELECT w.state, lag(w.state) OVER (ORDER BY w.on_day, w.id) AS before FROM register.case_events w
        WHERE w.case_id = c.id AND w.on_day <= CAST(:day AS date) AND NOT {in_states(tuple(HELD), "w.state")}) line
     WHERE before IN ('VERMARKTUNG', 'RESERVIERT')
       AND NOT {in_states(("VERMARKTUNG", "RESERVIERT", "MASSNAHME_LAEUFT", *ENDED), "line.state")})
"""  # noqa: S608 (own codes)
_BY_STATE = " ".join(f"WHEN '{state}' THEN '{kind}'" for state, kind in BY_STATE.items())
DERIVED = f"""
    CASE s.state {_BY_STATE} ELSE
        CASE WHEN v.empty_since IS NULL THEN NULL
             WHEN v.rounds >= :failed_rounds OR v.empty_since < CAST(:structural_since AS date) THEN 'STRUKTURELL'
             WHEN v.empty_since < CAST(:turnover_since AS date) THEN 'VERFESTIGT'
             ELSE 'FLUKTUATION' END
    END
"""
# `v.empty_since` and `v.rounds`.
DERIVED_FROM = f"CROSS JOIN LATERAL (SELECT {EMPTY_SINCE} AS empty_since, {FAILED_ROUNDS} AS rounds) v"
