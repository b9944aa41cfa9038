"""The pages of a stop's place, of a fleet's modules and of a tree's state, as staff use them."""

import re

import pytest

from geo.core.access import SYSTEM
from geo.trees.fleet import queries as fleets
from geo.trees.queries import internal
from geo.trees.site import queries
from tests.webapp.trees.test_intern import ok, send, went_to

KERB = "Linie:\n50.93010 11.05000\n50.93010 11.05045"
SIZES = {"s_length_cm": "120", "s_width_cm": "120", "l_length_cm": "170", "l_width_cm": "170", "l_weight_kg": "900"}


@pytest.fixture
def manager_client(sign_in, towns, app):
    app.config["WTF_CSRF_ENABLED"] = False
    return sign_in("manager", towns.own)


@pytest.fixture
def sized(manager_client, avenue):
    """The town's fleet with the sizes of its modules, entered on its page."""
    page = f"/intern/baeume/allee/{avenue.fleet.id}"
    went_to(
        send(manager_client, f"{page}/bearbeiten", name="Musterallee", version=version(manager_client, page), **SIZES)
    )
    avenue.session.expire_all()
    return avenue


def version(client, page):
    return re.search(r'name="version" value="(\d+)"', ok(client.get(f"{page}/bearbeiten")))[1]


def form_version(client, page):
    return re.search(r'name="version" value="(\d+)"', ok(client.get(page)))[1]


def place(avenue):
    return f"/intern/baeume/{avenue.market.id}/ort"


def test_bays_are_drawn_tried_stored_and_printed(manager_client, sized):
    page = place(sized)
    assert "Noch keine Buchten gezeichnet" in ok(manager_client.get(page))
    ok(manager_client.get(f"{page}/lageskizze.svg"), 404)
    tried = send(manager_client, f"{page}/buchten/probe", bays=KERB, width_m="2,2", side="RECHTS", gap_cm="50")
    answer = tried.get_json()
    assert answer["sentence"] == "Hier passen 18 Module der Klasse S oder 14 Module der Klasse L."
    kinds = [one["properties"]["kind"] for one in answer["shapes"]["features"]]
    assert kinds.count("module") == 14 and kinds.count("bay") == 1
    assert "keine Ecke" in send(manager_client, f"{page}/buchten/probe", bays="hier").get_json()["sentence"]
    fields = {"bays": KERB, "width_m": "2,2", "side": "RECHTS", "gap_cm": "50"}
    opened = form_version(manager_client, f"{page}/buchten")
    text = ok(send(manager_client, f"{page}/buchten", version=opened, capacity="15", **fields), 422)
    assert "höchstens 14 Module der Klasse L" in text and "Linie:" in text
    went_to(send(manager_client, f"{page}/buchten", version=opened, **fields))
    text = ok(manager_client.get(page))
    assert "18 Module passen" in text and "lageskizze.svg" in text and "hat jetzt 14 Plätze" in text
    stale = ok(send(manager_client, f"{page}/buchten", version=opened, **fields), 409)
    assert "geändert" in stale
    drawn = manager_client.get(f"{page}/lageskizze.svg?s=3&l=2")
    assert drawn.mimetype == "image/svg+xml" and "3 Module der Klasse S" in drawn.text
    assert "default-src" in drawn.headers["Content-Security-Policy"]
    assert "Bitte eine Zahl" in ok(manager_client.get(f"{page}/lageskizze.svg?s=viele"), 422)
    printed = manager_client.get(f"{page}/lageskizze.pdf?laden=1")
    assert printed.data.startswith(b"%PDF") and "attachment" in printed.headers["Content-Disposition"]
    around = manager_client.get(f"{page}/umgebung").get_json(force=True)
    assert around["type"] == "FeatureCollection"


def test_rules_heat_and_blocks_are_written_down(manager_client, avenue):
    page = place(avenue)
    opened = form_version(manager_client, f"{page}/regeln")
    went_to(send(manager_client, f"{page}/regeln", version=opened, speed_limit_kmh="50", junction_m="keine"))
    text = ok(manager_client.get(page))
    assert "Hier gilt 50 km/h." in text and "nicht erfüllt" in text and "gibt es in der Nähe nicht" in text
    assert 'value="keine"' in ok(manager_client.get(f"{page}/regeln"))
    opened = form_version(manager_client, f"{page}/hitze")
    assert "woher" in ok(send(manager_client, f"{page}/hitze", version=opened, heat_need="70"), 422)
    went_to(send(manager_client, f"{page}/hitze", version=opened, heat_need="70", heat_source="Ortsbegehung"))
    assert "70 von 100" in ok(manager_client.get(page))
    days = {"first": "2030-05-06", "last": "2030-05-12"}
    assert "Bitte ausfüllen" in ok(send(manager_client, f"{page}/sperrzeit", **days), 422)
    went_to(send(manager_client, f"{page}/sperrzeit", reason="Altstadtfest", **days))
    assert "schon gesperrt: Altstadtfest" in ok(send(manager_client, f"{page}/sperrzeit", reason="Markt", **days), 409)
    text = ok(manager_client.get(page))
    assert "Altstadtfest" in text
    history = ok(manager_client.get(f"/intern/baeume/{avenue.market.id}/verlauf"))
    for words in (
        "Zulässige Höchstgeschwindigkeit",
        "keine in der Nähe",
        "Altstadtfest",
        "6. Mai 2030 bis 12. Mai 2030",
    ):
        assert words in history, words
    action = re.search(r'action="([^"]+/aufheben)"', text)[1]
    went_to(send(manager_client, action, version="1"))
    assert "Altstadtfest" not in ok(manager_client.get(page))


def test_patrons_are_for_the_own_town(manager_client, sign_in, towns, avenue):
    page = place(avenue)
    went_to(send(manager_client, f"{page}/patenschaft", name="Frau Pate", contact="0361 999"))
    text = ok(manager_client.get(page))
    assert "Frau Pate" in text and "0361 999" in text and "1 Person ist benannt." in text
    viewer = sign_in("viewer", towns.own)
    seen = ok(viewer.get(page))
    assert "Frau Pate" not in seen and "1 Person ist benannt." in seen
    foreign = sign_in("manager", towns.foreign)
    ok(foreign.get(page), 404)
    edit = re.search(r'href="([^"]+/patenschaft/\d+)"', text)[1]
    ok(foreign.get(edit), 404)
    went_to(send(manager_client, edit, version="1", name="Herr Pate"))
    went_to(send(manager_client, f"{edit}/loeschen"))
    assert "Noch niemand." in ok(manager_client.get(page))


def test_a_fleet_gets_many_trees_and_not_zero(manager_client, sized):
    page = f"/intern/baeume/allee/{sized.fleet.id}"
    text = ok(manager_client.get(page))
    assert "120 × 120 cm" in text and "900 kg" in text and "3 bis 8 Wochen" in text
    fields = {"prefix": "M", "first": "1", "module_class": "S", "species": "Feldahorn"}
    text = ok(send(manager_client, f"{page}/baeume", count="0", **fields), 422)
    assert "Eine Allee braucht mindestens einen Baum." in text
    went_to(send(manager_client, f"{page}/baeume", count="12", **fields))
    text = ok(manager_client.get(page))
    assert "M 01" in text and "M 12" in text and "16 Bäume" in text
    text = ok(send(manager_client, f"{page}/baeume", count="2", **(fields | {"first": "12"})), 422)
    assert "„M 12“" in text and "gibt es in der Allee schon" in text
    assert "Modulklasse" in ok(manager_client.get(f"{page}/verlauf"))


def test_a_tree_winters_and_is_planted_for_good(manager_client, avenue):
    tree = avenue.trees["L 1"]
    page = f"/intern/baeume/baum/{tree.id}"
    assert "von Anfang an" in ok(manager_client.get(page))
    opened = form_version(manager_client, f"{page}/zustand")
    fields = {"version": opened, "state": "WINTERQUARTIER", "since": "2025-11-03"}
    text = ok(send(manager_client, f"{page}/zustand", stop_id=str(avenue.market.id), **fields), 422)
    assert "ist kein Winterquartier" in text
    text = ok(send(manager_client, f"{page}/zustand", **(fields | {"since": "2099-01-01"})), 422)
    assert "gehört in den Umzugsplan" in text
    went_to(send(manager_client, f"{page}/zustand", note="Bauhof", **fields))
    opened = form_version(manager_client, f"{page}/zustand")
    fields = {"version": opened, "state": "AUSGEPFLANZT", "since": "2026-04-10", "stop_id": str(avenue.market.id)}
    text = ok(send(manager_client, f"{page}/zustand", **fields), 422)
    assert "Bitte ausfüllen" in text
    assert "nicht in Thüringen" in ok(
        send(manager_client, f"{page}/zustand", latitude="48.1", longitude="11.5", **fields), 422
    )
    went_to(send(manager_client, f"{page}/zustand", latitude="50.9301", longitude="11.0501", **fields))
    text = ok(manager_client.get(page))
    for words in ("Hier wächst der Baum für immer", "10. April 2026", "Bauhof", "bis 2. November 2025"):
        assert words in text, words
    avenue.session.expire_all()
    states = fleets.states_of(avenue.session, tree.id)
    assert [one.state for one in states] == ["AUSGEPFLANZT", "WINTERQUARTIER", "IM_EINSATZ"]
    assert internal.get_tree(avenue.session, SYSTEM, tree.id).planted_stop_id == avenue.market.id
    history = ok(manager_client.get(f"{page}/verlauf"))
    assert "Pflanzort" in history and "ausgepflanzt" in history


def test_the_drawing_says_no_to_who_may_not_see_the_town(sign_in, towns, sized, manager_client):
    foreign = sign_in("manager", towns.foreign)
    for ending in (
        "",
        "/lageskizze.svg",
        "/lageskizze.pdf",
        "/umgebung",
        "/buchten",
        "/regeln",
        "/hitze",
        "/sperrzeit",
    ):
        ok(foreign.get(place(sized) + ending), 404)
    viewer = sign_in("viewer", towns.own)
    ok(viewer.get(place(sized)))
    ok(viewer.get(place(sized) + "/buchten"), 403)
    assert queries.get_site(sized.session, SYSTEM, sized.market.id).bays is None
