"""The pages of imports: hand in, map, look, tick, take over, take back; what is wrong is said and nothing is lost."""

import io
import json
import re

import pytest
from sqlalchemy import text

from tests.webapp.vacancies.pages import form_of, submit

HOME = "/intern/leerstand/import"
LIST = (
    "Objektnummer;Straße;Hausnr.;PLZ;Ort;Objektart;Nutzung;Seit;Fläche;Breite;Länge\r\n"
    "1;Marktstraße;5;99999;Musterstadt;Laden im Erdgeschoss;leer;03.2024;1.120,5;50,93;11,05\r\n"
    "2;Marktstraße;7;99999;Musterstadt;Gastronomie;genutzt;2019;84;50,931;11,051\r\n"
    "3;Marktstraße;9;99999;Musterstadt;Schloss;leer;2019;84;50,931;11,051\r\n"
    "4;Nirgendweg;1;99999;Musterstadt;Gastronomie;leer;2019;84;;\r\n"
)


def plain(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


@pytest.fixture
def manager(sign_in, towns):
    return sign_in("manager", towns.own)


def handed_in(client, content=LIST, name="liste.csv", encoding="cp1252", **more):
    form = {name: value[0] for name, value in form_of(client.get(HOME)).items()}
    file = (io.BytesIO(content.encode(encoding)), name)
    return client.post(HOME, data={**form, **more, "file": file}, content_type="multipart/form-data")


def previewed(client, content=LIST, **changes):
    """The address of the preview of a list that was handed in and judged."""
    columns = handed_in(client, content).location
    answer = submit(client, columns, **{"source": "Gewerbeliste", **changes})
    assert answer.status_code == 303, re.findall(r"kern-error.*?</p>", answer.text)
    return answer.location


def test_a_list_is_handed_in_mapped_looked_at_taken_over_and_taken_back(manager, staff):
    columns = handed_in(manager)
    assert columns.status_code == 303
    page = manager.get(columns.location)
    assert "Spalten zuordnen" in page.text and "Marktstraße" in page.text
    form = form_of(page)
    assert [form[f"column-{index}"] for index in (1, 2, 8)] == [["street"], ["house_number"], ["area_total_m2"]]
    preview = previewed(manager)
    shown = manager.get(preview)
    assert "Marktstraße 5" in shown.text and "neu" in shown.text
    faulty = manager.get(f"{preview}?art=FEHLERHAFT")
    assert "<strong>Objektart</strong> „Schloss“: Bitte einen der angebotenen Werte wählen." in faulty.text
    done = submit(manager, f"{preview}/uebernehmen", on=preview)
    assert done.status_code == 303
    assert "2 Nutzungseinheiten angelegt" in manager.get(preview).text
    assert "Marktstraße 7" in manager.get("/intern/leerstand").text
    assert submit(manager, f"{preview}/zuruecknehmen", on=preview).status_code == 303
    assert "wieder wie vorher" in manager.get(preview).text
    assert "Marktstraße 7" not in manager.get("/intern/leerstand").text
    assert staff.scalar(text("SELECT count(*) FROM register.units")) == 0


def test_changes_are_shown_field_by_field(manager):
    first = previewed(manager)
    submit(manager, f"{first}/uebernehmen", on=first)
    second = previewed(manager, LIST.replace("1.120,5", "1.200").replace(";leer;03.2024", ";genutzt;01.06.2025"))
    page = manager.get(f"{second}?art=GEAENDERT")
    assert re.search(r"Gesamtfläche.*1120,5 m².*1200 m²", page.text, re.S)
    assert re.search(r"Seit.*März 2024.*1. Juni 2025", page.text, re.S)
    again = handed_in(manager)
    assert "Diese Datei ist schon übernommen" in manager.get(again.location).text


def test_a_row_that_is_not_ticked_stays_out(manager):
    preview = previewed(manager)
    page = form_of(manager.get(f"{preview}?art=NEU"), "uebernehmen")
    assert page["rows"] == ["2", "3"]
    kept = manager.post(f"{preview}/auswahl", data={**page, "rows": ["3"]})
    assert kept.status_code == 303
    submit(manager, f"{preview}/uebernehmen", on=preview)
    listed = manager.get("/intern/leerstand").text
    assert "Marktstraße 7" in listed and "Marktstraße 5" not in listed


def test_a_tick_that_was_only_just_taken_away_counts_too(manager):
    """Whoever takes a tick away and presses „Übernehmen“ has not pressed the button that keeps ticks."""
    preview = previewed(manager)
    form = form_of(manager.get(f"{preview}?art=NEU"), "uebernehmen")
    assert manager.post(f"{preview}/uebernehmen", data={**form, "rows": ["3"]}).status_code == 303
    listed = manager.get("/intern/leerstand").text
    assert "Marktstraße 7" in listed and "Marktstraße 5" not in listed


def test_rows_that_were_only_shown_go_with_their_class(manager):
    preview = previewed(manager)
    form = form_of(manager.get(f"{preview}?art=NEU"), "uebernehmen")
    answer = manager.post(f"{preview}/uebernehmen", data={**form, "classes": []})
    assert answer.status_code == 303 and "Keine Zeile ist zum Übernehmen ausgewählt." in manager.get(preview).text


def test_an_import_of_no_row_stays_open_and_says_so(manager):
    preview = previewed(manager, "".join(LIST.splitlines(keepends=True)[i] for i in (0, 3, 4)))
    assert submit(manager, f"{preview}/uebernehmen", on=preview).location == preview
    page = manager.get(preview).text
    assert "Keine Zeile ist zum Übernehmen ausgewählt." in page and "geprüft, noch nicht übernommen" in page
    form = form_of(manager.get(preview), "/uebernehmen")
    assert manager.post(f"{preview}/uebernehmen", data={**form, "classes": []}).status_code == 303
    assert "Zurücknehmen" not in manager.get(preview).text


def test_faulty_rows_are_handed_out_with_what_is_wrong(manager):
    preview = previewed(manager)
    lines = manager.get(f"{preview}/fehler.csv").data.decode("utf-8-sig").splitlines()
    assert lines[0].endswith(";Fehler") and len(lines) == 3
    assert "Schloss" in lines[1] and "Objektart: Bitte einen der angebotenen Werte wählen." in lines[1]
    assert manager.get(f"{preview}/fehler.xlsx").data[:2] == b"PK"


def test_mended_rows_come_back_to_their_source_and_nothing_is_missing(manager, staff):
    preview = previewed(manager, keep_as="")
    submit(manager, f"{preview}/uebernehmen", on=preview)
    page = f"{preview}?art=FEHLERHAFT"
    mended = manager.get(f"{preview}/fehler.csv").data.decode("utf-8-sig").replace("Schloss", "Gastronomie")
    form = {name: value[0] for name, value in form_of(manager.get(page), "berichtigt").items()}
    file = (io.BytesIO(mended.encode("cp1252")), "fehler-1.csv")
    columns = manager.post(f"{preview}/berichtigt", data={**form, "file": file}, content_type="multipart/form-data")
    assert columns.status_code == 303
    asked = form_of(manager.get(columns.location))
    assert (asked["source"], asked["is_part"], asked["column-0"]) == (["Gewerbeliste"], ["1"], ["external_id"])
    again = submit(manager, columns.location).location
    shown = plain(manager.get(again).text)
    assert "1 neu" in shown and "1 ohne Ort" in shown and "0 nicht in der Datei" in shown
    submit(manager, f"{again}/uebernehmen", on=again)
    assert staff.scalar(text("SELECT count(*) FROM register.units")) == 3


def test_a_mended_file_that_is_none_gets_a_sentence(manager):
    preview = previewed(manager)
    form = {name: value[0] for name, value in form_of(manager.get(f"{preview}?art=FEHLERHAFT"), "berichtigt").items()}
    for content, sentence in ((b"", "Bitte eine Datei"), (b"a;b\r\n1;2\r\n", "Keine Spalte der Datei heißt")):
        data = {**form, "file": (io.BytesIO(content), "x.csv" if content else "")}
        answer = manager.post(f"{preview}/berichtigt?art=FEHLERHAFT", data=data, content_type="multipart/form-data")
        assert answer.status_code == 422 and sentence in answer.text


def test_a_row_without_a_place_is_placed_by_hand(manager):
    preview = previewed(manager)
    page = manager.get(f"{preview}?art=OHNE_ORT")
    where = re.search(r'href="([^"]+/ort)"', page.text)[1]
    far = submit(manager, where, latitude="50,93", longitude="11,9")
    assert far.status_code == 422 and "außerhalb der Gemeinde" in far.text
    placed = submit(manager, where, latitude="50,94", longitude="11,06")
    assert placed.status_code == 303 and "Nirgendweg 1" in manager.get(f"{preview}?art=NEU").text


def test_what_is_kept_as_a_profile_fills_the_next_form(manager):
    previewed(manager, keep_as="Gewerbe", **{"column-6": "", "constant-state": "LEER"})
    form = form_of(manager.get(handed_in(manager, profile="Gewerbe").location))
    assert form.get("column-6", [""]) == [""] and form["constant-state"] == ["LEER"]
    assert form["source"] == ["Gewerbeliste"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [("", "leer"), ("\x00\x01\x02" * 50, "")],
)
def test_files_that_are_none_are_refused(manager, content, sentence):
    answer = handed_in(manager, content, "liste.csv", "utf-8")
    assert answer.status_code == 422 and sentence in answer.text


def test_mistakes_in_the_mapping_stand_at_their_fields(manager):
    columns = handed_in(manager).location
    answer = submit(manager, columns, source="", day="31.02.2026", **{"column-1": "house_number"})
    assert answer.status_code == 422
    for words in ("woher die Liste stammt", "Bitte ein Datum wie", "ist schon der Spalte"):
        assert words in answer.text


def test_an_editor_may_not_import(sign_in, towns):
    assert sign_in("editor", towns.own).get(HOME).status_code == 403


def test_the_start_page_tells_of_an_import_once_in_words(manager):
    preview = previewed(manager)
    submit(manager, f"{preview}/uebernehmen", on=preview)
    page = manager.get("/intern").text
    assert page.count(">Liste eingelesen</a>") == 1 and "vacancy.import" not in page


def test_faulty_rows_of_a_file_of_geometries_take_their_place_along(manager):
    shapes = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"Objektnummer": "1", "Objektart": "Schloss", "Nutzung": "leer"},
                "geometry": {"type": "Point", "coordinates": [11.05, 50.93]},
            }
        ],
    }
    columns = handed_in(manager, json.dumps(shapes), "shapes.geojson", "utf-8").location
    preview = submit(manager, columns, source="GIS").location
    content = manager.get(f"{preview}/fehler.csv").data
    assert (
        content.decode("utf-8-sig").splitlines()[0] == "Objektnummer;Objektart;Nutzung;Breite (Nord);Länge (Ost);Fehler"
    )
    form = {name: value[0] for name, value in form_of(manager.get(f"{preview}?art=FEHLERHAFT"), "berichtigt").items()}
    file = (io.BytesIO(content.replace(b"Schloss", b"Gastronomie")), "fehler.csv")
    again = manager.post(f"{preview}/berichtigt", data={**form, "file": file}, content_type="multipart/form-data")
    assert "1 neu" in plain(manager.get(submit(manager, again.location).location).text)
