"""`innenstadt import units`: judges, takes over, keeps nothing on a dry run; for a person and a program, by its exit codes."""

import json
from contextlib import contextmanager
from dataclasses import replace

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from geo.core.access import SYSTEM
from geo.core.db import Context, set_context
from geo.core.errors import Invalid, NotFound
from geo.vacancies.importing import proposing, service
from geo.vacancies.importing.cli import importing
from geo.vacancies.importing.model import UnitImport
from geo.vacancies.importing.plan import from_json
from tests.geo.vacancies.test_import_jobs import rows

FAULTY = "X;Quergasse;1;Schloss;leer;2019;50.93;11.05"
CONFLICT = "KDO1;Quergasse;1;Gastronomie;leer;2019;50.93;11.05"  # a key that is there already
UNPLACED = "Y;Nirgendweg;1;Gastronomie;leer;2019;;"
METRES = "Fremdschlüssel;Objektart;Nutzung;Hochwert;Rechtswert\nM1;Gastronomie;leer;5643890,1;4433239,5\n".encode()


class Register:
    """The command's register on the test's connection."""

    def __init__(self, db, settings):
        self.db, self.settings = db, settings

    @contextmanager
    def database(self):
        yield self.db

    @contextmanager
    def committed(self, database, role):
        with getattr(database, role)(SYSTEM) as session:
            yield session
            session.commit()


@pytest.fixture
def command(db, settings, towns, tmp_path):
    """`command(name, content, words…)`: the exit code and what was said."""

    def run(name, content, *words, town="16999001"):
        (tmp_path / name).write_bytes(content)
        arguments = ["units", str(tmp_path / name), "--town", town, *words]
        done = CliRunner().invoke(importing, arguments, obj=Register(db, settings))
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, done.output

    return run


@pytest.fixture
def units(db):
    """How many units a town has whose keys begin so."""

    def count(prefix, table="units"):
        with db.owner() as session:
            query = "SELECT count(*) FROM register.units WHERE external_id LIKE :like"
            if table != "units":
                query = f"SELECT count(*) FROM register.{table}"
            return session.scalar(text(query), {"like": f"{prefix}%"} if table == "units" else {})

    return count


def told(answer):
    code, output = answer
    return code, json.loads(output)


def test_a_dry_run_says_all_and_keeps_nothing(command, units):
    before = [units("", table) for table in ("imports", "import_rows", "units", "places")]
    code, report = told(command("kdo.csv", rows(3, "KDO"), "--dry-run", "--accept", "--json"))
    counts = {"new": 3, "changed": 0, "unchanged": 0, "vanished": 0, "conflicting": 0, "unplaced": 0, "faulty": 0}
    assert code == 0 and {name: report[name] for name in counts} == counts
    assert report["columns"]["Straße"] == "street" and report["problems"] == [] and "accepted" not in report
    assert [units("", table) for table in ("imports", "import_rows", "units", "places")] == before


def test_taking_over_and_the_same_file_again(command, units):
    code, report = told(command("kdo.csv", rows(3, "KDO"), "--accept", "--json"))
    assert (code, report["accepted"]["created"], units("KDO")) == (0, 3, 3)
    code, again = told(command("kdo.csv", rows(3, "KDO"), "--accept", "--json"))
    assert code == 0 and again["unchanged"] == 3 and again["accepted"]["created"] == 0 and units("KDO") == 3
    assert again["same_file_before"] == report["import"]
    changed = rows(3, "KDO").replace(b";leer;2019;", b";genutzt;2024;", 1)
    assert command("kdo.csv", changed, "--accept")[1].startswith("kdo.csv: 0 new, 1 changed, 2 unchanged, ")


def test_without_accept_the_list_waits_on_the_page(command, units, db, towns):
    code, report = told(command("kdo.csv", rows(2, "KDO"), "--json"))
    assert code == 0 and units("KDO") == 0
    with db.staff(SYSTEM, towns.own) as session:
        assert session.get(UnitImport, report["import"]).state == "GEPRUEFT"
        assert service.accept(session, SYSTEM, report["import"], ["NEU"])["created"] == 2


def test_each_problem_is_told_with_its_row_and_a_sentence(command, units):
    code, report = told(
        command("kdo.csv", rows(2, "KDO", [FAULTY, UNPLACED, CONFLICT, CONFLICT]), "--accept", "--json")
    )
    assert code == 1 and (report["faulty"], report["unplaced"]) == (1, 1)
    found = {one["row"]: (one["class"], one["sentence"]) for one in report["problems"]}
    assert found[4] == ("faulty", "Objektart: Bitte einen der angebotenen Werte wählen.")
    assert found[5][0] == "unplaced" and "Adressliste" in found[5][1]
    assert {found[row][0] for row in (6, 7)} == {"conflicting"} and all(
        said.endswith(".") for _, said in found.values()
    )
    code, output = command("kdo.csv", rows(2, "KDO", [FAULTY]))
    assert code == 1 and "  row 4: Objektart: Bitte einen der angebotenen Werte wählen." in output.splitlines()


def test_a_short_list_needs_a_word_more(command, units):
    command("kdo.csv", rows(4, "KDO"), "--accept")
    code, output = command("kdo.csv", rows(1, "KDO", ["NEU1;Weg;1;Gastronomie;leer;2019;50.93;11.05"]), "--accept")
    assert code == 1 and "3 von 4" in output and "--whole-list" in output and units("NEU") == 0
    short = rows(1, "KDO", ["NEU1;Weg;1;Gastronomie;leer;2019;50.93;11.05"])
    code, report = told(command("kdo.csv", short, "--accept", "--whole-list", "--json"))
    assert code == 0 and report["vanished"] == 3 and (units("NEU"), units("KDO")) == (1, 4)


def test_coordinates_in_metres_need_their_system(command, db, towns):
    code, report = told(command("m.csv", METRES, "--crs", "31468", "--accept", "--json"))
    assert (code, report["new"]) == (0, 1)
    with db.owner() as session:
        found = "SELECT round(ST_X(point)::numeric, 2), round(ST_Y(point)::numeric, 2) FROM register.places"
        assert tuple(map(float, session.execute(text(found)).one())) == (11.05, 50.93)
    assert told(command("m.csv", METRES, "--crs", "25832", "--dry-run", "--json"))[1]["new"] == 0
    code, output = command("m.csv", METRES, "--crs", "4711")
    assert code == 2 and "'25832', '4326', '31468'" in output


def test_a_profile_of_the_town_says_what_the_columns_are(command, db, towns):
    strange = rows(2, "KDO").replace("Fremdschlüssel;Straße".encode(), b"Kennwort;Wo")
    assert "Wo" not in told(command("kdo.csv", strange, "--dry-run", "--json"))[1]["columns"]
    with db.staff(SYSTEM, towns.own) as session:
        set_context(session, Context(municipality_id=towns.own))
        number = told(command("kdo.csv", strange, "--json"))[1]["import"]
        imported = session.get(UnitImport, number)
        plan = from_json(imported.plan)
        plan = replace(plan, columns={**plan.columns, "external_id": 0, "street": 1}, source="Kennwortliste")
        service.set_plan(session, SYSTEM, number, plan, keep_as="Kennwort")
        session.commit()
        assert proposing.find_profile(session, towns.own, "Kennwort")
    code, report = told(command("kdo.csv", strange, "--profile", "Kennwort", "--accept", "--json"))
    assert (code, report["source"], report["columns"]["Wo"], report["new"]) == (0, "Kennwortliste", "street", 2)


def test_a_file_that_seems_to_be_no_list_of_units_is_told_so(command):
    shape = '{"type": "Polygon", "coordinates": [[[11.05, 50.93], [11.06, 50.93], [11.06, 50.94], [11.05, 50.93]]]}'
    quarter = f'{{"type": "Feature", "properties": {{"name": "Nord", "flaeche_km": 2.5}}, "geometry": {shape}}}'
    areas = f'{{"type": "FeatureCollection", "features": [{quarter}]}}'.encode()
    code, report = told(command("viertel.geojson", areas, "--dry-run", "--json"))
    assert code == 1 and report["columns"] == {"name": "name"} and "belong to the zones" in report["warnings"][-1]
    _, output = command("orte.csv", b"Nutzung;Objektart\nleer;Gastronomie\n", "--dry-run")
    assert "No column says where the units are" in output


@pytest.mark.parametrize(
    ("content", "words", "town", "problem", "said"),
    [
        (rows(1, "KDO"), (), "16999999", NotFound, "16999999"),
        (rows(1, "KDO"), ("--profile", "gibt es nicht"), "16999001", NotFound, "gibt es nicht"),
        (b"a,b\n1,2\n", (), "16999001", Invalid, "None of the columns is known"),
        (b"", (), "16999001", Invalid, "leer"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), (), "16999001", Invalid, ""),
    ],
)
def test_what_is_wrong_is_one_sentence_and_nothing_is_kept(command, units, content, words, town, problem, said):
    with pytest.raises(problem) as wrong:  # the command line's main turns it into a line and exit code 2
        command("liste.csv", content, *words, town=town)
    assert said in str(wrong.value) and units("", "imports") == 0
