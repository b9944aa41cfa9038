"""Public rates: off by default, at the ends of quarters only, as the internal figures have them, and no small number."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from geo.core import clock
from geo.core.access import SYSTEM
from geo.core.errors import Conflict, NotPermitted
from geo.vacancies.figures import public, rates
from geo.vacancies.figures.rates import Area
from tests.geo.vacancies.figures.entered import Entered, enter
from tests.geo.vacancies.stock import acting

DAY = date(2026, 3, 31)
OLD = date(2020, 1, 1)
TODAY = clock.today()


def shops(count, state="GENUTZT", **more):
    return [Entered([(state, OLD, None)], unit={"verified_on": DAY - timedelta(days=9), **more}) for _ in range(count)]


def stock(empty=8, interim=0, off=0, used=20):
    return [
        *shops(empty, "LEER"), *shops(interim, "ZWISCHENGENUTZT"), *shops(off, "NICHT_MARKTAKTIV"), *shops(used),
    ]  # fmt: skip


def switch(session, town, *, on=True, actor=SYSTEM):
    version = public.is_public(session, town)[1]
    public.set_public(session, actor, town, version, is_public=on)
    session.commit()


@pytest.fixture
def read(db, towns):
    """What the public role reads: the counts by town, and the names of the towns that publish."""

    def asked(day=DAY):
        with db.public() as session:
            return public.counted(session, day, [towns.own, towns.foreign]), [
                name for _, name, _ in public.publishing(session)
            ]

    return asked


def test_nothing_is_public_until_the_town_says_so(staff, towns, read):
    enter(staff, towns.own, stock())
    staff.commit()
    assert read() == ({}, [])
    switch(staff, towns.own)
    counts, names = read()
    assert names == ["Musterstadt"] and list(counts) == [towns.own]
    switch(staff, towns.own, on=False)
    assert read() == ({}, [])


def test_only_the_towns_that_are_asked_for_are_counted(staff, towns, db):
    enter(staff, towns.own, stock())
    staff.commit()
    switch(staff, towns.own)
    with db.public() as session:
        assert public.counted(session, DAY, [towns.foreign]) == {}
        assert list(public.counted(session, DAY, [towns.own])) == [towns.own]


def test_the_public_rates_are_the_internal_ones(staff, towns, read):
    enter(staff, towns.own, stock(8, 5, 6) + shops(7, verified_on=None) + shops(3, is_ground_floor_frontage=False))
    enter(staff, towns.own, [Entered([("LEER", DAY + timedelta(days=1), None)])])
    switch(staff, towns.own)
    (told,) = read()[0].values()
    own = rates.on(staff, Area(towns.own), DAY)
    assert (told.stock, told.verified, told.everything) == (own.stock, own.verified, own.stock + own.unknown)
    for reading in rates.READINGS:
        rate = own.rate("anzahl", reading)
        assert told.rate(reading) == (rate.empty, rate.stock), reading


@pytest.mark.parametrize(
    ("units", "brutto", "netto", "marktaktiv"),
    [
        (stock(4), None, None, None),
        (stock(0), (0, 20), (0, 20), (0, 20)),
        (stock(8, 2), None, (8, 30), (8, 30)),
        (stock(8, 0, 3), (8, 31), (8, 31), None),
        (stock(30, used=3), None, None, None),
        (stock(8, 9, 0, 3), None, (8, 20), (8, 20)),
        (stock(8, 5, 5), (13, 38), (8, 38), (8, 33)),
    ],
)
def test_no_number_tells_of_less_than_five_units(staff, towns, read, units, brutto, netto, marktaktiv):
    enter(staff, towns.own, units)
    switch(staff, towns.own)
    (told,) = read()[0].values()
    assert [told.rate(reading) for reading in rates.READINGS] == [brutto, netto, marktaktiv]


def test_small_and_unverified_stocks_have_no_rate(staff, towns, read):
    enter(staff, towns.own, stock(5, used=4))
    switch(staff, towns.own)
    assert read() == ({}, ["Musterstadt"])
    enter(staff, towns.own, shops(10, verified_on=None))
    staff.commit()
    (told,) = read()[0].values()
    assert (told.stock, told.verified) == (19, 9) and not told.is_verified
    assert [told.rate(reading) for reading in rates.READINGS] == [None, None, None]


@pytest.mark.parametrize("day", [DAY - timedelta(days=1), date(2026, 4, 30), TODAY, date(2035, 3, 31)])
def test_no_other_day_is_answered_even_to_a_statement_of_ones_own(staff, towns, read, day):
    enter(staff, towns.own, stock())
    switch(staff, towns.own)
    assert read(day)[0] == {}


def test_a_day_means_the_last_quarter_that_is_over():
    today = date(2026, 11, 26)
    asked = {
        date(2026, 11, 26): date(2026, 9, 30),
        date(2026, 9, 30): date(2026, 9, 30),
        date(2026, 9, 29): date(2026, 6, 30),
        date(2030, 1, 1): date(2026, 9, 30),
        date(2026, 1, 1): date(2025, 12, 31),
    }
    assert {day: public.quarter_end(day, today) for day in asked} == asked
    assert public.quarter_end(date(2027, 1, 1), date(2026, 12, 31)) == date(2026, 9, 30)
    days = public.reference_days(today)
    assert days[:3] == [date(2026, 9, 30), date(2026, 6, 30), date(2026, 3, 31)] and len(days) == 12


def test_who_may_publish_and_two_at_once(db, staff, towns, editor):
    with pytest.raises(NotPermitted):
        public.set_public(staff, editor, towns.own, 0, is_public=True)
    staff.rollback()
    public.set_public(staff, acting(), towns.own, 0, is_public=True)
    staff.commit()
    with pytest.raises(Conflict):
        public.set_public(staff, acting(), towns.own, 0, is_public=False)
    staff.rollback()
    assert public.is_public(staff, towns.foreign)[0] is False


def test_the_public_role_reads_no_settings(db, towns):
    with db.public() as session, pytest.raises(Exception, match="permission denied"):
        session.execute(text("SELECT * FROM register.town_settings"))
