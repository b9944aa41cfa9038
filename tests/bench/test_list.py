"""The lists over 1,000,000 units: the internal one of a town of 100,000, the public one of the whole state."""

from collections.abc import Callable
from datetime import date
from typing import Any

import psycopg
import pytest
from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.access import SYSTEM
from geo.vacancies import offers, queries
from geo.vacancies.offers import OfferFilters
from geo.vacancies.queries import Filters
from tests.bench.measure import Bench
from tests.bench.million import Million

TODAY = clock.today()
FILTERS = {
    "all": {},
    "state": {"state": "LEER"},
    "text": {"text": "bäckerei müller"},
    "street": {"text": "rosengasse 7"},
}
# The same page and count as somebody would write them by hand, as the owner, without any policy.
BARE = """
    SELECT u.*, p.street, p.house_number, p.locality, s.state, lower(s.during), s.occupant {tail}
    ORDER BY coalesce(p.street, p.locality, ''), coalesce(substring(p.house_number FROM '^[0-9]{{1,6}}'), '0')::int,
             coalesce(u.floor, 0)::int, u.id
    LIMIT 51
"""
TAIL = """
    FROM register.units u JOIN register.places p ON p.id = u.place_id
    LEFT JOIN register.occupancy_spells s ON s.unit_id = u.id AND s.during @> %(day)s
    WHERE u.municipality_id = %(town)s AND u.during @> %(day)s AND s.state IS DISTINCT FROM 'ENTFALLEN'
"""
CONDITIONS = {
    "all": "",
    "state": " AND s.state = 'LEER'",
    "text": " AND concat_ws(' ', p.street, p.house_number, p.locality, u.name, s.occupant) ILIKE '%%bäckerei%%müller%%'",
    "street": " AND concat_ws(' ', p.street, p.house_number, p.locality, u.name, s.occupant) ILIKE '%%rosengasse%%7%%'",
}


def key_of_page(search: Callable[[str | None], Any], number: int) -> str | None:
    """The key of a page, by going there page by page; of the last one if there are fewer."""
    after = None
    for _ in range(number - 1):
        following = search(after).next_key
        if following is None:
            break
        after = following
    return after


@pytest.mark.bench
@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("day", [TODAY, date(2021, 5, 1)], ids=["today", "past"])
def test_internal_list(million: Million, bench: Bench, name: str, day: date) -> None:
    filters, town = Filters(day, **FILTERS[name]), million.large_town
    with million.database.staff(SYSTEM, town) as session, psycopg.connect(million.conninfo(), autocommit=True) as plain:
        key = key_of_page(lambda after: queries.search(session, town, filters, "adresse", after), 100)
        when = "today" if day == TODAY else "past"
        first, hundredth = bench.pair(
            lambda: queries.search(session, town, filters, "adresse"),
            lambda: queries.search(session, town, filters, "adresse", key),
        )
        bench.line(f"list-{name}-{when}-first/hundredth", first, hundredth)
        values = {"town": town, "day": day}

        def bare() -> None:
            tail = TAIL + CONDITIONS[name]
            plain.execute(f"SELECT count(*) FROM (SELECT {tail} LIMIT 10001) c", values).fetchone()
            plain.execute(BARE.format(tail=tail), values).fetchall()

        ours, peer = bench.pair(lambda: queries.search(session, town, filters, "adresse"), bare)
        assert bench.line(f"list-{name}-{when}/bare-sql", ours, peer) < 3
        assert hundredth.median < 4 * first.median + 0.05


@pytest.mark.bench
@pytest.mark.parametrize("name", ["all", "text"])
def test_public_list(million: Million, bench: Bench, name: str) -> None:
    filters = OfferFilters(TODAY, text="rosengasse" if name == "text" else None)
    with million.database.public() as session:

        def page(after: str | None = None) -> Any:
            return offers.search(session, filters, after)

        key = key_of_page(page, 100)
        first, hundredth = bench.pair(page, lambda: page(key))
        bench.line(f"public-list-{name}-first/hundredth", first, hundredth)
        assert hundredth.median < 4 * first.median + 0.05


@pytest.mark.bench
def test_internal_map(million: Million, bench: Bench) -> None:
    """Any day and filter: the town of 100,000 counted by cell, its middle one by one."""

    def drawn(session: Session, day: date, **more: Any) -> Any:
        return queries.on_map(session, million.large_town, Filters(day, **more), (10.9, 50.9, 11.2, 51.05), 12)

    with million.database.staff(SYSTEM, million.large_town) as session:
        today, past = bench.pair(lambda: drawn(session, TODAY), lambda: drawn(session, date(2021, 5, 1)), runs=3)
        bench.line("map-internal-today/past", today, past)
        assert today.median < 5 and past.median < 5, "the pool would have ended it after ten seconds"
        shown = drawn(session, TODAY)
        assert sum(size for _, _, size in shown.clusters) == 100_000 and len(shown.clusters) <= 700
