"""Lists of units for the tests of importing: rows as the reader hands them on, and a town's import of them."""

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

from geo.core.access import SYSTEM, Action
from geo.core.history import perform
from geo.vacancies.importing import accepting, staging
from geo.vacancies.importing.model import UnitImport
from geo.vacancies.importing.plan import Plan
from tests.geo.vacancies.stock import acting

DAY = date(2026, 11, 1)
COLUMNS = (
    "external_id", "street", "house_number", "postcode", "locality", "name", "object_type", "floor", "state", "since",
    "occupant", "area_total_m2", "area_sales_m2", "latitude", "longitude",
)  # fmt: skip
FIRST = {
    "external_id": "A1",
    "street": "Marktstraße",
    "house_number": "5",
    "postcode": "99999",
    "locality": "Musterstadt",
    "object_type": "Laden im Erdgeschoss",
    "floor": "0",
    "state": "leer",
    "since": "03.2024",
    "area_total_m2": "1.120,50",
    "area_sales_m2": "80",
    "latitude": "50,93",
    "longitude": "11,05",
}


def write(path: Path, rows: list[dict[str, str]], columns: tuple[str, ...] = COLUMNS) -> Path:
    """The rows file, numbered from 2 as in a spreadsheet with a header."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        for number, row in enumerate(rows, 2):
            out.writerow([number, *(row.get(column, "") for column in columns)])
    return path


def plan(columns: tuple[str, ...] = COLUMNS, source: str = "Testliste", **more) -> Plan:
    return Plan({key: index for index, key in enumerate(columns)}, source, more.pop("day", DAY), **more)


def staged(session, town: int, folder: Path, rows, columns=COLUMNS, **more) -> tuple[UnitImport, dict[str, int], Plan]:
    """An import of the rows, judged."""
    made = UnitImport(
        municipality_id=town,
        file_name="liste.csv",
        file_sha256="0" * 64,
        file_bytes=1,
        file_day=DAY,
        reading={},
        plan={},
    )
    how = plan(columns, **more)
    with perform(session, acting(), Action.VACANCY_IMPORT, town):
        session.add(made)
        session.flush()
        path = write(folder / f"rows-{made.id}.csv", rows, columns)
        counts = staging.stage(session, made.id, town, how, staging.Source(path, len(columns)))
    return made, counts, how


def accepted(session, town: int, folder: Path, rows, columns=COLUMNS, classes=("NEU", "GEAENDERT"), **more):
    """The same, taken over."""
    made, counts, how = staged(session, town, folder, rows, columns, **more)
    with perform(session, replace(SYSTEM, request_id=f"import-{made.id}"), Action.VACANCY_IMPORT, town):
        done = accepting.accept(session, made.id, town, how, list(classes))
    session.expire_all()
    return made, counts, done
