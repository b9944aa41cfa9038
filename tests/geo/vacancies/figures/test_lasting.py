"""A vacancy goes on in the units that follow: by hand through the form's verbs, and for random streets by walking days.

The second computation shares nothing with the register's: it goes back from the last empty day of each unit, one day at
a time, and through every succession into the units before, from the rows alone.
"""

from datetime import date, timedelta
from itertools import pairwise
from random import Random

import pytest
from sqlalchemy import insert, text

from geo.core.access import SYSTEM, Action
from geo.core.history import perform
from geo.vacancies import queries
from geo.vacancies.figures import flows, lasting
from geo.vacancies.figures.flows import Episode
from geo.vacancies.figures.lasting import Succession, carried_on
from geo.vacancies.figures.rates import Area
from geo.vacancies.model import UnitSuccession
from geo.vacancies.queries import Filters
from geo.vacancies.stock.schemas import Successor
from tests.geo.vacancies.figures.entered import Entered, enter
from tests.geo.vacancies.test_successions import merge, shop, split

D, ONE = date, timedelta(days=1)
SPLIT, LATE = D(2026, 6, 1), D(2026, 9, 1)
EMPTY = {"LEER", "ZWISCHENGENUTZT", "LEER_VERMIETET"}


def told(session, town, day):
    """The vacancies of a day: unit, begin, end, what followed, let on."""
    area = Area(town)
    found = lasting.vacancies(session, area, day, flows.episodes(session, area, day))
    return sorted((one.unit_id, one.begin, one.end, one.after, one.let_on) for one in found)


def part(name, state):
    return Successor(name, "LADEN_EG", state, 0, True)


def test_parts_and_merged_units_carry_a_vacancy_on_and_let_parts_end_it(staff, towns):
    whole = shop(staff, towns.own)  # empty since March 2024
    begin = D(2024, 3, 1)
    parts = (part("links", "GENUTZT"), part("rechts", "LEER"), part("hinten", "LEER"))
    left, right, back = split(staff, whole, parts=parts)
    staff.flush()
    assert told(staff, towns.own, SPLIT - ONE) == [(whole, begin, None, None, None)]
    assert told(staff, towns.own, SPLIT) == [
        (left, begin, SPLIT, "GENUTZT", SPLIT),
        (right, begin, None, None, None),
        (back, begin, None, None, None),
    ]
    one = merge(staff, right, back, on=LATE, successor=part("hinten und rechts", "LEER_VERMIETET"))
    staff.flush()
    now = told(staff, towns.own, LATE)
    assert now == [(left, begin, SPLIT, "GENUTZT", SPLIT), (one, begin, None, None, LATE)]

    area = Area(towns.own)
    found = lasting.vacancies(staff, area, LATE, flows.episodes(staff, area, LATE))
    assert sorted(flows.seen(each, LATE) for each in found) == [
        ((SPLIT - begin).days, True),
        ((LATE + ONE - begin).days, False),
    ]
    assert flows.reletting(found, LATE).count == 2

    def listed(*moved):
        return sorted(row.id for row in queries.search(staff, towns.own, Filters(LATE, moved=moved)).rows)

    assert listed("dauer", 2026) == listed("vermietet", 2026) == [left, one]
    assert listed("entfallen", 2026) == [whole, right, back], "the years count units"


def test_of_several_the_first_beginning_counts_and_an_unknown_one_stays_unknown():
    found = [
        Episode(1, D(2020, 1, 1), D(2024, 1, 1), "ENTFALLEN"),
        Episode(2, D(2021, 1, 1), D(2024, 1, 1), "ENTFALLEN", is_older=True),
        Episode(3, D(2022, 1, 1), D(2023, 1, 1), "GENUTZT", let_on=D(2023, 1, 1)),
        Episode(9, D(2024, 1, 1), None, None),
    ]
    ways = [Succession(number, 9, D(2024, 1, 1), "LEER") for number in (1, 2, 3)]
    assert carried_on(found, ways) == [found[2], Episode(9, D(2020, 1, 1), None, None, is_older=True)]
    assert carried_on(found, ways[2:]) == found, "who was not empty hands nothing on"
    assert carried_on(found, []) == found


def lived(rng, begin, end):
    """Spells without a gap from a day to another."""
    day, spells = begin, []
    while day < end:
        until = min(end, day + timedelta(days=rng.randrange(20, 200)))
        spells.append((rng.choice(["LEER", "LEER", "GENUTZT", "IM_UMBAU", "LEER_VERMIETET"]), day, until))
        day = until
    return spells


@pytest.fixture
def street(staff, towns):
    """Generations of units that split and merge at random: what is empty on the days in between goes over."""
    rng = Random(20260601)
    days = [D(2015, 1, 1) + timedelta(days=n * 300 + rng.randrange(200)) for n in range(5)] + [D(2026, 1, 1)]
    entered, ways, open_ones = [], [], []
    for begin, end in pairwise(days):
        new = []
        befores = rng.sample(open_ones, len(open_ones))
        while befores:
            count = min(len(befores), rng.choice((1, 1, 2, 3)))
            group, befores = befores[:count], befores[count:]
            for _ in range(rng.choice((2, 3)) if count == 1 else 1):
                ways += [(one, len(entered) + len(new), begin) for one in group]
                new.append(Entered(lived(rng, begin, end)))
        new += [Entered(lived(rng, begin, end)) for _ in range(8)]
        for one in new:
            last = one.spells[-1]
            one.spells[-1] = (last[0], last[1], None) if end == days[-1] else last
        open_ones = range(len(entered), len(entered) + len(new))
        for one in new if end != days[-1] else []:
            one.spells.append(("ENTFALLEN", end, None))
        entered += new
    ids = enter(staff, towns.own, entered)
    kinds = {before: "TEILUNG" for before, _, _ in ways}
    with perform(staff, SYSTEM, Action.VACANCY_EDIT, towns.own):
        staff.execute(
            insert(UnitSuccession),
            [
                {
                    "municipality_id": towns.own,
                    "from_unit_id": ids[a],
                    "to_unit_id": ids[b],
                    "on_day": on,
                    "kind": kinds[a],
                }
                for a, b, on in ways
            ],
        )
    return towns.own


def by_day(session):
    """The rows alone: the state of each unit on each day, and who came before and after whom on a day."""
    states = {}
    for unit, state, since, until in session.execute(
        text("SELECT unit_id, state, lower(during), upper(during) FROM register.occupancy_spells")
    ):
        for n in range(((until or D(2026, 1, 1)) - since).days):
            states[unit, since + timedelta(days=n)] = state
    before, after = {}, {}
    for old, new, on in session.execute(text("SELECT from_unit_id, to_unit_id, on_day FROM register.unit_successions")):
        before.setdefault((new, on), []).append(old)
        after.setdefault((old, on), []).append(new)
    return states, before, after


def walked(states, before, after, day):
    """Unit, begin, end, what followed: each unit's last empty day walked back."""

    def is_empty(unit, on):
        return states.get((unit, on)) in EMPTY

    def began(unit, on):
        """The first day of the vacancy that the unit has on this day."""
        while is_empty(unit, on - ONE):
            on -= ONE
        return min([on, *(began(old, on - ONE) for old in before.get((unit, on), []) if is_empty(old, on - ONE))])

    found = []
    for unit, on in states:
        if on > day or not is_empty(unit, on) or (on < day and is_empty(unit, on + ONE)):
            continue  # not the last empty day of this unit by the day
        end = on + ONE
        following = after.get((unit, end), []) if end <= day else []
        if not following:
            state = states.get((unit, end)) if end <= day else None
            found.append((unit, began(unit, on), end if end <= day else None, state))
        for new in following:
            if not is_empty(new, end):
                found.append((new, began(unit, on), end, states[new, end]))
    return sorted(set(found), key=str)


def merged(rows):
    """A unit that follows several empty ones and is not empty ends one vacancy, the one that began first."""
    first = {}
    for unit, begin, end, state in rows:
        key = (unit, end, state)
        first[key] = min(begin, first.get(key, begin))
    return sorted((unit, begin, end, state) for (unit, end, state), begin in first.items())


def test_vacancies_agree_with_walking_back_day_by_day(staff, street):
    rng, rows = Random(5), by_day(staff)
    for day in [D(2024, 12, 31), *(D(2015, 6, 1) + timedelta(days=rng.randrange(3000)) for _ in range(7))]:
        ours = sorted((unit, begin, end, state) for unit, begin, end, state, _ in told(staff, street, day))
        key = lambda row: tuple(map(str, row))  # noqa: E731 (None has no order)
        assert sorted(ours, key=key) == sorted(merged(walked(*rows, day)), key=key), day
