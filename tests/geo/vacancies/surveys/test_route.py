"""The walking order: up one side, down the other, the nearest street next."""

import itertools
import random

import pytest

from geo.vacancies.surveys.route import DETOUR, Stop, estimate, propose, straight

_ids = itertools.count(1)


def street(name, numbers, *, at=(0.0, 0.0), along=(10.0, 0.0), across=8.0):
    """Houses of a street, odd ones on its left; each number is half a step along."""
    stops = []
    for number in numbers:
        digits = int("".join(sign for sign in str(number) if sign.isdigit()) or 0)
        side = across if digits % 2 else 0.0
        east = at[0] + along[0] * digits / 2 - along[1] / 10 * side
        north = at[1] + along[1] * digits / 2 + along[0] / 10 * side
        stops.append(Stop(next(_ids), name, str(number), east, north))
    return stops


def numbers(stops, order):
    by_id = {stop.id: stop.house_number for stop in stops}
    return [by_id[one] for one in order]


def test_up_one_side_and_down_the_other():
    stops = street("Marktstraße", [1, 2, 3, 4, 5, 6, 7, 8])
    found = numbers(stops, propose(stops))
    assert found in (
        ["1", "3", "5", "7", "8", "6", "4", "2"],
        ["2", "4", "6", "8", "7", "5", "3", "1"],
        ["7", "5", "3", "1", "2", "4", "6", "8"],
        ["8", "6", "4", "2", "1", "3", "5", "7"],
    )


def test_letters_and_floors_stay_at_their_house():
    stops = street("Gasse", ["3", "3a", "3b", "5"])
    upstairs = Stop(next(_ids), "Gasse", "3", stops[0].east, stops[0].north, floor=1)
    order = propose([*stops, upstairs])
    assert numbers([*stops, upstairs], order) in (["3", "3", "3a", "3b", "5"], ["5", "3b", "3a", "3", "3"])


def test_streets_are_chained_by_nearness():
    near = street("A-Straße", [1, 3, 5])
    next_one = street("Z-Straße", [1, 3, 5], at=(40.0, 0.0))
    far = street("B-Straße", [1, 3, 5], at=(400.0, 0.0))
    names = {stop.id: stop.street for stop in (*near, *next_one, *far)}
    order = [names[one] for one in propose([*far, *near, *next_one])]
    blocks = [name for name, _ in itertools.groupby(order)]
    assert blocks in (["A-Straße", "Z-Straße", "B-Straße"], ["B-Straße", "Z-Straße", "A-Straße"])


def test_the_order_does_not_hang_on_the_order_of_the_input():
    stops = [
        *street("Eins", range(1, 20)),
        *street("Zwei", range(1, 12), at=(0, 90)),
        Stop(next(_ids), None, None, 5, 5),
    ]
    shuffled = list(stops)
    random.Random(3).shuffle(shuffled)
    assert propose(stops) == propose(shuffled)
    assert sorted(propose(stops)) == sorted(stop.id for stop in stops)


@pytest.mark.parametrize("count", [1, 2, 60, 300])
def test_every_unit_comes_once_and_the_walk_is_no_zigzag(count):
    rng = random.Random(count)
    stops = [
        stop
        for index in range(max(1, count // 10))
        for stop in street(
            f"Straße {index}", rng.sample(range(1, 80), 10), at=(rng.uniform(0, 900), rng.uniform(0, 900))
        )
    ][:count]
    order = propose(stops)
    assert sorted(order) == sorted(stop.id for stop in stops)
    by_id = {stop.id: stop for stop in stops}
    mixed = list(stops)
    rng.shuffle(mixed)
    assert count < 60 or estimate([by_id[one] for one in order]).metres < estimate(mixed).metres / 3


def test_nothing_to_walk_to():
    assert propose([]) == [] and estimate([]).minutes == 0


def test_the_estimate_says_what_it_counts():
    one, other = Stop(1, "A", "1", 0, 0), Stop(2, "A", "3", 300, 400)
    assert straight(one, other) == 500 * DETOUR
    found = estimate([one, other])
    # 650 m at 4 km/h are 9.75 minutes, two units of 20 seconds two thirds of one.
    assert (found.metres, found.units, found.minutes) == (650, 2, 11)


def test_a_street_network_decides_when_there_is_one():
    """Two streets side by side with a river between: the next one by the network is the farther one as the crow flies."""
    here, across, along = (
        street("Ufer", [1, 3]),
        street("Drüben", [1, 3], at=(0, 20)),
        street("Weiter", [1, 3], at=(90, 0)),
    )
    bank = {stop.id: "north" if stop in across else "south" for stop in (*here, *across, *along)}

    def between(one, other):
        return straight(one, other) + (5000 if bank[one.id] != bank[other.id] else 0)

    names = {stop.id: stop.street for stop in (*here, *across, *along)}
    blocks = [name for name, _ in itertools.groupby(names[one] for one in propose([*here, *across, *along], between))]
    assert blocks.index("Ufer") == 1 or "Drüben" in (blocks[0], blocks[-1])
    assert {blocks[0], blocks[-1]} & {"Drüben"}
