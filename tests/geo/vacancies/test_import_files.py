"""Whole files, read in the sandbox, judged and taken over: what we export comes back as no change, what others send is read."""

import io
from dataclasses import replace
from datetime import date

import geopandas
import pandas
import pytest
from shapely.geometry import Point, Polygon
from sqlalchemy import select, text

from geo.core import clock
from geo.core.access import SYSTEM, Action, Role
from geo.core.errors import Conflict, Invalid, NeedsConfirmation
from geo.core.history import perform
from geo.imports.reading import ReadOptions
from geo.places.model import Place
from geo.vacancies.exporting import export_units
from geo.vacancies.importing import proposing, queries, repeating, service, staging
from geo.vacancies.importing.files import Uploads
from geo.vacancies.model import OccupancySpell, Unit
from geo.vacancies.queries import Filters
from tests.geo.vacancies.stock import TODAY, acting, mark

HEADER = "Nr.;Straße;Hausnummer;PLZ;Ort;Objektart;Nutzung;Seit;Gesamtfläche;Breite;Länge"
ROWS = [
    "1;Marktstraße;5;99999;Musterstadt;Laden im Erdgeschoss;leer;03.2024;1.120,5;50,93;11,05",
    "2;Marktstraße;7;99999;Musterstadt;Gastronomie;genutzt;2019;84;50,931;11,051",
]
LIST = "\r\n".join([HEADER, *ROWS, ""])


class Town:
    """A town into which files are imported."""

    def __init__(self, session, town, folder):
        self.session, self.town, self.uploads = session, town, Uploads(folder / "imports")

    def read(self, content, name="liste.csv", profile=None, **options):
        """An import of the file, read, with the plan that is proposed for it."""
        given = self.uploads.receive(self.town, io.BytesIO(content), name)
        imported = service.begin(self.session, acting(), self.town, given)
        service.read_file(self.session, acting(), imported.id, self.uploads, ReadOptions(**options))
        known = proposing.find_profile(self.session, self.town, profile) if profile else None
        plan = proposing.propose(imported.reading, name, imported.file_day, known)
        if "external_id" not in plan.columns and "Nr." in imported.reading["columns"]:
            plan = replace(plan, columns={**plan.columns, "external_id": imported.reading["columns"].index("Nr.")})
        service.set_plan(self.session, acting(), imported.id, replace(plan, source="Liste"))
        return imported

    def staged(self, content, name="liste.csv", **more):
        imported = self.read(content, name, **more)
        return imported, self.stage(imported)

    def stage(self, imported):
        counts = service.stage(self.session, acting(), imported.id, self.uploads)
        return {key: number for key, number in counts.items() if number and key != "known"}

    def accept(self, imported, classes=("NEU", "GEAENDERT"), **more):
        done = service.accept(self.session, acting(), imported.id, classes, **more)
        self.session.expire_all()
        return done

    def rows(self, imported):
        query = text("SELECT * FROM register.import_rows WHERE import_id = :id ORDER BY row_number")
        return self.session.execute(query, {"id": imported.id}).all()

    def touched(self):
        return self.session.scalar(
            text("SELECT count(*) FROM history.changes WHERE table_name IN ('units', 'places', 'occupancy_spells')")
        )


@pytest.fixture
def here(staff, towns, tmp_path):
    return Town(staff, towns.own, tmp_path)


@pytest.mark.parametrize("extension", ["csv", "xlsx", "gpkg", "geojson", "fgb"])
def test_what_is_exported_comes_back_as_no_change(here, tmp_path, extension):
    session = here.session
    for number, since in enumerate(("03.2024", "2023", "vor 2019", "15.03.2024")):
        unit = mark(session, here.town, since=since, floor=str(number - 1), equipment=["WC", "AUFZUG"][: number % 3])
        row = session.get(Unit, unit.id)
        with perform(session, SYSTEM, Action.VACANCY_EDIT, here.town):
            row.name, row.condition, row.location_class = f"Laden {number}; „innen“", number + 1, "A"
            row.area_total_m2, row.external_id, row.external_source = 1234 + number, f"X{number}", "Liste"
    session.flush()
    made = export_units(session, here.town, Role.MANAGER, Filters(TODAY), tmp_path / f"units.{extension}")
    before = here.touched()
    imported, counts = here.staged(made.path.read_bytes(), made.path.name)
    assert counts == {"UNVERAENDERT": made.rows}, [
        (row.problems, row.changes, row.reason) for row in here.rows(imported)
    ]
    assert here.accept(imported) == {"created": 0, "changed": 0, "late": 0} and here.touched() == before


def _sheet(rows):
    file = io.BytesIO()
    pandas.DataFrame(rows).to_excel(file, header=False, index=False, engine="xlsxwriter")
    return file.getvalue()


def _cells():
    return [line.split(";") for line in [HEADER, *ROWS]]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"\xef\xbb\xbf" + LIST.encode(), "bom.csv"),
        (LIST.encode("cp1252"), "windows.csv"),
        (LIST.encode(), "utf8.csv"),
        (_sheet([["Leerstandskataster 2026", *[""] * 10], [""] * 11, *_cells()]), "titel.xlsx"),
    ],
    ids=["utf-8 with BOM", "cp1252, semicolons, decimal commas", "utf-8", "xlsx under two rows of titles"],
)
def test_lists_as_they_come_are_read_the_same(here, content, name):
    imported, counts = here.staged(content, name)
    assert counts == {"NEU": 2}, [row.problems for row in here.rows(imported)]
    here.accept(imported)
    first = here.session.scalars(select(Unit).where(Unit.external_id == "1")).one()
    place = here.session.get(Place, first.place_id)
    spell = here.session.scalars(select(OccupancySpell).where(OccupancySpell.unit_id == first.id)).one()
    assert (float(first.area_total_m2), first.object_type) == (1120.5, "LADEN_EG")
    assert (place.street, place.house_number) == ("Marktstraße", "5")
    assert (spell.state, spell.during.lower, spell.start_precision) == ("LEER", date(2024, 3, 1), "MONAT")


@pytest.mark.parametrize("srid", [25832, 31468, 3857])
def test_metres_are_recognised_or_taken_as_said(here, srid):
    spots = geopandas.GeoSeries([Point(11.05, 50.93), Point(11.051, 50.931)], crs=4326).to_crs(srid)
    lines = [HEADER.replace("Breite;Länge", "Hochwert;Rechtswert")]
    for row, spot in zip(ROWS, spots, strict=True):
        lines.append(
            ";".join([*row.split(";")[:-2], f"{spot.y:.2f}".replace(".", ","), f"{spot.x:.2f}".replace(".", ",")])
        )
    imported = here.read("\n".join(lines).encode(), srid=None if srid == 25832 else srid)
    assert imported.reading["srid"] == srid and here.stage(imported) == {"NEU": 2}
    here.accept(imported)
    found = here.session.execute(
        text("SELECT ST_X(point) AS x, ST_Y(point) AS y FROM register.places ORDER BY 1")
    ).all()
    assert [(round(one.x, 4), round(one.y, 4)) for one in found] == [(11.05, 50.93), (11.051, 50.931)]


def test_addresses_alone_are_placed_by_the_list_and_the_rest_waits(here):
    with perform(here.session, SYSTEM, Action.ZONE_EDIT, here.town):
        here.session.execute(
            text(
                "INSERT INTO register.addresses (municipality_id, street, street_key, house_number, point, source)"
                " VALUES (:town, 'Marktstr.', register.street_key('Marktstr.'), '5', ST_SetSRID(ST_MakePoint(11.05, 50.93), 4326), 'Liste')"
            ),
            {"town": here.town},
        )
    lines = [";".join(line.split(";")[:-2]) for line in (HEADER, *ROWS)]
    imported, counts = here.staged("\n".join(lines).encode())
    assert counts == {"NEU": 1, "OHNE_ORT": 1}
    waiting = queries.next_unplaced(here.session, imported.id)
    service.place(here.session, acting(), imported.id, waiting, 11.051, 50.931)
    assert here.accept(imported)["created"] == 2


def test_the_same_file_again_is_known_and_changes_nothing(here):
    first, _ = here.staged(LIST.encode())
    here.accept(first)
    before = here.touched()
    again, counts = here.staged(LIST.encode())
    assert queries.accepted_before(here.session, here.town, again.file_sha256).id == first.id
    assert counts == {"UNVERAENDERT": 2}
    assert here.accept(again) == {"created": 0, "changed": 0, "late": 0} and here.touched() == before


def _no_reading(*_):
    raise AssertionError("The rows were read.")


def test_the_same_file_again_is_recognised_and_says_what_judging_says(here, monkeypatch):
    first, _ = here.staged(LIST.encode())
    here.accept(first)
    judged, recognised = here.read(LIST.encode()), here.read(LIST.encode())
    with monkeypatch.context() as patched:
        patched.setattr(repeating, "stage", lambda *_: None)
        counts = service.stage(here.session, acting(), judged.id, here.uploads)
    with monkeypatch.context() as patched:
        patched.setattr(staging, "Recipe", _no_reading)
        assert service.stage(here.session, acting(), recognised.id, here.uploads) == counts
    shown = [[tuple(row)[1:] for row in here.rows(one)] for one in (judged, recognised)]
    assert shown[0] == shown[1] and counts["UNVERAENDERT"] == counts["known"] == 2
    assert here.accept(recognised) == {"created": 0, "changed": 0, "late": 0}


@pytest.mark.parametrize("what", ["a unit", "the plan", "the reading", "one more of the source", "taken back"])
def test_the_same_file_is_judged_where_anything_is_otherwise(here, monkeypatch, what):
    first, _ = here.staged(LIST.encode())
    here.accept(first)
    again = here.read(LIST.encode())
    with perform(here.session, acting(), Action.VACANCY_IMPORT, here.town):
        match what:
            case "a unit":
                here.session.scalars(select(Unit)).first().note = "neu gestrichen"
            case "the plan":
                again.plan = {**again.plan, "constants": {"postcode": "99998"}}
            case "the reading":
                again.reading = {**again.reading, "way": 0}
            case "one more of the source":
                here.accept(here.staged("\r\n".join([LIST + ROWS[0].replace("1;", "3;", 1), ""]).encode())[0])
            case "taken back":
                service.take_back(here.session, acting(), first.id)
    monkeypatch.setattr(staging, "Recipe", _no_reading)
    with pytest.raises(AssertionError, match="were read"):
        service.stage(here.session, acting(), again.id, here.uploads)
    monkeypatch.undo()
    assert sum(here.stage(again).values()) == 2 + (what == "one more of the source")


def test_two_readings_of_one_file_do_not_meet(here):
    plain, other = here.read(LIST.encode()), here.read(LIST.encode(), header_row=2)
    assert (plain.reading["row_count"], other.reading["row_count"]) == (2, 1)
    assert here.stage(plain) == {"NEU": 2}
    service.discard(here.session, acting(), other.id, here.uploads)
    assert here.stage(plain) == {"NEU": 2}


def test_many_vanished_units_are_asked_about(here):
    here.accept(here.staged(LIST.encode())[0])
    shorter, counts = here.staged("\r\n".join([HEADER, ROWS[0], ""]).encode())
    assert counts == {"UNVERAENDERT": 1, "vanished": 1}
    with pytest.raises(NeedsConfirmation, match="1 von 2"):
        here.accept(shorter)
    here.accept(shorter, vanished_confirmed=True)
    assert here.session.scalar(text("SELECT count(*) FROM register.units WHERE upper_inf(during)")) == 2


def test_a_part_is_taken_over_and_a_ticked_conflict_with_it(here):
    here.accept(here.staged(LIST.encode())[0])
    earlier = ROWS[0].replace("leer;03.2024", "genutzt;2020")
    changed = ROWS[1].replace(";84;", ";90;")
    new = ROWS[1].replace("2;Marktstraße;7", "3;Marktstraße;9").replace("50,931", "50,932")
    imported, counts = here.staged("\r\n".join([HEADER, earlier, changed, new, ""]).encode())
    assert counts == {"KONFLIKT": 1, "GEAENDERT": 1, "NEU": 1}
    service.choose(here.session, acting(), imported.id, [2], [2])
    assert here.accept(imported, ["GEAENDERT"]) == {"created": 0, "changed": 2, "late": 0}
    states = here.session.scalars(select(OccupancySpell.state).order_by(OccupancySpell.id)).all()
    assert states == ["GENUTZT", "GENUTZT"]
    with pytest.raises(Conflict, match="nicht .mehr. zu übernehmen|abgeschlossen"):
        here.accept(imported)


def test_words_that_mean_a_code_are_read_as_it_and_kept_with_the_profile(here):
    said = LIST.replace(";leer;", ";steht frei;").replace(";genutzt;", ";k. A.;")
    imported = here.read(said.encode())
    plan = proposing.propose(imported.reading, "x.csv", clock.today())
    assert {one.text: one.proposed for one in service.wording.unknown(plan.columns, imported.reading)} == {
        "steht frei": "",
        "k. A.": "-",
    }
    plan = replace(plan, source="Liste", words={"state": {"steht frei": "LEER", "k. a.": "-"}})
    service.set_plan(here.session, acting(), imported.id, plan, keep_as="Frei")
    assert here.stage(imported) == {"NEU": 1, "FEHLERHAFT": 1}  # nothing known of its state: a new unit needs one
    assert [(row.state, list(row.problems or {})) for row in here.rows(imported)] == [("LEER", []), (None, ["state"])]
    again = here.read(said.encode(), profile="Frei")
    assert again.plan["words"] == {"state": {"steht frei": "LEER", "k. a.": "-"}}


@pytest.mark.parametrize("name", ["lean", "bereit:lean"])
def test_a_ready_profile_says_what_words_mean(here, name):
    said = LIST.replace(";leer;", ";Leerstand;").replace(";genutzt;", ";Besatz;")
    assert here.staged(said.encode(), profile=name)[1] == {"NEU": 2}


def test_boundaries_are_no_units(here, tmp_path):
    shape = Polygon([(11, 50.9), (11.1, 50.9), (11.1, 51)])
    geopandas.GeoDataFrame({"kreis_kz": ["16051"]}, geometry=[shape], crs=4326).to_file(tmp_path / "grenzen.gpkg")
    imported = here.read((tmp_path / "grenzen.gpkg").read_bytes(), "grenzen.gpkg")
    assert imported.reading["has_geometry"] and not {"state", "object_type", "street"} & set(imported.plan["columns"])


def test_what_watches_the_reading_can_end_it(here):
    class Enough(Exception):
        pass

    def progress(*_):
        raise Enough

    given = here.uploads.receive(here.town, io.BytesIO((HEADER + "\n" + f"{ROWS[0]}\n" * 400_000).encode()), "groß.csv")
    imported = service.begin(here.session, acting(), here.town, given)
    with pytest.raises(Enough):
        service.read_file(here.session, acting(), imported.id, here.uploads, ReadOptions(), progress)
    assert imported.reading == {}


def test_a_file_larger_than_allowed_is_refused(here):
    small = Uploads(here.uploads.root, 1_000_000)
    with pytest.raises(Invalid, match="höchstens 1 MB"):
        small.receive(here.town, io.BytesIO(b"x" * 1_000_001), "x.csv")
