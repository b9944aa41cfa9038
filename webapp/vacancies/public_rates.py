"""Public page of vacancy rates: the towns that publish theirs, at the end of a quarter."""

import time
from datetime import date
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.paging import SIZE, decode_key, encode_key
from geo.vacancies.figures import public as figures
from geo.vacancies.figures.public import Counts
from geo.vacancies.figures.rates import READINGS
from webapp import parameters
from webapp.access import public
from webapp.app import public_session, register_app
from webapp.vacancies import present

# Counting reads every unit of the towns that publish; a past quarter seldom changes.
KEPT_SECONDS = 300
Town = tuple[int, str, str]


@public
def rates() -> ResponseReturnValue:
    """Rates by town, with n, N and the share verified."""
    today = clock.today()
    day = figures.quarter_end(parameters.day(), today)
    days = figures.reference_days(today)
    towns, onward = _page(figures.publishing(public_session()))
    counts = _counts(day, tuple(municipality_id for municipality_id, _, _ in towns))
    return render_template(
        "vacancies/rates.html",
        nav=present.KIND,
        towns=[{"name": name, "counts": counts.get(municipality_id)} for municipality_id, name, _ in towns],
        day=day,
        days=days if day in days else [*days, day],
        readings=list(READINGS),
        args={"am": day.isoformat()},
        onward=onward,
        is_onward=bool(request.args.get("ab")),
    )


def _page(towns: list[Town]) -> tuple[list[Town], str | None]:
    """A page of the towns, from the one that the address names; and the next page's first."""
    after = decode_key(request.args.get("ab"), (str, str))
    rest = [town for town in towns if after is None or (town[1], town[2]) >= tuple(after)]
    return rest[:SIZE], encode_key([rest[SIZE][1], rest[SIZE][2]]) if len(rest) > SIZE else None


def _counts(day: date, towns: tuple[int, ...]) -> dict[int, Counts]:
    """The counts of these towns on that day; for a while, those that were counted for the visitor before."""
    kept: dict[Any, tuple[float, dict[int, Counts]]] = register_app().extensions.setdefault("public_rates", {})
    known = kept.get((day, towns))
    if known is None or known[0] < time.monotonic() - KEPT_SECONDS:
        if len(kept) > figures.QUARTERS:
            kept.clear()
        known = kept[day, towns] = (time.monotonic(), figures.counted(public_session(), day, towns))
    return known[1]


def is_any_public() -> bool:
    """Whether a town publishes its rate, so that a page about it is worth a link."""
    return figures.is_any(public_session())
