"""Mobile trees of the sample: stops, fleets, and the stays of last, this and next season."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from geo.samples.content import Record, read
from geo.samples.model import (
    FleetSample,
    PlaceSample,
    ScheduleSample,
    StaySample,
    StopSample,
    TreeSample,
    VisitSample,
)

SATURDAY = 6
WORKSHOP_SINCE = timedelta(days=14)


def stops() -> tuple[StopSample, ...]:
    """All stops of the example towns."""
    return tuple(_stop(record) for record in read("trees")["stops"])


def fleets(today: date) -> tuple[FleetSample, ...]:
    """The fleets with their trees and three seasons around the day."""
    content = read("trees")
    return tuple(_fleet(record, content["species"], today) for record in content["fleets"])


def _stop(record: Record) -> StopSample:
    return StopSample(
        key=record["key"],
        place=PlaceSample(ags=record["ags"], lat=record["lat"], lon=record["lon"], street=record["street"]),
        name=record["name"],
        kind=record.get("kind", "STRASSE"),
        capacity=record["capacity"],
        module_classes=tuple(record.get("module_classes", ["S", "L"])),
        note=record.get("note"),
    )


def _fleet(record: Record, species: list[Record], today: date) -> FleetSample:
    first = _move_day(today.year, record["season_start"])
    year = today.year if today >= first else today.year - 1
    schedules = tuple(_schedule(record, season, today) for season in (year - 1, year, year + 1))
    winter = {stop.key for stop in stops() if stop.kind == "WINTERQUARTIER"}
    wintering = {s.tree for s in schedules[1].stays if s.stop in winter and s.start <= today < s.end}
    return FleetSample(
        key=record["key"],
        ags=record.get("ags"),
        name=record["name"],
        home=record.get("home"),
        note=record.get("note"),
        trees=tuple(_trees(record, species, wintering)),
        schedules=schedules,
    )


def _trees(record: Record, species: list[Record], wintering: set[str]) -> list[TreeSample]:
    trees: list[TreeSample] = []
    for group in record["groups"]:
        for label in group["labels"]:
            kind = species[len(trees) % len(species)]
            state = "WINTERQUARTIER" if label in wintering else "IM_EINSATZ"
            trees.append(
                TreeSample(
                    label=label,
                    species=kind["name"],
                    species_latin=kind["latin"],
                    module_class=group["module_class"],
                    height_m=kind["height_m"],
                    state="WERKSTATT" if label == record.get("in_workshop") else state,
                )
            )
    return trees


def _schedule(record: Record, year: int, today: date) -> ScheduleSample:
    start, end = _move_day(year, record["season_start"]), _move_day(year + 1, record["season_start"])
    is_draft = start > today
    stays: list[StaySample] = []
    taken: Counter[tuple[str, date]] = Counter()
    for group in record["groups"]:
        for (begin, finish), stop in zip(pairwise(_moves(record, start, end)), group["stops"], strict=True):
            first_slot = taken[stop, begin] + 1
            taken[stop, begin] += len(group["labels"])
            for slot, label in enumerate(group["labels"], start=first_slot):
                until = _until(record, label, begin, finish, today)
                if until is not None:
                    layer = "ENTWURF" if is_draft else "TATSAECHLICH" if begin <= today else "BESCHLOSSEN"
                    note = "Beispiel: Modul kam in die Werkstatt" if until < finish else None
                    stays.append(StaySample(label, stop, slot, begin, until, layer, note))
    return ScheduleSample(
        name=f"Umzugsplan {year}/{(year + 1) % 100:02d}",
        season_start=start,
        season_end=end,
        state="ENTWURF" if is_draft else "VEROEFFENTLICHT",
        stays=tuple(stays),
        visits=tuple(_visits(stays, {label: g["module_class"] for g in record["groups"] for label in g["labels"]})),
        move_weekday=SATURDAY,
    )


def _visits(stays: list[StaySample], classes: dict[str, str]) -> Iterator[VisitSample]:
    """The stays that begin together at a street's stop, as one visit. What has begun was permitted."""
    winter = {stop.key for stop in stops() if stop.kind == "WINTERQUARTIER"}
    together: dict[tuple[str, date], list[StaySample]] = {}
    for stay in stays:
        if stay.stop not in winter:
            together.setdefault((stay.stop, stay.start), []).append(stay)
    for (stop, start), own in together.items():
        found = Counter(classes[stay.tree] for stay in own)
        yield VisitSample(
            stop=stop,
            start=start,
            end=max(stay.end for stay in own),
            modules_s=found["S"],
            modules_l=found["L"],
            layer=own[0].layer,
            permit_state="GENEHMIGT" if own[0].layer == "TATSAECHLICH" else "OFFEN",
        )


def _moves(record: Record, start: date, end: date) -> list[date]:
    """The first day of the season, each day on which the trees move, and the first day of the next season."""
    days = [(move, _move_day(start.year, move)) for move in record["moves"]]
    return [start, *(day if day > start else _move_day(start.year + 1, move) for move, day in days), end]


def _until(record: Record, label: str, begin: date, finish: date, today: date) -> date | None:
    """The end of a stay; a module in the workshop leaves early and misses the rest of its season."""
    taken_out = today - WORKSHOP_SINCE
    first = _move_day(today.year, record["season_start"])
    season_start = first if today >= first else _move_day(today.year - 1, record["season_start"])
    season_end = _move_day(season_start.year + 1, record["season_start"])
    if label != record.get("in_workshop") or finish <= taken_out or begin >= season_end:
        return finish
    return taken_out if begin < taken_out else None


def _move_day(year: int, month_and_day: str) -> date:
    """The Saturday of that day's week: the sample's trees move on Saturdays."""
    day = date.fromisoformat(f"{year}-{month_and_day}")
    return day + timedelta(days=SATURDAY - day.isoweekday())
