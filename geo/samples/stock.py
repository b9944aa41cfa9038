"""What stands around the made-up units: their buildings and parcels, energy, branches; and one shop that was split.

Everything is drawn from sources named after the units, so that it is the same on any day and moves nothing else.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from geo.samples.model import BuildingSample, SpellSample, SuccessionSample, UnitSample
from geo.vacancies import classification

# Chosen to be the number of no Gemarkung, so that no made-up unit stands on a real parcel; not compared with a list.
NO_DISTRICT = "9999"
HEATINGS = (("GAS", 46), ("FERNWAERME", 24), ("OEL", 14), ("STROM", 7), ("WAERMEPUMPE", 5), ("HOLZ", 3), ("KEINE", 1))
CLASSES = (("B", 50), ("C", 75), ("D", 100), ("E", 130), ("F", 160), ("G", 200), ("H", 250))
LAND = ("BAULUECKE", "BRACHE")
CHAINS = ("BEKLEIDUNG", "DROGERIE", "SCHUHE", "OPTIK", "LEBENSMITTELHANDWERK", "ELEKTRO", "WARENHAUS")


def dressed(seed: int, units: Sequence[UnitSample], today: date) -> list[UnitSample]:
    """The units with energy, building, parcel, and the branches of their users in both classifications."""
    return [_dressed(Random(f"{seed}/{unit.key}/stock"), unit, today) for unit in units]  # noqa: S311 - repeatable on purpose


def _dressed(rng: Random, unit: UnitSample, today: date) -> UnitSample:
    house = unit.key.rsplit("/", 1)[0]
    spells = tuple(_used(rng, spell, unit.area_total_m2, today) for spell in unit.spells)
    number = int(unit.place.house_number or 0)
    parcel = f"16{NO_DISTRICT}{1 + len(unit.place.street or '') % 9:03d}{number:05d}______"
    if unit.object_type in LAND:
        return replace(unit, spells=spells, parcel_key=parcel)
    kwh = round(rng.triangular(60, 290, 150), 1)
    has_pass = rng.random() < 0.6
    return replace(
        unit,
        spells=spells,
        building=house,
        parcel_key=parcel if unit.floor == 0 else None,
        heating=_pick(rng, HEATINGS),
        energy_kwh_m2a=kwh if has_pass else None,
        energy_class=next(name for name, most in (*CLASSES, ("H", 9999)) if kwh <= most) if has_pass else None,
        parking_n=rng.choice((0, 0, 1, 2, 4)) if unit.floor == 0 else None,
    )


def _used(rng: Random, spell: SpellSample, area: float, today: date) -> SpellSample:
    chain, share, ahead = rng.random(), rng.uniform(0.8, 1.0), rng.randrange(45, 200)
    if spell.occupant is None:
        return spell
    likely = 0.6 if spell.sortiment in CHAINS else 0.12
    return replace(
        spell,
        wz_2025=classification.proposal(classification.WZ_2008, spell.wz_code).wz_2025 if spell.wz_code else None,
        operator_kind="FILIALE" if chain < likely else "FRANCHISE" if chain < likely + 0.04 else "INHABER",
        area_used_m2=float(round(area * share)),
        threatened_from=today + timedelta(days=ahead) if spell.state == "DROHEND" else None,
    )


def _pick(rng: Random, weighted: tuple[tuple[str, int], ...]) -> str:
    return rng.choices([name for name, _ in weighted], [weight for _, weight in weighted])[0]


def buildings(seed: int, units: Sequence[UnitSample]) -> tuple[BuildingSample, ...]:
    """One for each house that units lie in, with as many storeys as they need."""
    floors: dict[str, list[UnitSample]] = {}
    for unit in units:
        if unit.building is not None:
            floors.setdefault(unit.building, []).append(unit)
    return tuple(_building(Random(f"{seed}/{key}/building"), key, own) for key, own in floors.items())  # noqa: S311 - repeatable on purpose


def _building(rng: Random, key: str, units: Sequence[UnitSample]) -> BuildingSample:
    worst = max((unit.condition or 1) for unit in units)
    return BuildingSample(
        key=key,
        ags=units[0].place.ags,
        built_year=rng.choice((1685, 1720, 1790, 1840, 1880, 1895, 1905, 1912, 1928, 1936, 1958, 1974, 1992, 2004)),
        storeys=max(unit.floor or 0 for unit in units) + 1 + rng.choice((0, 0, 1)),
        monument=rng.choices(("NEIN", "EINZEL", "ENSEMBLE"), (60, 18, 22))[0],
        energy_class=_pick(rng, tuple((name, 10) for name, _ in CLASSES)),
        condition=worst,
        is_hazard=worst == 5 and rng.random() < 0.5,
        is_landmark=rng.random() < 0.08,
    )


def split(units: Sequence[UnitSample], today: date) -> tuple[list[UnitSample], tuple[SuccessionSample, ...]]:
    """The largest shop that stands empty was split in two: one half is in use, the other one still empty."""
    on = date(today.year - 1, 5, 1)
    fit = [unit for unit in units if _can_be_split(unit, on)]
    if not fit:
        return list(units), ()
    whole = max(fit, key=lambda unit: (unit.area_total_m2, unit.key))
    last = whole.current
    gone = SpellSample("ENTFALLEN", on, None, "TAG", last.source, "SICHER", on)
    before = replace(
        whole,
        stock_end=on,
        listing=None,
        spells=(*whole.spells[:-1], replace(last, end=on, observed_on=min(last.observed_on, on)), gone),
    )
    left = _half(whole, on, "Laden links", 0.4, SpellSample("GENUTZT", on, None, "TAG", last.source, "SICHER", on))
    used = replace(
        left.spells[0], occupant="Beispiel-Blumenladen", wz_code="47.76.1", wz_2025="47.76.1", sortiment="BLUMEN"
    )
    left = replace(left, spells=(replace(used, operator_kind="INHABER"),))
    right = _half(whole, on, "Laden rechts", 0.6, replace(last, start=on, start_precision="TAG", observed_on=on))
    at = list(units).index(whole)
    links = tuple(SuccessionSample(whole.key, one.key, on, "TEILUNG") for one in (left, right))
    return [*units[:at], before, left, right, *units[at + 1 :]], links


def _can_be_split(unit: UnitSample, on: date) -> bool:
    return (
        unit.object_type == "LADEN_EG"
        and unit.current.state == "LEER"
        and unit.current.start < on - timedelta(days=60)
        and (unit.verified_on or on) >= on
        and unit.listing is None
    )


def _half(whole: UnitSample, on: date, name: str, share: float, spell: SpellSample) -> UnitSample:
    return replace(
        whole,
        key=f"{whole.key}/{name}",
        name=name,
        area_total_m2=float(round(whole.area_total_m2 * share)),
        area_sales_m2=float(round((whole.area_sales_m2 or 0) * share)) or None,
        frontage_m=round((whole.frontage_m or 0) * share, 1) or None,
        area_side_m2=None,
        area_storage_m2=None,
        divisible_from_m2=None,
        windows_n=None,
        stock_start=on,
        stock_end=None,
        spells=(spell,),
        listing=None,
    )
