"""The columns of lists: complete, told apart by their headers, and read back as they were written."""

from datetime import date
from decimal import Decimal

import pytest

from geo.core.access import Role
from geo.core.parsing import Fields
from geo.models import metadata
from geo.places.schemas import PlaceInput
from geo.vacancies.columns import COLUMNS, Kind, for_role, importable, written
from geo.vacancies.dates import since_field, until_field
from geo.vacancies.feature import VACANCIES
from geo.vacancies.importing import proposing
from geo.vacancies.importing.model import ImportProfile
from geo.vacancies.schemas import SpellInput, UnitInput
from tests.geo.vacancies.stock import TODAY


def test_headers_are_told_apart_in_both_languages():
    for language in ("de", "en"):
        headers = [column.header(language).casefold() for column in COLUMNS.values()]
        assert len(set(headers)) == len(headers)


def test_no_name_leads_to_two_columns():
    seen = {}
    for column in COLUMNS.values():
        for name in {column.de.casefold(), column.en.casefold(), *(one.casefold() for one in column.names)}:
            assert seen.setdefault(name, column.key) == column.key, name


def test_whatever_the_forms_hold_is_a_column():
    held = {*UnitInput.__dataclass_fields__, *PlaceInput.__dataclass_fields__} - {"outline", "outside_confirmed"}
    assert held <= COLUMNS.keys()
    spell = {"start": "since", "end": "until", "note": "spell_note"}
    names = {spell.get(name, name) for name in SpellInput.__dataclass_fields__ if not name.endswith("_precision")}
    assert names <= COLUMNS.keys()


@pytest.mark.parametrize("column", COLUMNS.values(), ids=COLUMNS)
def test_each_column_is_stored_where_it_says(column):
    stored = column.stored.split(".")[-1].rstrip(")")
    assert stored in metadata.tables[f"register.{column.table}"].columns
    if column.precision:
        assert column.precision.split(".")[1] in metadata.tables[f"register.{column.table}"].columns


def test_the_public_sees_nothing_internal():
    public = {column.key for column in for_role(None)}
    assert public < {column.key for column in for_role(Role.VIEWER)}
    assert not public & {"note", "spell_note", "occupant", "condition", "external_id", "source", "observed_on"}
    renamed = {"latitude": "point", "longitude": "point", "since": "empty_since", "name": "title", "until": "until"}
    known = {*VACANCIES.columns, "point"}
    assert {key for key in public if renamed.get(key, key) not in known} == set()


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize(
    ("key", "value", "precision"),
    [
        ("area_total_m2", Decimal("1234.50"), "TAG"),
        ("area_total_m2", Decimal("1200"), "TAG"),
        ("floor", -1, "TAG"),
        ("is_ground_floor_frontage", True, "TAG"),
        ("since", date(2024, 3, 15), "TAG"),
        ("since", date(2024, 3, 1), "MONAT"),
        ("since", date(2024, 1, 1), "JAHR"),
        ("since", date(2019, 1, 1), "VOR"),
        ("since", date(2019, 5, 4), "VOR"),
        ("until", date(2024, 3, 15), "TAG"),
        ("until", date(2024, 3, 1), "MONAT"),
        ("verified_on", date(2026, 2, 28), "TAG"),
        ("latitude", 50.948123, "TAG"),
        ("note", "zwei\nZeilen", "TAG"),
    ],
)
def test_what_is_written_is_read_back(key, value, precision, language):
    column = COLUMNS[key]
    fields = Fields({key: written(column, value, language, precision=precision)})
    match column.kind:
        case Kind.SINCE:
            assert since_field(fields, key, today=TODAY) == (value, precision)
        case Kind.UNTIL:
            assert until_field(fields, key, today=TODAY) == (value, precision)
        case Kind.DAY:
            assert fields.day(key) == value
        case Kind.DEGREES:
            assert fields.degrees(key) == value
        case Kind.NUMBER:
            assert fields.number(key, most=column.most) == value
        case Kind.WHOLE:
            assert fields.whole(key, least=int(column.least), most=int(column.most)) == value
        case Kind.FLAG:
            assert written(column, value, language) in {"ja", "yes"} and written(column, False) == "nein"
        case _:
            assert fields.text(key, longest=column.longest) == value
    fields.check()


def test_codes_are_written_by_name_and_nothing_as_nothing():
    assert written(COLUMNS["object_type"], "LADEN_EG") == "Laden im Erdgeschoss"
    assert written(COLUMNS["object_type"], "LADEN_EG", "en") == "Shop on the ground floor"
    assert written(COLUMNS["equipment"], ["KELLER", "WC"]) == "WC, Keller"
    assert written(COLUMNS["equipment"], []) == written(COLUMNS["note"], None) == ""


def test_no_name_of_a_code_hides_a_comma_where_several_stand_in_a_cell():
    for column in importable():
        if column.kind == Kind.CODES:
            assert not any("," in name for names in column.codes.values() for name in names)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("kept", [False, True], ids=["by name", "by a profile"])
def test_every_header_that_is_written_is_proposed_for_its_own_field(language, kept):
    """Also those that only their brackets tell apart, such as the branch in its two editions."""
    columns = importable()
    headers = [column.header(language) for column in columns]
    reading = {"columns": headers, "samples": [[""] * len(headers)], "has_geometry": False}
    meant = {header: column.key for header, column in zip(headers, columns, strict=True)}
    profile = ImportProfile(name="eigene", source="x", plan={"columns": meant})
    plan = proposing.propose(reading, "x.csv", date(2026, 11, 1), profile if kept else None)
    assert plan.columns == {column.key: index for index, column in enumerate(columns)}
