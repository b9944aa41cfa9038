"""What nobody needs any more goes from the home: after two days, and never a file of an open import."""

import io
import os
import time

import pytest

from geo.core.access import SYSTEM, Action
from geo.core.history import perform
from geo.imports.reading import ReadOptions
from geo.places.previews import Previews
from geo.vacancies.importing import service
from geo.vacancies.importing.files import Uploads
from geo.worker import sweep_files

OLD_S = 3 * 24 * 3600
NOTHING = {"results": 0, "imports": 0, "previews": 0, "tree_photos": 0}


def _age(folder):
    """Everything in it as if it had been there for three days."""
    for path in (folder, *folder.rglob("*")):
        os.utime(path, (time.time() - OLD_S,) * 2)


@pytest.fixture
def begun(staff, towns, tmp_path):
    """`begun("a;b")` hands a list in, reads it, and gives import, file and folder of rows."""
    uploads = Uploads(tmp_path / "imports")

    def begin(content, town=None):
        given = uploads.receive(town or towns.own, io.BytesIO(content.encode()), "liste.csv")
        imported = service.begin(staff, SYSTEM, town or towns.own, given)
        service.read_file(staff, SYSTEM, imported.id, uploads, ReadOptions())
        rows = uploads.rows_folder(imported.municipality_id, given.sha256, imported.id)
        assert given.path.is_file() and (rows / "rows.csv").is_file()
        return imported, given.path, rows

    return begin


def test_files_of_open_imports_stay_however_old(db, begun, tmp_path):
    _, file, rows = begun("Straße;Nutzung\nMarkt 1;leer\n")
    _age(tmp_path)
    assert sweep_files(db, tmp_path) == NOTHING and file.is_file() and (rows / "rows.csv").is_file()


@pytest.mark.parametrize("state", ["UEBERNOMMEN", "ZURUECKGENOMMEN", "VERWORFEN"])
def test_files_of_imports_that_are_over_go_when_they_are_old(db, staff, begun, tmp_path, state):
    imported, file, _ = begun("Straße;Nutzung\nMarkt 2;leer\n")
    with perform(staff, SYSTEM, Action.VACANCY_IMPORT, imported.municipality_id):
        imported.state = state
    assert sweep_files(db, tmp_path) == NOTHING and file.is_file()  # somebody may just hand it in once more
    _age(tmp_path)
    assert sweep_files(db, tmp_path) == {**NOTHING, "imports": 1} and not file.parent.exists()
    assert sweep_files(db, tmp_path) == NOTHING


def test_of_one_file_only_the_rows_of_the_import_that_is_over_go(db, staff, begun, tmp_path):
    content = "Straße;Nutzung\nMarkt 3;leer\n"
    (over, file, old), (_, same, rows) = begun(content), begun(content)
    with perform(staff, SYSTEM, Action.VACANCY_IMPORT, over.municipality_id):
        over.state = "VERWORFEN"
    _age(tmp_path)
    assert file == same and sweep_files(db, tmp_path) == {**NOTHING, "imports": 1}
    assert file.is_file() and (rows / "rows.csv").is_file() and not old.exists()


def test_another_town_s_import_of_the_same_file_keeps_its_own_only(db, towns, begun, tmp_path):
    _, file, _ = begun("Straße;Nutzung\nMarkt 4;leer\n")
    other = Uploads(tmp_path / "imports").receive(towns.foreign, io.BytesIO(file.read_bytes()), "liste.csv")
    _age(tmp_path)
    assert sweep_files(db, tmp_path) == {**NOTHING, "imports": 1} and file.is_file() and not other.path.exists()


def test_what_was_refused_or_broken_off_goes_when_it_is_old(db, towns, tmp_path):
    uploads = Uploads(tmp_path / "imports")
    refused = uploads.receive(towns.own, io.BytesIO(b"\x00"), "liste.csv").path  # its import was rolled back
    (half := tmp_path / "imports" / ".123-abc").write_bytes(b"x")
    previews = Previews(tmp_path, "address"), Previews(tmp_path, "street")
    keys = [one.keep(7, towns.own, [["Markt"]]) for one in previews]
    assert sweep_files(db, tmp_path) == NOTHING
    assert [one.kept(7, towns.own, key) for one, key in zip(previews, keys, strict=True)] == [[["Markt"]]] * 2
    _age(tmp_path)
    assert sweep_files(db, tmp_path) == {**NOTHING, "imports": 2, "previews": 2}
    assert not refused.exists() and not half.exists() and not list(tmp_path.rglob("*.json"))


def test_a_home_without_files_is_fine(db, tmp_path):
    assert sweep_files(db, tmp_path / "nowhere") == NOTHING
