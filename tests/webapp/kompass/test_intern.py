"""The Kompass of a case: answered on the pavement, taken over as tasks, printed for the council; a town and its phases."""

import html
import re
import zlib
from datetime import timedelta

import pytest

from geo.core import clock
from geo.core.access import SYSTEM
from geo.kompass.schema import LENGTHS, shipped
from geo.owners import service as owners
from geo.owners.schemas import OwnerInput, OwnershipInput
from geo.vacancies.kompass import editions, queries, service
from geo.vacancies.kompass.schemas import MeasureInput
from tests.geo.vacancies.stock import acting
from webapp.kompass import case_pages

TODAY = clock.today()


def test_answers_are_kept_and_lead_to_what_fits(clerk, fresh_case):
    page = clerk.get(f"/intern/faelle/{fresh_case}/kompass/fragen").text
    assert 'name="objekt" value="L" checked' in page, "the register knows that it is a shop"
    sent = clerk.post(f"/intern/faelle/{fresh_case}/kompass/fragen",
                      data={"objekt": "L", "ursache": ["MIETE", "ZUSCHNITT"], "eigentuemer": "ABWARTEND", "lage": ""})  # fmt: skip
    assert sent.status_code == 303
    page = clerk.get(sent.location).text
    assert "Miete über Markt" in page and "weil" in page and "Sicherheit: mittel" in page and "7 von 13" in page
    again = clerk.get(f"/intern/faelle/{fresh_case}/kompass/fragen").text
    assert 'name="ursache" value="ZUSCHNITT" checked' in again


@pytest.mark.parametrize(
    "form",
    [{}, {"ursache": ["MIETE", "RECHT", "PASSIV"]}, {"zustand": "9", "lage": "A"}],
)
def test_answers_with_a_mistake_come_back(clerk, fresh_case, form):
    answer = clerk.post(f"/intern/faelle/{fresh_case}/kompass/fragen", data=form)
    assert answer.status_code == 422 and "error-summary" in answer.text
    assert form.get("lage") is None or 'name="lage" value="A" checked' in answer.text


def test_a_new_edition_in_between_asks_again(clerk, case_id):
    answer = clerk.post(f"/intern/faelle/{case_id}/kompass/fragen", data={"ausgabe": "987", "lage": "A"})
    assert answer.status_code == 409 and "neue Ausgabe" in answer.text and 'value="A" checked' in answer.text


def test_a_proposal_becomes_a_task_with_days_money_and_effect(clerk, case_id):
    sent = clerk.post(f"/intern/faelle/{case_id}/massnahmen", data={"code": "M02"})
    page = clerk.get(sent.location).text
    assert "ist geplant" in page and "noch ohne Termin" in page and "Rückgängig machen" in page
    address = re.search(r"/intern/faelle/massnahmen/\d+", page)[0]
    form = {"version": "1", "starts_on": "2026-01-05", "ends_on": "2026-03-01", "cost_eur": "1.200",
            "funding_eur": "600", "funding": "Land", "effect": "TEILWEISE", "result": "zwei Antworten",
            "lesson": "früher anrufen"}  # fmt: skip
    page = clerk.get(clerk.post(address, data=form).location).text
    for words in ("hat teilweise gewirkt", "1.200 €", "600 €, Land", "Gelernt: früher anrufen", "beendet"):
        assert words in page, words
    assert "Schon versucht" not in page and clerk.get(f"{address}/verlauf").text.count("früher anrufen") == 1
    stale = clerk.post(address, data=form)
    assert stale.status_code == 409 and "früher anrufen" in stale.text
    wrong = clerk.post(address, data={**form, "version": "2", "ends_on": "2025-01-01"})
    assert (
        wrong.status_code == 422 and "Das Ende liegt vor dem Beginn." in wrong.text and "früher anrufen" in wrong.text
    )


def test_a_measure_is_removed_and_brought_back(clerk, case_id):
    page = clerk.get(clerk.post(f"/intern/faelle/{case_id}/massnahmen", data={"code": "M04"}).location).text
    address = re.search(r"/intern/faelle/massnahmen/\d+", page)[0]
    page = clerk.get(clerk.post(f"{address}/entfernen", data={"version": "1"}).location).text
    assert "Die Maßnahme ist entfernt." in page and "noch ohne Termin" not in page
    change = re.search(r'name="change" value="(\d+)"', page)[1]
    clerk.post(f"{address}/rueckgaengig", data={"change": change, "fall": str(case_id)})
    assert "noch ohne Termin" in clerk.get(f"/intern/faelle/{case_id}/kompass").text


@pytest.mark.parametrize("form", [{}, {"code": "M99"}, {"code": "M02", "cost_eur": "viel"}])
def test_a_measure_with_a_mistake_is_not_kept(clerk, case_id, form):
    answer = clerk.post(f"/intern/faelle/{case_id}/massnahmen/neu", data=form)
    assert answer.status_code == 422 and "error-summary" in answer.text


def test_the_page_answers_as_of_a_day(db, towns, clerk, case_id):
    with db.staff(SYSTEM, towns.own) as session:
        service.add_measure(session, acting(), case_id, MeasureInput("M02", starts_on=TODAY - timedelta(days=3)))
        session.commit()
    yesterday = (TODAY - timedelta(days=1)).isoformat()
    page = clerk.get(f"/intern/faelle/{case_id}/kompass?am={yesterday}").text
    assert "noch nicht beantwortet" in page and "Übernehmen" not in page and ">läuft<" in page.replace("\n", "")
    assert "noch nicht beantwortet" not in clerk.get(f"/intern/faelle/{case_id}/kompass").text


def test_one_page_for_the_council(clerk, case_id, monkeypatch):
    pages = []
    monkeypatch.setattr(case_pages, "in_type", lambda page: pages.append(page) or b"%PDF-")
    for version in ("", "?fassung=oeffentlich"):
        answer = clerk.get(f"/intern/faelle/{case_id}/kompass/blatt.pdf{version}")
        assert answer.mimetype == "application/pdf" and answer.data == b"%PDF-"
    internal, public = pages
    assert "Nichtöffentlich" in internal and "die Eigentümerseite abwartet" in internal
    assert "Für öffentliche Sitzung" in public and "abwartet" not in public and "Abwartend" not in public
    assert "Ausgabe 1" in public and "Miete über Markt" in public


LONG = {"cause": ("NACHFRAGE", "SUBSTANZ"), "condition": ("4",), "location": ("C",), "owner": ("UEBERFORDERT",),
        "duration": ("UEBER60",), "object": ("K",), "key": ("ECKE", "DENKMAL", "ANKER", "FOLGE")}  # fmt: skip


def test_the_public_page_tells_no_situation_that_follows_from_the_owner(db, towns, clerk, fresh_case, monkeypatch):
    pages = []
    monkeypatch.setattr(case_pages, "in_type", lambda page: pages.append(page) or b"%PDF-")
    with db.staff(SYSTEM, towns.own) as session:
        answers = {"cause": ("SPEKULATION",), "owner": ("UEBERFORDERT",), "condition": ("3",)}
        service.assess(session, acting(), fresh_case, None, answers)
        session.commit()
    for version in ("", "?fassung=oeffentlich"):
        clerk.get(f"/intern/faelle/{fresh_case}/kompass/blatt.pdf{version}")
    internal, public = pages
    assert "Überforderte Eigentümerseite" in internal and "Spekulation" in internal
    for word in ("berforder", "Spekulation", "steigende Preise", "Es fehlt nicht am Willen", "Erste Schritte"):
        assert word not in public, word
    assert "steht im nichtöffentlichen Blatt" in public


def test_the_line_of_the_case_tells_of_its_measures(clerk, case_id):
    """Planned, changed, removed: each with before and after, beside the steps of the case itself."""
    page = clerk.get(clerk.post(f"/intern/faelle/{case_id}/massnahmen", data={"code": "M04"}).location).text
    address = re.search(r"/intern/faelle/massnahmen/\d+", page)[0]
    form = {"version": "1", "starts_on": "2026-01-05", "cost_eur": "1.200,50"}
    clerk.post(address, data=form)
    clerk.post(address, data={**form, "version": "2", "cost_eur": "900"})
    clerk.post(f"{address}/entfernen", data={"version": "3"})
    clerk.post(f"/intern/faelle/{case_id}/kompass/fragen", data={"ursache": "RECHT"})
    line = clerk.get(f"/intern/faelle/{case_id}").text.split(">Verlauf<")[1]
    order = ["Kompass: Fragen beantwortet", "Maßnahme entfernt: Miet- und Renditeberatung", "Maßnahme geändert", "Maßnahme geändert",
             "Maßnahme geplant: Miet- und Renditeberatung", "Kompass: Fragen beantwortet", "Fall eröffnet"]  # fmt: skip
    at = 0
    for words in order:
        at = line.index(words, at) + 1
    for words in ("1.200,50", "900 €", "5. Januar 2026", "Miete über Markt", "Recht ungeklärt"):
        assert words in line, words
    yesterday = (TODAY - timedelta(days=1)).isoformat()
    assert "Maßnahme" not in clerk.get(f"/intern/faelle/{case_id}?am={yesterday}").text.split(">Verlauf<")[1]


def test_the_owner_s_record_answers_its_question(db, towns, clerk, fresh_case):
    with db.staff(SYSTEM, towns.own) as session:
        unit_id = queries.case(session, fresh_case).unit_id
        owner = owners.add(
            session, SYSTEM, towns.own, OwnerInput(kind="PRIVAT", name="Eigentümerin 1", attitude="ABLEHNEND"), TODAY
        )
        session.flush()
        owners.add_ownership(session, SYSTEM, unit_id, OwnershipInput(owner.id, TODAY - timedelta(days=9)))
        session.commit()
    page = clerk.get(f"/intern/faelle/{fresh_case}/kompass/fragen").text
    assert 'name="eigentuemer" value="ABLEHNEND" checked' in page and "Laut Register: Ablehnend" in page


def lengthened(data):
    """Every text that the council's page shows as long as the office may write it."""
    for measure in data["measures"]:
        measure["council"] = [f"{'Beschlussfassung über den Haushalt ' * 5}"[: LENGTHS["council"]]] * 2
        measure["title"] = [f"{measure['code']} {'Umnutzung und Zwischennutzung ' * 4}"[: LENGTHS["title"]]] * 2
        measure["effort"] = [f"{'mehrere Personentage je Objekt ' * 6}"[: LENGTHS["effort"]]] * 2
    for question in data["questions"]:
        for answer in question["answers"]:
            answer["clause"] = [
                f"{answer['code']} {'das Gebäude grundlegend erneuert werden muss ' * 5}"[: LENGTHS["clause"]]
            ] * 2


def test_it_is_one_page_however_much_there_is(db, towns, clerk, case_id):
    with db.staff(SYSTEM, towns.own) as session:
        editions.change(session, SYSTEM, 0, lengthened)
        editions.publish(session, SYSTEM, editions.draft(session).version, "lang")
        service.assess(session, acting(), case_id, None, LONG)
        for code in ("M01", "M02", "M04", "M06", "M07", "M15", "M26", "M28"):
            service.add_measure(session, acting(), case_id, MeasureInput(code, starts_on=TODAY))
        session.commit()
    pdf = clerk.get(f"/intern/faelle/{case_id}/kompass/blatt.pdf").data
    inside = pdf + b"".join(
        zlib.decompress(part) for part in re.findall(rb"/FlateDecode.*?stream\r?\n(.*?)\r?\nendstream", pdf, re.S)
    )
    assert len(re.findall(rb"/Type */Page\b", inside)) == 1 and b"pdfuaid" in inside


def test_no_answers_no_page_for_the_council(clerk, fresh_case):
    answer = clerk.get(f"/intern/faelle/{fresh_case}/kompass/blatt.pdf")
    assert answer.status_code == 422 and "noch nicht ausgefüllt" in answer.text


def test_a_town_judges_itself_and_sees_what_is_next(clerk):
    assert clerk.post("/intern/kompass/stadt", data={}).status_code == 422
    said = {one.code: "JA" for one in shipped().phases[0].statements}
    clerk.post("/intern/kompass/stadt", data={**said, "P1A": "TEILWEISE", "note": "Stand Herbst"})
    page = clerk.get("/intern/kompass/stadt").text
    assert shipped().phases[1].statements[0].next.de in page and "100 %" in page
    assert f"Als Nächstes: {shipped().phases[1].statements[0].next.de}" in clerk.get("/intern/kompass").text


def test_outcomes_and_the_town_s_consent(db, towns, leader, clerk):
    assert clerk.post("/intern/kompass/nennen", data={"nennen": "ja", "version": "0"}).status_code == 403
    assert "wird aber nicht genannt" in leader.get("/intern/kompass").text
    assert leader.post("/intern/kompass/nennen", data={"nennen": "ja", "version": "0"}).status_code == 303
    assert "Ihre Stadt wird genannt" in leader.get("/intern/kompass").text
    with db.staff(SYSTEM, towns.own) as session:
        assert queries.shares_outcomes(session, towns.own) == (True, 1)


EDIT = "/intern/kompass/entwurf"


def filled(page):
    """The form of a page as a browser would send it."""
    form = {}
    for name, value in re.findall(r'<input[^>]*name="([^"]+)"[^>]*type="text"[^>]*value="([^"]*)"', page):
        form[name] = value
    for name, body in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', page, re.S):
        form[name] = body
    for name, body in re.findall(r'<select[^>]*name="([^"]+)".*?>(.*?)</select>', page, re.S):
        chosen = re.search(r'value="([^"]*)" selected', body)
        form[name] = chosen[1] if chosen else ""
    for tag in re.findall(r"<input[^>]*>", page):
        found = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if found.get("name") == "_key":
            continue  # says that it is the same sending; these are two people's
        if found.get("type") == "checkbox" and " checked" in tag:
            form.setdefault(found["name"], []).append(found["value"])
        elif found.get("type") == "hidden" or (found.get("type") == "radio" and " checked" in tag):
            form[found["name"]] = found["value"]
    return {name: html.unescape(value) if isinstance(value, str) else value for name, value in form.items()}


def test_the_office_edits_a_draft_and_publishes_it(client, office, clerk, case_id):
    form = filled(office.get(f"{EDIT}/massnahmen/M05").text)
    assert form["fit.owner.ABLEHNEND"] == "x" and form["fit.cause.MIETE"] == ""
    sent = office.post(f"{EDIT}/massnahmen/M05", data={**form, "title_de": "Inserat", "fit.cause.MIETE": "1"})
    assert sent.status_code == 303, sent.text
    page = office.get(sent.location).text
    assert "Maßnahme M05" in page and "<ins>Inserat</ins>" in page and "Inserat" not in client.get("/kompass").text
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    assert office.post(f"{EDIT}/veroeffentlichen", data={"version": version, "note": ""}).status_code == 422
    assert office.post(f"{EDIT}/veroeffentlichen", data={"version": version, "note": "Name"}).status_code == 303
    assert "Ausgabe 2" in client.get("/kompass").text and "Inserat" in client.get("/kompass").text
    page = clerk.get(f"/intern/faelle/{case_id}/kompass").text
    assert "Bewertet mit Ausgabe 1" in page and "Inzwischen gilt Ausgabe 2" in page
    assert "Exposé und Portal" in clerk.get("/intern/kompass/ausgaben/1").text


def test_nothing_changed_makes_no_draft(office):
    for path in ("massnahmen/M14", "lagen/S9", "lagen/S14", "fragen", "fragen/key", "phasen/3"):
        form = filled(office.get(f"{EDIT}/{path}").text)
        assert office.post(f"{EDIT}/{path}", data=form).status_code == 303, path
    assert "Kein Entwurf" in office.get("/intern/kompass/ausgaben").text


@pytest.mark.parametrize(
    ("path", "changes", "field"),
    [
        ("massnahmen/M05", {"title_en": ""}, "title_de"),
        ("massnahmen/M05", {"fit.cause.MIETE": "9"}, "fit.cause.MIETE"),
        ("massnahmen/M05", {"begin": "bald"}, "begin"),
        ("massnahmen/M05", {"text_de": "x" * 1201}, "text_de"),
        ("massnahmen/M12", {"example_checked": "1"}, "source_de"),
        ("massnahmen/M05", {"rung": "8"}, "rung"),
        ("massnahmen/M14", {"area_resolution_de": "", "area_resolution_en": ""}, "area_resolution_de"),
        ("lagen/S9", {"steps.1.measures": "M99"}, "steps.1.measures"),
        ("lagen/S8", {"when.0.location": [], "when.1.location": [], "when.1.duration": []}, "when"),
        ("lagen/S8", {"when.0.location": ["Q"]}, "when"),
        ("fragen/owner", {"answers.KOOP.clause_en": ""}, "answers.KOOP.clause_de"),
        ("phasen/3", {"measures": ["M99"]}, "measures"),
        ("fragen", {"weight.cause": "viel"}, "weight.cause"),
        ("fragen", {"key_bonus": "-1"}, "key_bonus"),
        ("phasen/3", {"statements.P3A.next_en": ""}, "statements.P3A.next_de"),
    ],
)
def test_a_mistake_in_the_draft_stands_at_its_field(office, path, changes, field):
    form = filled(office.get(f"{EDIT}/{path}").text)
    answer = office.post(f"{EDIT}/{path}", data={**form, **changes})
    assert answer.status_code == 422 and f'href="#f-{field}"' in answer.text


def test_two_at_the_draft_and_what_is_not_there(office, clerk):
    form = filled(office.get(f"{EDIT}/fragen").text)
    office.post(f"{EDIT}/fragen", data={**form, "weight.cause": "4"})
    stale = office.post(f"{EDIT}/fragen", data={**form, "weight.cause": "5"})
    assert stale.status_code == 409 and 'value="5"' in stale.text
    for path in ("massnahmen/M99", "lagen/S99", "phasen/9", "fragen/wetter"):
        assert office.get(f"{EDIT}/{path}").status_code == 404
        assert clerk.get(f"{EDIT}/{path}").status_code == 403
    assert office.get("/intern/kompass/ausgaben/77").status_code == 404
    assert office.get("/intern/kompass").location.endswith("/intern/kompass/ausgaben")
    version = re.search(r'name="version" value="(\d+)"', office.get("/intern/kompass/ausgaben").text)[1]
    assert office.post(f"{EDIT}/verwerfen", data={"version": version}).status_code == 303
    assert office.post(f"{EDIT}/verwerfen", data={"version": version}).status_code == 409
