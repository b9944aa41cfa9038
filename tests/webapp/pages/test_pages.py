import json
from dataclasses import replace

import pytest
import structlog

from geo.settings import missing_operator_texts

LEGAL = ("impressum", "datenschutz", "barrierefreiheit", "leichte-sprache")
OPERATOR = {
    "operator_name": "Stadt Musterstadt",
    "operator_address": "Marktplatz 1; 99999 Musterstadt",
    "operator_mail": "register@musterstadt.example",
    "operator_phone": "0361 000000",
    "operator_representative": "Erika Mustermann",
    "privacy_contact": "datenschutz@musterstadt.example",
}


def page(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    assert "Set-Cookie" not in answer.headers
    return answer.text


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("name", LEGAL)
def test_legal_pages_say_honestly_what_is_missing(client, prefix, name):
    text = page(client, f"{prefix}/{name}")
    assert f'<html lang="{"en" if prefix else "de"}"' in text
    assert text.count("<h1") == 1
    assert "[" in text and 'class="placeholder"' in text


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_operators_own_texts_take_the_place_of_the_placeholders(client, app, monkeypatch, prefix):
    monkeypatch.setattr(app, "settings", replace(app.settings, **OPERATOR))
    text = page(client, f"{prefix}/impressum")
    assert "placeholder" not in text and "alert--warn" not in text
    assert "Marktplatz 1<br>99999 Musterstadt" in text and "Erika Mustermann" in text
    assert "mailto:register@musterstadt.example" in page(client, f"{prefix}/barrierefreiheit")


def test_the_start_up_check_names_what_is_not_set(settings):
    assert len(missing_operator_texts(settings)) == len(OPERATOR)
    assert "INNENSTADT_OPERATOR_NAME" in missing_operator_texts(settings)
    assert missing_operator_texts(replace(settings, **OPERATOR)) == []


def test_the_accessibility_statement_names_feedback_and_enforcement(client):
    text = page(client, "/barrierefreiheit")
    for wanted in ("ThürBarrWebG", "Landesdurchsetzungsstelle", "Barriere melden", "Thüringer Landesbeauftragter"):
        assert wanted in text


def test_an_empty_register_has_a_start_page(client):
    text = page(client, "/")
    assert text.count("<h1") == 1 and "<strong>0</strong>" in text
    english = page(client, "/en/")
    for path in ("/leerstand/gesuch", "/leerstand/melden", "/eigentum"):  # who seeks, who has seen, who was written to
        assert f'href="{path}"' in text and f'href="/en{path}"' in english and client.get(path).status_code == 200


def test_the_start_page_counts_what_the_maps_show(client, small_sample):
    text = page(client, "/")
    for address, name in (("/api/v1/leerstand", "vacancies"), ("/api/v1/blicke", "viewpoints")):
        count = len(json.loads(client.get(address).text)["features"])
        assert f"<strong>{count}</strong>" in text, name
    assert "<strong>42</strong>" in text  # 27 of the sample, and the 15 maples of 2023
    for town in ("Gotha", "Nordhausen", "Pößneck", "Rudolstadt", "Sömmerda"):
        assert town in text
    assert "Wanderbaumallee, zuletzt bekannt: Winterpause" in text


def test_robots_are_sent_away_from_internal_pages(client):
    text = page(client, "/robots.txt")
    assert "Disallow: /intern" in text


def test_the_icon_is_found_at_its_old_address(client):
    answer = client.get("/favicon.ico")
    assert answer.status_code == 302 and answer.headers["Location"].endswith(".svg")


def report(blocked="https://evil.example/x.js?token=geheim", directive="script-src-elem"):
    inner = {"document-uri": "http://localhost/intern/leerstand/7", "effective-directive": directive}
    return json.dumps({"csp-report": {**inner, "blocked-uri": blocked}})


@pytest.fixture
def logged():
    with structlog.testing.capture_logs() as lines:
        yield lambda: [line for line in lines if line["event"] == "csp"]


def test_a_report_of_the_policy_is_logged_without_its_data(client, logged):
    for body in (report(), report("inline"), report("http://localhost/x", "<b>"), "[]", "{", "[[[", '"text"', "7"):
        answer = client.post("/csp", data=body, content_type="application/csp-report")
        assert (answer.status_code, answer.data) == (204, b"")
        assert "Set-Cookie" not in answer.headers
    assert [(line["directive"], line["source"]) for line in logged()] == [
        ("script-src-elem", "foreign host"),
        ("script-src-elem", "inline"),
        ("unknown", "own host"),
    ]
    assert "geheim" not in str(logged()) and "leerstand" not in str(logged())


def test_reports_of_the_newer_kind_are_understood(client, logged):
    body = [{"type": "csp-violation", "body": {"effectiveDirective": "img-src", "blockedURL": "data"}}]
    assert client.post("/csp", data=json.dumps(body), content_type="application/reports+json").status_code == 204
    assert [(line["directive"], line["source"]) for line in logged()] == [("img-src", "data")]


def test_reports_cannot_fill_disk_or_memory(client, logged):
    assert client.post("/csp", data="x" * 20_000, content_type="application/csp-report").status_code == 413
    for _ in range(40):
        client.post("/csp", data=report(), content_type="application/csp-report")
    assert len(logged()) <= 31 * 2
    assert client.get("/csp").status_code == 405
