"""Form and import say the same of a cell: the same value, or the same sentence, on cells made at random."""

import random
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from geo.core.parsing import Fields
from geo.vacancies.columns import COLUMNS, Kind, importable
from geo.vacancies.dates import since_field, until_field
from geo.vacancies.importing import parsing, staging
from geo.vacancies.importing.cells import code_words
from geo.vacancies.importing.plan import Plan
from tests.geo.vacancies import lists

SIGNS = "0123456789.,-+ eE/aäßm²\u00a0\t#'\"%:;\x07\n"
DAYS = ["1.2.2024", "31.02.2024", "29.02.2024", "29.2.2023", "2024-02-30", "2024-1-1", "1899-12-31", "01.01.2100"]
DAYS += ["03.2024", "13.2024", "3/2024", "2024-03", "2024", "1899", "vor 2019", "vor dem 15.3.2019", "vor vor 2019"]
DAYS += ["März 2024", "mrz. 2024", "Maerz 2024", "Dez 2023", "Jun. 2020", "Quartal 2020", "01.01.2099", "20240101"]
NUMBERS = ["1.234,5", "1.234", "12.5", "12,5", "0,005", "0,015", "999999", "999999,004", "999999,005", "1e3", "1e99"]
NUMBERS += ["-0,001", "-1", "+5", ",5", "5,", ".5", "1 200", "1.2.3", "NaN", "Infinity", "1_000", "٣", "-5", "40", "41"]
TEXTS = [
    "x" * 9,
    "x" * 200,
    "x" * 201,
    "a\r\nb",
    "a\x0bb",
    " a ",
    "\u2003a",
    "ÄÖ",
    "'; DROP TABLE x; --",
    "{}",
    "\\x41",
]


def cells_of(column):
    """Cells as people and spreadsheets write them, and some that nobody does."""
    chance = random.Random(column.key)
    made = [*DAYS, *NUMBERS, *TEXTS, *map(str, column.codes or ())]
    made += ["".join(chance.choices(SIGNS, k=chance.randint(1, 9))) for _ in range(150)]
    made += [f"{chance.randint(-9, 99999)},{chance.randint(0, 9999)}" for _ in range(50)]
    made += [f"{chance.randint(0, 33)}.{chance.randint(0, 13)}.{chance.randint(1890, 2110)}" for _ in range(50)]
    return [cell for cell in made if cell.strip()]


def by_form(column, cell, today):
    """Value and sentence of the form's own rules."""
    fields, key = Fields({column.key: cell}), column.key
    match column.kind:
        case Kind.NUMBER:
            value = fields.number(key, most=column.most)
        case Kind.WHOLE:
            value = fields.whole(key, least=int(column.least), most=int(column.most))
        case Kind.DEGREES:
            value = fields.degrees(key, required=False)
        case Kind.DAY:
            value = fields.day(key)
        case Kind.SINCE:
            value = since_field(fields, key, today=today, required=False)
        case Kind.UNTIL:
            value = until_field(fields, key, today=today)
        case Kind.CODE:
            value = fields.choice(key, [str(code) for code in column.codes])
        case _:
            value = fields.text(key, longest=column.longest)
    return (None, fields.errors[key]) if key in fields.errors else (value, None)


# Where a file is taken more kindly than a form, on purpose: yes and no, several codes, a lost leading zero.
KINDER = {Kind.FLAG, Kind.CODES, Kind.POSTCODE}


@pytest.mark.parametrize(
    "column", [one for one in importable() if one.kind not in KINDER], ids=lambda column: column.key
)
def test_a_cell_means_the_same_in_a_form_and_in_a_file(staff, tmp_path, column):
    today = date.today()
    cells = cells_of(column)
    if column.key in {"latitude", "longitude"}:  # a coordinate alone is another mistake: tested elsewhere
        other = "longitude" if column.key == "latitude" else "latitude"
        rows = [{column.key: cell, other: "0"} for cell in cells]
        columns = (column.key, other)
    else:
        rows, columns = [{column.key: cell} for cell in cells], (column.key,)
    path: Path = lists.write(tmp_path / "rows.csv", rows, columns)
    staging.by_the_set(staff)
    parsing.copy_rows(staff, path, len(columns), has_geometry=False)
    plan = Plan({key: index for index, key in enumerate(columns)}, "Test", today)
    parsing.parse(staff, plan, shape_srid=None, today=today)
    name = "register_id" if column.key == "id" else column.key
    shown = f"{name}, {name}_precision AS precision" if column.kind in {Kind.SINCE, Kind.UNTIL} else name
    if column.kind == Kind.DEGREES:
        shown = "1"
    found = staff.execute(text(f"SELECT problems, {shown} FROM parsed ORDER BY row_number")).all()
    assert len(found) == len(cells)
    for cell, row in zip(cells, found, strict=True):
        value, sentence = by_form(column, cell, today)
        said = (row.problems or {}).get(column.key)
        if column.kind == Kind.CODE and cell.strip().lower() in code_words(column):  # a file may use the names too
            assert said is None
            continue
        if column.kind == Kind.DEGREES:
            same = (
                sentence == said or (sentence is None and "Thüringen" in str(said)) or (sentence is None and not said)
            )
            assert same, (cell, sentence, said)
            continue
        if column.key == "verified_on" and sentence is None and value is not None and value > today:
            assert "Zukunft" in said, cell
            continue
        assert said == sentence, cell
        if sentence is None:
            stored = tuple(row[1:3]) if isinstance(value, tuple) else row[1]
            assert str(stored) == str(value) or stored == value, (cell, stored, value)


def test_codes_are_known_by_code_and_by_either_name(staff, tmp_path):
    column = COLUMNS["entrance"]
    cells = ["EBENERDIG", "ebenerdig", "At street level", "eine Stufe", "STUFE_1", "Treppe"]
    path = lists.write(tmp_path / "rows.csv", [{"entrance": cell} for cell in cells], ("entrance",))
    parsing.copy_rows(staff, path, 1, has_geometry=False)
    parsing.parse(staff, Plan({column.key: 0}, "Test", date.today()), shape_srid=None, today=date.today())
    found = staff.scalars(text("SELECT entrance FROM parsed ORDER BY row_number")).all()
    assert found == ["EBENERDIG", "EBENERDIG", "EBENERDIG", "STUFE_1", "STUFE_1", None]
