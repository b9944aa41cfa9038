"""The internal pages of pilot projects: everybody of the alliance reads, the office alone writes."""

import re

import pytest

from tests.geo.pilots.conftest import form
from tests.webapp.viewpoints.conftest import csrf, submit


def text_of(answer, status=200):
    html = answer.get_data(as_text=True)
    assert answer.status_code == status, html
    return html


@pytest.fixture
def office(sign_in):
    return sign_in("office")


WRITING = [
    "/intern/pilotprojekte/neu",
    "/intern/pilotprojekte/{site}/bearbeiten",
    "/intern/pilotprojekte/{site}/phasen/neu",
    "/intern/pilotprojekte/phasen/{phase}",
    "/intern/pilotprojekte/{site}/loeschen",
    "/intern/pilotprojekte/projekt/neu",
    "/intern/pilotprojekte/projekt/probe/bearbeiten",
    "/intern/pilotprojekte/projekt/probe/loeschen",
    "/intern/pilotprojekte/projekt/probe/stand/neu",
    "/intern/pilotprojekte/projekt/probe/schritte/neu",
    "/intern/pilotprojekte/projekt/probe/merkmale",
    "/intern/pilotprojekte/projekt/probe/unterlagen/neu",
    "/intern/pilotprojekte/{site}/beteiligte/neu",
    "/intern/pilotprojekte/{site}/foerderung/neu",
    "/intern/pilotprojekte/{site}/beobachtungen/neu",
]


@pytest.mark.parametrize("path", ["/intern/pilotprojekte", "/intern/pilotprojekte/{site}", *WRITING])
def test_each_page_opens_for_the_office(office, ids, path):
    assert len(re.findall("<h1", text_of(office.get(path.format(**ids))))) == 1


@pytest.mark.parametrize("role", ["editor", "manager", "planner", "curator"])
def test_others_read_and_do_not_write(sign_in, towns, ids, role):
    client = sign_in(role, towns.own)
    html = text_of(client.get(f"/intern/pilotprojekte/{ids['site']}"))
    assert "Winterpause" in html
    assert "Bearbeiten" not in html
    for path in WRITING:
        address = path.format(**ids)
        assert client.get(address).status_code == 403
        assert client.post(address, data={"csrf_token": csrf(client, "/intern")}).status_code == 403


def test_a_town_does_not_see_the_others_internal_page(sign_in, towns, ids):
    client = sign_in("manager", towns.foreign)
    assert client.get(f"/intern/pilotprojekte/{ids['site']}").status_code == 404
    assert client.get(f"/intern/pilotprojekte/{ids['site']}/verlauf").status_code == 404
    html = text_of(client.get("/intern/pilotprojekte"))
    assert "Marktstraße" not in html
    assert "Fremdstadt" in html


def test_creates_a_site_and_takes_it_back(office, towns, ids):
    data = form(name="Ganz neu", project_id=ids["project"], municipality_id=towns.own)
    answer = submit(office, "/intern/pilotprojekte/neu", data)
    html = text_of(office.get(answer.location))
    assert "Ganz neu" in html
    found = re.search(r'action="([^"]+/rueckgaengig)".*?name="change" value="(\d+)"', html, re.S)
    assert submit(office, found[1], {"change": found[2]}, page="/intern/pilotprojekte/neu").status_code == 303
    assert "Ganz neu" not in text_of(office.get("/intern/pilotprojekte"))


def test_mistakes_stand_at_their_fields(office, ids):
    data = form(name="", source="", tree_count="viele", project_id="", municipality_id="x")
    html = text_of(submit(office, "/intern/pilotprojekte/neu", data), 422)
    for name in ("name", "source", "tree_count", "project_id", "municipality_id"):
        assert f'id="e-{name}"' in html
    assert 'value="viele"' in html


@pytest.mark.parametrize("numbers", [{"project_id": "999999"}, {"municipality_id": "999999"}])
def test_unknown_project_or_town_is_not_found(office, towns, ids, numbers):
    data = form(**{"project_id": ids["project"], "municipality_id": towns.own, **numbers})
    assert submit(office, "/intern/pilotprojekte/neu", data).status_code == 404


def test_phase_is_typed_as_it_is_known(office, ids):
    path = f"/intern/pilotprojekte/{ids['site']}/phasen/neu"
    data = {"version": ids["version"], "phase": "VERSTETIGT", "start": "zweites Halbjahr 2025", "end": ""}
    html = text_of(office.get(submit(office, path, data).location))
    assert "ab dem zweiten Halbjahr 2025, Ende offen" in html
    assert "November 2023 bis erstes Halbjahr 2025" in html or "November 2023 bis zum ersten Halbjahr 2025" in html
    history = text_of(office.get(f"/intern/pilotprojekte/{ids['site']}/verlauf"))
    assert "Phase: Zeitraum" in history
    assert "ab 1. November 2023" in history


def test_overlapping_phases_are_refused_in_words(office, ids):
    path = f"/intern/pilotprojekte/{ids['site']}/phasen/neu"
    data = {"version": ids["version"], "phase": "VERSTETIGT", "start": "01.09.2023", "end": "10.09.2023"}
    html = text_of(submit(office, path, data), 422)
    assert "überschneidet sich mit der Phase „in der Umsetzung“" in html
    assert "01.09.2023" in html


def test_phase_changes_and_goes(office, ids):
    path = f"/intern/pilotprojekte/phasen/{ids['phase']}"
    html = text_of(office.get(path))
    assert 'value="Oktober 2023"' in html
    data = {"version": ids["version"], "phase": "UMSETZUNG", "start": "21.08.2023", "end": "September 2023"}
    answer = submit(office, path, data)
    assert "21. August 2023 bis September 2023" in text_of(office.get(answer.location))
    gone = submit(office, f"{path}/entfernen", {"version": ids["version"] + 1}, page=path)
    assert "21. August 2023" not in text_of(office.get(gone.location))
    assert office.get(path).status_code == 404


def test_two_people_see_both_versions(office, sign_in, ids):
    path = f"/intern/pilotprojekte/{ids['site']}/bearbeiten"
    other = sign_in("office")
    assert submit(other, path, form(version=ids["version"], note="Von der anderen")).status_code == 303
    html = text_of(submit(office, path, form(version=ids["version"], note="Von mir")), 409)
    for expected in ("Von der anderen", "Von mir", "Person office", 'type="hidden" name="tree_count" value="15"'):
        assert expected in html
    version = re.search(r'name="version" value="(\d+)"', html)[1]
    answer = submit(office, path, form(version=version, note="Von mir"))
    assert "Von mir" in text_of(office.get(answer.location))


def test_stale_phase_shows_what_is_stored(office, ids):
    path = f"/intern/pilotprojekte/phasen/{ids['phase']}"
    data = {"version": ids["version"], "phase": "UMSETZUNG", "start": "21.08.2023", "end": "September 2023"}
    assert submit(office, path, data).status_code == 303
    html = text_of(submit(office, path, {**data, "note": "Meine Anmerkung"}), 409)
    for expected in ("Inzwischen gespeichert", "21. August 2023 bis September 2023", "Meine Anmerkung"):
        assert expected in html


def test_project_texts(office, ids):
    path = "/intern/pilotprojekte/projekt/probe/bearbeiten"
    data = {
        "version": 1,
        "name": "Probeallee",
        "name_en": "Trial avenue",
        "working_group_id": ids["group"],
        "is_public": "1",
        "summary": "Neuer Text.",
        "summary_en": "New.",
    }
    assert submit(office, path, data).status_code == 303
    assert "Neuer Text." in text_of(office.get("/pilotprojekte/probe"))
    html = text_of(submit(office, path, {**data, "summary": "Zu spät."}), 409)
    assert "Neuer Text." in html
    assert "Zu spät." in html
    assert 'id="e-summary"' in text_of(submit(office, path, {**data, "summary": ""}), 422)


def test_site_is_deleted(office, ids):
    path = f"/intern/pilotprojekte/{ids['late']}"
    assert submit(office, f"{path}/loeschen", {"version": 1}).status_code == 303
    assert office.get(path).status_code == 404
    stale = submit(office, f"/intern/pilotprojekte/{ids['site']}/loeschen", {"version": 1})
    assert "Jemand anderes" in text_of(stale, 409)
