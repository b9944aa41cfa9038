"""The address list by the pages and by the command: looked at first, replaced by source, only what was looked at."""

import io
import json
from contextlib import contextmanager

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from geo.core.errors import Invalid, NotFound
from geo.imports.cli import addresses as command
from tests.factories import OWN_AGS
from tests.webapp.vacancies.pages import form_of

HOME = "/intern/adressen"
LIST = (
    "Straße;Hausnr.;PLZ;Ort;Länge;Breite\r\n"
    "Marktstraße;5;99999;Musterstadt;11,05;50,93\r\n"
    "Marktstraße;7;99999;Musterstadt;11,051;50,93\r\n"
    "Marktstraße;7;99999;Musterstadt;11,051;50,93\r\n"
    "Marktstraße;;99999;Musterstadt;11,051;50,93\r\n"
)


@pytest.fixture
def manager(sign_in, towns):
    return sign_in("manager", towns.own)


def handed_in(client, content=LIST, name="hauskoordinaten.csv", **more):
    form = {key: value[0] for key, value in form_of(client.get(HOME), "/vorschau").items()}
    file = (io.BytesIO(content.encode()), name)
    return client.post(f"{HOME}/vorschau", data={**form, **more, "file": file}, content_type="multipart/form-data")


def accepted(client, shown):
    return client.post(f"{HOME}/uebernehmen", data=form_of(shown, "/uebernehmen"))


def stored(session):
    """What the list holds; ends the session's transaction, so that it does not enclose those of the pages."""
    query = text("SELECT street, house_number, source FROM register.addresses ORDER BY street, house_number")
    rows = session.execute(query).all()
    session.commit()
    return rows


def test_a_list_is_looked_at_taken_over_replaced_and_removed(manager, staff):
    shown = handed_in(manager)
    assert shown.status_code == 200 and "2 Adressen übernehmen" in shown.text and "Die Hausnummer fehlt." in shown.text
    assert stored(staff) == []
    assert accepted(manager, shown).status_code == 303
    source = "hauskoordinaten"
    assert stored(staff) == [("Marktstraße", "5", source), ("Marktstraße", "7", source)]
    assert "hat jetzt 2 Adressen (vorher 0)" in manager.get(HOME).text
    assert accepted(manager, handed_in(manager, LIST.replace(";5;", ";3;"))).status_code == 303
    assert stored(staff) == [("Marktstraße", "3", source), ("Marktstraße", "7", source)]
    found = manager.get(f"{HOME}/vorschlaege?suche=marktstr 3").json["suggestions"]
    assert [one["label"].split(",")[0] for one in found] == ["Marktstraße 3"]
    assert manager.post(f"{HOME}/entfernen", data=form_of(manager.get(HOME), "/entfernen")).status_code == 303
    assert stored(staff) == []


def test_only_what_was_looked_at_is_taken_over(manager, staff):
    """Two previews with as many rows in two windows: the older one is refused, not swapped for the newer."""
    older = handed_in(manager)
    handed_in(manager, LIST.replace("Marktstraße", "Anderswo"))
    answer = accepted(manager, older)
    assert answer.status_code == 422 and "andere Datei angesehen" in answer.text and stored(staff) == []


def test_a_preview_is_taken_over_once(manager, staff):
    shown = handed_in(manager)
    assert accepted(manager, shown).status_code == 303
    assert accepted(manager, shown).status_code in {303, 422} and len(stored(staff)) == 2


@pytest.mark.parametrize(
    ("content", "field", "words"),
    [
        ("", "file", ""),
        ("Name;Wert\nA;1\n", "file", "Spalten für Straße und Hausnummer"),
        ("Straße;Hausnr.;Länge;Breite\nMarkt;5;elf;fünfzig\n", "srid", "nicht zu erkennen"),
    ],
)
def test_what_is_no_address_list_is_refused_and_the_name_stays(manager, content, field, words):
    answer = handed_in(manager, content, source="Vermessungsamt")
    assert answer.status_code == 422 and f'id="e-{field}"' in answer.text
    assert words in answer.text and "Vermessungsamt" in answer.text


def test_an_editor_looks_and_changes_nothing(sign_in, towns):
    editor = sign_in("editor", towns.own)
    page = editor.get(HOME)
    assert page.status_code == 200 and "/vorschau" not in page.text


@pytest.fixture
def run(db, staff, tmp_path):
    class Register:
        @contextmanager
        def session(self, role):
            with getattr(db, role)() as session:
                yield session
                session.commit()

    def started(content, *words, town=OWN_AGS):
        path = tmp_path / "liste.csv"
        path.write_text(content, encoding="utf-8")
        given = ["import", str(path), "--town", town, *words]
        return CliRunner().invoke(command, given, obj=Register(), catch_exceptions=True)

    return started


def test_the_command_says_replaces_and_can_only_look(run, staff):
    looked = run(LIST, "--dry-run", "--json")
    assert looked.exit_code == 0, looked.output
    report = json.loads(looked.output)
    assert (report["applied"], report["addresses"], report["twice"], report["faulty"]) == (False, 2, 1, 1)
    assert report["problems"][0]["sentence"] == "Die Hausnummer fehlt." and stored(staff) == []
    done = run(LIST, "--source", "Stadt")
    assert done.exit_code == 0 and "Took over 2 addresses of 4 rows as “Stadt” (before: 0)" in done.output
    assert [row.source for row in stored(staff)] == ["Stadt", "Stadt"]


def test_the_command_refuses_a_strange_file_and_an_unknown_town(run, staff):
    assert isinstance(run("Name;Wert\nA;1\n").exception, Invalid)
    assert isinstance(run(LIST, town="99999999").exception, NotFound)
    assert stored(staff) == []
