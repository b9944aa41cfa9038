"""Public page of vacancy rates: the towns that publish theirs, at the end of a quarter."""

import time
from datetime import date
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from geo.vacancies.figures import public as figures
from geo.vacancies.figures.public import Counts
from geo.vacancies.figures.rates import READINGS
from webapp import parameters
from webapp.access import public
from webapp.app import public_session, register_app
from webapp.vacancies import present

# Counting reads every unit of the towns that publish; a past quarter seldom changes.
KEPT_SECONDS = 300


@public
def rates() -> ResponseReturnValue:
    """Rates by town, with n, N and the share verified."""
    today = date.today()
    day = figures.quarter_end(parameters.day(), today)
    days = figures.reference_days(today)
    towns = figures.publishing(public_session())
    counts = _counts(day, tuple(municipality_id for municipality_id, _, _ in towns))
    return render_template(
        "vacancies/rates.html",
        nav=present.KIND,
        towns=[{"name": name, "counts": counts.get(municipality_id)} for municipality_id, name, _ in towns],
        day=day,
        days=days if day in days else [*days, day],
        readings=list(READINGS),
        args={"am": day.isoformat()},
    )


def _counts(day: date, towns: tuple[int, ...]) -> dict[int, Counts]:
    """The counts of these towns on that day; for a while, those that were counted for the visitor before."""
    kept: dict[Any, tuple[float, dict[int, Counts]]] = register_app().extensions.setdefault("public_rates", {})
    known = kept.get((day, towns))
    if known is None or known[0] < time.monotonic() - KEPT_SECONDS:
        if len(kept) > figures.QUARTERS:
            kept.clear()
        known = kept[day, towns] = (time.monotonic(), figures.counted(public_session(), day) if towns else {})
    return known[1]


def is_any_public() -> bool:
    """Whether a town publishes its rate, so that a page about it is worth a link."""
    return figures.is_any(public_session())
