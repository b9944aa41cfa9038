"""Episodes, flows, durations, the mix of uses and dead frontage, by hand and by what must always add up."""

import math
from datetime import date, timedelta
from random import Random

import pytest

from geo.vacancies.figures import drawings, flows, frontage, mix, rates
from geo.vacancies.figures.rates import Area
from tests.geo.vacancies.figures.entered import Entered, enter

DAY = date(2026, 5, 1)
D = date


def used(begin, end=None, **more):
    return ("GENUTZT", begin, end, more)


def test_an_episode_is_an_unbroken_vacancy(staff, towns):
    (unit_id,) = enter(staff, towns.own, [Entered([
        used(D(2018, 1, 1), D(2020, 3, 1)),
        ("LEER", D(2020, 3, 1), D(2020, 9, 1)),
        ("ZWISCHENGENUTZT", D(2020, 9, 1), D(2021, 1, 1)),
        ("LEER_VERMIETET", D(2021, 1, 1), D(2021, 3, 1)),
        used(D(2021, 3, 1), D(2022, 1, 1)),
        ("LEER", D(2022, 1, 1), D(2022, 6, 1)),
        ("LEER", D(2023, 6, 1), None),
    ])])  # fmt: skip
    found = flows.episodes(staff, Area(towns.own), DAY)
    assert [(one.unit_id, one.begin, one.end, one.after, one.let_on) for one in found] == [
        (unit_id, D(2020, 3, 1), D(2021, 3, 1), "GENUTZT", D(2021, 1, 1)),
        (unit_id, D(2022, 1, 1), D(2022, 6, 1), None, None),
        (unit_id, D(2023, 6, 1), None, None, None),
    ]


def test_a_past_day_knows_nothing_of_what_came_later(staff, towns):
    enter(staff, towns.own, [Entered([("LEER", D(2020, 3, 1), D(2021, 3, 1)), used(D(2021, 3, 1))])])
    (then,) = flows.episodes(staff, Area(towns.own), D(2020, 12, 31))
    assert (then.end, then.after, then.let_on) == (None, None, None)
    (now,) = flows.episodes(staff, Area(towns.own), D(2021, 3, 1))
    assert (now.end, now.after, now.days) == (D(2021, 3, 1), "GENUTZT", 365)
    assert flows.episodes(staff, Area(towns.own), D(2020, 2, 29)) == []


def test_a_vacancy_that_ends_with_its_unit_is_removed_from_the_stock(staff, towns):
    gone = D(2024, 2, 1)
    enter(staff, towns.own, [
        Entered([("LEER", D(2022, 1, 1), gone), ("ENTFALLEN", gone, None)], during=(None, gone)),
        Entered([("LEER", D(2022, 1, 1), gone), ("IM_UMBAU", gone, None)]),
        Entered([("LEER", D(2022, 1, 1), gone), ("NICHT_MARKTAKTIV", gone, None)]),
        Entered([("LEER", D(2022, 1, 1), None, {"start_precision": "VOR"})]),
    ])  # fmt: skip
    assert [one.after for one in flows.episodes(staff, Area(towns.own), DAY)] == [
        "ENTFALLEN",
        "IM_UMBAU",
        "NICHT_MARKTAKTIV",
        None,
    ]
    years = {year.year: year for year in flows.flows(staff, Area(towns.own), DAY)}
    assert (years[2022].begun, years[2022].became_known, years[2022].empty_after) == (3, 1, 4)
    assert (years[2024].removed, years[2024].rebuilt, years[2024].off_market, years[2024].empty_after) == (1, 1, 1, 1)
    assert not years[2026].is_whole and years[2025].is_whole


def random_units(rng, count):
    states = ("GENUTZT", "LEER", "ZWISCHENGENUTZT", "LEER_VERMIETET", "IM_UMBAU", "NICHT_MARKTAKTIV", "DROHEND")
    for _ in range(count):
        day, spells = D(2016, 1, 1) + timedelta(days=rng.randrange(900)), []
        for _ in range(rng.randrange(1, 7)):
            end = day + timedelta(days=rng.randrange(20, 900))
            spells.append((rng.choice(states), day, end, {"start_precision": rng.choice(("TAG", "MONAT", "VOR"))}))
            day = end + timedelta(days=rng.choice((0, 0, 0, 45)))
        if rng.random() < 0.7:
            spells[-1] = (*spells[-1][:2], None, *spells[-1][3:])
        yield Entered(spells, number=str(rng.randrange(1, 60)), unit={"frontage_m": rng.choice((None, 3, 4.5, 8))})


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_each_year_s_flows_lead_from_its_begin_to_its_end(staff, towns, seed):
    enter(staff, towns.own, list(random_units(Random(seed), 120)))
    years = flows.flows(staff, Area(towns.own), DAY)
    assert len(years) == 10 and sum(year.begun + year.became_known for year in years) > 50
    for year in years:
        assert year.empty_before + year.begun + year.became_known - year.ended - year.lost == year.empty_after
        assert year.empty_after == rates.on(staff, Area(towns.own), year.until).rate().empty


def test_duration_counts_what_is_running_as_at_least_so_long(staff, towns):
    units = [
        Entered(
            [
                ("LEER", D(2020, 1, 1), D(2020, 1, 1) + timedelta(days=100 * n)),
                used(D(2020, 1, 1) + timedelta(days=100 * n)),
            ]
        )
        for n in range(1, 6)
    ]
    units += [Entered([("LEER", DAY - timedelta(days=99), None)]) for _ in range(5)]
    enter(staff, towns.own, units)
    found = flows.episodes(staff, Area(towns.own), DAY)
    lasting = flows.duration(found, DAY)
    # Ten under observation at day 100, one of them over: 0.9; then 0.9 * 3/4 = 0.675, * 2/3 = 0.45 at day 300.
    assert (lasting.value, lasting.observed, lasting.ended) == (300, 10, 5)
    assert flows.reletting(found, DAY).days is None


def test_reletting_is_told_of_what_was_let_lately(staff, towns):
    let = D(2025, 1, 1)
    units = [
        Entered(
            [
                ("LEER", let - timedelta(days=10 * n), let),
                ("LEER_VERMIETET", let, let + timedelta(days=60)),
                used(let + timedelta(days=60)),
            ]
        )
        for n in range(1, 12)
    ]
    units.append(Entered([("LEER", D(2010, 1, 1), D(2020, 1, 1)), used(D(2020, 1, 1))]))
    enter(staff, towns.own, units)
    found = flows.reletting(flows.episodes(staff, Area(towns.own), DAY), DAY)
    assert (found.days, found.count) == (60, 11)


def test_mix_of_branches_and_the_share_of_chains(staff, towns):
    kinds = (
        [("BEKLEIDUNG", "FILIALE")] * 4
        + [("GASTRONOMIE", "INHABER")] * 4
        + [("BEKLEIDUNG", "FRANCHISE")] * 2
        + [(None, None)]
    )
    units = [Entered([used(D(2020, 1, 1), sortiment=group, operator_kind=kind)]) for group, kind in kinds]
    units += [Entered([("LEER", D(2020, 1, 1), None, {"sortiment": "SCHUHE"})])]
    enter(staff, towns.own, units)
    branches, operators = mix.branches(staff, Area(towns.own), DAY), mix.operators(staff, Area(towns.own), DAY)
    assert (branches.groups, branches.without, branches.known) == ([("BEKLEIDUNG", 6), ("GASTRONOMIE", 4)], 1, 10)
    assert branches.shannon == pytest.approx(-(0.6 * math.log(0.6) + 0.4 * math.log(0.4)))
    assert branches.evenness == pytest.approx(branches.shannon / math.log(2))
    assert dict(branches.kinds)["EINZELHANDEL"] == 6
    assert (operators.chains, operators.known, operators.share, operators.without) == (6, 10, 0.6, 1)
    assert mix.branches(staff, Area(towns.own), D(2019, 1, 1)).shannon is None


def test_dead_frontage_is_counted_along_one_side_of_a_street(staff, towns):
    def front(number, state, metres):
        return Entered([(state, D(2020, 1, 1), None)], number=number, unit={"frontage_m": metres})

    ids = enter(staff, towns.own, [
        front("1", "LEER", 5), front("2", "GENUTZT", 9), front("3", "LEER", 4), front("5", "LEER_VERMIETET", None),
        front("7a", "LEER", 2.5), front("7", "GENUTZT", 3), front("9", "LEER", 50), front("11", "ZWISCHENGENUTZT", 50),
        front("10", "LEER", 3), front("10", "LEER", 3), front("12-14", "LEER", 6.5),
        Entered([("LEER", D(2020, 1, 1), None)], street="Gasse", number="o. Nr."),
    ])  # fmt: skip
    runs = frontage.longest(staff, Area(towns.own), DAY)
    assert [(run.side, run.numbers, run.units, run.frontage_m, run.without_value) for run in runs] == [
        ("ungerade", "7a bis 9", 2, 52.5, 0),
        ("gerade", "10 bis 12-14", 3, 12.5, 0),
        ("ungerade", "1 bis 5", 3, 9.0, 1),
    ]
    assert runs[-1].unit_ids == (ids[0], ids[2], ids[3])
    assert frontage.unplaced(staff, Area(towns.own), DAY) == 1
    assert frontage.longest(staff, Area(towns.own), D(2019, 1, 1)) == []


def test_a_street_is_one_however_it_is_written(staff, towns):
    written = [
        ("1", "Marktstraße"),
        ("3", "Marktstr."),
        ("5", "MARKTSTRASSE"),
        ("7", "Markt-Straße"),
        ("9", "Marktstraße"),
    ]
    ids = enter(staff, towns.own, [
        *(Entered([("LEER", D(2020, 1, 1), None)], street=street, number=number, unit={"frontage_m": 3})
          for number, street in written),
        Entered([("LEER", D(2020, 1, 1), None)], street="Marktgasse", number="11", unit={"frontage_m": 3}),
        Entered([used(D(2020, 1, 1))], street="Marktstr", number="13", unit={"frontage_m": 3}),
        Entered([("LEER", D(2020, 1, 1), None)], street="Marktstraße", number="15", unit={"frontage_m": 3}),
    ])  # fmt: skip
    (run,) = frontage.longest(staff, Area(towns.own), DAY)
    assert (run.street, run.numbers, run.units, run.frontage_m) == ("Marktstraße", "1 bis 9", 5, 15.0)
    assert run.unit_ids == tuple(ids[:5])


@pytest.mark.parametrize("day", [DAY, D(2025, 12, 31), D(2026, 1, 1), D(2024, 2, 29)])
def test_one_reading_for_many_days_says_what_each_says_by_itself(staff, towns, day):
    chance = Random(day.toordinal())
    spans = sorted(chance.sample(range(4000), 6))
    days = [day - timedelta(days=4000 - one) for one in spans]
    enter(staff, towns.own, [
        Entered([used(days[n % 3], days[3]), ("LEER", days[3], days[4]), used(days[4], days[5]), ("LEER", days[5], None)])
        for n in range(12)
    ])  # fmt: skip
    area = Area(towns.own)
    line = drawings.days(day)
    whole = flows.over_time(staff, area, day, line, flows.episodes(staff, area, day))
    assert whole.on == rates.on(staff, area, day) and whole.on.stock == 12
    assert whole.line == [rates.on(staff, area, one) for one in line]
    assert whole.years == flows.flows(staff, area, day)
    assert [year.until for year in whole.years] == [D(year, 12, 31) for year in range(day.year - 9, day.year)] + [day]
