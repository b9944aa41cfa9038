"""What the office reads of towns: as much as each shares, and a sum from which nobody can subtract anything small."""

from datetime import date, timedelta
from itertools import combinations

import pytest
from shapely.geometry import box
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import DBAPIError

from geo.core import clock, geometry
from geo.core.access import SYSTEM, Action
from geo.core.errors import Conflict, Invalid, NotPermitted
from geo.core.history import perform
from geo.places.model import Zone
from geo.vacancies.figures import alliance, alliance_sharing, rates
from geo.vacancies.figures.rates import Area
from tests import factories
from tests.geo.vacancies.figures.entered import Entered, enter
from tests.geo.vacancies.stock import acting

DAY = date(2026, 3, 31)
OLD = date(2020, 1, 1)


def shops(count, state="GENUTZT", at=(11.05, 50.93), **more):
    seen = {"verified_on": DAY - timedelta(days=9), **more}
    return [Entered([(state, OLD, None)], at=at, unit=seen) for _ in range(count)]


def stock(empty=8, interim=0, off=0, used=20, at=(11.05, 50.93)):
    return [
        *shops(empty, "LEER", at), *shops(interim, "ZWISCHENGENUTZT", at), *shops(off, "NICHT_MARKTAKTIV", at),
        *shops(used, at=at),
    ]  # fmt: skip


@pytest.fixture
def filled(db, towns):
    """`filled(town, units, level)`: a town with these units that shares so much."""

    def fill(town, units, level=None, at=(11.05, 50.93)):
        with db.staff(SYSTEM, town) as session:
            if units:
                enter(session, town, units)
            if level:
                version = alliance_sharing.of_town(session, town).version
                alliance_sharing.share(session, SYSTEM, town, version, level)
            session.commit()

    return fill


@pytest.fixture
def further(db, towns):
    """Three more towns, far from each other, and where to put their units."""
    made = {}
    with db.owner() as session, perform(session, SYSTEM, Action.SYSTEM_SETUP):
        for number in range(3):
            longitude = 10.2 + 0.1 * number
            square = (longitude, 50.9, longitude + 0.05, 50.95)
            town = factories.a_town(session, f"1699901{number}", f"Nebenstadt {number}", square)
            made[town] = (longitude + 0.02, 50.92)
        session.commit()
    return made


@pytest.fixture
def read(db):
    def asked(day=DAY):
        with db.staff(SYSTEM) as session:
            return alliance.overview(session, SYSTEM, day)

    return asked


def test_by_default_a_town_gives_to_the_sum_alone_and_three_are_needed_for_one(filled, further, towns, read):
    first, second, third = further
    filled(first, stock(8, 5, 6, at=further[first]))
    filled(second, stock(11, 0, 0, 31, at=further[second]))
    assert read() == alliance.Quarter(DAY), "two towns would each know the other's share"
    filled(third, stock(7, 1, 2, 17, at=further[third]))
    found = read()
    assert (found.towns, found.rest_towns, found.summed) == ((), 3, 3)
    told = found.rest
    assert (told.stock, told.gross, told.net, told.off_market) == (110, 30, 25, 10), "108, 32, 26 and 8, to five"
    assert found.total.parts == (told,) and told.is_rounded
    assert found.total.percent("netto") == told.percent("netto") == pytest.approx(100 * 25 / 110)


def test_what_a_town_shares_is_what_its_own_pages_say(filled, towns, staff, read):
    filled(towns.own, stock(8, 5, 6) + shops(3, is_ground_floor_frontage=False), "ZAHLEN")
    found, own = read(), rates.on(staff, Area(towns.own), DAY)
    (shown,) = found.towns
    assert (shown.name, shown.level, found.rest) == ("Musterstadt", "ZAHLEN", None)
    for reading in rates.READINGS:
        rate = own.rate("anzahl", reading)
        assert shown.told.counts(reading) == (rate.empty, rate.stock) == found.total.counts(reading)
        assert shown.told.percent(reading) == pytest.approx(rate.percent)
    assert shown.told.share_verified == 1.0


@pytest.mark.parametrize(
    ("units", "brutto", "netto", "marktaktiv"),
    [
        (stock(4), None, None, None),
        (stock(0), (0, 20), (0, 20), (0, 20)),
        (stock(8, 2), None, (8, 30), (8, 30)),
        (stock(8, 0, 3), (8, 31), (8, 31), None),
        (stock(30, used=3), None, None, None),
        (stock(8, 5, 5), (13, 38), (8, 38), (8, 33)),
    ],
)
def test_no_number_of_a_town_tells_of_less_than_five_units(filled, towns, read, units, brutto, netto, marktaktiv):
    filled(towns.own, units, "EINHEITEN")
    (shown,) = read().towns
    assert [shown.told.counts(reading) for reading in rates.READINGS] == [brutto, netto, marktaktiv]
    assert read().summed == any(told is not None for told in (brutto, netto, marktaktiv))
    assert [read().total.counts(reading) for reading in rates.READINGS] == [brutto, netto, marktaktiv]


def test_small_and_unverified_stocks(filled, towns, read):
    filled(towns.own, stock(5, used=4), "ZAHLEN")
    assert read() == alliance.Quarter(DAY)
    filled(towns.own, shops(10, verified_on=None))
    (shown,) = read().towns
    assert shown.told.counts("netto") == (5, 19) and shown.told.percent("netto") is None


def test_nothing_small_can_be_had_by_subtracting(filled, further, towns, read):
    """Towns, the sum and the quarters against each other: what differs at all differs by five or more, or is a town's own."""
    units = {
        town: [*stock(5 + number, 5, 5, 20, at=at), Entered([("GENUTZT", OLD, DAY), ("LEER", DAY, None)], at=at,
               unit={"verified_on": DAY})]
        for number, (town, at) in enumerate(further.items())
    }  # fmt: skip
    for town, entered in units.items():
        filled(town, entered)
    filled(towns.own, stock(9, 5, 5), "ZAHLEN")
    filled(towns.foreign, stock(3, at=(11.25, 50.93)), "ZAHLEN")
    days = alliance.quarter_days(DAY, DAY + timedelta(days=1), 3)
    told = []
    for day in days:
        found = read(day)
        assert [town.is_summed for town in found.towns] == [False, True] and found.rest_towns == 4
        own = found.towns[1].told
        for name in ("stock", "gross", "net", "off_market"):
            numbers = [sum(getattr(part, name) for part in one) for one in (found.total.parts, [own], [found.rest])]
            assert all(a == b or abs(a - b) >= 5 for a, b in combinations(numbers, 2)), name
            assert (numbers[0] - numbers[1]) % 5 == 0 == numbers[2] % 5
        told.append((found.rest.stock, found.rest.gross, found.rest.net))
    assert all(
        a == b or abs(a - b) >= 5 for one, other in combinations(told, 2) for a, b in zip(one, other, strict=True)
    )


@pytest.mark.parametrize("day", [DAY - timedelta(days=1), date(2026, 4, 30), clock.today(), date(2035, 3, 31)])
def test_other_days_than_ends_of_quarters_are_not_answered(filled, towns, db, day):
    filled(towns.own, stock(), "EINHEITEN")
    with db.staff(SYSTEM) as session:
        assert session.execute(text("SELECT * FROM register.vacancy_totals(:day)"), {"day": day}).all() == []
        asked = text("SELECT * FROM register.vacancy_zone_totals(:day, :town)")
        assert session.execute(asked, {"day": day, "town": towns.own}).all() == []


def zone(session, town, name, west, east):
    with perform(session, SYSTEM, Action.ZONE_EDIT, town):
        outline = geometry.stored(box(west, 50.90, east, 50.96))
        session.add(Zone(municipality_id=town, kind="QUARTIER", name=name, outline=outline, during=Range(OLD, None)))


def spread(empty, used, longitude):
    return stock(empty, used=used, at=(longitude, 50.93))


def test_zones_are_told_by_those_who_share_them_and_where_no_part_is_small(filled, towns, db, read):
    filled(towns.own, [*spread(6, 14, 11.02), *spread(7, 13, 11.04), *spread(2, 18, 11.06)], "ZAHLEN")
    with db.staff(SYSTEM, towns.own) as session:
        zone(session, towns.own, "Westen", 11.01, 11.03)
        zone(session, towns.own, "Westen und Mitte", 11.01, 11.05)
        zone(session, towns.own, "Osten", 11.055, 11.07)
        session.commit()

    def told():
        with db.staff(SYSTEM) as session:
            return [(one.zone, one.gross, one.stock) for one in alliance.zones(session, SYSTEM, towns.own, DAY)]

    assert told() == []
    filled(towns.own, [], "ZONEN")
    assert told() == [("Westen", 6, 20)], "with west and middle, the two empty shops of the east are the rest"
    filled(towns.own, spread(3, 0, 11.06))
    assert told() == [("Osten", 5, 23), ("Westen", 6, 20), ("Westen und Mitte", 13, 40)]
    with db.staff(SYSTEM) as session:
        assert alliance.zones(session, SYSTEM, towns.foreign, DAY) == []
        found = alliance.zones(session, SYSTEM, towns.own, DAY)[1]
    assert found.percent == pytest.approx(30.0) and not found.is_example


def test_who_shares_what_and_taking_it_back(db, staff, towns, editor, filled, read):
    filled(towns.own, stock())
    with pytest.raises(NotPermitted):
        alliance_sharing.share(staff, editor, towns.own, 0, "ZONEN")
    staff.rollback()
    manager = acting()
    alliance_sharing.share(staff, manager, towns.own, 0, "ZONEN")
    staff.commit()
    assert [town.name for town in read().towns] == ["Musterstadt"]
    with pytest.raises(Conflict):
        alliance_sharing.share(staff, manager, towns.own, 0, "SUMME")
    staff.rollback()
    shared = alliance_sharing.of_town(staff, towns.own)
    assert shared.level == "ZONEN"
    alliance_sharing.share(staff, manager, towns.own, shared.version, "SUMME")
    staff.commit()
    assert read() == alliance.Quarter(DAY)
    told = [(change.action, next(f.new for f in change.fields if f.name == "level")) for change in
            alliance_sharing.changes(staff, towns.own)]  # fmt: skip
    assert told == [("figures.share", "SUMME"), ("figures.share", "ZONEN")]
    assert alliance_sharing.of_town(staff, towns.foreign).level == "SUMME"


def test_the_levels_are_ordered_and_no_other_is_taken(filled, towns, db, staff):
    filled(towns.own, stock(), "ZONEN")
    with db.staff(SYSTEM) as session:
        (found,) = alliance.sharing(session, SYSTEM)
    assert [found.shares(level) for level in ("SUMME", "ZAHLEN", "ZONEN", "EINHEITEN")] == [True, True, True, False]
    with pytest.raises(Invalid):
        alliance_sharing.parse({"level": "ALLES"})
    with pytest.raises(DBAPIError, match="town_shares_level"):
        alliance_sharing.share(staff, SYSTEM, towns.foreign, 0, "ALLES")


def test_nobody_but_the_office_reads_over_all_towns(staff, editor, towns):
    for ask in (
        lambda: alliance.overview(staff, editor, DAY),
        lambda: alliance.sharing(staff, editor),
        lambda: alliance.zones(staff, editor, towns.own, DAY),
    ):
        with pytest.raises(NotPermitted):
            ask()


def test_the_days_are_the_last_ends_of_quarters():
    found = alliance.quarter_days(date(2026, 5, 5), date(2026, 11, 27), 3)
    assert found == [date(2025, 9, 30), date(2025, 12, 31), date(2026, 3, 31)]
