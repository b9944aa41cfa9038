"""The pages under Wirkung: who opens them, what they say, what is taken over and withdrawn."""

import re
from datetime import date

import pytest
from sqlalchemy import text

from geo.core.access import SYSTEM, Action
from geo.core.history import perform
from geo.synergy.ranking import REASONS
from geo.vacancies.figures.alliance_sharing import share
from tests.geo.synergy import towns as simulation
from tests.geo.synergy.rows import Register, simulated, spot
from tests.webapp.viewpoints.conftest import csrf

OPENED = date(2024, 3, 14)
NEXT = "/intern/wirkung/naechste"


@pytest.fixture
def register(db, towns):
    with db.staff(SYSTEM, towns.own) as session:
        yield Register(session, towns.own)


@pytest.fixture
def bank(register):
    """A viewpoint in a simulated town with a comparison that can be made."""
    made = register.viewpoint(spot(0, 0), OPENED, "Bank am Markt")
    found = simulation.towns(simulation.Shape(4, 8, (4, 7), (4, 7)), 5, -0.15, seed=11)
    simulated(register, found, 2, OPENED)
    register.session.commit()
    return made


def a_stop(register, name, east=0, sealed=90):
    place = register.place(spot(east, 0), "Platz")
    with perform(register.session, SYSTEM, Action.STOP_EDIT, register.town):
        made = register.session.scalar(
            text(
                "INSERT INTO register.stops (municipality_id, place_id, name, capacity, sealed_share, heat_need)"
                " VALUES (:town, :place, :name, 4, :sealed, NULL) RETURNING id"
            ),
            {"town": register.town, "place": place, "name": name, "sealed": sealed},
        )
    register.session.commit()
    return made


@pytest.fixture
def stop(register):
    return a_stop(register, "Rathausplatz")


def page(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    return answer.text


def test_the_ripple_view_tells_counts_sentences_and_streets(sign_in, towns, bank):
    client = sign_in("viewer", towns.own)
    html = page(client, f"/intern/wirkung/blick/{bank}")
    assert "Bank am Markt" in html and "Luftlinie" in html and "Vergleich möglich" in html
    assert html.count("chart__svg") == 4 and "Straße 00" in html and "Straße 11" in html
    assert re.search(r"95-%-Intervall", html) and "Welch" in html
    listed = re.search(r'href="(/intern/leerstand\?einheiten=[0-9%C,]+[^"]*)"', html)[1]
    assert "Straße 0" in page(client, listed.replace("&amp;", "&"))
    units = client.get(f"/intern/wirkung/blick/{bank}/einheiten?umkreis=300").get_json()["features"]
    notes = {one["properties"].get("note", "").split(",")[0] for one in units}
    assert {"im Umkreis", "Vergleichsstraße"} <= notes
    assert "nicht lesbar" in page(client, f"/intern/wirkung/blick/{bank}?am=gestern", 422)
    page(client, f"/intern/wirkung/blick/{bank}?umkreis=700", 422)
    early = page(client, f"/intern/wirkung/blick/{bank}?am=2024-01-01")
    assert "noch nicht offen" in early and "Verlauf:" not in early


def test_an_earlier_day_knows_only_what_was_then(sign_in, towns, bank):
    client = sign_in("viewer", towns.own)
    assert "ist erst ein Monat bekannt" in page(client, f"/intern/wirkung/blick/{bank}?am=2024-04-20")
    assert "5 von 12 Monaten" in page(client, f"/intern/wirkung/blick/{bank}?am=2024-08-20")


def test_only_the_town_opens_it(sign_in, towns, bank):
    for role, town, status in (("planner", None, 403), ("office", None, 403), ("manager", towns.foreign, 404)):
        client = sign_in(role, town)
        page(client, f"/intern/wirkung/blick/{bank}", status)
        page(client, f"/intern/wirkung/blick/{bank}/einheiten", status)
    page(sign_in("viewer", towns.own), "/intern/wirkung/blick/987654321", 404)


def test_the_office_reads_what_the_town_shares(db, sign_in, towns, bank):
    client = sign_in("office")
    with client.session_transaction() as session:
        session["municipality_id"] = towns.own
    assert "teilt mit der Geschäftsstelle keine Zahlen" in page(client, "/intern/wirkung")
    with db.staff(SYSTEM, towns.own) as session:
        share(session, SYSTEM, towns.own, 0, "ZONEN")
        session.commit()
    html = page(client, "/intern/wirkung")
    assert "4 Straßen mit rund" in html and "Straße 0" not in html


def test_the_way_in_lists_what_there_is(sign_in, towns, bank, stop):
    html = page(sign_in("viewer", towns.own), "/intern/wirkung")
    assert "offen seit 14. März 2024" in html and "noch kein Besuch" in html
    assert f"/intern/wirkung/blick/{bank}" in html and f"/intern/wirkung/standplatz/{stop}" in html
    assert "Wirkung im Umkreis" in page(sign_in("viewer", towns.own), f"/intern/baeume/{stop}")
    assert "Wirkung im Umkreis" in page(sign_in("viewer", towns.own), f"/intern/blicke/{bank}")


def test_whoever_looks_at_all_towns_chooses_one_on_the_page(sign_in, towns, stop):
    client = sign_in("planner")
    for address in ("/intern/wirkung", NEXT):
        client.get("/intern/gemeinde?gemeinde=")
        html = page(client, address)
        link = re.search(r'<a href="(/intern/gemeinde\?gemeinde=\d+)">Musterstadt', html)
        assert link and "Rathausplatz" not in html
        answer = client.get(link[1], headers={"Referer": f"http://localhost{address}"}, follow_redirects=True)
        assert answer.request.path == "/intern/wirkung" and "Rathausplatz" in answer.text


def test_the_ranking_follows_the_weights_of_the_address(sign_in, towns, stop):
    client = sign_in("editor", towns.own)
    html = page(client, NEXT)
    assert "Platz 1 von 1 mit 45 von 100 Punkten" in html and "Nicht bekannt: Hitze" in html
    only = "&".join(f"{name}={100 if name == 'sealed' else 0}" for name in REASONS)
    assert "Platz 1 von 1 mit 90 von 100 Punkten" in page(client, f"{NEXT}?{only}")
    nothing = page(client, f"{NEXT}?" + "&".join(f"{name}=0" for name in REASONS))
    assert "es gibt keine Reihenfolge" in nothing and "übernehmen</span>" not in nothing
    page(client, f"{NEXT}?heat=101", 422)
    page(client, f"{NEXT}?heat=viel", 422)


def test_the_map_of_the_ranking_has_the_places_of_the_list(sign_in, towns, register, stop):
    a_stop(register, "Gasse", east=400, sealed=10)
    client = sign_in("editor", towns.own)
    only = "&".join(f"{name}={100 if name == 'sealed' else 0}" for name in REASONS)
    features = client.get(f"{NEXT}/orte?{only}").get_json()["features"]
    assert [(one["properties"]["mark"], one["properties"]["title"]) for one in features] == [
        (1, "Rathausplatz"),
        (2, "Gasse"),
    ]
    html = page(client, f"{NEXT}?{only}")
    assert f'data-feature-id="standplatz-{stop}"' in html and features[0]["id"] == f"standplatz-{stop}"
    assert f"{NEXT}/orte?" in html and "sealed=100" in html
    page(client, f"{NEXT}/orte?heat=viel", 422)
    assert sign_in("manager", towns.foreign).get(f"{NEXT}/orte").get_json()["features"] == []


def test_a_ranking_is_taken_over_and_withdrawn(sign_in, towns, stop):
    client = sign_in("editor", towns.own)
    weights = dict.fromkeys(REASONS, "50")
    answer = client.post(f"{NEXT}/uebernehmen", data={**weights, "csrf_token": csrf(client, NEXT)})
    assert answer.status_code == 303
    html = page(client, answer.location)
    assert "Der nächste Umzugsplan rechnet mit dieser Rangfolge." in html and "Person editor" in html
    ranking, version = re.search(
        r'naechste/([0-9]+)/zuruecknehmen".*?name="version" value="([0-9]+)"', html, re.S
    ).groups()
    back = f"{NEXT}/{ranking}/zuruecknehmen"
    sent = {"version": version, "csrf_token": csrf(client, NEXT)}
    assert client.post(back, data=sent).status_code == 303
    assert "zurückgenommen am" in page(client, NEXT)
    assert client.post(back, data={**sent, "csrf_token": csrf(client, NEXT)}).status_code == 409
    bad = {**weights, "heat": "900", "csrf_token": csrf(client, NEXT)}
    assert client.post(f"{NEXT}/uebernehmen", data=bad).status_code == 422
    viewer = sign_in("viewer", towns.own)
    assert "Als Gewichte des Planers" not in page(viewer, NEXT)
    assert viewer.post(f"{NEXT}/uebernehmen", data={**weights, "csrf_token": csrf(viewer, NEXT)}).status_code == 403


def test_the_planners_page_says_which_ranking_it_heeds(sign_in, register, towns, stop):
    with perform(register.session, SYSTEM, Action.FLEET_EDIT, register.town):
        fleet = register.session.scalar(
            text("INSERT INTO register.fleets (municipality_id, name) VALUES (:town, 'Allee') RETURNING id"),
            {"town": register.town},
        )
        plan = register.session.scalar(
            text(
                "INSERT INTO register.schedules (fleet_id, municipality_id, name, season) VALUES"
                " (:fleet, :town, 'Probe', '[2030-05-01,2030-10-01)') RETURNING id"
            ),
            {"fleet": fleet, "town": register.town},
        )
    register.session.commit()
    client = sign_in("editor", towns.own)
    path = f"/intern/baeume/plan/{plan}/rechnen"
    assert "Wo als Nächstes" not in page(client, path)
    weights = {**dict.fromkeys(REASONS, "50"), "heat": "80"}
    client.post(f"{NEXT}/uebernehmen", data={**weights, "csrf_token": csrf(client, NEXT)})
    html = page(client, path)
    assert "Für Musterstadt gilt die Rangfolge „Wo als Nächstes“ vom" in html and "(Person editor)" in html
    assert re.search(r'name="heat"[^>]*value="160"', html) and re.search(r'name="transport"[^>]*value="100"', html)
