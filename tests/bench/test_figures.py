"""Figures of towns of 10,000 and 100,000 units among 1,000,000, beside the same counts as bare SQL of the owner."""

from collections.abc import Callable
from datetime import date
from typing import Any

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo import overview
from geo.core import clock
from geo.core.access import SYSTEM, Actor, Membership, Role
from geo.vacancies import queries
from geo.vacancies.figures import alliance, compare, drawings, flows, frontage, lasting, mix, rates
from geo.vacancies.figures.public import quarter_end
from geo.vacancies.figures.rates import Area
from tests.bench.measure import Bench
from tests.bench.million import Million

TODAY = clock.today()
DAYS = {"today": TODAY, "past": date(2021, 5, 1)}
TOWNS = ("town-10000", "town-100000")
_GROSS = "('LEER', 'ZWISCHENGENUTZT', 'LEER_VERMIETET')"
# A rate as somebody would write it: the states of a day, and how many were confirmed within a year.
RATE = """
    SELECT s.state, count(*), sum(u.area_sales_m2), sum(u.frontage_m),
           count(*) FILTER (WHERE u.verified_on > %(day)s::date - 366 AND u.verified_on <= %(day)s)
    FROM register.units u
    LEFT JOIN register.occupancy_spells s ON s.unit_id = u.id AND s.municipality_id = u.municipality_id AND s.during @> %(day)s::date
    WHERE u.municipality_id = %(town)s AND u.is_ground_floor_frontage AND u.during @> %(day)s::date
    GROUP BY 1
"""
LINE = f"""
    SELECT d.day, count(*) FILTER (WHERE s.state IN {_GROSS}), count(*)
    FROM register.units u
    JOIN register.occupancy_spells s ON s.unit_id = u.id AND s.municipality_id = u.municipality_id
    JOIN unnest(%(days)s::date[]) d(day) ON s.during @> d.day AND u.during @> d.day
    WHERE u.municipality_id = %(town)s AND u.is_ground_floor_frontage
    GROUP BY 1 ORDER BY 1
"""
EPISODES = f"""
    SELECT s.unit_id, lower(s.during), upper(s.during),
           (SELECT n.state FROM register.occupancy_spells n WHERE n.unit_id = s.unit_id AND lower(n.during) = upper(s.during))
    FROM register.units u
    JOIN register.occupancy_spells s ON s.unit_id = u.id AND s.municipality_id = u.municipality_id
    WHERE u.municipality_id = %(town)s AND u.is_ground_floor_frontage AND s.state IN {_GROSS} AND lower(s.during) <= %(day)s::date
"""


def town_of(million: Million, name: str) -> int:
    """The large town, or the one whose number of units is nearest to 10,000."""
    if name == "town-100000":
        return million.large_town
    nearest = text(
        "SELECT municipality_id FROM register.units GROUP BY 1 ORDER BY abs(count(*) - 10000), municipality_id LIMIT 1"
    )
    with million.database.owner() as session:
        return session.scalar(nearest)


def page(session: Session, town: int, day: date) -> None:
    """Everything that the page of figures reads."""
    area = Area(town)
    rates.zones(session, town, day)
    episodes = flows.episodes(session, area, day)
    flows.over_time(session, area, day, drawings.days(day), episodes)
    vacancies = lasting.vacancies(session, area, day, episodes)
    flows.duration(vacancies, day), flows.reletting(vacancies, day)
    drawings.yearly_shares(vacancies, day), drawings.survival_curve(vacancies, day)
    mix.branches(session, area, day), mix.operators(session, area, day)
    frontage.longest(session, area, day), frontage.unplaced(session, area, day)


@pytest.mark.bench
@pytest.mark.parametrize("name", TOWNS)
def test_figures(million: Million, bench: Bench, name: str) -> None:
    town = town_of(million, name)
    with million.database.staff(SYSTEM, town) as session, psycopg.connect(million.conninfo(), autocommit=True) as plain:

        def bare(query: str, day: date) -> Any:
            values = {"town": town, "day": day, "days": drawings.days(day, monthly=False)}
            return plain.execute(query, values).fetchall()

        for when, day in DAYS.items():
            measure_figures(bench, session, town, day, f"{name}-{when}", bare)


def measure_figures(
    bench: Bench, session: Session, town: int, day: date, name: str, bare: Callable[[str, date], Any]
) -> None:
    """A day's rate, the time line to it, the durations and the whole page, each beside its counts as bare SQL."""
    area = Area(town)

    def rested(read: Callable[[], Any]) -> Callable[[], None]:
        """What the other side counts may take longer than a transaction may rest: each reading ends its own."""

        def run() -> None:
            read()
            session.rollback()

        return run

    ours, peer = bench.pair(rested(lambda: rates.on(session, area, day)), lambda: bare(RATE, day), runs=3)
    rate = bench.line(f"rate-{name}/bare-sql", ours, peer)
    counted = {row[0]: row[1] for row in bare(RATE, day) if row[0] not in (None, "ENTFALLEN")}
    found = rates.on(session, area, day)
    session.rollback()
    assert {state: found.total([state]).units for state in found.states} == counted

    def line_of_ours() -> Any:
        return rates.series(session, area, drawings.days(day, monthly=False))

    ours, peer = bench.pair(rested(line_of_ours), lambda: bare(LINE, day), runs=2)
    line = bench.line(f"time-line-{name}/bare-sql", ours, peer)
    ours, peer = bench.pair(
        rested(lambda: flows.duration(flows.episodes(session, area, day), day)), lambda: bare(EPISODES, day), runs=3
    )
    lasting = bench.line(f"duration-{name}/bare-sql", ours, peer)

    def bare_page() -> None:
        for query in (RATE, LINE, EPISODES, RATE, RATE, RATE, RATE, RATE):
            bare(query, day)

    ours, peer = bench.pair(rested(lambda: page(session, town, day)), bare_page, runs=2)
    bench.line(f"page-of-figures-{name}/bare-sql", ours, peer)
    assert rate < 4 and line < 4 and lasting < 4
    assert ours.median < 10, "the pool would have ended it after ten seconds"


@pytest.mark.bench
@pytest.mark.parametrize("name", TOWNS)
def test_start_page_and_comparison(million: Million, bench: Bench, name: str) -> None:
    town = town_of(million, name)
    with million.database.staff(SYSTEM, town) as session, psycopg.connect(million.conninfo(), autocommit=True) as plain:

        def bare() -> Any:
            return plain.execute(RATE, {"town": town, "day": TODAY}).fetchall()

        ours, peer = bench.pair(lambda: overview.vacancy_figures(session, town, TODAY), bare, runs=3)
        bench.line(f"start-page-{name}/bare-sql", ours, peer)
        ours, peer = bench.pair(lambda: queries.stock_counts(session, town, TODAY), bare, runs=3)
        bench.line(f"list-header-{name}/bare-sql", ours, peer)
        pair = compare.Pair(Area(town), DAYS["past"], TODAY)
        ours, peer = bench.pair(lambda: compare.search(session, pair), lambda: (bare(), bare()), runs=3)
        bench.line(f"comparison-{name}/bare-sql", ours, peer)
        assert ours.median < 10


@pytest.mark.bench
def test_every_town(million: Million, bench: Bench) -> None:
    """The office's page: a day's counts of all towns, beside the sums over the million by the owner."""
    everywhere = RATE.replace("u.municipality_id = %(town)s", "true").replace(
        "GROUP BY 1", "GROUP BY u.municipality_id, 1"
    )
    office = Actor(None, "bench", (Membership(Role.OFFICE),))
    with million.database.staff(office) as session, psycopg.connect(million.conninfo(), autocommit=True) as plain:
        for when, day in DAYS.items():
            measure_office(bench, session, office, day, when, plain, everywhere)


def measure_office(
    bench: Bench, session: Session, office: Actor, day: date, when: str, plain: Any, everywhere: str
) -> None:
    ours, peer = bench.pair(
        lambda: alliance.overview(session, office, quarter_end(day, clock.today())),
        lambda: plain.execute(everywhere, {"day": day}).fetchall(),
        runs=2,
    )
    bench.line(f"every-town-{when}/bare-sql", ours, peer)
    assert ours.median < 10


@pytest.mark.bench
def test_offers_made_anew(scratch: Million, bench: Bench) -> None:
    """All stored texts and counts, made at once."""
    with psycopg.connect(scratch.conninfo(), autocommit=True) as plain:

        def rebuild() -> None:
            plain.execute("SELECT register.rebuild_offers()")

        def bare() -> None:
            plain.execute("CREATE TEMP TABLE made AS SELECT row_to_json(v)::text AS body FROM published.vacancies v")
            plain.execute("DROP TABLE made")

        ours, peer = bench.pair(rebuild, bare, runs=1, warm=False)
        offers = plain.execute("SELECT count(*) FROM register.offers").fetchone()
        bench.line("offers-made-anew/json-of-the-view", ours, peer, f"offers={offers[0] if offers else 0}")
        assert ours.median < 90
