"""Puts the made-up units with their buildings, parcels and spells into the database."""

from sqlalchemy.dialects.postgresql import Range

from geo.samples.inserting import Inserter, Row
from geo.samples.model import PlaceSample, Sample
from geo.samples.rows import unit_row, without
from geo.vacancies.figures.model import UnitConfirmation
from geo.vacancies.model import Building, OccupancySpell, ParcelLink, Unit, UnitSuccession


class Inventory(Inserter):
    """Units and what hangs on them, at places that are there."""

    def add(self, sample: Sample, places: dict[PlaceSample, int]) -> None:
        """All of them."""
        units = sample.units
        wanted = {unit.building for unit in units}
        houses = [house for house in sample.buildings if house.key in wanted]
        rows = [
            {"municipality_id": self.town(house.ags), "is_example": True, **without(house, "key", "ags")}
            for house in houses
        ]
        numbers = zip(houses, self._insert_with_ids(Building, rows), strict=True)
        buildings: dict[str | None, int] = {house.key: number for house, number in numbers}
        rows = [
            {
                "municipality_id": self.town(unit.place.ags),
                "place_id": places[unit.place],
                "building_id": buildings.get(unit.building),
                **unit_row(unit),
            }
            for unit in units
        ]
        ids = self._insert_with_ids(Unit, rows)
        parcels: list[Row] = [
            {
                "municipality_id": row["municipality_id"],
                "unit_id": unit_id,
                "parcel_key": unit.parcel_key,
                "is_example": True,
            }
            for unit, unit_id, row in zip(units, ids, rows, strict=True)
            if unit.parcel_key
        ]
        self._insert(ParcelLink, parcels)
        by_key = {unit.key: (unit_id, row) for unit, unit_id, row in zip(units, ids, rows, strict=True)}
        links: list[Row] = [
            {
                "municipality_id": by_key[link.from_key][1]["municipality_id"],
                "from_unit_id": by_key[link.from_key][0],
                "to_unit_id": by_key[link.to_key][0],
                "is_example": True,
                **without(link, "from_key", "to_key"),
            }
            for link in sample.successions
            if link.from_key in by_key and link.to_key in by_key
        ]
        self._insert(UnitSuccession, links)
        spells = [
            {
                **{name: value for name, value in vars(spell).items() if name not in {"start", "end"}},
                "unit_id": unit_id,
                "municipality_id": row["municipality_id"],
                "during": Range(spell.start, spell.end),
                "is_example": True,
            }
            for unit, unit_id, row in zip(units, ids, rows, strict=True)
            for spell in unit.spells
        ]
        self._insert(OccupancySpell, spells)
        confirmations = [
            {"unit_id": unit_id, "on_day": day, "municipality_id": row["municipality_id"], "by_kind": "BEGEHUNG"}
            for unit, unit_id, row in zip(units, ids, rows, strict=True)
            for day in unit.confirmed_on
        ]
        self._insert(UnitConfirmation, confirmations)
