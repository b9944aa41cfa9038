"""Writes around a unit: its building, its parcels, splitting it into several, merging several into one.

Each of them raises the versions of the units that it touches, so that a stale form is noticed everywhere.
"""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from geo.core import geometry
from geo.core.access import Action, Actor
from geo.core.errors import Conflict, Invalid, NotFound
from geo.core.history import Change, changes_of, perform
from geo.core.undo import Root, revert
from geo.vacancies import queries
from geo.vacancies.model import Building, OccupancySpell, ParcelLink, Unit, UnitSuccession
from geo.vacancies.schemas import SpellInput, UnitInput
from geo.vacancies.service import expected, fill, fill_spell, settle_stock, spells_of, touch
from geo.vacancies.stock import queries as stock
from geo.vacancies.stock.schemas import BuildingInput, ParcelInput, Successor, building_values

MOST_PARCELS = 50
GONE = "ENTFALLEN"


def create_beside(session: Session, actor: Actor, unit_id: int, facts: UnitInput, begin: SpellInput) -> Unit:
    """A further unit at the place and in the building of one."""
    municipality_id = queries.municipality_of(session, unit_id)
    with perform(session, actor, Action.VACANCY_CREATE, municipality_id):
        beside = queries.get(session, unit_id)
        return _begin(session, beside, facts, begin, Range(None, None))


def _begin(session: Session, beside: Unit, facts: UnitInput, spell: SpellInput, during: Range[date]) -> Unit:
    unit = Unit(
        municipality_id=beside.municipality_id,
        place_id=beside.place_id,
        building_id=beside.building_id,
        during=during,
    )
    fill(unit, facts)
    session.add(unit)
    session.flush()
    first = OccupancySpell(unit_id=unit.id, municipality_id=unit.municipality_id)
    fill_spell(first, spell)
    session.add(first)
    session.flush()
    settle_stock(session, unit)
    return unit


def create_building(session: Session, actor: Actor, unit_id: int, version: int, data: BuildingInput) -> Building:
    """A new building around a unit; without an outline of its own it takes the one of the unit's place."""
    municipality_id = queries.municipality_of(session, unit_id)
    with perform(session, actor, Action.VACANCY_EDIT, municipality_id):
        unit = expected(session, unit_id, version)
        building = Building(municipality_id=municipality_id)
        _fill_building(building, data)
        if building.outline is None:
            building.outline = queries.get(session, unit_id).place.outline
        session.add(building)
        session.flush()
        unit.building_id = building.id
        touch(unit)
    return building


def update_building(session: Session, actor: Actor, building_id: int, version: int, data: BuildingInput) -> Building:
    """Change a building's facts. Raises `Conflict` when somebody else did since `version`."""
    municipality_id = stock.building(session, building_id).municipality_id
    with perform(session, actor, Action.VACANCY_EDIT, municipality_id):
        building = session.get(Building, building_id, with_for_update=True, populate_existing=True)
        if building is None:
            raise NotFound("Das Gebäude", building_id)
        if building.version != version:
            raise Conflict(
                "Jemand anderes hat dieses Gebäude in der Zwischenzeit geändert.",
                theirs=building_values(building),
                version=building.version,
            )
        _fill_building(building, data)
        flag_modified(building, "note")
    return building


def delete_building(session: Session, actor: Actor, building_id: int, version: int) -> None:
    """Remove a building that was entered by mistake; refused while a unit lies in it."""
    building = stock.building(session, building_id)
    with perform(session, actor, Action.VACANCY_DELETE, building.municipality_id):
        if building.version != version:
            raise Conflict("Jemand anderes hat dieses Gebäude in der Zwischenzeit geändert.", version=building.version)
        if stock.has_units(session, building_id):
            raise Invalid({"": "In diesem Gebäude liegen noch Nutzungseinheiten, auch frühere zählen."})
        session.delete(building)


def undo_building(session: Session, actor: Actor, building_id: int, change_id: int) -> None:
    """Take back the last change of a building."""
    revert(session, actor, Root("buildings", building_id), change_id)


def building_changes(session: Session, building_id: int) -> list[Change]:
    """What happened to a building, newest first."""
    return changes_of(session, [("buildings", building_id)])


def _fill_building(building: Building, data: BuildingInput) -> None:
    for one in fields(data):
        value = getattr(data, one.name)
        if one.name != "outline":
            if getattr(building, one.name) != value:
                setattr(building, one.name, value)
        elif geometry.as_geojson(value) != geometry.as_geojson(building.outline):
            building.outline = value


def assign_building(session: Session, actor: Actor, unit_id: int, version: int, *, building_id: int | None) -> Unit:
    """Say in which building a unit lies, or in none."""
    municipality_id = queries.municipality_of(session, unit_id)
    with perform(session, actor, Action.VACANCY_EDIT, municipality_id):
        unit = expected(session, unit_id, version)
        if building_id is not None and stock.building(session, building_id).municipality_id != municipality_id:
            raise NotFound("Das Gebäude", building_id)
        unit.building_id = building_id
        touch(unit)
    return unit


def add_parcel(session: Session, actor: Actor, unit_id: int, version: int, data: ParcelInput) -> ParcelLink:
    """One more parcel of a unit."""
    municipality_id = queries.municipality_of(session, unit_id)
    with perform(session, actor, Action.VACANCY_EDIT, municipality_id):
        unit = expected(session, unit_id, version)
        known = stock.parcels(session, unit_id)
        if data.key in {one.parcel_key for one in known}:
            raise Invalid({"parcel_key": "Dieses Flurstück ist der Einheit schon zugeordnet."})
        if len(known) >= MOST_PARCELS:
            raise Invalid({"parcel_key": f"Eine Einheit kann auf höchstens {MOST_PARCELS} Flurstücken liegen."})
        link = ParcelLink(municipality_id=municipality_id, unit_id=unit_id, parcel_key=data.key, area_m2=data.area_m2)
        session.add(link)
        touch(unit)
    return link


def remove_parcel(session: Session, actor: Actor, unit_id: int, version: int, *, parcel_id: int) -> None:
    """Take a parcel from a unit."""
    municipality_id = queries.municipality_of(session, unit_id)
    with perform(session, actor, Action.VACANCY_EDIT, municipality_id):
        unit = expected(session, unit_id, version)
        link = next((one for one in stock.parcels(session, unit_id) if one.id == parcel_id), None)
        if link is None:
            raise NotFound("Das Flurstück", parcel_id)
        session.delete(link)
        touch(unit)


def split(
    session: Session, actor: Actor, unit_id: int, version: int, *, on: date, parts: Sequence[Successor]
) -> list[Unit]:
    """Split a unit on a day: it leaves the stock, and its parts, which are returned, begin with their own states."""
    municipality_id = queries.municipality_of(session, unit_id)
    with perform(session, actor, Action.VACANCY_EDIT, municipality_id):
        unit = expected(session, unit_id, version)
        before = _leave(session, unit, on, "on_day")
        made = [_begin(session, unit, part.facts(before), _first(part, on), Range(on, None)) for part in parts]
        _copy_parcels(session, [unit], made)
        _link(session, [unit], made, on, "TEILUNG")
    return made


def merge(
    session: Session,
    actor: Actor,
    unit_id: int,
    version: int,
    *,
    others: Sequence[int],
    on: date,
    successor: Successor,
) -> Unit:
    """Merge a unit with others on a day: all leave the stock, and one begins at the place of the first."""
    municipality_id = queries.municipality_of(session, unit_id)
    with perform(session, actor, Action.VACANCY_EDIT, municipality_id):
        unit = expected(session, unit_id, version)
        offered = {row.id: row.version for row in stock.mergeable(session, unit_id, on)}
        strangers = [one for one in others if one not in offered]
        if strangers or not others:
            raise Invalid(
                {"with_unit": "Zusammenlegen lassen sich nur Einheiten, die am selben Ort oder daneben liegen."}
            )
        units = [unit, *(expected(session, one, offered[one]) for one in others)]
        before, *_ = [_leave(session, one, on, "on_day") for one in units]
        made = _begin(session, unit, successor.facts(before), _first(successor, on), Range(on, None))
        _copy_parcels(session, units, [made])
        _link(session, units, [made], on, "ZUSAMMENLEGUNG")
    return made


def _first(part: Successor, on: date) -> SpellInput:
    return SpellInput(part.state, on, occupant=part.occupant)


def _leave(session: Session, unit: Unit, on: date, field: str) -> UnitInput:
    """End a unit's running use and let it leave the stock on a day; its facts, for those that follow."""
    spells = spells_of(session, unit.id)
    running = next((spell for spell in spells if spell.during.contains(on)), None)
    name = queries.get(session, unit.id).place.address or "Die Einheit"
    if running is None or running.state == GONE:
        raise Invalid({field: f"{name} hat an diesem Tag keine bekannte Nutzung und kann deshalb nicht darin enden."})
    if running.during.lower == on:
        raise Invalid(
            {field: f"{name} hat genau an diesem Tag ihre Nutzung gewechselt. Bitte einen späteren Tag wählen."}
        )
    if any(spell.during.lower is not None and spell.during.lower > on for spell in spells):
        raise Invalid(
            {field: f"{name} hat danach noch andere Nutzungen. Bitte einen Tag nach dem letzten Wechsel wählen."}
        )
    running.during = Range(running.during.lower, on)
    running.end_precision = "TAG"
    session.flush()
    gone = OccupancySpell(unit_id=unit.id, municipality_id=unit.municipality_id)
    fill_spell(gone, SpellInput(GONE, on))
    session.add(gone)
    session.flush()
    settle_stock(session, unit)
    touch(unit)
    session.flush()
    return UnitInput(**{one.name: getattr(unit, one.name) for one in fields(UnitInput)})


def _copy_parcels(session: Session, units: Sequence[Unit], made: Sequence[Unit]) -> None:
    """The successors stand on the parcels of all their predecessors."""
    keys: dict[str, ParcelLink] = {}
    for unit in units:
        for link in stock.parcels(session, unit.id):
            keys.setdefault(link.parcel_key, link)
    for one in made:
        for key, link in keys.items():
            copy = ParcelLink(municipality_id=one.municipality_id, unit_id=one.id, parcel_key=key, area_m2=link.area_m2)
            session.add(copy)
    session.flush()


def _link(session: Session, units: Sequence[Unit], made: Sequence[Unit], on: date, kind: str) -> None:
    for unit in units:
        for one in made:
            session.add(
                UnitSuccession(
                    municipality_id=unit.municipality_id, from_unit_id=unit.id, to_unit_id=one.id, on_day=on, kind=kind
                )
            )
    session.flush()
