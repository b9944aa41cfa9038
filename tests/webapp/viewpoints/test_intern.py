"""The internal pages of viewpoints: who may, what is said, nothing overwritten silently, taking back."""

import re

import pytest

from geo.viewpoints.codes import STATUSES
from tests.webapp.viewpoints.conftest import csrf, submit, typed


def text_of(answer, status=200):
    html = answer.get_data(as_text=True)
    assert answer.status_code == status, html
    return html


@pytest.fixture
def editor_client(sign_in, towns):
    return sign_in("editor", towns.own)


def version_of(client, path):
    return int(re.search(r'name="version" value="(\d+)"', text_of(client.get(path)))[1])


def test_editor_sees_the_own_town_with_its_ideas(editor_client, points):
    html = text_of(editor_client.get("/intern/blicke"))
    assert "Geheime Idee" in html
    assert "Fremdblick" not in html
    data = editor_client.get("/intern/blicke/punkte?status=IDEE").get_json()
    assert [one["properties"]["title"] for one in data["features"]] == ["Geheime Idee"]


def test_curator_sees_every_town(sign_in, points):
    html = text_of(sign_in("curator").get("/intern/blicke"))
    assert "Geheime Idee" in html
    assert "Fremdblick" in html


@pytest.mark.parametrize("tail", ["", "/bearbeiten", "/status", "/verlauf", "/loeschen"])
def test_each_page_opens_for_the_editor_and_for_no_other_town(editor_client, sign_in, towns, points, tail):
    path = f"/intern/blicke/{points['idea']}{tail}"
    assert len(re.findall("<h1", text_of(editor_client.get(path)))) == 1
    assert sign_in("editor", towns.foreign).get(path).status_code == 404
    assert sign_in("planner").get(path).status_code in {403, 404}


def test_viewer_reads_and_cannot_write(sign_in, towns, points):
    client = sign_in("viewer", towns.own)
    html = text_of(client.get(f"/intern/blicke/{points['open']}"))
    assert "bearbeiten" not in html.lower().replace("bearbeitung", "")
    assert client.get(f"/intern/blicke/{points['open']}/bearbeiten").status_code == 403
    assert client.get("/intern/blicke/neu").status_code == 403
    answer = client.post(f"/intern/blicke/{points['open']}/status", data={"csrf_token": csrf(client, "/intern")})
    assert answer.status_code == 403


def test_anonymous_is_sent_to_sign_in(client, points):
    assert client.get(f"/intern/blicke/{points['open']}").status_code == 302


def test_creates_a_point_and_offers_to_take_it_back(editor_client, points):
    answer = submit(editor_client, "/intern/blicke/neu", typed(name="Ganz neu"))
    assert answer.status_code == 303
    html = text_of(editor_client.get(answer.location))
    assert "Ganz neu" in html
    assert "ist angelegt" in html
    found = re.search(r'action="([^"]+/rueckgaengig)".*?name="change" value="(\d+)"', html, re.S)
    taken_back = submit(editor_client, found[1], {"change": found[2]}, page="/intern/blicke")
    assert taken_back.location == "/intern/blicke"
    assert "Ganz neu" not in text_of(editor_client.get("/intern/blicke"))


def test_undo_is_not_offered_for_what_was_there_before(editor_client, points):
    assert "rueckgaengig" not in text_of(editor_client.get(f"/intern/blicke/{points['open']}"))


def test_mistakes_stand_at_their_fields_and_nothing_typed_is_lost(editor_client, points):
    answer = submit(
        editor_client,
        "/intern/blicke/neu",
        typed(name="", direction="überall", since="", street="Testweg", furniture=["bench"]),
    )
    html = text_of(answer, 422)
    for name in ("name", "direction", "since"):
        assert f'id="e-{name}"' in html
    assert 'value="überall"' in html
    assert 'value="Testweg"' in html
    assert re.search(r'value="bench"[^>]* checked', html)


def test_a_curator_selects_and_a_point_opens_with_a_direction_only(sign_in, towns, points):
    """Whose step it is not is neither offered nor done; without a reason nobody selects."""
    path = f"/intern/blicke/{points['idea']}/status"
    clients = {
        role: sign_in(role, towns.own if role != "curator" else None) for role in ("editor", "manager", "curator")
    }
    offered = {
        role: set(re.findall(r'name="status" value="(\w+)"', text_of(client.get(path))))
        for role, client in clients.items()
    }
    assert offered == {"editor": {"IDEE", "BEWORBEN"}, "manager": {"IDEE", "BEWORBEN"}, "curator": set(STATUSES)}
    assert "Das setzt: AG WULIS" in text_of(clients["manager"].get(path))
    data = {"version": 1, "status": "AUSGEWAEHLT", "since": "2026-03-01", "note": "Der beste."}
    assert submit(clients["manager"], path, data).status_code == 403
    assert 'id="e-note"' in text_of(submit(clients["curator"], path, data | {"note": " "}), 422)
    assert submit(clients["curator"], path, data).status_code == 303
    data |= {"version": 2, "status": "OFFEN", "since": "2026-04-01"}
    assert submit(clients["editor"], path, data).status_code == 403
    assert "braucht eine Blickrichtung" in text_of(submit(clients["manager"], path, data), 422)
    assert "Der beste." in text_of(clients["editor"].get(f"/intern/blicke/{points['idea']}"))


def test_a_new_point_of_a_town_is_not_public(editor_client, points):
    answer = submit(editor_client, "/intern/blicke/neu", typed(status="OFFEN"))
    assert answer.status_code == 403


def test_a_point_outside_is_asked_about(editor_client, points):
    html = text_of(submit(editor_client, "/intern/blicke/neu", typed(longitude="11.15")), 422)
    assert 'name="outside_confirmed"' in html
    answer = submit(editor_client, "/intern/blicke/neu", typed(longitude="11.15", outside_confirmed="1"))
    assert answer.status_code == 303


def test_curator_chooses_a_town_first(sign_in, towns, points):
    client = sign_in("curator")
    assert "Gemeinde" in text_of(client.get("/intern/blicke/neu"), 422)
    client.get(f"/intern/gemeinde?gemeinde={towns.foreign}")
    answer = submit(client, "/intern/blicke/neu", typed(name="Vom Kurator", longitude="11.25"))
    assert "Vom Kurator" in text_of(client.get(answer.location))


def test_edit_changes_and_history_tells(editor_client, points):
    path = f"/intern/blicke/{points['open']}"
    version = version_of(editor_client, f"{path}/bearbeiten")
    answer = submit(
        editor_client, f"{path}/bearbeiten", typed(version=version, name="Umbenannt", direction="N-O", story="")
    )
    assert answer.status_code == 303
    html = text_of(editor_client.get(answer.location))
    assert "Umbenannt" in html
    assert "von Norden über Nordosten bis Osten (0°\u00a0bis\u00a090°)" in html
    history = text_of(editor_client.get(f"{path}/verlauf"))
    for expected in ("Blickpunkt bearbeitet", "<del>Blick vom Testberg</del>", "<ins>Umbenannt</ins>", "von (Grad)"):
        assert expected in history


def test_two_people_see_both_versions_and_nothing_is_lost(editor_client, sign_in, towns, points):
    path = f"/intern/blicke/{points['open']}/bearbeiten"
    version = version_of(editor_client, path)
    other = sign_in("manager", towns.own)
    first = typed(version=version, name="Von der Leitung", direction="0-90", story="Der <Markt>.")
    assert submit(other, path, first).status_code == 303
    mine = typed(version=version, name="Von mir", story="Der <Markt>.", best_time="Abends")
    html = text_of(submit(editor_client, path, mine), 409)
    chosen_for_me = re.findall(r'name="(\w+)" value="[^"]*"[^>]* checked', html)
    assert set(chosen_for_me) == {"name", "direction", "best_time"}
    assert re.search(r'name="best_time" value="Abends"[^>]* checked', html)
    assert re.search(r'name="name" value="Von der Leitung"[^>]* checked', html)
    for expected in ("Von der Leitung", "Von mir", "Person manager", "0-90", "67-292"):
        assert expected in html
    assert 'type="hidden" name="step_free" value="JA"' in html
    assert 'type="hidden" name="furniture" value="bench,board"' in html
    new_version = re.search(r'name="version" value="(\d+)"', html)[1]
    chosen = typed(version=new_version, name="Von mir", direction="0-90", furniture="bench,board")
    answer = submit(editor_client, path, chosen)
    assert answer.status_code == 303
    page = text_of(editor_client.get(answer.location))
    assert "Von mir" in page
    assert "Bank, Informationstafel" in page
    assert "(0°\u00a0bis\u00a090°)" in page


def test_status_changes_with_its_day(editor_client, points):
    path = f"/intern/blicke/{points['open']}/status"
    version = version_of(editor_client, path)
    data = {"version": version, "status": "EINGESCHRAENKT", "since": "2026-03-01", "note": "Bank fehlt"}
    answer = submit(editor_client, path, data)
    html = text_of(editor_client.get(answer.location))
    assert "eingeschränkt" in html
    assert "Bank fehlt" in html
    public = text_of(editor_client.get(f"/blicke/{points['open']}"))
    assert "Bank fehlt" in public
    stale = submit(editor_client, path, {**data, "status": "GESCHLOSSEN", "since": "2026-04-01"})
    assert "Jemand anderes" in text_of(stale, 409)
    early = submit(editor_client, path, {**data, "version": version + 1, "since": "2020-01-01"})
    assert "frühestens" in text_of(early, 422)


def test_status_without_version_is_a_sentence(editor_client, points):
    path = f"/intern/blicke/{points['open']}/status"
    assert "unvollständig" in text_of(submit(editor_client, path, {"status": "OFFEN", "since": "1.1.2026"}), 422)


def test_only_curators_feature(editor_client, sign_in, points):
    path = f"/intern/blicke/{points['open']}"
    data = {"version": 1, "is_featured": "1"}
    assert submit(editor_client, f"{path}/hervorheben", data, page=path).status_code == 403
    curator = sign_in("curator")
    answer = submit(curator, f"{path}/hervorheben", data, page=path)
    assert "empfohlen" in text_of(curator.get(answer.location))
    assert "empfohlen" in text_of(curator.get(f"/blicke/{points['open']}"))


def test_delete_is_for_what_never_was_public(editor_client, points):
    idea, public = (f"/intern/blicke/{points[name]}" for name in ("idea", "open"))
    assert submit(editor_client, f"{idea}/loeschen", {"version": 1}).location == "/intern/blicke"
    assert editor_client.get(idea).status_code == 404
    assert "nicht gelöscht" in text_of(submit(editor_client, f"{public}/loeschen", {"version": 1}), 422)


def test_undo_of_somebody_elses_newer_change_is_refused(editor_client, points):
    path = f"/intern/blicke/{points['open']}"
    html = text_of(submit(editor_client, f"{path}/rueckgaengig", {"change": "1"}, page=path), 409)
    assert "neuere Änderung" in html
    assert submit(editor_client, f"{path}/rueckgaengig", {"change": "x"}, page=path).status_code in {409, 422}


def test_double_click_is_one_point(editor_client, points):
    key = "k" * 32
    data = {"csrf_token": csrf(editor_client, "/intern/blicke/neu"), "_key": key, **typed(name="Nur einmal")}
    first = editor_client.post("/intern/blicke/neu", data=data)
    second = editor_client.post("/intern/blicke/neu", data=data)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert text_of(editor_client.get("/intern/blicke")).count(">Nur einmal<") == 1
