"""What the states of a case allow: which follows on which, and which use of a unit a result needs. Pure."""

from collections.abc import Mapping
from itertools import pairwise

from geo.vacancies.cases.codes import ENDED, HELD, WORKING

# How a case begins.
FIRST = ("GEMELDET", "GEPRUEFT")
# From each state of the work the next ones; being held and ending are apart.
_NEXT: Mapping[str, tuple[str, ...]] = {
    "GEMELDET": ("GEPRUEFT",),
    "GEPRUEFT": ("ANGESPROCHEN", "IM_GESPRAECH", "BERATUNG", "VERMARKTUNG", "MASSNAHME_LAEUFT"),
    "ANGESPROCHEN": ("WARTET", "IM_GESPRAECH"),
    "WARTET": ("ANGESPROCHEN", "IM_GESPRAECH"),
    "IM_GESPRAECH": ("WARTET", "BERATUNG", "VERMARKTUNG", "MASSNAHME_LAEUFT"),
    "BERATUNG": ("WARTET", "IM_GESPRAECH", "VERMARKTUNG", "MASSNAHME_LAEUFT"),
    "VERMARKTUNG": ("RESERVIERT", "IM_GESPRAECH", "BERATUNG", "MASSNAHME_LAEUFT"),
    "RESERVIERT": ("VERMARKTUNG", "MASSNAHME_LAEUFT", "IM_GESPRAECH"),
    "MASSNAHME_LAEUFT": ("IM_GESPRAECH", "BERATUNG", "VERMARKTUNG", "RESERVIERT"),
}
# Which use the unit must have once a case has ended so.
FITTING: Mapping[str, tuple[str, ...]] = {
    "WIEDERVERMIETET": ("GENUTZT", "LEER_VERMIETET"),
    "VERKAUFT": ("GENUTZT", "LEER_VERMIETET", "IM_UMBAU"),
    "UMGENUTZT": ("GENUTZT", "IM_UMBAU", "ENTFALLEN"),
    "ZWISCHENNUTZUNG_VERSTETIGT": ("GENUTZT",),
    "RUECKGEBAUT": ("ENTFALLEN",),
    "WAR_NIE_LEER": ("GENUTZT", "IM_UMBAU", "NICHT_MARKTAKTIV"),
    "AUS_BESTAND": ("ENTFALLEN", "NICHT_MARKTAKTIV"),
}
# A stretch of these is a round of marketing.
_ON_OFFER = ("VERMARKTUNG", "RESERVIERT")


def next_states(state: str, resumes_as: str | None = None) -> tuple[str, ...]:
    """The states that a case can take from `state` without being held or ending; `resumes_as` is that of a held one."""
    if state in HELD:
        return (resumes_as,) if resumes_as else ()
    return _NEXT.get(state, ())


def may_move(state: str, to: str, resumes_as: str | None = None) -> bool:
    """Whether a case may go from one state to another that is neither held nor an end."""
    return to in next_states(state, resumes_as)


def may_hold(state: str, as_state: str) -> bool:
    """Whether a case may be blocked or rest: from any state of the work, and from the one to the other."""
    return as_state in HELD and state not in ENDED and state != as_state


def may_close(state: str, resumes_as: str | None = None) -> bool:
    """Whether a case may end with a result: any that was checked and is open, held or not."""
    return state not in ENDED and (resumes_as or state) != "GEMELDET"


def may_dismiss(state: str, resumes_as: str | None = None) -> bool:
    """Whether a report may be dismissed: while nobody has checked it, held or not."""
    return state not in ENDED and (resumes_as or state) == "GEMELDET"


def failed_rounds(states: list[str]) -> int:
    """How many rounds of marketing ended without success; `states` is the line of a case, the oldest first.

    A round that was held goes on; one that led to a closed case, or into a measure, has not failed.
    """
    line = [state for state in states if state in WORKING or state in ENDED]
    good = (*_ON_OFFER, *ENDED, "MASSNAHME_LAEUFT")
    return sum(before in _ON_OFFER and after not in good for before, after in pairwise(line))
