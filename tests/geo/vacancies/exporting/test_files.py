"""What comes out of an export, read by other programs: GDAL, GeoPandas, pandas, and a reader of Excel files."""

import json
from datetime import date, timedelta
from decimal import Decimal

import geopandas
import pandas
import pytest
from python_calamine import load_workbook
from sqlalchemy import select, text

from geo.core import clock
from geo.core.access import SYSTEM, Action, Role
from geo.core.errors import Invalid
from geo.core.history import perform
from geo.vacancies import queries, service
from geo.vacancies.columns import COLUMNS, Kind, for_role, written
from geo.vacancies.exporting import FORMATS, export_offers, export_units
from geo.vacancies.feature import VACANCIES
from geo.vacancies.model import OccupancySpell, Unit
from geo.vacancies.offers import OfferFilters
from geo.vacancies.queries import Filters
from geo.vacancies.schemas import PublicationInput
from tests.geo.vacancies.stock import TODAY, acting, mark

NASTY = (
    "=1+1", "+49 361", "-rot", "@SUMME(A1)", "\tTab", 'Wort "in" Zeichen', "Semikolon; Komma, Punkt", "Zeile\neins",
    "Straße ß € 😀", "a\\b", "'schon da", "  Rand  ", "NULL", r"\N",
)  # fmt: skip
GIS = [one for one in FORMATS if not FORMATS[one].is_table]


@pytest.fixture
def town(staff, towns):
    """Units with every awkward text, every precision of a day, every code; some empty fields."""
    for number, words in enumerate(NASTY):
        since = ("03.2024", "2023", "vor 2019", "15.03.2024", "vor dem 02.05.2020")[number % 5]
        unit = mark(staff, towns.own, since=since, floor=str(number % 3 - 1), equipment=["WC", "AUFZUG"][: number % 3])
        row = staff.get(Unit, unit.id)
        with perform(staff, SYSTEM, Action.VACANCY_EDIT, towns.own):
            row.name, row.note = words, words if number % 2 else None
            row.condition, row.location_class = number % 5 + 1, ("A", "B", "C", "RAND")[number % 4]
            row.area_total_m2 = Decimal("1234.5") + number
    staff.flush()
    return towns.own


def _export(staff, town, tmp_path, extension, role=Role.VIEWER, **filters):
    day = filters.pop("day", TODAY)
    return export_units(staff, town, role, Filters(day, **filters), tmp_path / f"units.{extension}")


def test_each_format_has_each_unit(staff, town, tmp_path):
    shown = queries.count_selected(staff, town, Filters(TODAY))
    assert shown >= len(NASTY)
    for extension in FORMATS:
        made = _export(staff, town, tmp_path, extension)
        assert made.rows == shown and made.bytes == made.path.stat().st_size > 0, extension


@pytest.mark.parametrize("extension", GIS)
def test_gis_files_hold_keys_names_days_and_points(staff, town, tmp_path, extension):
    path = _export(staff, town, tmp_path, extension).path
    frame = geopandas.read_parquet(path) if extension == "parquet" else geopandas.read_file(path)
    frame = frame.set_index("id").sort_index()
    assert frame.crs.to_epsg() == 4326 and set(frame.geom_type) == {"Point"}
    units = staff.scalars(select(Unit).where(Unit.municipality_id == town)).all()
    for unit in units:
        row, spell = frame.loc[unit.id], _spell(staff, unit)
        assert row["name"] == unit.name and (row["note"] == unit.note or (pandas.isna(row["note"]) and not unit.note))
        assert (row["object_type"], row["object_type_label"]) == ("LADEN_EG", "Laden im Erdgeschoss")
        assert row["condition"] == str(unit.condition) and row["condition_label"] == written(
            COLUMNS["condition"], unit.condition
        )
        assert row["since"] == written(COLUMNS["since"], spell.during.lower, precision=spell.start_precision)
        assert pandas.Timestamp(row["since_date"]).date() == spell.during.lower
        assert (row["postcode"], row["ags"]) == ("99999", "16999001")
        assert row["area_total_m2"] == float(unit.area_total_m2) and row["floor"] == unit.floor
        assert (round(row.geometry.x, 6), round(row.geometry.y, 6)) == (11.0523, 50.9331)


def _spell(staff, unit):
    return staff.scalars(
        select(OccupancySpell).where(OccupancySpell.unit_id == unit.id, OccupancySpell.during.contains(TODAY))
    ).one()


@pytest.mark.parametrize("language", ["de", "en"])
def test_csv_says_what_the_table_of_columns_says(staff, town, tmp_path, language):
    """Cell by cell the same as `written`, which the import is the inverse of; but for the apostrophe of a formula."""
    made = export_units(staff, town, Role.MANAGER, Filters(TODAY), tmp_path / "units.csv", language=language)
    frame = pandas.read_csv(
        made.path, sep="," if language == "en" else ";", dtype=str, keep_default_na=False, encoding="utf-8-sig"
    )
    assert list(frame.columns) == [column.header(language) for column in for_role(Role.MANAGER)]
    frame = frame.set_index(COLUMNS["id"].header(language))
    selected, values = queries.selected(staff, town, Filters(TODAY))
    for column in for_role(Role.MANAGER):
        if column.key == "id":
            continue
        precision = column.precision or "'TAG'"
        stored = staff.execute(
            text(f"SELECT u.id, {column.stored} AS value, {precision} AS precision {selected} ORDER BY u.id"), values
        )
        for row in stored:
            wanted = written(column, row.value, language, precision=row.precision)
            if column.kind in {Kind.TEXT, Kind.POSTCODE} and wanted.startswith(("=", "+", "-", "@", "\t", "\r")):
                wanted = "'" + wanted
            assert frame.loc[str(row.id), column.header(language)] == wanted, (column.key, row.id)


def test_csv_opens_in_german_excel(staff, town, tmp_path):
    raw = _export(staff, town, tmp_path, "csv").path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfRegisternummer;")
    for formula in (b'"=', b'"+', b'"-r', b'"@', b'"\t'):
        assert formula not in raw
    assert b"'=1+1" in raw and b"'@SUMME(A1)" in raw and b"''schon" not in raw


def test_excel_has_numbers_days_texts_and_no_formula(staff, town, tmp_path):
    book = load_workbook(_export(staff, town, tmp_path, "xlsx").path)
    assert book.sheet_names == ["Nutzungseinheiten", "Codes"]
    rows = book.get_sheet_by_name("Nutzungseinheiten").to_python()
    head, body = rows[0], rows[1:]
    at = {column.key: head.index(column.header()) for column in for_role(Role.VIEWER)}
    names = {row[at["name"]] for row in body}
    assert "'=1+1" in names and "'@SUMME(A1)" in names and 'Wort "in" Zeichen' in names
    for row in body:
        assert row[at["postcode"]] == "99999" and row[at["ags"]] == "16999001"
        assert isinstance(row[at["area_total_m2"]], float) and row[at["area_total_m2"]] >= 1234.5
        assert row[at["object_type"]] == "Laden im Erdgeschoss"
    since = [row[at["since"]] for row in body]
    assert date(2024, 3, 15) in since and "03.2024" in since and "vor 2019" in since
    codes = book.get_sheet_by_name("Codes").to_python()
    assert ["Objektart", "LADEN_EG", "Laden im Erdgeschoss"] in codes


def test_geojson_is_strict_and_whole(staff, town, tmp_path):
    data = json.loads(_export(staff, town, tmp_path, "geojson").path.read_text(), parse_constant=pytest.fail)
    assert {one["properties"]["name"] for one in data["features"]} == set(NASTY)
    first = data["features"][0]
    assert first["id"] == first["properties"]["id"] and first["geometry"]["coordinates"] == [11.0523, 50.9331]
    assert first["properties"]["until"] is None and first["properties"]["is_ground_floor_frontage"] in (True, False)


def test_the_day_and_the_filters_decide(staff, town, tmp_path):
    before = _export(staff, town, tmp_path, "csv", day=date(2021, 6, 1))
    assert before.rows == queries.count_selected(staff, town, Filters(date(2021, 6, 1)))
    assert _export(staff, town, tmp_path, "csv", state="GENUTZT").rows == 0
    assert _export(staff, town, tmp_path, "csv", text="Semikolon").rows == 1
    assert _export(staff, town, tmp_path, "csv", text="100%';--").rows == 0


@pytest.mark.parametrize("extension", FORMATS)
def test_nothing_is_a_file_too(staff, town, tmp_path, extension):
    made = _export(staff, town, tmp_path, extension, state="ENTFALLEN")
    assert made.rows == 0
    if extension in {"gpkg", "geojson"}:
        assert len(geopandas.read_file(made.path)) == 0
    elif extension == "xlsx":
        assert len(load_workbook(made.path).get_sheet_by_index(0).to_python()) == 1


def test_another_towns_session_writes_nothing_of_it(db, staff, town, towns, tmp_path):
    staff.flush()
    with db.staff(SYSTEM, towns.foreign) as stranger:
        assert export_units(stranger, town, Role.MANAGER, Filters(TODAY), tmp_path / "a.csv").rows == 0
        assert export_units(stranger, None, Role.MANAGER, Filters(TODAY), tmp_path / "b.csv").rows == 0


@pytest.mark.parametrize("extension", FORMATS)
def test_the_public_file_has_the_public_columns_alone(db, staff, town, tmp_path, extension):
    unit = staff.scalars(select(Unit).where(Unit.municipality_id == town)).first()
    service.publish(
        staff,
        acting(),
        unit.id,
        unit.version,
        PublicationInput(2, clock.today() + timedelta(days=90), None),
    )
    staff.commit()
    with db.public() as session:
        made = export_offers(session, OfferFilters(clock.today()), tmp_path / f"offers.{extension}")
    assert made.rows == 1
    raw = made.path.read_bytes()
    assert b"Schl\xc3\xbcssel" not in raw and b"907" not in raw and b"11.0523" not in raw and b"1234" not in raw
    if extension == "geojson":
        names = set(json.loads(raw)["features"][0]["properties"])
        allowed = {*VACANCIES.columns, *(f"{name}_label" for name in VACANCIES.columns), "empty_since_date"}
        assert names <= allowed


def test_an_error_leaves_no_half_a_file(staff, town, tmp_path):
    def stop(_done):
        raise KeyError("stop")

    for extension in FORMATS:
        path = tmp_path / f"broken.{extension}"
        with pytest.raises(KeyError, match="stop"):
            export_units(staff, town, Role.VIEWER, Filters(TODAY), path, progress=stop)
        assert not path.exists(), extension
        assert staff.scalar(text("SELECT 1")) == 1  # the connection is as it was


def test_an_unknown_ending_is_a_sentence(staff, town, tmp_path):
    with pytest.raises(Invalid, match="Endungen"):
        export_units(staff, town, Role.VIEWER, Filters(TODAY), tmp_path / "units.doc")
