"""Several photos at once, each with its description; the first one is chosen; what is wrong is named by its file."""

import io
import re

import pytest

from geo.places import photos as stored
from tests.geo.places.test_photos import MARKER, exif, picture
from tests.geo.vacancies.stock import mark
from tests.webapp.vacancies.pages import form_of

HOME = "/intern/leerstand"
FACTS = {"author": "Stadt", "licence": "CC0"}


@pytest.fixture
def address(staff, towns):
    return f"{HOME}/{mark(staff, towns.own).id}/fotos"


@pytest.fixture
def editor(sign_in, towns):
    return sign_in("editor", towns.own)


def colour(name, size=(60, 40)):
    return (io.BytesIO(picture("JPEG", size, exif=exif())), name)


def upload(editor, address, files, **changes):
    form = form_of(editor.get(address), "/fotos")
    return editor.post(address, data={**form, **FACTS, "photo": files, **changes})


def texts(page):
    return re.findall(r'<figure.*?alt="([^"]*)"', page.text, re.S)


def test_several_photos_come_at_once_each_with_its_description(editor, address):
    files = [colour("a.jpg"), colour("b.jpg", (50, 50)), colour("c.jpg", (40, 60))]
    assert upload(editor, address, files, alt_text=["Front", "Innen", "Hof"]).status_code == 303
    page = editor.get(address)
    assert texts(page) == ["Front", "Innen", "Hof"]
    for link in re.findall(r'href="(/intern/fotos/\d+\.jpg)"', page.text):
        assert MARKER not in editor.get(link).data


def test_one_description_counts_through_all(editor, address):
    files = [colour("a.jpg"), colour("b.jpg", (50, 50))]
    assert upload(editor, address, files, alt_text="Ladenfront").status_code == 303
    assert texts(editor.get(address)) == ["Ladenfront (1 von 2)", "Ladenfront (2 von 2)"]


def test_what_is_wrong_is_named_by_its_file_and_nothing_is_kept(editor, address):
    files = [colour("gut.jpg"), (io.BytesIO(b"<svg onload=alert(1)>"), "falsch.jpg")]
    answer = upload(editor, address, files, alt_text=["Front", "Innen"])
    assert answer.status_code == 422 and "falsch.jpg: Das ist kein Foto" in answer.text
    assert "gut.jpg:" not in answer.text and texts(editor.get(address)) == []
    for alt_text, sentence in ((["A", "B", "C"], "gehören 2 Beschreibungen (jetzt 3)"), ("", "Bitte ausfüllen.")):
        answer = upload(editor, address, [colour("a.jpg"), colour("b.jpg", (50, 50))], alt_text=alt_text)
        assert answer.status_code == 422 and sentence in answer.text
    answer = upload(editor, address, [colour("a.jpg"), colour("b.jpg")], alt_text="Front")
    assert answer.status_code == 422 and "dasselbe Foto" in answer.text
    answer = upload(editor, address, [colour(f"{n}.jpg") for n in range(stored.MOST_AT_ONCE + 1)], alt_text="Front")
    assert answer.status_code == 422 and "höchstens 10 Fotos auf einmal" in answer.text
    assert texts(editor.get(address)) == []


def test_a_photo_is_put_first_and_the_public_sees_it_first(editor, address):
    files = [colour("a.jpg"), colour("b.jpg", (50, 50)), colour("c.jpg", (40, 60))]
    upload(editor, address, files, alt_text=["Front", "Innen", "Hof"])
    page = editor.get(address)
    action = re.findall(rf"{address}/\d+/nach-vorn", page.text)[-1]
    assert editor.post(action, data=form_of(page, action)).status_code == 303
    assert texts(editor.get(address)) == ["Hof", "Front", "Innen"]
    assert editor.post(action, data={**form_of(page, action), "_key": "", "version": "99"}).status_code == 409
