"""The sun: its place against published values, and its times in the sectors of a view."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from astral import Observer, sun

from geo.viewpoints.direction import PANORAMA, Sector, parse
from geo.viewpoints.terrain.sun import sun_by_month, sun_in_sectors, sun_position

ERFURT = (11.03, 50.98)
WEST = (Sector(Decimal(200), Decimal(340)),)
LEVEL = [0.0] * 3600
# Azimuth and apparent elevation in degrees.
PUBLISHED = [
    # The worked example of Reda and Andreas, Solar Position Algorithm for Solar Radiation Applications,
    # NREL/TP-560-34302 (2003, revised 2008), table A5.1: topocentric zenith 50.11162, azimuth 194.34024.
    (-105.1786, 39.742476, datetime(2003, 10, 17, 12, 30, 30, tzinfo=timezone(timedelta(hours=-7))), 194.34024, 39.88838),
    # J. Giesen, GeoAstro, table "sun-yearA" (2019-09-05) for 50° N, 0° E, 15:00 UT of the days of 2022.
    (0, 50, datetime(2022, 1, 1, 15, tzinfo=UTC), 220.22, 7.37),
    (0, 50, datetime(2022, 1, 31, 15, tzinfo=UTC), 220.70, 13.45),
    (0, 50, datetime(2022, 2, 22, 15, tzinfo=UTC), 224.06, 19.88),
]  # fmt: skip


@pytest.mark.parametrize(("longitude", "latitude", "moment", "azimuth", "elevation"), PUBLISHED)
def test_its_place_is_the_published_one(longitude, latitude, moment, azimuth, elevation):
    found = sun_position(longitude, latitude, moment)
    assert found == pytest.approx((azimuth, elevation), abs=0.015)


@pytest.mark.parametrize("month", [1, 3, 5, 7, 9, 10, 12])
def test_it_rises_and_sets_with_its_upper_limb(month):
    """By definition of the almanacs its middle then stands 50' below the horizon, refraction left out of account."""
    found = sun_in_sectors(*ERFURT, (), date(2026, month, 17))
    for moment in (found.sunrise, found.sunset):
        zenith, _ = sun.zenith_and_azimuth(Observer(ERFURT[1], ERFURT[0]), moment, with_refraction=False)
        assert 90 - zenith == pytest.approx(-50 / 60, abs=0.1)  # a minute is worth 0.08 to 0.16 degrees here


def test_a_panorama_has_the_whole_day():
    found = sun_in_sectors(*ERFURT, (PANORAMA,), date(2026, 6, 21))
    assert [(span.begins, span.ends) for span in found.spans] == [(found.sunrise, found.sunset)]
    assert found == sun_in_sectors(*ERFURT, (), date(2026, 6, 21))


def test_a_sector_begins_and_ends_where_the_sun_crosses_its_sides():
    sectors = (Sector(Decimal(120), Decimal(150)), Sector(Decimal(240), Decimal(260)))
    found = sun_in_sectors(*ERFURT, sectors, date(2026, 4, 10))
    assert len(found.spans) == 2
    for span, sector in zip(found.spans, sectors, strict=True):
        assert (span.from_azimuth, span.to_azimuth) == pytest.approx(
            (float(sector.from_deg), float(sector.to_deg)), abs=0.2
        )
        assert sun_position(*ERFURT, span.begins)[0] == pytest.approx(float(sector.from_deg), abs=0.3)
        assert span.begins.second == 0 and span.begins.utcoffset() == timedelta(hours=2)


def test_a_sector_across_north_is_read_clockwise():
    assert sun_in_sectors(*ERFURT, parse("350-10"), date(2026, 6, 21)).spans == ()
    (evening,) = sun_in_sectors(*ERFURT, parse("300-30"), date(2026, 6, 21)).spans
    assert evening.begins.hour >= 20


def test_a_hill_takes_the_sun_away_earlier():
    day = date(2026, 9, 23)
    (level,) = sun_in_sectors(*ERFURT, WEST, day, LEVEL).spans
    hill = [10.0 if 180 <= step / 10 < 360 else 0.0 for step in range(3600)]
    (behind,) = sun_in_sectors(*ERFURT, WEST, day, hill).spans
    assert behind.begins == level.begins
    # At this latitude the sun of an equinox sinks by 10 degrees in about 64 minutes.
    assert timedelta(minutes=55) < level.ends - behind.ends < timedelta(minutes=75)
    assert sun_position(*ERFURT, behind.ends)[1] == pytest.approx(10, abs=0.2)


def test_a_gap_in_the_ridge_is_a_span_of_its_own():
    ridge = [60.0 if 180 <= step / 10 < 250 or 255 < step / 10 < 360 else 0.0 for step in range(3600)]
    (found,) = sun_in_sectors(*ERFURT, WEST, date(2026, 3, 21), ridge).spans
    assert (found.from_azimuth, found.to_azimuth) == pytest.approx((250, 255), abs=0.3)


def test_the_night_when_clocks_change_has_its_own_times():
    winter, summer = (sun_in_sectors(*ERFURT, (), day).sunrise for day in (date(2026, 3, 28), date(2026, 3, 29)))
    assert winter.utcoffset() == timedelta(hours=1) and summer.utcoffset() == timedelta(hours=2)
    assert abs(summer.astimezone(UTC) - winter.astimezone(UTC) - timedelta(days=1)) < timedelta(minutes=5)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
@pytest.mark.parametrize("direction", ["70-130", "150-210", "230-290"])
def test_on_the_days_when_clocks_change_the_sun_crosses_the_sectors_at_the_time_of_the_clock(day, direction):
    """Told in the offset that holds then, and the same moments as those found minute by minute in UTC."""
    (sector,) = sectors = parse(direction)
    (span,) = sun_in_sectors(*ERFURT, sectors, day, LEVEL).spans
    offset = timedelta(hours=2 if day.month == 3 else 1)
    assert (span.begins.utcoffset(), span.ends.utcoffset()) == (offset, offset) and span.begins.date() == day
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    places = {one: sun_position(*ERFURT, one) for one in (midnight + timedelta(minutes=at) for at in range(24 * 60))}
    inside = [one for one, (azimuth, up) in places.items()
              if up >= 0 and float(sector.from_deg) <= azimuth <= float(sector.to_deg)]  # fmt: skip
    assert abs(span.begins - inside[0]) <= timedelta(minutes=1) >= abs(span.ends - inside[-1])


def test_every_month_has_its_day():
    months = sun_by_month(*ERFURT, WEST, 2026)
    assert [one.day for one in months] == [date(2026, month, 21) for month in range(1, 13)]
    ends = [one.spans[-1].ends.replace(year=2026, month=1, day=1) for one in months]
    assert ends[5].hour == 21 and ends[11].hour == 16


def test_where_the_sun_does_not_rise_there_is_nothing():
    found = sun_in_sectors(20, 78, (), date(2026, 12, 21))
    assert (found.sunrise, found.sunset, found.spans) == (None, None, ())
