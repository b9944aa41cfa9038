"""What is not public is marked in every text, and looked for on every address: as nobody and as every role.

The addresses are made from the URL map, so that a new page is asked without being named here.
"""

from datetime import timedelta

import pytest
from sqlalchemy import text

from geo.core import clock
from geo.vacancies import offers
from geo.vacancies.offers import OfferFilters
from geo.viewpoints import public as viewpoints
from tests.webapp.security.walking import (
    ROLES,
    addresses,
    opens,
    pages_in_place_of_prints,
    readable,
    said,
    told,
    values,
)
from webapp.access import mark_of

TODAY = clock.today()
DAYS = ("", *((TODAY + timedelta(days=days)).isoformat() for days in (-500, -300, -5, 5, 30)))
SIZES = ("123.45", "123,45", "123,5")


def _told(town, text, address):
    return [f"{address}: {word}" for word in (*told(town, text), *(size for size in SIZES if size in text))]


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
    office = sign_in("office")
    member = office.get(f"/intern/allianz/mitglieder/{town.ids['alliance_member']}").text
    for word in (
        "MITGLIED",
        "NETZSEITE",
        "MITGLIEDSQUELLE",
        "KONTAKTNAME",
        "KONTAKTPOST",
        "KONTAKTNOTIZ",
        "GRUPPENAUFGABE",
    ):
        assert f"geheim{word}".lower() in member.lower(), word
    assert "GEHEIMPUNKTENTWURF" in office.get(f"/intern/allianz/sitzungen/{town.ids['alliance_draft']}").text
    assert "GEHEIMBESCHLUSSBUERO" in office.get(f"/intern/allianz/sitzungen/{town.ids['alliance_meetingBUERO']}").text
    released = manager.get(f"/intern/allianz/sitzungen/{town.ids['alliance_meetingFREI']}").text
    for word in ("SITZUNGFREI", "SAALFREI", "PUNKTFREI", "PROTOKOLLFREI", "AUFGABEFREI", "SITZUNGSUNTERLAGE"):
        assert f"GEHEIM{word}" in released, word


# Columns of text that need no marker: what is public there, and what names codes, keys or files, table by table.
OPEN = {
    "addresses": "house_number locality source street street_key",
    "buildings": "alkis_gml_id function_code",
    "bulk_changes": "what",
    "calendar_entries": "public_text title",
    "call_attachments": "media_type",
    "call_reviews": "conflict",
    "calendar_events": "uid",
    "case_events": "blocked_kind result type_override",
    "cases": "resumes_as",
    "citizen_reports": "form_key",
    "fleets": "name note source",
    "imports": "transaction_id",
    "jobs": "action error error_rule kind origin request_id result_file result_media_type result_name sentence",
    "landmarks": "external_id name_en",
    "municipality_outlines": "source",
    "occupancy_spells": "wz_2025 wz_code",
    "offers": "accessible ags entrance municipality object_type",
    "owner_campaigns": "body filter_query subject",
    "owner_letters": "result",
    "owner_proposals": "field",
    "owners": "country postcode",
    "patrons": "form_key",
    "photos": "alt_text_en licence",
    "pilot_funding": "note note_en provider provider_en source",
    "pilot_partners": "name name_en",
    "pilot_phases": "note note_en source",
    "pilot_sites": "name name_en note note_en opening_note opening_note_en source",
    "places": "locality",
    "plan_steps": "request_id sentence",
    "pois": "name opening_hours source",
    "saved_searches": "email form_key query",
    "search_texts": "kind needs row_key",
    "seeker_people": "form_key",
    "site_packages": "description_en title_en",
    "stops": "quarter sealed_source",
    "town_settings": "contact_email contact_office contact_phone",
    "tree_applicants": "form_key photo_sha256",
    "tree_photos": "alt_text_en licence",
    "tree_settings": "application_note application_note_en",
    "trees": "label north_mark species species_latin",
    "unit_confirmations": "by_kind",
    "units": "consent_kind verified_by_kind",
    "viewpoint_checks": "checked_by",
    "viewpoint_documents": "media_type",
    "viewpoint_furniture": "note",
    "viewpoint_reporters": "form_key",
    "viewpoint_skylines": "inputs_hash",
    "viewpoints": "access_note access_note_en best_time best_time_en name_en parking public_transport responsible_body"
    " story_easy story_en",
    "visit_feedback": "form_key",
    "visit_letters": "drawing drawing_words",
    "watering_logs": "form_key",
}
# Staged rows of a list, whose cells are marked as one.
STAGED = {"import_rows", "imported_units"}
_TEXTS = text(
    """
    SELECT c.table_name, c.column_name FROM information_schema.columns c
    WHERE c.table_schema = 'register' AND c.data_type = 'text' AND EXISTS (
        SELECT FROM information_schema.columns m JOIN information_schema.tables t USING (table_schema, table_name)
        WHERE t.table_type = 'BASE TABLE' AND m.column_name = 'municipality_id'
            AND (m.table_schema, m.table_name) = (c.table_schema, c.table_name)
    ) AND NOT EXISTS (
        SELECT FROM pg_constraint k WHERE k.contype = 'c' AND k.conrelid = format('register.%I', c.table_name)::regclass
            AND pg_get_constraintdef(k.oid) ~ ('\\m' || c.column_name || ' (= ANY|= ''|~ )')
    ) ORDER BY 1, 2
    """
)


def test_every_column_of_words_is_marked(db, town):
    """A new column of text is planted here, or said to be public: else the walk would not look for it."""
    unmarked = []
    with db.owner() as session:
        for table, column in session.execute(_TEXTS):
            if table in STAGED or column in OPEN.get(table, "").split():
                continue
            marked = f"SELECT EXISTS (SELECT FROM register.{table} t WHERE t.{column} ILIKE '%geheim%')"
            if not session.scalar(text(marked)):
                unmarked.append(f"{table}.{column}")
    assert unmarked == []


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_nobody_reads_a_marker(app, client, town, monkeypatch, prefix):
    """Every public address in this language, with every row; files and prints are opened."""
    pages_in_place_of_prints(monkeypatch)
    found, seen = [], 0
    for rule in readable(app, public=True):
        if rule.rule.startswith("/en/") is bool(prefix):
            for address in addresses(rule, town, whole=True):
                answer = client.get(address)
                found += [f"{address}: {word}" for word in told(town, said(answer))]
                found += [f"{address}: {word}" for word in SIZES if word in said(answer)]
                assert "Set-Cookie" not in answer.headers, address
                seen += answer.status_code == 200
    assert found == []
    assert seen > 90


def test_whoever_signed_in_reads_public_pages_like_everybody(app, sign_in, towns, town):
    """Their address says for whom a page is: even the town's manager gets there what everybody gets."""
    manager, stranger = sign_in("manager", towns.own), app.test_client()
    for address in (
        "/leerstand",
        f"/leerstand/{town.ids['Einheit2']}",
        "/baeume",
        "/blicke",
        "/kompass",
        "/en/leerstand",
    ):
        assert manager.get(address).data == stranger.get(address).data, address


@pytest.mark.parametrize(("role", "is_own"), ROLES)
def test_no_role_reads_what_is_not_for_it(app, sign_in, towns, town, monkeypatch, role, is_own):
    """Every internal address that opens for the role, and one of each kind that does not."""
    pages_in_place_of_prints(monkeypatch)
    home = {True: towns.own, False: towns.foreign, None: None}[is_own]
    reader = sign_in(role, home)
    if home is None:
        reader.get("/intern/gemeinde", query_string={"gemeinde": town.id})
    working_in = town.id if home is None else home
    found, seen, refused = [], 0, set()
    for rule in readable(app, public=False):
        needed = mark_of(app.view_functions[rule.endpoint]).action
        is_open = opens(rule, app, reader.actor, working_in)
        if not is_open and needed in refused:
            continue
        for address in addresses(rule, town, whole=False):
            answer = reader.get(address)
            found += [f"{address}: {word}" for word in told(town, said(answer), reader.actor)]
            assert answer.status_code < 500, address
            assert is_open or answer.status_code == 403, address
            seen += answer.status_code == 200
        if not is_open:
            refused.add(needed)
    assert found == [], "\n".join(found)
    assert seen > {"viewer": 90, "editor": 190, "manager": 210 if is_own else 60, "reviewer": 5}.get(role, 10)


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


def test_no_search_finds_one(db, town):
    """A filter must not tell what the page hides: what is sought stands on no public page, so nothing is found."""
    with db.public() as session:
        for word in (*town.words, *SIZES, "7.89"):
            assert offers.count(session, OfferFilters(TODAY, text=word), 1) == 0, word
            assert viewpoints.everything(session, viewpoints.Filters(text=word), TODAY) == [], word


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


def test_another_towns_editor_names_rows_in_vain(sign_in, towns, town):
    stranger = sign_in("editor", towns.foreign)
    found = []
    named = {name: values(name, town)[:4] for name in ("stop_id", "schedule_id", "unit_id")}
    named |= {"trees": values("tree_id", town), "gemeinde": [town.id], "municipality_id": [town.id]}
    for address in ("/intern/baeume/standzeit/neu", "/intern/leerstand", "/intern/leerstand/daten", "/intern/blicke"):
        for name, value in ((name, value) for name, numbers in named.items() for value in numbers):
            answer = stranger.get(address, query_string={name: value})
            found += _told(town, answer.text, f"{address}?{name}={value}")
    assert found == []


def test_headers_and_errors_tell_none(app, client, town):
    asked = (
        ("/leerstand", "unit_id"),
        ("/baeume", "stop_id"),
        ("/blicke", "viewpoint_id"),
        ("/intern/leerstand", "unit_id"),
    )
    for part, kind in asked:
        for address in (f"{part}/{number}" for number in values(kind, town)):
            for method in ("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE"):
                answer = client.open(address, method=method)
                assert _told(town, str(answer.headers), f"{method} {address}") == []
                assert method == "GET" or _told(town, answer.text, f"{method} {address}") == []
