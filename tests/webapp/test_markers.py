"""What is not public is marked in every text, and looked for on every address: as nobody, and as another town's editor.

The addresses are made from the URL map, so that a new page is asked without being named here.
"""

import re
from datetime import date, timedelta
from urllib.parse import quote

import pytest

from tests.factories import OWN_AGS
from tests.webapp.security.rows import HIDDEN_DIGITS
from webapp.access import mark_of
from webapp.auth import UNMARKED

TODAY = date.today()
DAYS = ("", *((TODAY + timedelta(days=days)).isoformat() for days in (-500, -300, -5, 5, 30)))
SIZES = ("123.45", "123,45", "123,5")
SLUGS = {"extension": ["csv", "geojson"], "slug": ["probe"], "token": ["x" * 43], "filename": ["manifest.json"]}
SLUGS |= {"kind": ["ANTRAG"], "ags": [OWN_AGS], "name": ["Markt"]}


# Which rows an argument can mean, by the beginnings of their names; one that is not named here is tried with every number.
OWNERS = {
    "unit_id": ("Einheit", "Bald", "Vorbei", "Zurück"),
    "building_id": ("building",),
    "parcel_id": ("parcel",),
    "seeker_id": ("seeker",),
    "match_id": ("match",),
    "package_id": ("package",),
    "plan_id": ("plan",),
    "photo_id": ("photo", "tree_photo"),
    "import_id": ("import",),
    "round_id": ("survey", "closed_survey"),
    "zone_id": ("zone",),
    "job_id": ("job",),
    "bulk_id": ("bulk", "case_bulk"),
    "case_id": ("case",),
    "stop_id": ("stop", "hidden_stop", "winter"),
    "fleet_id": ("fleet",),
    "tree_id": ("tree", "second_tree"),
    "schedule_id": ("schedule", "published_schedule"),
    "stay_id": ("stay", "draft_stay"),
    "visit_id": ("visit", "watered_visit"),
    "application_id": ("application",),
    "report_id": ("report", "decided_report"),
    "viewpoint_id": ("viewpoint", "idea"),
    "site_id": ("site",),
    "account_id": ("account",),
    "membership_id": ("membership",),
    "spell_id": ("spell",),
    "row": ("import_row",),
    "run_id": ("run",),
    "event_id": ("event",),
    "block_id": ("block",),
    "stop_patron_id": ("stop_patron",),
    "patron_id": ("patron",),
    "letter_id": ("letter",),
    "phase_id": ("phase",),
    "owner_id": ("owner", "second_owner"),
    "ownership_id": ("ownership",),
    "member_id": ("owner_member",),
    "consent_id": ("consent",),
    "contact_id": ("owner_contact",),
    "campaign_id": ("campaign",),
    "owner_letter_id": ("owner_letter",),
    "answer_id": ("answer",),
}


def _values(argument, town):
    if argument == "token":
        return [*SLUGS["token"], *town.codes]
    if argument == "sha256":
        return town.hashes
    kinds = OWNERS.get(argument, "")
    return SLUGS.get(argument) or sorted({0, *(number for name, number in town.ids.items() if name.startswith(kinds))})


def _addresses(app, town, *, internal):
    """Each route that can be read, with the number of each row that the town has of its kind."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint in UNMARKED or "GET" not in rule.methods or rule.endpoint == "accounts.oidc_start":
            continue
        if (mark_of(app.view_functions[rule.endpoint]).kind != "public") != internal:
            continue
        found = [rule.rule]
        for argument in sorted(rule.arguments):
            part = re.compile(rf"<(?:[a-z]+(?:\([^)]*\))?:)?{argument}>")
            found = [part.sub(str(value), address) for address in found for value in _values(argument, town)]
        yield from found


def _told(town, text, address):
    return [f"{address}: {word}" for word in (*town.words, *HIDDEN_DIGITS, *SIZES) if word in text]


@pytest.fixture
def connection(filled_connection):
    return filled_connection


@pytest.fixture
def town(whole_town):
    return whole_town


def test_the_markers_are_there(sign_in, town):
    """The town's own people read them: else the tests below would find nothing for want of anything."""
    manager = sign_in("manager", town.id)
    seeker = manager.get(f"/intern/leerstand/gesuche/{town.ids['seeker']}").text
    for word in ("GEHEIMVORHABEN", "GEHEIMGESUCHNAME", "GEHEIMGESUCHKONZEPT", "GEHEIMGESUCHNOTIZ"):
        assert word in seeker
    assert "GEHEIMERGEBNIS" in manager.get(f"/intern/leerstand/gesuche/passung/{town.ids['match']}").text
    assert "GEHEIMPAKET" in manager.get("/intern/leerstand/pakete").text
    plans = manager.get(f"/intern/leerstand/{town.ids['Einheit2']}/grundrisse").text
    assert "GEHEIMPLANEinheit2" in plans
    publication = manager.get(f"/intern/leerstand/{town.ids['Einheit2']}/veroeffentlichen").text
    assert "987654321" in publication and "2091-02-03" in publication
    page = manager.get(f"/intern/leerstand/{town.ids['Einheit2']}").text
    for word in ("GEHEIMNAMEEinheit2", "GEHEIMNREinheit2", "GEHEIMNUTZEREinheit2"):
        assert word in page
    assert "GEHEIMNOTIZEinheit2" in manager.get(f"/intern/leerstand/{town.ids['Einheit2']}/bearbeiten").text
    application = manager.get(f"/intern/baeume/antraege/{town.ids['application']}").text
    for word in ("GEHEIMBEWERBERNAME", "GEHEIMBEWERBERTEXT", "geheimbewerberpost", "GEHEIMANTRAGSNOTIZ"):
        assert word in application
    watered = manager.get(f"/intern/baeume/besuch/{town.ids['watered_visit']}/giessen").text
    for word in ("GEHEIMPATIN", "geheimpatenpost", "GEHEIMPFLEGENOTIZ"):
        assert word in watered
    visit = manager.get(f"/intern/baeume/besuch/{town.ids['watered_visit']}").text
    for word in ("GEHEIMBESUCHSNOTIZ", "GEHEIMAKTENZEICHEN", "GEHEIMBEGRUENDUNG", "GEHEIMMEINUNG"):
        assert word in visit
    assert "GEHEIMABSENDER" in manager.get("/intern/baeume/schreiben").text
    assert "GEHEIMVORLAGE" in manager.get("/intern/baeume/schreiben/vorlage/ANTRAG").text
    assert "GEHEIMKALENDER" in manager.get("/intern/baeume/abonnements").text
    assert "GEHEIMSTATION" in manager.get("/intern/baeume/wetter").text
    assert "geheimbauhofpost" in manager.get("/intern/baeume/einstellungen").text
    place = manager.get(f"/intern/baeume/{town.ids['stop']}/ort").text
    for word in ("GEHEIMPATENNAME", "GEHEIMPATENTELEFON", "GEHEIMPATENNOTIZ", "GEHEIMSPERRGRUND", "GEHEIMHITZEQUELLE"):
        assert word in place
    assert "GEHEIMTERMIN" in manager.get("/intern/baeume/kalender?jahr=2040").text
    tree = manager.get(f"/intern/baeume/baum/{town.ids['tree']}").text
    assert "GEHEIMBAUMBILD" in tree and "GEHEIMZUSTAND" in tree
    assert "GEHEIMPLAN" in manager.get(f"/intern/baeume/plan/{town.ids['schedule']}").text
    assert "GEHEIMIDEE" in manager.get("/intern/blicke").text
    assert "GEHEIMLANDMARKE" in manager.get("/intern/landmarken").text
    assert "GEHEIMSTREIFEN" in manager.get(f"/intern/blicke/{town.ids['idea']}/gelaende").text
    assert "GEHEIMZONENQUELLE" in manager.get(f"/intern/zonen/{town.ids['zone']}").text
    assert "GEHEIMNETZ" in manager.get("/intern/strassennetz").text
    assert "GEHEIMBEGEHUNGsurvey" in manager.get("/intern/begehung").text
    assert "GEHEIMNREinheit0" in manager.get(f"/intern/begehung/{town.ids['survey']}/gehen/daten").text
    assert "GEHEIMNREinheit0" in manager.get(f"/intern/begehung/{town.ids['closed_survey']}/stand.csv").text
    owner = f"/intern/eigentum/{town.ids['owner']}"
    for address in (owner, f"{owner}/auskunft", f"{owner}/auskunft.json"):
        page = manager.get(address).text
        for word in ("EIGENTUEMEREINS", "WOHNTEINS", "RUFEINS", "HERKUNFTEINS", "EIGENTUMSNOTIZEINS", "GESPRAECH"):
            assert f"GEHEIM{word}" in page, address
        assert "geheimeigentumeins" in page and "GEHEIMEINWILLIGUNG" in page
    assert "GEHEIMEIGENTUEMERZWEI" in manager.get("/intern/eigentum/liste.csv").text
    assert "GEHEIMEIGENTUMSNOTIZEINS" in manager.get(f"{owner}/verlauf").text
    assert "GEHEIMAKTION" in manager.get("/intern/eigentum/briefe").text
    answer = manager.get(f"/intern/eigentum/antworten/{town.ids['answer']}").text
    for word in ("GEHEIMMITTEILUNG", "GEHEIMNEUERRUF", "GEHEIMRUECKRUF"):
        assert word in answer
    assert "GEHEIMPERSON" in manager.get("/intern/personen").text
    report = manager.get(f"/intern/leerstand/meldungen/{town.ids['report']}").text
    assert "GEHEIMHINWEISLEER" in report and "GEHEIMHINWEISORT" in report and "geheimhinweispost" not in report
    decided = manager.get(f"/intern/leerstand/meldungen/{town.ids['decided_report']}").text
    assert "GEHEIMHINWEISANTWORT" in decided and "GEHEIMHINWEISNOTIZ" in decided
    assert "GEHEIMVORGANG" in manager.get("/intern/vorgaenge").text


def test_nobody_reads_a_marker(app, client, town):
    found, seen = [], 0
    for address in _addresses(app, town, internal=False):
        answer = client.get(address)
        found += _told(town, answer.get_data().decode("utf-8", "replace"), address)
        seen += answer.status_code == 200
    assert found == []
    assert seen > 40


@pytest.mark.parametrize("day", DAYS)
def test_on_no_day(client, town, day):
    found = []
    for part in ("leerstand", "baeume", "blicke", "pilotprojekte"):
        for address in (f"/{part}", f"/{part}/liste", f"/en/{part}", f"/api/v1/{part}"):
            found += _told(town, client.get(address, query_string={"am": day}).text, f"{address}?am={day}")
    for name in ("Einheit0", "Einheit1", "Einheit2", "Bald2", "Bald3", "Vorbei2", "Vorbei3", "Zurück2", "Zurück3"):
        for address in (f"/leerstand/{town.ids[name]}", f"/api/v1/leerstand/{town.ids[name]}"):
            answer = client.get(address, query_string={"am": day})
            found += _told(town, answer.text, f"{address}?am={day}")
            assert answer.status_code == 404 or (name == "Einheit2" and answer.status_code == 200), address
    assert found == []


def test_no_search_finds_one(client, town):
    """A filter must not tell what the page hides: what is sought stands on no public page, so nothing is found."""
    for word in (*town.words, *SIZES, "7.89"):
        for part in ("leerstand", "blicke", "baeume"):
            found = client.get(f"/api/v1/{part}?suche={quote(word)}")
            if found.status_code == 200 and part != "baeume":
                assert found.json["features"] == [], f"{part}: {word}"


def test_a_size_that_is_hidden_cannot_be_narrowed_down(client, town):
    """Level 2 says the class alone: every bound inside of it finds the unit."""

    def found(query):
        return town.ids["Einheit2"] in {one["id"] for one in client.get(f"/api/v1/leerstand?{query}").json["features"]}

    assert all(found(f"flaeche_von={size}") for size in (100, 123, 124, 199))
    assert all(found(f"flaeche_bis={size}") for size in (100, 123, 124, 199))
    assert not found("flaeche_von=200") and not found("flaeche_bis=99")
    shown = next(one for one in client.get("/api/v1/leerstand").json["features"] if one["id"] == town.ids["Einheit2"])
    assert {"house_number", "area_total_m2", "rent_eur_m2", "title_en", "description", "place_id"}.isdisjoint(
        shown["properties"]
    )


def test_terms_that_are_hidden_cannot_be_narrowed_down(client, town):
    """No bound finds a unit by what its level hides, and none leaves it out by that."""

    def found(name, query):
        return town.ids[name] in {one["id"] for one in client.get(f"/api/v1/leerstand?{query}").json["features"]}

    assert not any(found("Einheit3", f"miete_bis={rent}") for rent in ("7.88", "7,89", "1000"))
    assert found("Einheit4", "miete_bis=7,89") and not found("Einheit4", "miete_bis=7.88")
    for query in ("miete_bis=1000", "front_ab=0", "angebot=MIETE", "ausstattung=WC"):
        assert not found("Einheit2", query), query
    assert found("Einheit3", "angebot=ZWISCHENNUTZUNG")
    assert all(found("Einheit2", f"bezug_bis={day}") for day in (TODAY.isoformat(), "2091-02-02", "2091-02-03"))


def test_a_box_around_the_hidden_spot_finds_nothing(client, town):
    near = "11.0543,50.9365,11.0544,50.9366"
    ids = {one["id"] for one in client.get(f"/api/v1/leerstand?bbox={near}").json["features"]}
    assert ids == set()


def test_another_towns_editor_reads_no_marker(app, sign_in, towns, town):
    stranger = sign_in("editor", towns.foreign)
    found, seen = [], 0
    for address in _addresses(app, town, internal=True):
        answer = stranger.get(address)
        found += _told(town, answer.get_data().decode("utf-8", "replace"), address)
        seen += answer.status_code == 200
    named = {name: _values(name, town) for name in ("stop_id", "schedule_id", "unit_id")}
    named |= {"trees": _values("tree_id", town), "gemeinde": [town.id], "municipality_id": [town.id]}
    for address in ("/intern/baeume/standzeit/neu", "/intern/leerstand", "/intern/leerstand/daten", "/intern/blicke"):
        for name, value in ((name, value) for name, values in named.items() for value in values):
            answer = stranger.get(address, query_string={name: value})
            found += _told(town, answer.text, f"{address}?{name}={value}")
    assert found == []
    assert seen > 15


def test_headers_and_errors_tell_none(app, client, town):
    asked = (
        ("/leerstand", "unit_id"),
        ("/baeume", "stop_id"),
        ("/blicke", "viewpoint_id"),
        ("/intern/leerstand", "unit_id"),
    )
    for part, kind in asked:
        for address in (f"{part}/{number}" for number in _values(kind, town)):
            for method in ("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE"):
                answer = client.open(address, method=method)
                assert _told(town, str(answer.headers), f"{method} {address}") == []
                assert method == "GET" or _told(town, answer.text, f"{method} {address}") == []
