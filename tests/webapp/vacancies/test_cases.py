"""The pages of cases: from a vacancy to the end in forms, with mistakes said at their fields and nothing lost."""

import re
from datetime import date, timedelta

import pytest

from geo.core import clock
from geo.vacancies import queries as stock
from geo.vacancies.cases import queries, service
from geo.vacancies.cases.codes import RESULTS
from geo.vacancies.cases.schemas import Closing
from tests.geo.vacancies.cases.work import opened, step
from tests.geo.vacancies.stock import acting, mark
from tests.webapp.vacancies.pages import form_of

TODAY = clock.today()


@pytest.fixture
def editor(sign_in, towns):
    return sign_in("editor", towns.own)


@pytest.fixture
def unit(staff, towns):
    made = mark(staff, towns.own, street="Apfelgasse")
    staff.commit()
    return made


@pytest.fixture
def case(staff, towns, unit):
    made = opened(staff, towns.own, unit=unit.id)
    staff.commit()
    return made


def sent(client, address, ending, **changes):
    return client.post(f"{address}{ending}", data={**form_of(client.get(address), ending), **changes})


def test_a_vacancy_becomes_a_case_in_one_step(editor, staff, unit):
    page = editor.get(f"/intern/leerstand/{unit.id}")
    made = editor.post(f"/intern/leerstand/{unit.id}/fall", data=form_of(page, "/fall"))
    assert made.status_code == 303
    shown = editor.get(made.location)
    assert "Apfelgasse" in shown.text and "Gespeichert" in shown.text and "Verfestigt" not in shown.text
    case = queries.of_unit(staff, unit.id)[0]
    assert f"/intern/eigentum/einheit/{unit.id}" in shown.text  # whom to write to is one step away
    assert (case.state, case.responsible_id) == ("GEPRUEFT", editor.actor.account_id)
    again = editor.post(f"/intern/leerstand/{unit.id}/fall", data=form_of(page, "/fall") | {"_key": "other"})
    assert again.location.endswith(f"/intern/faelle/{case.id}")
    back = editor.post(f"/intern/faelle/{case.id}/rueckgaengig", data=form_of(shown, "/rueckgaengig"))
    assert back.location.endswith(f"/intern/leerstand/{unit.id}")
    assert queries.of_unit(staff, unit.id) == []


def test_a_step_and_its_mistakes(editor, staff, case):
    address = f"/intern/faelle/{case.id}"
    wrong = sent(editor, address, "/schritt", state="BLOCKIERT", next_action="Anrufen", note="Eigentümerin verreist")
    assert wrong.status_code == 422
    assert "Bitte angeben, woran es liegt." in wrong.text and "Bitte angeben, bis wann." in wrong.text
    assert "Eigentümerin verreist" in wrong.text and 'value="Anrufen"' in wrong.text
    wrong = sent(editor, address, "/schritt", state="RESERVIERT")
    assert wrong.status_code == 422 and "geht es nicht zu" in wrong.text
    done = sent(editor, address, "/schritt", state="BLOCKIERT", blocked_kind="DRITTE", note="Bank prüft")
    assert done.status_code == 303
    page = editor.get(done.location).text
    assert "blockiert: Dritte" in page and "Bank prüft" in page and "<del>geprüft</del>" in page
    assert "weiter wie zuvor: geprüft" in page


def test_who_was_slower_loses_no_word(editor, staff, case):
    form = form_of(editor.get(f"/intern/faelle/{case.id}"), "/schritt")
    step(staff, case.id, note="schneller", on=TODAY)
    staff.commit()
    answer = editor.post(f"/intern/faelle/{case.id}/schritt", data={**form, "note": "langsamer"})
    assert answer.status_code == 409 and "langsamer" in answer.text and "schneller" in answer.text


def test_who_was_slower_with_type_or_opening_again_loses_no_word(editor, staff, case):
    address = f"/intern/faelle/{case.id}"
    form = form_of(editor.get(address), "/typ")
    changed = step(staff, case.id, note="schneller", on=TODAY)
    staff.commit()
    slow = editor.post(f"{address}/typ", data={**form, "type_override": "SAISONAL", "type_reason": "Eisdiele"})
    assert slow.status_code == 409 and "Eisdiele" in slow.text and 'value="SAISONAL" selected' in slow.text
    unit = stock.get(staff, case.unit_id)
    use = Closing(TODAY, "WIEDERVERMIETET", state="GENUTZT", since=TODAY)
    service.close(staff, acting(), case.id, changed.version, use, unit.version)
    staff.commit()
    form = form_of(editor.get(address), "/wieder-eroeffnen")
    opened(staff, case.municipality_id, unit=case.unit_id, on=TODAY)
    staff.commit()
    refused = editor.post(f"{address}/wieder-eroeffnen", data={**form, "note": "Vertrag geplatzt"})
    assert refused.status_code == 409 and "anderen offenen Fall" in refused.text and "Vertrag geplatzt" in refused.text


def test_closing_asks_for_result_and_use(editor, staff, case):
    address = f"/intern/faelle/{case.id}/abschliessen"
    page = editor.get(address)
    assert all(name in page.text for name, _ in RESULTS.values())
    form = form_of(page, "")
    assert editor.post(address, data=form).status_code == 422
    wrong = editor.post(address, data={**form, "_key": "2", "result": "WIEDERVERMIETET", "note": "Inserat half"})
    assert wrong.status_code == 422 and "gehört eine neue Nutzung" in wrong.text and "Inserat half" in wrong.text
    done = editor.post(
        address, data={**form, "_key": "3", "result": "WIEDERVERMIETET", "use": "GENUTZT", "since": "heute"}
    )
    assert done.status_code == 422 and "Bitte ein Datum" in done.text
    use = {"result": "WIEDERVERMIETET", "use": "GENUTZT", "since": f"{TODAY:%d.%m.%Y}", "occupant": "Buchladen"}
    done = editor.post(address, data={**form, "_key": "4", **use})
    assert done.status_code == 303
    page = editor.get(done.location).text
    assert "abgeschlossen: wieder vermietet" in page and "Buchladen" in page
    sent(editor, f"/intern/faelle/{case.id}", "/wieder-eroeffnen", note="Vertrag geplatzt")
    assert queries.get(staff, case.id).state == "GEPRUEFT"


def test_the_type_needs_a_reason(editor, staff, case):
    address = f"/intern/faelle/{case.id}"
    wrong = sent(editor, address, "/typ", type_override="SAISONAL")
    assert wrong.status_code == 422 and "Bitte ausfüllen." in wrong.text
    assert sent(editor, address, "/typ", type_override="SAISONAL", type_reason="Eisdiele").status_code == 303
    page = editor.get(address).text
    assert "saisonal" in page and "von Hand" in page and "Berechnet wäre" in page


def test_the_day_lists_what_is_due_and_small_steps_lead_back(editor, staff, case):
    step(staff, case.id, next_action="Anrufen", next_action_on=TODAY, responsible_id=editor.actor.account_id, on=TODAY)
    mine = editor.get("/intern/faelle/mein-tag")
    assert "1 heute" in mine.text and "Anrufen" in mine.text
    assert "ist heute fällig" in editor.get("/intern").text
    later = editor.post(f"/intern/faelle/{case.id}/verschieben", data=form_of(mine, "/verschieben") | {"tage": "7"})
    assert "/intern/faelle/mein-tag?" in later.location and "Rückgängig machen" in editor.get(later.location).text
    assert queries.get(staff, case.id).next_action_on == TODAY + timedelta(days=7)
    due = editor.get("/intern/faelle/wiedervorlagen")
    assert editor.post(f"/intern/faelle/{case.id}/erledigt", data=form_of(due, "/erledigt")).status_code == 303
    assert queries.get(staff, case.id).next_action is None
    assert "Schritt festlegen" in editor.get("/intern/faelle/mein-tag").text


def test_the_board_moves_a_case_by_a_button(editor, staff, case):
    page = editor.get("/intern/faelle/tafel")
    form = form_of(page, "/stand")
    moved = editor.post(f"/intern/faelle/{case.id}/stand", data={**form, "to": "ANGESPROCHEN"})
    assert "/intern/faelle/tafel?" in moved.location
    assert queries.get(staff, case.id).state == "ANGESPROCHEN"
    assert "angesprochen" in editor.get(moved.location).text
    blocked = editor.post(f"/intern/faelle/{case.id}/stand", data={**form, "_key": "2", "to": "BLOCKIERT"})
    assert "stand=BLOCKIERT" in blocked.location
    assert re.search(r'value="BLOCKIERT" selected', editor.get(blocked.location).text)


@pytest.mark.parametrize("view", ["", "/tafel", "/mein-tag", "/wiedervorlagen"])
def test_a_past_day_and_bad_filters(editor, staff, towns, view):
    case = opened(staff, towns.own, on=date(2025, 9, 1), responsible_id=editor.actor.account_id)
    assert f"/intern/faelle/{case.id}" not in editor.get(f"/intern/faelle{view}?am=2025-08-01").text
    page = editor.get(f"/intern/faelle{view}?am=2025-09-02").text
    assert f"/intern/faelle/{case.id}?am=2025-09-02" in page and "/stand" not in page and "/erledigt" not in page
    assert editor.get(f"/intern/faelle{view}?am=gestern").status_code == 422
    if view != "/mein-tag":
        assert editor.get(f"/intern/faelle{view}?zustaendig=4711").status_code == 422
    if view in ("", "/tafel"):
        assert editor.get(f"/intern/faelle{view}?stand=QUATSCH").status_code == 422
        assert f"/intern/faelle/{case.id}" not in editor.get(f"/intern/faelle{view}?stand=RUHEND").text
    assert "noch nicht" in editor.get(f"/intern/faelle/{case.id}?am=2025-08-01").text


def test_many_at_once_and_back(editor, staff, towns):
    first, second, third = (opened(staff, towns.own) for _ in range(3))
    step(staff, third.id, state="ANGESPROCHEN", on=TODAY)
    staff.commit()
    home = "/intern/faelle/sammeln"
    form = form_of(editor.get(home), "/vorschau")
    wrong = editor.post(f"{home}/vorschau", data={**form, "action": "schritt", "next_action": "Brief"})
    assert wrong.status_code == 422 and 'value="Brief"' in wrong.text
    page = editor.post(f"{home}/vorschau", data={**form, "action": "stand", "state": "ANGESPROCHEN", "note": "Serie"})
    assert "2 Fälle werden geändert" in page.text and "ist schon so" in page.text and "offene Fälle" in page.text
    ticked = {**form, "action": "vorrang", "priority": "1", "which": "ticked", "cases": [str(first.id), str(third.id)]}
    chosen = form_of(editor.post(f"{home}/vorschau", data=ticked), "/ausfuehren")
    back = form_of(editor.post(f"{home}/vorschau", data={**chosen, "geaendert": "1"}), "/vorschau")
    assert (back["which"], set(back["cases"])) == (["ticked"], {str(first.id), str(third.id)})
    seen = form_of(page, "/ausfuehren")
    step(staff, first.id, note="inzwischen", on=TODAY)
    staff.commit()
    slow = editor.post(f"{home}/ausfuehren", data=seen)
    assert slow.status_code == 409 and f"Fall {first.id}" in slow.text
    done = editor.post(f"{home}/ausfuehren", data=form_of(slow, "/ausfuehren"))
    assert done.status_code == 303
    assert {queries.get(staff, one.id).state for one in (first, second, third)} == {"ANGESPROCHEN"}
    staff.commit()
    shown = editor.get(done.location)
    back = editor.post(f"{done.location}/rueckgaengig", data=form_of(shown, "/rueckgaengig"))
    assert back.status_code == 303 and "Zurückgenommen am" in editor.get(done.location).text
    assert [queries.get(staff, one.id).state for one in (first, second)] == ["GEPRUEFT", "GEPRUEFT"]
    assert [one.note for one in queries.events(staff, first.id)] == [None, "inzwischen"]


def test_many_vacancies_get_cases_and_lose_them_again(editor, staff, towns, case):
    others = [mark(staff, towns.own, street="Birnweg").id for _ in range(2)]
    page = editor.get("/intern/faelle/eroeffnen")
    assert "Apfelgasse" not in page.text and "1 hat schon einen" in page.text
    none = editor.post("/intern/faelle/eroeffnen", data={"_key": "1"} | {"csrf_token": form_of(page, "")["csrf_token"]})
    assert none.status_code == 422
    done = editor.post("/intern/faelle/eroeffnen", data=form_of(page, ""))
    assert done.status_code == 303
    assert [len(queries.of_unit(staff, one)) for one in others] == [1, 1]
    step(staff, queries.of_unit(staff, others[0])[0].id, note="angefangen", on=TODAY)
    shown = editor.get(done.location)
    assert "Alles zurücknehmen" not in shown.text and "noch einmal geändert" in shown.text


def test_the_calendar_has_what_is_due_and_takes_back_what_is_done(editor, app, staff, case):
    step(staff, case.id, next_action="Anrufen", next_action_on=TODAY, responsible_id=editor.actor.account_id, on=TODAY)
    form = form_of(editor.get("/intern/faelle/kalender"), "")
    made = editor.post("/intern/faelle/kalender", data=form)
    address = re.search(r"(/faelle/kalender/[^<]+\.ics)", made.text)[1]
    assert editor.post("/intern/faelle/kalender", data={**form, "_key": "2", "label": " "}).status_code == 422
    reader = app.test_client()
    first = reader.get(address).text
    assert (
        "SUMMARY:Anrufen: Apfelgasse" in first
        and "STATUS:CONFIRMED" in first
        and f"DTSTART;VALUE=DATE:{TODAY:%Y%m%d}" in first
    )
    step(staff, case.id, done=True, on=TODAY)
    assert "STATUS:CANCELLED" in reader.get(address).text
    step(staff, case.id, next_action="Brief", next_action_on=TODAY, responsible_id=None, on=TODAY)
    assert "Brief" not in reader.get(address).text  # another person's
    page = editor.get("/intern/faelle/kalender")
    editor.post(
        re.search(r"(/intern/faelle/kalender/\d+/zurueckziehen)", page.text)[1], data=form_of(page, "/zurueckziehen")
    )
    assert reader.get(address).status_code == 404


def test_the_thresholds_of_a_town(sign_in, towns, staff):
    manager = sign_in("manager", towns.own)
    form = form_of(manager.get("/intern/faelle/einstellungen"), "")
    wrong = manager.post("/intern/faelle/einstellungen", data={**form, "turnover_months": "30"})
    assert wrong.status_code == 422 and "erst nach der Fluktuation" in wrong.text and 'value="30"' in wrong.text
    service.set_limits(
        staff, acting(), towns.own, 0, {"turnover_months": 5, "structural_months": 24, "failed_rounds": 2}
    )
    slow = manager.post("/intern/faelle/einstellungen", data={**form, "_key": "2", "turnover_months": "3"})
    assert slow.status_code == 409 and "Jetzt gilt: 5 und 24 Monate" in slow.text and 'value="3"' in slow.text


def test_a_unit_with_a_case_is_not_deleted(sign_in, towns, unit, case):
    manager = sign_in("manager", towns.own)
    page = manager.get(f"/intern/leerstand/{unit.id}/loeschen")
    answer = manager.post(f"/intern/leerstand/{unit.id}/loeschen", data=form_of(page, ""))
    assert answer.status_code == 409 and "gibt es einen Fall" in answer.text
