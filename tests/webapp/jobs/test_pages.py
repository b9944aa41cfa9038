"""The pages of long work: who sees what, how far it is, cancel, the file."""

import pytest
from sqlalchemy import text

from geo.core.access import Action
from geo.jobs import run_now, service
from tests.geo.jobs import sample_kinds  # noqa: F401  (registers them)


@pytest.fixture
def person(app, sign_in, towns):
    app.config["WTF_CSRF_ENABLED"] = False
    return sign_in("editor", towns.own)


def _start(db, person, town, kind="test.write", action=Action.VACANCY_VIEW, **further):
    with db.staff(person.actor, town) as session:
        job = service.start(session, person.actor, kind, town, {"note": "Weg"}, action=action, **further)
        session.commit()
        return job.id


def test_a_job_that_waits_says_so_and_can_be_cancelled(db, person, towns):
    number = _start(db, person, towns.own, title="Großer Export", origin="/intern/leerstand?zustand=LEER")
    page = person.get(f"/intern/vorgaenge/{number}").text
    assert "Großer Export" in page and "Wartet" in page and "<progress" in page and "Person editor" in page
    assert '<noscript><meta http-equiv="refresh"' in page and 'href="/intern/leerstand?zustand=LEER"' in page
    state = person.get(f"/intern/vorgaenge/{number}/stand").json
    assert (state["state"], state["is_open"], state["remaining"]) == ("WARTET", True, "")
    answer = person.post(f"/intern/vorgaenge/{number}/abbrechen")
    assert answer.status_code == 303 and answer.location.endswith(f"/vorgaenge/{number}")
    page = person.get(f"/intern/vorgaenge/{number}").text
    assert "Abgebrochen" in page and "Person editor hat den Vorgang abgebrochen" in page and "<progress" not in page
    assert person.post(f"/intern/vorgaenge/{number}/abbrechen").status_code == 409


def test_a_running_job_says_how_far_and_how_long(db, person, towns):
    number = _start(db, person, towns.own)
    with db.owner() as session:
        session.execute(
            text(
                "UPDATE register.jobs SET state = 'LAEUFT', began_at = now() - interval '60 seconds', progress_at = now(),"
                " done = 2500, total = 10000, sentence = 'Zeilen werden geschrieben.' WHERE id = :id"
            ),
            {"id": number},
        )
        session.commit()
    state = person.get(f"/intern/vorgaenge/{number}/stand").json
    assert state["amount"] == "2.500 von 10.000" and state["sentence"] == "Zeilen werden geschrieben."
    assert state["remaining"] == "noch etwa 3 Minuten"
    assert 'max="10000" value="2500"' in person.get(f"/intern/vorgaenge/{number}").text
    assert person.post(f"/intern/vorgaenge/{number}/abbrechen").status_code == 303
    assert person.get(f"/intern/vorgaenge/{number}/stand").json["sentence"] == "Der Abbruch ist angefordert."


def test_a_done_job_gives_its_file(db, person, towns, settings):
    number = _start(db, person, towns.own)
    run_now(db, number, home=settings.home)
    page = person.get(f"/intern/vorgaenge/{number}").text
    assert "Ein Ort geschrieben." in page and "ergebnis.csv herunterladen" in page and "Fertig" in page
    answer = person.get(f"/intern/vorgaenge/{number}/datei")
    assert answer.data == b"a,b\n1,2\n" and answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == "attachment; filename=ergebnis.csv"
    with db.owner() as session:
        session.execute(text("UPDATE register.jobs SET result_file = NULL WHERE id = :id"), {"id": number})
        session.commit()
    assert "gelöscht" in person.get(f"/intern/vorgaenge/{number}").text
    assert person.get(f"/intern/vorgaenge/{number}/datei").status_code == 404


def test_a_failed_job_says_why_in_one_sentence(db, person, towns, settings):
    number = _start(db, person, towns.own, "test.crash")
    run_now(db, number, home=settings.home)
    page = person.get(f"/intern/vorgaenge/{number}").text
    assert "Der Vorgang ist gescheitert" in page and "Kennung" in page and "GEHEIM" not in page
    number = _start(db, person, towns.own, "test.rule")
    run_now(db, number, home=settings.home)
    assert "Der Fortschritt eines Vorgangs kann nicht negativ sein." in person.get(f"/intern/vorgaenge/{number}").text


def test_the_list_has_the_own_towns_jobs(db, person, sign_in, towns):
    number = _start(db, person, towns.own, title="Nur für Musterstadt")
    assert f"/intern/vorgaenge/{number}" in person.get("/intern/vorgaenge").text
    stranger = sign_in("manager", towns.foreign)
    assert "Nur für Musterstadt" not in stranger.get("/intern/vorgaenge").text
    for method, address in (("GET", ""), ("GET", "/stand"), ("GET", "/datei"), ("POST", "/abbrechen")):
        assert stranger.open(f"/intern/vorgaenge/{number}{address}", method=method).status_code == 404


def test_who_may_not_do_it_does_not_see_it(db, person, sign_in, towns):
    number = _start(db, person, towns.own, action=Action.VACANCY_EDIT, title="Nur für Bearbeitende")
    viewer = sign_in("viewer", towns.own)
    assert "Nur für Bearbeitende" not in viewer.get("/intern/vorgaenge").text
    assert viewer.get(f"/intern/vorgaenge/{number}").status_code == 404
    assert viewer.post(f"/intern/vorgaenge/{number}/abbrechen").status_code == 404


def test_a_result_may_lead_on_within_the_register_only(db, person, towns):
    number = _start(db, person, towns.own)
    for url, shown in (("/intern/leerstand/import/7", True), ("//example.org/", False), ("javascript:alert(1)", False)):
        with db.owner() as session:
            session.execute(
                text(
                    "UPDATE register.jobs SET state = 'FERTIG', ended_at = now(),"
                    " result = jsonb_build_object('url', CAST(:url AS text), 'url_label', 'Zur Vorschau') WHERE id = :id"
                ),
                {"url": url, "id": number},
            )
            session.commit()
        assert ("Zur Vorschau" in person.get(f"/intern/vorgaenge/{number}").text) == shown
