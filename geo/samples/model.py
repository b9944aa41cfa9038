"""What the sample register consists of: plain records, named like the columns they are loaded into.

Periods are `start` (first day) and `end` (first day after); `end` is None only where a period may be open. A `key` is
stable between runs with the same seed and is how records refer to each other.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class PlaceSample:
    """One spot in a town, in WGS 84."""

    ags: str
    lat: float
    lon: float
    street: str | None = None
    house_number: str | None = None
    postcode: str | None = None
    locality: str | None = None


@dataclass(frozen=True)
class SpellSample:
    """A period in which a unit was in one state."""

    state: str
    start: date
    end: date | None
    start_precision: str
    source: str
    confidence: str
    observed_on: date
    occupant: str | None = None
    wz_code: str | None = None
    sortiment: str | None = None
    end_reason: str | None = None
    end_precision: str = "TAG"
    wz_2025: str | None = None
    operator_kind: str | None = None
    area_used_m2: float | None = None
    threatened_from: date | None = None


@dataclass(frozen=True)
class ListingSample:
    """What the public may see of a unit on offer; levels as in design 3, section 2.5."""

    publication_level: int
    published_from: date
    published_until: date
    public_title: str
    public_title_en: str
    public_text: str
    public_text_en: str
    consent_kind: str | None = None
    rent_eur_m2: float | None = None
    side_costs_eur_m2: float | None = None
    price_eur: float | None = None
    offer_kinds: tuple[str, ...] = ()
    available_from: date | None = None
    min_term_months: int | None = None
    max_term_months: int | None = None


@dataclass(frozen=True)
class UnitSample:
    """One usable unit with its history; `stock_end` is set when it left the stock."""

    key: str
    place: PlaceSample
    object_type: str
    name: str | None
    floor: int | None
    is_ground_floor_frontage: bool
    area_total_m2: float
    stock_start: date
    spells: tuple[SpellSample, ...]
    stock_end: date | None = None
    area_sales_m2: float | None = None
    area_side_m2: float | None = None
    area_storage_m2: float | None = None
    divisible_from_m2: float | None = None
    frontage_m: float | None = None
    windows_n: int | None = None
    clear_height_m: float | None = None
    entrance: str | None = None
    accessible: str = "UNBEKANNT"
    equipment: tuple[str, ...] = ()
    confirmed_on: tuple[date, ...] = ()
    condition: int | None = None
    location_class: str | None = None
    heating: str | None = None
    energy_kwh_m2a: float | None = None
    energy_class: str | None = None
    parking_n: int | None = None
    note: str | None = None
    verified_on: date | None = None
    verified_by_kind: str | None = None
    listing: ListingSample | None = None
    building: str | None = None
    parcel_key: str | None = None

    @property
    def current(self) -> SpellSample:
        """The latest spell, which is the open one."""
        return self.spells[-1]


@dataclass(frozen=True)
class BuildingSample:
    """A made-up building, which several units may lie in; their `building` names its key."""

    key: str
    ags: str
    built_year: int
    storeys: int
    monument: str
    energy_class: str
    condition: int
    is_hazard: bool
    is_landmark: bool


@dataclass(frozen=True)
class SuccessionSample:
    """That a unit became another one, by their keys."""

    from_key: str
    to_key: str
    on_day: date
    kind: str


@dataclass(frozen=True)
class TreeSample:
    """One tree in its planter module."""

    label: str
    species: str
    species_latin: str
    module_class: str
    height_m: float
    state: str


@dataclass(frozen=True)
class StopSample:
    """A street location, or winter quarters, with room for so many trees."""

    key: str
    place: PlaceSample
    name: str
    kind: str
    capacity: int
    module_classes: tuple[str, ...]
    note: str | None = None


@dataclass(frozen=True)
class StaySample:
    """One tree at one slot of a stop; `tree` is its label in the fleet, `stop` the stop's key."""

    tree: str
    stop: str
    slot: int
    start: date
    end: date
    layer: str
    note: str | None = None


@dataclass(frozen=True)
class VisitSample:
    """So many modules of each class at a street's stop from `start` to the day before `end`."""

    stop: str
    start: date
    end: date
    modules_s: int
    modules_l: int
    layer: str
    permit_state: str = "OFFEN"
    decision: str = "OFFEN"


@dataclass(frozen=True)
class ScheduleSample:
    """All visits and stays of a fleet in a season; its trees move on `move_weekday` (1 Monday to 7 Sunday)."""

    name: str
    season_start: date
    season_end: date
    state: str
    stays: tuple[StaySample, ...]
    visits: tuple[VisitSample, ...] = ()
    move_weekday: int = 1


@dataclass(frozen=True)
class FleetSample:
    """A set of mobile trees; `ags` is None for a fleet of the alliance."""

    key: str
    ags: str | None
    name: str
    home: str | None
    note: str | None
    trees: tuple[TreeSample, ...]
    schedules: tuple[ScheduleSample, ...]


@dataclass(frozen=True)
class StatusSample:
    """The status of a viewpoint in a period."""

    status: str
    start: date
    end: date | None
    note: str | None = None


@dataclass(frozen=True)
class NoticeSample:
    """A sentence for visitors while it lasts."""

    text: str
    text_en: str
    start: date
    end: date


@dataclass(frozen=True)
class ViewpointSample:
    """A viewpoint with its sectors (from and to, degrees clockwise from north) and the history of its status."""

    key: str
    place: PlaceSample
    name: str
    name_en: str
    story: str
    story_en: str
    story_easy: str
    sectors: tuple[tuple[int, int], ...]
    statuses: tuple[StatusSample, ...]
    furniture: tuple[str, ...] = ()
    step_free: str = "UNBEKANNT"
    access_note: str | None = None
    access_note_en: str | None = None
    best_time: str | None = None
    best_time_en: str | None = None
    toilet: bool | None = None
    responsible_body: str | None = None
    checked_on: tuple[date, ...] = ()
    is_featured: bool = False
    damaged: tuple[str, ...] = ()
    defects: tuple[dict[str, Any], ...] = ()
    notices: tuple[NoticeSample, ...] = ()
    path_surface: str | None = None
    path_steps: int | None = None
    stop_distance_m: int | None = None
    parking: str | None = None
    shade: str = "UNBEKANNT"
    evening_light: bool | None = None
    prune_month: int | None = None


@dataclass(frozen=True)
class Sample:
    """The whole made-up register as of a day."""

    today: date
    units: tuple[UnitSample, ...]
    stops: tuple[StopSample, ...]
    fleets: tuple[FleetSample, ...]
    viewpoints: tuple[ViewpointSample, ...]
    buildings: tuple[BuildingSample, ...] = ()
    successions: tuple[SuccessionSample, ...] = ()
