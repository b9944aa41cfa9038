"""Form and import say the same of a cell: the same value, or the same sentence, on cells made at random."""

import json
import random
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from geo.core import clock
from geo.core.parsing import Fields
from geo.imports import values
from geo.vacancies.classification import code_field
from geo.vacancies.columns import Kind, importable
from geo.vacancies.dates import since_field, until_field
from geo.vacancies.importing import parsing
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
        case _ if key in {"wz_code", "wz_2025"}:
            value = code_field(fields, key, "2008" if key == "wz_code" else "2025")
        case _:
            value = fields.text(key, longest=column.longest)
    return (None, fields.errors[key]) if key in fields.errors else (value, None)


# Where a file is taken more kindly than a form, on purpose: yes and no, several codes, a lost leading zero.
KINDER = {Kind.FLAG, Kind.CODES, Kind.POSTCODE}


def parsed(folder: Path, cells: list[str], *keys: str, today: date | None = None, **plan) -> list[tuple]:
    """For each cell of the first key: value (with the precision of a day), and what is wrong with it."""
    rows = [{keys[0]: cell} | dict.fromkeys(keys[1:], "0") for cell in cells]
    path = lists.write(folder / "rows.csv", rows, keys)
    today = today or clock.today()
    parser = parsing.Parser(
        Plan({key: index for index, key in enumerate(keys)}, "Test", today, **plan), shape_srid=None, today=today
    )
    name, found = ("register_id" if keys[0] == "id" else keys[0]), []
    for batch in map(parser.parse, parsing.batches(parsing.Source(path, len(keys)))):
        columns = [batch.columns[one].to_pylist() for one in (name, f"{name}_precision") if one in batch.columns]
        values = list(zip(*columns, strict=True)) if columns else [()] * len(batch)
        problems = [json.loads(one or "{}") for one in batch.problems.to_pylist()]
        found += [(*value, one.get(keys[0])) for value, one in zip(values, problems, strict=True)]
    return found


@pytest.mark.parametrize(
    "column", [one for one in importable() if one.kind not in KINDER], ids=lambda column: column.key
)
def test_a_cell_means_in_a_file_what_it_means_in_a_form(tmp_path, column):
    today = clock.today()
    cells = cells_of(column)
    others = {"latitude": ("longitude",), "longitude": ("latitude",)}  # a coordinate alone is another mistake
    found = parsed(tmp_path, cells, column.key, *others.get(column.key, ()))
    assert len(found) == len(cells)
    refused = 0
    for cell, (*stored, said) in zip(cells, found, strict=True):
        value, sentence = by_form(column, cell, today)
        if column.kind == Kind.CODE and cell.strip().lower() in code_words(column):  # a file may use the names too
            assert said is None
        elif column.kind == Kind.DEGREES:
            assert said == sentence or (sentence is None and "Thüringen" in str(said)), (cell, sentence, said)
        elif column.key == "verified_on" and sentence is None and value is not None and value > today:
            assert "Zukunft" in said, cell
        elif sentence is None:
            expected = value if isinstance(value, tuple) else (value,)
            assert said is None and all(str(a) == str(b) or a == b for a, b in zip(stored, expected, strict=True)), cell
        elif said is None:  # what a form does not take and a list may say: it means the same wherever it is read
            loose = LOOSE[column.kind](cell)
            assert stored[0] is None if loose is None else stored[0] == loose, (cell, stored, loose)
        else:
            assert stored[0] is None, cell
            refused += 1
    assert refused > 5 or column.kind == Kind.DEGREES


def _loose(kind, read):
    def reading(cell):
        if values.folded(cell) in values.NOTHING:
            return None
        return read(values.read(cell, values.Reading(kind)))

    return reading


LOOSE = {
    Kind.NUMBER: _loose("number", lambda value: value.quantize(Decimal("0.01"), ROUND_HALF_UP)),
    Kind.WHOLE: _loose("whole", int),
    Kind.DAY: _loose("day", lambda value: value),
    Kind.SINCE: _loose("since", lambda value: value[0]),
    Kind.UNTIL: _loose("since", lambda value: value[0] + timedelta(days=1 if value[1] == "TAG" else 0)),
}


@pytest.mark.parametrize(
    ("key", "cell", "value"),
    [
        ("area_total_m2", "120 m²", Decimal("120.00")),
        ("area_total_m2", "ca. 85,5 qm", Decimal("85.50")),
        ("area_total_m2", "k. A.", None),
        ("floor", "EG", 0),
        ("floor", "1. OG", 1),
        ("floor", "2.UG", -2),
        ("observed_on", "15.03.24", date(2024, 3, 15)),
        ("observed_on", "15.03.2024 00:00:00", date(2024, 3, 15)),
        ("since", "seit 2019", date(2019, 1, 1)),
        ("is_ground_floor_frontage", "ja", True),
        ("equipment", "Lager, WC; lager", None),
        ("postcode", "7545", "07545"),
        ("postcode", "4600", "04600"),
    ],
)
def test_lists_write_more_loosely_than_forms(tmp_path, key, cell, value):
    ((stored, *_, said),) = parsed(tmp_path, [cell], key)
    assert (stored, said) == (value, None) or (key == "equipment" and said)


def test_a_text_that_differs_only_in_its_column_or_its_case_is_other_content(tmp_path):
    def content(*rows):
        path = lists.write(tmp_path / "rows.csv", list(rows), ("name", "note", "latitude", "longitude"))
        plan = Plan({"name": 0, "note": 1, "latitude": 2, "longitude": 3}, "Test", clock.today())
        parser = parsing.Parser(plan, shape_srid=None, today=clock.today())
        return parser.parse(next(parsing.batches(parsing.Source(path, 4)))).content.tolist()

    one = {"name": "a", "note": "b", "latitude": "50,93", "longitude": "11,05"}
    found = content(
        one,
        {**one, "name": "b", "note": "a"},
        {**one, "name": "A"},
        {**one, "latitude": "50,93001"},
        {**one, "name": ""},
    )
    assert len(set(found)) == 5
    assert content(one) == found[:1] and content({**one, "name": " a ", "latitude": "50.930"}) == found[:1]


def test_codes_are_known_by_code_and_by_either_name(tmp_path):
    cells = ["EBENERDIG", "ebenerdig", "At street level", "eine Stufe", "STUFE_1", "Treppe"]
    found = [value for value, _ in parsed(tmp_path, cells, "entrance")]
    assert found == ["EBENERDIG", "EBENERDIG", "EBENERDIG", "STUFE_1", "STUFE_1", None]


def test_a_row_that_is_longer_than_a_block_is_read_like_the_others(tmp_path, monkeypatch):
    monkeypatch.setattr(parsing, "_BLOCK", 400)
    path = lists.write(
        tmp_path / "rows.csv",
        [{"name": f"n{at}", "note": "x" * (900 if at == 7 else 3)} for at in range(20)],
        ("name", "note"),
    )
    found = [one for batch in parsing.batches(parsing.Source(path, 2)) for one in batch.column("c0").to_pylist()]
    assert found == [f"n{at}" for at in range(20)]
