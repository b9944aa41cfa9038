import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import inspect, text

from geo.core import clock
from geo.core.db import context_of, set_context
from geo.core.history import changes_of
from geo.places import photos as stored
from geo.vacancies import queries, service
from geo.vacancies.schemas import parse_change
from tests.geo.places.test_photos import MARKER, exif, picture
from tests.geo.vacancies.stock import FORM, acting, mark
from tests.webapp.vacancies.pages import form_of, submit

HOME = "/intern/leerstand"
DAY = clock.today()


@pytest.fixture
def unit(staff, towns):
    return mark(staff, towns.own)


@pytest.fixture
def editor(sign_in, towns):
    return sign_in("editor", towns.own)


@pytest.fixture
def manager(sign_in, towns):
    return sign_in("manager", towns.own)


def fresh(session, unit):
    """The unit as it is now. Requests run on the same connection, so the town is set anew."""
    set_context(session, context_of(session))
    return queries.get(session, inspect(unit).identity[0])


def test_marked_vacancy_shows_on_its_page_in_the_list_and_on_the_map(editor):
    answer = submit(editor, f"{HOME}/neu", **FORM)
    assert answer.status_code == 303
    page = editor.get(answer.location)
    assert "Marktstraße 907" in page.text and "Gespeichert." in page.text and "März 2024" in page.text
    assert "Schlüssel beim Hausmeister" in page.text
    unit_id = int(re.search(r"/leerstand/(\d+)", answer.location)[1])
    assert f"{HOME}/{unit_id}" in editor.get(HOME).text
    assert [one["id"] for one in editor.get(f"{HOME}/daten").json["features"]] == [unit_id]


def test_whoever_has_seen_a_unit_says_so_while_marking_it(editor):
    said = submit(editor, f"{HOME}/neu", **FORM, verified_by_kind="TELEFON", verified_on="2026-01-05").location
    assert "Bestätigt am 5. Januar 2026 durch: Telefon" in editor.get(said).text
    unsaid = submit(editor, f"{HOME}/neu", **{**FORM, "house_number": "911", "longitude": "11.07"}).location
    assert "noch nie bestätigt" in editor.get(unsaid).text


def test_double_click_marks_one_unit(editor, staff, towns):
    form = {**form_of(editor.get(f"{HOME}/neu")), **FORM}
    first, second = (editor.post(f"{HOME}/neu", data=form) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert queries.search(staff, towns.own, queries.Filters(DAY)).total == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"longitude": ""}, "Bitte den Ort auf der Karte wählen"),
        ({"longitude": "2.35", "latitude": "48.85"}, "Der Punkt liegt nicht in Thüringen."),
        ({"outline": "{"}, "Der Umriss ist nicht lesbar"),
        ({"object_type": ""}, "Bitte ausfüllen."),
        ({"since": "neulich"}, "Bitte ein Datum wie 15.03.2024"),
        ({"area_total_m2": "viel"}, "Bitte eine Zahl angeben."),
        ({"area_sales_m2": "500"}, "Die Verkaufsfläche kann nicht größer sein"),
        ({"floor": "99"}, "Bitte eine Zahl von -5 bis 40 angeben."),
        ({"postcode": "123"}, "Eine Postleitzahl hat fünf Ziffern."),
        ({"note": "x\x00y"}, "Steuerzeichen"),
        ({"equipment": ["WC", "POOL"]}, "Bitte nur angebotene Werte wählen."),
        ({"verified_on": "2099-01-01", "verified_by_kind": "BEGEHUNG"}, "das Datum liegt in der Zukunft"),
        ({"verified_on": "", "verified_by_kind": "BEGEHUNG"}, "Bitte ausfüllen."),
    ],
)
def test_wrong_input_is_told_at_its_field_and_nothing_typed_is_lost(editor, change, sentence):
    answer = submit(editor, f"{HOME}/neu", **{**FORM, "name": "Laden links", **change})
    assert answer.status_code == 422
    assert sentence in answer.text and f'id="e-{next(iter(change))}"' in answer.text
    assert 'value="Laden links"' in answer.text
    assert "Schlüssel beim Hausmeister" in answer.text or "note" in change


def test_point_outside_of_the_town_is_confirmed_by_a_tick(editor):
    form = {**FORM, "longitude": "11.15"}
    asked = submit(editor, f"{HOME}/neu", **form)
    assert (
        asked.status_code == 422 and 'name="outside_confirmed"' in asked.text and "außerhalb der Gemeinde" in asked.text
    )
    answer = editor.post(f"{HOME}/neu", data={**form_of(asked), "outside_confirmed": "1"})
    assert answer.status_code == 303


def test_photo_comes_with_the_unit_and_without_its_metadata(editor, app):
    upload = (io.BytesIO(picture("JPEG", exif=exif())), "foto.jpg")
    missing = submit(editor, f"{HOME}/neu", **FORM, photo=upload)
    assert missing.status_code == 422 and "Foto erneut aus" in missing.text and 'id="e-alt_text"' in missing.text
    upload = (io.BytesIO(picture("JPEG", exif=exif())), "foto.jpg")
    facts = {"alt_text": "Leeres Fenster", "author": "Stadt", "licence": "CC0"}
    answer = submit(editor, f"{HOME}/neu", **FORM, **facts, photo=upload)
    address = re.search(r'src="(/intern/fotos/\d+-480\.jpg)"', editor.get(answer.location).text)[1]
    for path in (address, address.replace("-480", "")):
        kept = editor.get(path)
        assert kept.status_code == 200 and MARKER not in kept.data and kept.headers["Cache-Control"] == "no-store"
    disguise = (io.BytesIO(b"<svg onload=alert(1)>"), "foto.jpg")
    assert "kein Foto im Format" in submit(editor, f"{HOME}/neu", **FORM, **facts, photo=disguise).text


def test_undoing_a_mark_takes_unit_place_spell_and_photo_away(editor, staff, towns):
    facts = {"alt_text": "Leeres Fenster", "author": "Stadt", "licence": "CC0"}
    answer = submit(editor, f"{HOME}/neu", **FORM, **facts, photo=(io.BytesIO(picture()), "foto.jpg"))
    address = answer.location.split("?")[0]
    undone = editor.post(f"{address}/rueckgaengig", data=form_of(editor.get(answer.location), "/rueckgaengig"))
    assert undone.status_code == 303 and undone.location.endswith(HOME)
    assert editor.get(address).status_code == 404
    set_context(staff, context_of(staff))
    tables = ("units", "places", "occupancy_spells", "photos")
    assert [staff.scalar(text(f"SELECT count(*) FROM register.{table}")) for table in tables] == [0, 0, 0, 0]


def test_edit_changes_unit_and_place_and_offers_to_undo(editor, staff, unit):
    address = f"{HOME}/{unit.id}/bearbeiten"
    answer = submit(editor, address, area_total_m2="99,5", street="Neue Gasse", equipment=["WC", "KELLER"])
    assert answer.status_code == 303
    assert (fresh(staff, unit).area_total_m2, fresh(staff, unit).place.street) == (99.5, "Neue Gasse")
    page = editor.get(answer.location)
    assert "Rückgängig machen" in page.text
    undone = editor.post(f"{HOME}/{unit.id}/rueckgaengig", data=form_of(page, "/rueckgaengig"))
    assert undone.status_code == 303
    assert (fresh(staff, unit).area_total_m2, fresh(staff, unit).place.street) == (120, "Marktstraße")
    again = editor.post(f"{HOME}/{unit.id}/rueckgaengig", data={**form_of(page, "/rueckgaengig"), "_key": "x" * 32})
    assert again.status_code == 409


def test_two_edits_at_once_are_shown_side_by_side_and_nothing_is_lost(editor, staff, unit):
    address = f"{HOME}/{unit.id}/bearbeiten"
    mine = {**form_of(editor.get(address)), "area_total_m2": "130", "note": "Meine Notiz", "equipment": ["WC"]}
    theirs = parse_change({**FORM, "area_total_m2": "150", "house_number": "909"})
    service.update(staff, acting(), fresh(staff, unit).id, 1, theirs)
    page = editor.post(address, data=mine)
    assert page.status_code == 409
    for shown in ("130", "150", "Meine Notiz", "909", "Vorher:", "Ihre Eingabe"):
        assert shown in page.text
    assert fresh(staff, unit).area_total_m2 == 150
    chosen = form_of(page, "/bearbeiten")
    assert chosen["area_total_m2"] == ["150"]  # both changed it: theirs stands unless chosen otherwise
    assert chosen["note"] == ["Meine Notiz"] and chosen["equipment"] == ["WC"]  # only mine
    assert chosen["house_number"] == ["909"]  # only theirs
    assert editor.post(address, data=chosen).status_code == 303
    merged = fresh(staff, unit)
    assert (merged.area_total_m2, merged.note, merged.place.house_number) == (150, "Meine Notiz", "909")


def test_use_changes_and_is_corrected(editor, staff, unit):
    address = f"{HOME}/{unit.id}/zustand"
    assert submit(editor, address, state="GENUTZT", since="06.2026", occupant="Bäckerei").status_code == 303
    refused = submit(editor, address, state="LEER", since="2020")
    assert refused.status_code == 422 and "Ab Juni 2026 gilt schon" in refused.text
    spell = fresh(staff, unit).spells[0]
    corrected = submit(editor, f"{HOME}/{unit.id}/abschnitte/{spell.id}", since="07.2026")
    assert corrected.status_code == 303
    overlap = submit(editor, f"{HOME}/{unit.id}/abschnitte/neu", state="GENUTZT", since="2023", until="2025")
    assert overlap.status_code == 422 and "überschneidet" in overlap.text
    page = editor.get(f"{HOME}/{unit.id}").text
    assert "Bäckerei" in page and "Juli 2026" in page
    removed = submit(
        editor, f"{HOME}/{unit.id}/abschnitte/{spell.id}/loeschen", on=f"{HOME}/{unit.id}/abschnitte/{spell.id}"
    )
    assert removed.status_code == 303 and len(fresh(staff, unit).spells) == 1


def test_stale_change_of_use_is_409_and_keeps_what_was_typed(editor, staff, unit):
    address = f"{HOME}/{unit.id}/zustand"
    form = {**form_of(editor.get(address)), "state": "GENUTZT", "since": "06.2026", "occupant": "Bäckerei"}
    service.update(staff, acting(), fresh(staff, unit).id, 1, parse_change({**FORM, "name": "Neu"}))
    answer = editor.post(address, data=form)
    assert answer.status_code == 409 and "Bäckerei" in answer.text
    assert editor.post(address, data={**form_of(answer)}).status_code == 303


def test_confirmation_is_noted(editor, staff, unit):
    address, page = f"{HOME}/{unit.id}/bestaetigen", f"{HOME}/{unit.id}"
    later = (DAY + timedelta(days=1)).isoformat()
    assert submit(editor, address, on=page, verified_on=later).status_code == 422
    assert submit(editor, address, on=page, verified_on=DAY.isoformat()).status_code == 303
    assert fresh(staff, unit).verified_on == DAY


def test_manager_publishes_and_withdraws_and_an_editor_does_not(manager, editor, client, unit):
    address = f"{HOME}/{unit.id}/veroeffentlichen"
    assert editor.get(address).status_code == 403
    assert submit(manager, address, level="3").status_code == 422
    answer = submit(manager, address, level="3", consent_kind="EIGENTUEMER", title="Heller Laden")
    assert answer.status_code == 303
    assert "Heller Laden" in client.get(f"/leerstand/{unit.id}").text
    page = f"{HOME}/{unit.id}"
    withdrawn = submit(manager, f"{page}/zurueckziehen", on=page)
    assert withdrawn.status_code == 303 and client.get(f"/leerstand/{unit.id}").status_code == 404
    undone = manager.post(f"{page}/rueckgaengig", data=form_of(manager.get(withdrawn.location), "/rueckgaengig"))
    assert undone.status_code == 303 and client.get(f"/leerstand/{unit.id}").status_code == 200


def test_two_publications_at_once_are_shown_side_by_side(manager, staff, unit):
    address = f"{HOME}/{unit.id}/veroeffentlichen"
    mine = {**form_of(manager.get(address)), "level": "2", "title": "Meiner"}
    assert submit(manager, address, level="2", title="Ihrer").status_code == 303
    page = manager.post(address, data={**mine, "_key": "y" * 32})
    assert page.status_code == 409 and "Meiner" in page.text and "Ihrer" in page.text


def test_deleted_unit_can_be_brought_back(manager, editor, unit):
    page = f"{HOME}/{unit.id}"
    assert editor.get(f"{page}/loeschen").status_code == 403
    gone = submit(manager, f"{page}/loeschen")
    assert manager.get(page).status_code == 404
    back = manager.post(f"{page}/rueckgaengig", data=form_of(manager.get(gone.location), "/rueckgaengig"))
    assert back.status_code == 303 and manager.get(page).status_code == 200


def test_history_tells_old_and_new_in_words(editor, staff, unit):
    submit(editor, f"{HOME}/{unit.id}/bearbeiten", area_total_m2="99,5", accessible="JA")
    submit(editor, f"{HOME}/{unit.id}/zustand", state="GENUTZT", since="06.2026")
    page = editor.get(f"{HOME}/{unit.id}/verlauf").text
    for shown in (
        "Gesamtfläche",
        "<del>120 m²</del>",
        "<ins>99,5 m²</ins>",
        "Barrierefrei",
        "Person editor",
        "Erfasst",
    ):
        assert shown in page
    assert "<ins>1. März 2024 bis 31. Mai 2026</ins>" in page
    assert {change.action for change in changes_of(staff, [("units", fresh(staff, unit).id)])} == {
        "vacancy.create",
        "vacancy.edit",
    }


def test_photos_are_added_described_removed_and_brought_back(editor, staff, unit):
    address = f"{HOME}/{unit.id}/fotos"
    facts = {"alt_text": "Fenster", "author": "Stadt", "licence": "CC0"}
    empty = submit(editor, address, on=address, **facts)
    assert empty.status_code == 422 and "Bitte ein Foto auswählen." in empty.text
    upload = {"photo": (io.BytesIO(picture()), "a.jpg")}
    assert submit(editor, address, on=address, **facts, **upload).status_code == 303
    twice = submit(editor, address, on=address, **facts, photo=(io.BytesIO(picture()), "a.jpg"))
    assert twice.status_code == 422 and "schon gespeichert" in twice.text
    photo = stored.of_place(staff, fresh(staff, unit).place_id)[0]
    one = f"{address}/{photo.id}"
    assert submit(editor, one, alt_text="").status_code == 422
    assert submit(editor, one, alt_text="Großes Fenster", is_public="1").status_code == 303
    removed = submit(editor, f"{one}/loeschen", on=address)
    assert stored.of_place(staff, fresh(staff, unit).place_id) == []
    page = editor.get(removed.location)
    assert editor.post(f"{one}/zurueckholen", data=form_of(page, "/zurueckholen")).status_code == 303
    assert [kept.id for kept in stored.of_place(staff, fresh(staff, unit).place_id)] == [photo.id]


PAGES = ("", "/bearbeiten", "/zustand", "/abschnitte/neu", "/veroeffentlichen", "/verlauf", "/loeschen", "/fotos")
WRITES = (
    "bearbeiten",
    "zustand",
    "bestaetigen",
    "veroeffentlichen",
    "zurueckziehen",
    "rueckgaengig",
    "loeschen",
    "fotos",
)


def test_viewer_reads_and_changes_nothing(sign_in, towns, staff, unit):
    viewer = sign_in("viewer", towns.own)
    shown = viewer.get(f"{HOME}/{unit.id}")
    assert shown.status_code == 200 and "Bearbeiten" not in shown.text and "Zurückziehen" not in shown.text
    assert "Leerstand erfassen" not in viewer.get(HOME).text
    assert viewer.get(f"{HOME}/{unit.id}/verlauf").status_code == 200
    assert viewer.get(f"{HOME}/neu").status_code == 403
    token = form_of(viewer.get(HOME), "/abmelden")["csrf_token"]
    for write in WRITES:
        answer = viewer.post(f"{HOME}/{unit.id}/{write}", data={"csrf_token": token, "version": "1", "change": "1"})
        assert answer.status_code == 403, write
    assert fresh(staff, unit).version == 1


def test_another_town_s_unit_is_404_for_everybody_there(sign_in, towns, staff, unit):
    stranger = sign_in("manager", towns.foreign)
    for page in PAGES:
        assert stranger.get(f"{HOME}/{unit.id}{page}").status_code == 404, page
    token = form_of(stranger.get(HOME), "/abmelden")["csrf_token"]
    spell = fresh(staff, unit).spells[0].id
    for write in (*WRITES, f"abschnitte/{spell}", f"abschnitte/{spell}/loeschen"):
        form = {
            "csrf_token": token,
            "version": "1",
            "change": "1",
            **FORM,
            "level": "0",
            "verified_on": DAY.isoformat(),
        }
        form |= {"verified_by_kind": "BEGEHUNG"}
        answer = stranger.post(f"{HOME}/{unit.id}/{write}", data=form)
        assert answer.status_code == 404, write
    assert str(unit.id) not in re.findall(r"/intern/leerstand/(\d+)", stranger.get(HOME).text)
    assert stranger.get(f"{HOME}/daten").json["features"] == []


def test_internal_photo_is_for_its_own_town_only(sign_in, editor, towns, unit):
    facts = {"alt_text": "Fenster", "author": "Stadt", "licence": "CC0", "photo": (io.BytesIO(picture()), "a.jpg")}
    address = f"{HOME}/{unit.id}/fotos"
    assert submit(editor, address, on=address, **facts).status_code == 303
    path = re.search(r'src="(/intern/fotos/\d+-480\.jpg)"', editor.get(address).text)[1]
    assert editor.get(path).status_code == sign_in("viewer", towns.own).get(path).status_code == 200
    assert sign_in("manager", towns.foreign).get(path).status_code == 404
    assert sign_in("curator").get(path).status_code == 403


def test_nobody_without_an_account_gets_in(client, unit):
    for page in (HOME, f"{HOME}/daten", f"{HOME}/neu", f"{HOME}/{unit.id}", "/intern/fotos/1.jpg"):
        answer = client.get(page)
        assert answer.status_code == 302 and "/intern/anmelden" in answer.location


def test_list_filters_sorts_and_asks_for_a_day(editor, staff, towns, unit):
    used = mark(staff, towns.own, state="GENUTZT", house_number="3", object_type="GASTRO", area_total_m2="900")

    def ids(query):
        page = editor.get(f"{HOME}?{query}")
        assert page.status_code == 200
        return [int(number) for number in re.findall(r'<tr data-feature-id="(\d+)"', page.text)]

    assert ids("") == [used.id, unit.id]
    assert ids("sortiert=-flaeche") == [used.id, unit.id] and ids("sortiert=flaeche") == [unit.id, used.id]
    assert ids("zustand=LEER") == [unit.id] and ids("art=GASTRO") == [used.id] and ids("suche=907") == [unit.id]
    assert (
        ids(f"suche=Nr.+{used.id}") == ids(f"suche=nummer{used.id}") == [used.id] and ids("suche=Nr.+999999999") == []
    )
    assert f"Nr. {used.id}" in editor.get(f"{HOME}/{used.id}").text
    assert ids("am=2020-01-01&zustand=LEER") == []
    assert editor.get(f"{HOME}?sortiert=quer").status_code == 422
    assert "Nutzung am 1. Juni 2024" in editor.get(f"{HOME}/{unit.id}?am=2024-06-01").text
