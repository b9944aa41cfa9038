"""Public page of what towns let count without showing it: sums from five units on, at the end of a quarter."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.codes import label
from geo.core.paging import SIZE, decode_key, encode_key
from geo.places.zones.codes import KINDS
from geo.vacancies.codes import SIZE_CLASSES
from geo.vacancies.figures import counted_only
from geo.vacancies.figures.counted_only import LEAST_UNITS
from geo.vacancies.figures.public import quarter_end, reference_days
from webapp import parameters
from webapp.access import public
from webapp.app import public_session
from webapp.vacancies import present
from webapp.vacancies.addresses import language

Town = tuple[int, str, str]


@public
def counted() -> ResponseReturnValue:
    """How many units each town only counts, beside those that it shows; of one town, by size and zone."""
    today, session = clock.today(), public_session()
    day, days = quarter_end(parameters.day(), today), reference_days(today)
    known, chosen = counted_only.towns(session), parameters.text("gemeinde", longest=8)
    towns, onward = _page([town for town in known if chosen is None or town[2] == chosen])
    told = counted_only.counted(session, day, [town[0] for town in towns])
    shown = counted_only.shown(session, day, [town[2] for town in towns])
    rows = [
        {"name": name, "ags": ags, "counted": told[number], "shown": shown.get(ags, 0)}
        for number, name, ags in towns
        if number in told
    ]
    one = rows[0] if len(rows) == 1 else None
    return render_template(
        "vacancies/counted.html",
        nav=present.KIND,
        rows=rows,
        one=one,
        sizes=_sizes(one, language()),
        zones=_zones(one, language()),
        least=LEAST_UNITS,
        known=[(ags, name) for _number, name, ags in known],
        day=day,
        days=days if day in days else [*days, day],
        args={"am": day.isoformat(), **({"gemeinde": chosen} if chosen else {})},
        onward=onward,
        is_onward=bool(request.args.get("ab")),
    )


def _page(towns: list[Town]) -> tuple[list[Town], str | None]:
    """A page of the towns, from the one that the address names; and the next page's first."""
    after = decode_key(request.args.get("ab"), (str, str))
    rest = [town for town in towns if after is None or (town[1], town[2]) >= tuple(after)]
    return rest[:SIZE], encode_key([rest[SIZE][1], rest[SIZE][2]]) if len(rest) > SIZE else None


def _sizes(row: dict[str, Any] | None, lang: str) -> list[tuple[str, int]]:
    found = row["counted"].by_size if row else {}
    return [(label(SIZE_CLASSES, code, lang), found[code]) for code in sorted(found)]


def _zones(row: dict[str, Any] | None, lang: str) -> list[tuple[str, str, int]]:
    found = row["counted"].by_zone if row else []
    return [(name, label(KINDS, kind, lang), units) for name, kind, units in found]


def is_any() -> bool:
    """Whether a town may have something to tell, so that the page is worth a link."""
    return bool(counted_only.towns(public_session()))
