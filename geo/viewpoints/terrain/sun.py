"""The sun by astral: where it stands, and when it stands in the part of the horizon that one looks at.

Reckoned in UTC, where every day has 24 hours, and told in local time.

Azimuths are degrees clockwise from true north; elevations are apparent ones, lifted by the air's refraction. A time
is found to the minute; a visit of the sun that is shorter than `STEP` may be overlooked.
"""

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from astral import Observer, sun

from geo.core.clock import BERLIN
from geo.viewpoints.direction import Sector

STEP = timedelta(minutes=5)
PRECISION = timedelta(seconds=15)
LIMB_DEG = -0.8333  # the middle of the sun when its upper limb, lifted by the air, touches the horizon


@dataclass(frozen=True)
class SunSpan:
    """The sun is seen from `begins` to `ends` (local time, to the minute), wandering between two azimuths."""

    begins: datetime
    ends: datetime
    from_azimuth: float
    to_azimuth: float


@dataclass(frozen=True)
class SunDay:
    """A day's sun at a point: rise and set over a level horizon (local time), and when it stands in the sectors."""

    day: date
    sunrise: datetime | None
    sunset: datetime | None
    spans: tuple[SunSpan, ...]


def sun_position(longitude: float, latitude: float, moment: datetime) -> tuple[float, float]:
    """Azimuth and apparent elevation in degrees at a moment with a zone."""
    zenith, azimuth = sun.zenith_and_azimuth(Observer(latitude, longitude), moment)
    return azimuth, 90 - zenith


def sun_in_sectors(
    longitude: float,
    latitude: float,
    sectors: Sequence[Sector],
    day: date,
    angles_deg: Sequence[float] | None = None,
) -> SunDay:
    """When the sun stands in one of the sectors that day, above the horizon.

    `angles_deg` is the skyline's elevation angle at equal steps clockwise from north, as computed from terrain; without
    it the horizon is level, from sunrise to sunset. Without sectors the whole circle counts.
    """
    skyline = None if angles_deg is None else array("f", angles_deg).tobytes()
    return _day(longitude, latitude, tuple(sectors), day, skyline)


def sun_by_month(
    longitude: float,
    latitude: float,
    sectors: Sequence[Sector],
    year: int,
    angles_deg: Sequence[float] | None = None,
) -> tuple[SunDay, ...]:
    """`sun_in_sectors` for the 21st of each month, on or near which lie equinoxes and solstices."""
    days = (date(year, month, 21) for month in range(1, 13))
    return tuple(sun_in_sectors(longitude, latitude, sectors, day, angles_deg) for day in days)


@lru_cache(maxsize=2048)
def _day(longitude: float, latitude: float, sectors: tuple[Sector, ...], day: date, packed: bytes | None) -> SunDay:
    """The day; the skyline packed as 32-bit floats, because what is asked for is kept."""
    skyline = None if packed is None else array("f", packed)
    rise, end = _rise_and_set(longitude, latitude, day)
    if rise is None or end is None:  # not between the polar circles, but a date may be asked for any point
        return SunDay(day, None, None, ())

    def shines(moment: datetime) -> bool:
        azimuth, elevation = sun_position(longitude, latitude, moment)
        if sectors and not any(_holds(sector, azimuth) for sector in sectors):
            return False
        return skyline is None or elevation >= _at(skyline, azimuth)

    spans = tuple(
        SunSpan(
            _to_minute(begins),
            _to_minute(ends),
            round(sun_position(longitude, latitude, begins)[0], 1),
            round(sun_position(longitude, latitude, ends)[0], 1),
        )
        for begins, ends in _spans(rise, end, shines)
    )
    return SunDay(day, _to_minute(rise), _to_minute(end), spans)


def _rise_and_set(longitude: float, latitude: float, day: date) -> tuple[datetime | None, datetime | None]:
    """When the upper limb touches a level horizon. Halved between midnight and noon of the sun: astral's own times of
    rise and set are up to two minutes off away from the solstices, its positions are not.
    """
    observer = Observer(latitude, longitude)
    noon = sun.noon(observer, day, tzinfo=UTC)

    def is_up(moment: datetime) -> bool:
        return 90 - sun.zenith_and_azimuth(observer, moment, with_refraction=False)[0] >= LIMB_DEG

    half = timedelta(hours=12)
    if not is_up(noon) or is_up(noon - half) or is_up(noon + half):
        return None, None
    return _halved(noon - half, noon, False, is_up), _halved(noon, noon + half, True, is_up)


def _spans(first: datetime, last: datetime, shines: Callable[[datetime], bool]) -> Iterator[tuple[datetime, datetime]]:
    """From when to when it shines: in steps, then halved at each change."""
    begins = first if shines(first) else None
    earlier, was = first, begins is not None
    while earlier < last:
        later = min(earlier + STEP, last)
        now = shines(later)
        if now != was:
            change = _halved(earlier, later, was, shines)
            if now:
                begins = change
            elif begins is not None:
                yield begins, change
        earlier, was = later, now
    if was and begins is not None:
        yield begins, last


def _halved(earlier: datetime, later: datetime, was: bool, shines: Callable[[datetime], bool]) -> datetime:
    while later - earlier > PRECISION:
        middle = earlier + (later - earlier) / 2
        if shines(middle) == was:
            earlier = middle
        else:
            later = middle
    return later


def _holds(sector: Sector, azimuth: float) -> bool:
    """Whether the direction lies in the sector, read clockwise."""
    return (azimuth - float(sector.from_deg)) % 360 <= float(sector.span)


def _at(skyline: Sequence[float], azimuth: float) -> float:
    """The skyline's angle in a direction, between its two nearest values."""
    place = azimuth % 360 * len(skyline) / 360
    low = int(place)
    here, there = skyline[low % len(skyline)], skyline[(low + 1) % len(skyline)]
    return here + (there - here) * (place - low)


def _to_minute(moment: datetime) -> datetime:
    return (moment + timedelta(seconds=30)).replace(second=0, microsecond=0).astimezone(BERLIN)
