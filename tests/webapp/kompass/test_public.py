"""The public pages of the Kompass: the whole matrix, the questions without a script, what the answers lead to."""

import pytest

from geo.kompass.schema import shipped

MATRIX = shipped()


@pytest.mark.parametrize(("path", "language"), [("/kompass", 0), ("/en/kompass", 1)])
def test_the_way_in_names_everything_and_the_whole_is_one_page(client, path, language):
    page, whole = client.get(path).text, client.get(f"{path}/alles").text
    for one in (*MATRIX.situations, *MATRIX.measures, *MATRIX.phases):
        assert one.title[language] in page and one.title[language] in whole
    for one in MATRIX.measures:
        assert f'href="{path}/massnahmen/{one.code}"' in page
        assert f'id="{one.code}"' in whole and f'href="#{one.code}"' in whole
    assert ("Angabe noch nicht geprüft", "not yet verified")[language] in whole


def test_a_measure_has_a_card_of_its_own(client):
    page = client.get("/kompass/massnahmen/M10").text
    for words in ("Stadt, Eigentümerseite, Nutzende", "bis 6.000 €", "2 bis 6 Monate", "Bundesprogramm ZIZ", "Eisenach",
                  "kompass-thueringen.de", "Richtlinie und Haushalt", "Nebenlage", "Miete über Markt"):  # fmt: skip
        assert words in page, words
    assert page.count("Angabe noch nicht geprüft") == 2, "its time and its law"
    assert "/kompass/lagen/S7" in page and "/kompass/massnahmen/M11" in page
    assert MATRIX.by_code["M10"].text.en in client.get("/en/kompass/massnahmen/M10").text


def test_a_situation_is_a_sheet_with_its_cards(client):
    page = client.get("/kompass/lagen/S9").text
    assert page.count('class="card measure"') == 3 and "möglich nach Beschluss einer Vorkaufssatzung" in page
    assert "Gespräch mit der Bürgermeisterin" in page and "Schlüsselobjekt" in page


@pytest.mark.parametrize("path", ["massnahmen/M99", "massnahmen/m10", "lagen/S99", "en/kompass/lagen/S15"])
def test_what_is_not_there(client, path):
    assert client.get(f"/{path}" if path.startswith("en/") else f"/kompass/{path}").status_code == 404


def test_questions_are_radio_buttons_and_tick_boxes_of_one_form(client):
    page = client.get("/kompass/fragen").text
    assert page.count('class="ask"') == 8 and 'action="/kompass/ergebnis"' in page
    assert page.count('type="checkbox" name="ursache"') == 10 and page.count('type="radio" name="zustand"') == 6


def test_answers_lead_to_a_situation_with_reasons_and_back(client):
    asked = "/kompass/ergebnis?objekt=L&ursache=MIETE&zustand=1&lage=A&eigentuemer=ABWARTEND&dauer=BIS24"
    page = client.get(asked).text
    assert "Miete über Markt" in page and "weil die Miete über dem Markt liegt, die Eigentümerseite abwartet" in page
    assert "Sicherheit: hoch" in page and "100 %" in page and "ursache=MIETE" in page.split("Antworten ändern")[0]
    english = client.get(f"/en{asked}").text
    assert "because the asking rent is above the market" in english


def test_a_power_needs_its_area_and_a_softer_try(client):
    asked = "/kompass/ergebnis?ursache=SPEKULATION&eigentuemer=ABLEHNEND&zustand=4&dauer=UEBER60&schluessel=ECKE"
    page = client.get(asked).text
    assert (
        "möglich nach Beschluss einer Vorkaufssatzung" in page
        and "erst nach einem dokumentierten milderen Versuch" in page
    )
    allowed = client.get(f"{asked}&gebiet=VORKAUFSSATZUNG&versucht=M02").text
    assert "möglich nach Beschluss einer Vorkaufssatzung" not in allowed
    assert "erst nach einem dokumentierten milderen Versuch" not in allowed


@pytest.mark.parametrize(
    "query", ["lage=Z", "ursache=MIETE&ursache=RECHT&ursache=PASSIV", "gebiet=MOND", "versucht=M99"]
)
def test_answers_that_are_none_are_asked_again(client, query):
    answer = client.get(f"/kompass/ergebnis?{query}&zustand=2")
    assert answer.status_code == 422 and 'name="zustand" value="2" checked' in answer.text
    assert "Bitte" in answer.text.split("error-summary")[1]


def test_nothing_answered_says_so(client):
    page = client.get("/kompass/ergebnis").text
    assert "Sicherheit: gering" in page and "Noch kein besonderes Muster" in page
