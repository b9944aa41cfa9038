import re

import pytest

from geo.trees.queries import internal
from tests.geo.trees import rows
from tests.geo.trees.rows import MAY, SUMMER


def ok(answer, status=200):
    assert answer.status_code == status, f"{answer.status_code}: {answer.text[:800]}"
    return answer.text


def send(client, address, **fields):
    """A form as the browser sends it."""
    return client.post(address, data=fields)


def went_to(answer):
    assert answer.status_code == 303, answer.text[:800]
    return answer.headers["Location"]


@pytest.fixture
def editor_client(sign_in, towns, app):
    app.config["WTF_CSRF_ENABLED"] = False
    return sign_in("editor", towns.own)


@pytest.fixture
def planner_client(sign_in, app):
    app.config["WTF_CSRF_ENABLED"] = False
    return sign_in("planner")


STOP = {
    "name": "Steinweg",
    "kind": "STRASSE",
    "capacity": "3",
    "module_classes": ["S", "L"],
    "latitude": "50.93",
    "longitude": "11.05",
    "street": "Steinweg",
}


def stays(avenue):
    return internal.stays_of_stop(avenue.session, avenue.market.id)


def test_overview_shows_stops_fleets_and_plans_drafts_too(editor_client, avenue):
    text = ok(editor_client.get("/intern/baeume?am=2026-05-10"))
    for name in ("GEHEIMER ENTWURFSPLATZ", "Musterallee", "GEHEIMER PLAN", "2 Bäume", "warten auf Bestätigung"):
        assert name in text
    body = editor_client.get("/intern/baeume/punkte?am=2026-05-10").get_json(force=True)
    assert {one["properties"]["mark"] for one in body["features"]} == {"", "2"}


def test_planner_sees_the_stops_of_every_town_an_editor_only_the_own(editor_client, planner_client, avenue, towns):
    foreign = rows.stop(avenue.session, towns.foreign, "Fremder Platz", lon=11.25)
    assert "Fremder Platz" not in ok(editor_client.get("/intern/baeume"))
    assert "Fremder Platz" in ok(planner_client.get("/intern/baeume"))
    ok(editor_client.get(f"/intern/baeume/{foreign.id}"), 404)
    ok(planner_client.get(f"/intern/baeume/{foreign.id}"))


def test_stop_is_registered_changed_and_taken_back(editor_client, avenue):
    ok(editor_client.get("/intern/baeume/neu"))
    where = went_to(send(editor_client, "/intern/baeume/neu", **STOP))
    assert "noch nicht öffentlich" in ok(editor_client.get(where))
    text = ok(editor_client.get(f"{where}/bearbeiten"))
    version = re.search(r'name="version" value="(\d+)"', text)[1]
    went_to(send(editor_client, f"{where}/bearbeiten", **(STOP | {"capacity": "5", "version": version})))
    text = ok(editor_client.get(where))
    assert "<dd>5</dd>" in text
    history = ok(editor_client.get(f"{where}/verlauf"))
    assert "Standplatz angelegt" in history and "Plätze" in history and "Person editor" in history
    change = re.search(r'name="change" value="(\d+)"', text)[1]
    went_to(send(editor_client, f"{where}/rueckgaengig", change=change))
    assert "<dd>3</dd>" in ok(editor_client.get(where))


def test_wrong_input_stands_beside_its_field(editor_client, avenue):
    text = ok(send(editor_client, "/intern/baeume/neu", **(STOP | {"capacity": "201", "latitude": ""})), 422)
    assert "Bitte eine Zahl von 1 bis 200 angeben." in text and "Bitte den Ort auf der Karte wählen" in text
    assert 'value="Steinweg"' in text


def test_point_outside_of_the_town_asks_for_a_confirmation(editor_client, avenue):
    text = ok(send(editor_client, "/intern/baeume/neu", **(STOP | {"longitude": "11.5"})), 422)
    assert 'name="outside_confirmed"' in text and "außerhalb der Gemeinde" in text
    went_to(send(editor_client, "/intern/baeume/neu", **(STOP | {"longitude": "11.5", "outside_confirmed": "1"})))


def test_two_versions_stand_side_by_side(editor_client, avenue):
    address = f"/intern/baeume/{avenue.market.id}/bearbeiten"
    went_to(send(editor_client, address, **(STOP | {"capacity": "8", "version": str(avenue.market.version)})))
    text = ok(send(editor_client, address, **(STOP | {"capacity": "9", "version": str(avenue.market.version)})), 409)
    assert "Zwei Fassungen" in text and 'value="8"' in text and 'value="9"' in text
    version = re.search(r'name="version" value="(\d+)"', text)[1]
    went_to(send(editor_client, address, **(STOP | {"capacity": "9", "version": version})))


def test_capacity_in_use_is_refused_with_the_stays(planner_client, editor_client, avenue):
    address = f"/intern/baeume/{avenue.market.id}/bearbeiten"
    summer = {"stop_id": avenue.market.id, "first": "2027-01-01", "last": "2027-02-01"}
    plan = avenue.plan("Winter", rows.period(rows.date(2026, 12, 1), rows.date(2027, 11, 30)))
    trees = [avenue.trees["B 1"].id, avenue.trees["B 2"].id]
    went_to(send(editor_client, "/intern/baeume/standzeit/neu", schedule_id=plan.id, trees=trees, **summer))
    version = ok(editor_client.get(address)).split('name="version" value="')[1].split('"')[0]
    text = ok(send(editor_client, address, **(STOP | {"capacity": "1", "version": version})), 409)
    assert "stehen dort 2 Bäume, mehr als 1: Baum B 1 steht vom 1. Januar" in text


def test_stay_form_says_who_is_free(editor_client, avenue):
    address = "/intern/baeume/standzeit/neu"
    ok(editor_client.get(address))
    period = {
        "first": "2026-05-10",
        "last": "2026-05-12",
        "stop_id": avenue.square.id,
        "schedule_id": avenue.schedule.id,
    }
    text = ok(send(editor_client, address, pruefen="1", **period))
    assert "Nicht frei: Hauptmarkt Musterallee, 4. Mai" in text and "Frei. Feldahorn" in text
    assert "Klasse L ist am Standplatz nicht zugelassen" in text
    text = ok(send(editor_client, address, trees=[avenue.trees["B 1"].id], **period), 409)
    assert "Baum B 1 steht vom 4. Mai bis 7. Juni 2026 am Standplatz" in text
    where = went_to(send(editor_client, address, trees=[avenue.trees["B 3"].id], **period))
    assert where == f"/intern/baeume/{avenue.square.id}" and "geplant" in ok(editor_client.get(where))
    ok(send(editor_client, address, **(period | {"last": "2026-05-01"})), 422)


def test_form_for_a_tree_offers_its_fleets_plans(editor_client, avenue):
    text = ok(editor_client.get(f"/intern/baeume/standzeit/neu?trees={avenue.trees['B 3'].id}"))
    assert "Musterallee: Saison 2026 (veröffentlicht)" in text


def test_stay_is_changed_swapped_and_deleted(editor_client, avenue):
    one, other = stays(avenue)
    address = f"/intern/baeume/standzeit/{one.id}"
    ok(editor_client.get(address))
    change = {"stop_id": one.stop_id, "first": "2026-05-04", "last": "2026-05-30", "version": one.version}
    went_to(send(editor_client, address, **change))
    assert "Zwei Fassungen" in ok(send(editor_client, address, **(change | {"last": "2026-05-29"})), 409)
    square = avenue.put("B 3", avenue.square, MAY)[0]
    assert f"{square.id}:{square.version}" in ok(editor_client.get(f"/intern/baeume/standzeit/{other.id}/tauschen"))
    swap = {"version": other.version, "other_id": f"{square.id}:{square.version}"}
    went_to(send(editor_client, f"/intern/baeume/standzeit/{other.id}/tauschen", **swap))
    ok(send(editor_client, f"/intern/baeume/standzeit/{other.id}/tauschen", version="1", other_id="x"), 422)
    ok(editor_client.get(f"{address}/loeschen"))
    went_to(send(editor_client, f"{address}/loeschen", version=str(one.version + 1)))
    history = ok(editor_client.get(f"/intern/baeume/{avenue.market.id}/verlauf"))
    assert "Baum B 1" in history and "4. Mai 2026 bis 30. Mai 2026" in history and "Standzeit bearbeitet" in history


def test_trees_that_stand_together_are_changed_together_and_taken_back_together(editor_client, avenue):
    one = stays(avenue)[0]
    address = f"/intern/baeume/standzeit/{one.id}"
    assert "für alle 2 Bäume" in ok(editor_client.get(address))
    change = {"stop_id": one.stop_id, "first": "2026-05-04", "last": "2026-05-30", "version": one.version, "all": "1"}
    where = went_to(send(editor_client, address, **change))
    avenue.session.expire_all()
    assert {stay.last.isoformat() for stay in stays(avenue)} == {"2026-05-30"}
    change_id = re.search(r'name="change" value="(\d+)"', ok(editor_client.get(where)))[1]
    went_to(send(editor_client, f"{where}/rueckgaengig", change=change_id))
    assert {stay.last.isoformat() for stay in stays(avenue)} == {"2026-06-07"}
    went_to(send(editor_client, f"{address}/loeschen", version=stays(avenue)[0].version, all="1"))
    assert stays(avenue) == []


def test_planned_stays_are_confirmed_on_the_stops_page(editor_client, avenue):
    address = f"/intern/baeume/{avenue.market.id}"
    assert "Stehen sie wirklich so?" in ok(editor_client.get(address))
    went_to(send(editor_client, f"{address}/bestaetigen", stays=[stay.id for stay in stays(avenue)]))
    text = ok(editor_client.get(address))
    assert "Stehen sie wirklich so?" not in text and "geplant, bestätigt" in text
    went_to(send(editor_client, f"{address}/bestaetigen"))


def test_fleets_and_trees_are_kept(planner_client, avenue):
    where = went_to(send(planner_client, "/intern/baeume/allee/neu", name="Bündnisallee"))
    went_to(send(planner_client, f"{where}/baum", label="X 1", module_class="S", state="IM_EINSATZ"))
    text = ok(send(planner_client, f"{where}/baum", label="X 1", module_class="S", state="IM_EINSATZ"), 422)
    assert "gibt es in dieser Allee schon" in text
    text = ok(planner_client.get(where))
    assert "Allee der Allianz" in text
    tree = re.search(r"/intern/baeume/baum/\d+", text)[0]
    went_to(send(planner_client, f"{tree}/bearbeiten", version="1", label="X 9", module_class="L", state="WERKSTATT"))
    assert "Baum X 9" in ok(planner_client.get(tree)) and "X 9" in ok(planner_client.get(f"{tree}/verlauf"))
    change = re.search(r'name="change" value="(\d+)"', ok(planner_client.get(tree)))[1]
    went_to(send(planner_client, f"{tree}/rueckgaengig", change=change))
    assert "Baum X 1" in ok(planner_client.get(tree))
    went_to(send(planner_client, f"{where}/bearbeiten", version="1", name="Umbenannt"))
    assert "Umbenannt" in ok(planner_client.get(f"{where}/verlauf"))


def test_plan_is_drafted_published_and_withdrawn(planner_client, editor_client, avenue):
    address = f"/intern/baeume/allee/{avenue.fleet.id}/plan"
    ok(planner_client.get(address))
    where = went_to(send(planner_client, address, name="Plan 2027", first="2027-04-01", last="2027-10-31"))
    assert "Noch keine Standzeit" in ok(planner_client.get(where))
    ok(send(planner_client, f"{where}/veroeffentlichen", version="1"), 422)
    draft = f"/intern/baeume/plan/{avenue.more['draft'].id}"
    assert "Standplatz" in ok(editor_client.get(draft))
    ok(editor_client.get(f"{draft}/veroeffentlichen"), 403)
    assert "gilt dann als überholt" in ok(planner_client.get(f"{draft}/veroeffentlichen"))
    went_to(send(planner_client, f"{draft}/veroeffentlichen", version="1"))
    assert "veröffentlicht" in ok(planner_client.get(draft))
    went_to(send(planner_client, f"{draft}/zurueckziehen", version="2"))
    assert "überholt" in ok(planner_client.get(draft)) and "Zustand" in ok(planner_client.get(f"{draft}/verlauf"))


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/neu",
        "/{stop}",
        "/{stop}/bearbeiten",
        "/standzeit/neu",
        "/standzeit/{stay}",
        "/allee/{fleet}",
        "/baum/{tree}",
    ],
)
def test_nobody_gets_in_without_signing_in(client, avenue, path):
    ids = {"stop": avenue.market.id, "stay": stays(avenue)[0].id, "fleet": avenue.fleet.id, "tree": 1}
    answer = client.get(f"/intern/baeume{path.format(**ids)}")
    assert answer.status_code == 302 and "/intern/anmelden" in answer.headers["Location"]


def test_stranger_changes_nothing(sign_in, app, avenue, towns):
    app.config["WTF_CSRF_ENABLED"] = False
    stranger = sign_in("editor", towns.foreign)
    stay = stays(avenue)[0]
    ok(stranger.get(f"/intern/baeume/{avenue.market.id}/bearbeiten"), 404)
    ok(send(stranger, f"/intern/baeume/{avenue.market.id}/bearbeiten", **(STOP | {"version": "1"})), 404)
    ok(send(stranger, f"/intern/baeume/standzeit/{stay.id}/loeschen", version=str(stay.version)), 404)
    ok(send(stranger, f"/intern/baeume/{avenue.market.id}/bestaetigen", stays=[stay.id]), 404)
    ok(send(stranger, f"/intern/baeume/{avenue.market.id}/rueckgaengig", change="1"), 404)
    ok(send(stranger, "/intern/baeume/allee/neu", name="Fremde Allee"), 403)
    assert [one.id for one in stays(avenue)] == [stay.id, stays(avenue)[1].id]


def test_viewer_reads_and_writes_nothing(sign_in, app, avenue, towns):
    app.config["WTF_CSRF_ENABLED"] = False
    viewer = sign_in("viewer", towns.own)
    text = ok(viewer.get(f"/intern/baeume/{avenue.market.id}"))
    assert "Bearbeiten" not in text and "Standzeit eintragen" not in text
    ok(viewer.get("/intern/baeume/neu"), 403)
    ok(send(viewer, "/intern/baeume/standzeit/neu", first=SUMMER.lower.isoformat()), 403)


def test_a_fleet_is_shown_as_of_a_day(planner_client, client, avenue):
    """Where each tree stood on the day, and what it was; outside as well."""
    fleet = avenue.fleet.id
    broken = avenue.trees["L 1"]
    went_to(
        send(
            planner_client,
            f"/intern/baeume/baum/{broken.id}/zustand",
            state="WERKSTATT",
            since="2020-01-02",
            version=broken.version,
        )
    )

    def line(who, path, label, day):
        text = ok(who.get(f"{path}/{fleet}?am={day}"))
        text = text[text.index('<table class="table table--stack fleet-trees">') :]
        text = text[text.index(f'/baum/{avenue.trees[label].id}"') :]
        return text[: text.index("</tr>")]

    for who, path in ((planner_client, "/intern/baeume/allee"), (client, "/baeume/allee")):
        assert "Hauptmarkt" in line(who, path, "B 1", "2026-05-10")
        assert "an keinem Standplatz" in line(who, path, "B 1", "2026-04-20")
        assert 'name="am" value="2026-05-10"' in ok(who.get(f"{path}/{fleet}?am=2026-05-10"))
    assert "im Einsatz" in line(planner_client, "/intern/baeume/allee", "L 1", "2020-01-01")
    assert "in der Werkstatt" in line(planner_client, "/intern/baeume/allee", "L 1", "2020-01-02")
    ok(planner_client.get(f"/intern/baeume/allee/{fleet}?am=morgen"), 422)
