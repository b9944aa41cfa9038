"""The office's pages of pilot projects, and what everybody gets of them: page, PDF, documents."""

import io
import re

import pytest

from geo.core.access import SYSTEM
from geo.pilots.model import PilotProject
from geo.pilots.projects import service
from geo.pilots.projects.schemas import parse_status
from tests.geo.pilots.conftest import a_phase, a_project, a_site
from tests.webapp.viewpoints.conftest import submit

HOME = "/intern/pilotprojekte/projekt"


def text_of(answer, status=200):
    html = answer.get_data(as_text=True)
    assert answer.status_code == status, html
    return html


@pytest.fixture
def office(sign_in):
    return sign_in("office")


@pytest.fixture
def probe(db, towns):
    """A public project with a status, and its site."""
    with db.staff(SYSTEM, towns.own) as session:
        project = a_project(session)
        data = parse_status({"status": "UMSETZUNG", "start": "21.08.2023"})
        made = service.add_status(session, SYSTEM, project.id, project.version, data)
        site = a_site(session, project, towns.own, opening="zweites Halbjahr 2023", opening_was_planned="1")
        a_phase(session, site, "UMSETZUNG", "21.08.2023")
        session.commit()
        milestone = service.queries.milestone_rows(session, project.id)[0]
        return {
            "id": project.id,
            "group": project.working_group_id,
            "status": made.id,
            "site": site.id,
            "milestone": milestone.id,
        }


def version(db, slug="probe"):
    with db.owner() as session:
        return session.scalar(service.select(PilotProject.version).where(PilotProject.slug == slug))


def form(probe, **changes):
    return {
        "name": "Grüne Höfe",
        "name_en": "Green yards",
        "working_group_id": probe["group"],
        "summary": "Höfe werden grün.",
        "summary_en": "Yards turn green.",
        "target_groups": ["VEREINE", "KOMMUNEN"],
        **changes,
    }


def test_a_project_is_made_shown_and_taken_back(office, client, probe):
    answer = submit(office, f"{HOME}/neu", form(probe))
    html = text_of(office.get(answer.location))
    assert "Grüne Höfe" in html and "nur intern" in html and "Kommunen; Vereine" in html
    assert client.get("/pilotprojekte/gruene-hoefe").status_code == 404
    found = re.search(r'action="([^"]+/rueckgaengig)".*?name="change" value="(\d+)"', html, re.S)
    assert submit(office, found[1], {"change": found[2]}, page=f"{HOME}/neu").status_code == 303
    assert office.get(f"{HOME}/gruene-hoefe").status_code == 404


def test_mistakes_stand_at_their_fields_and_nothing_is_lost(office, probe):
    data = form(probe, name="", working_group_id="", fields_of_action=["ANGEBOT"])
    html = text_of(submit(office, f"{HOME}/neu", data), 422)
    for name in ("name", "working_group_id"):
        assert f'id="e-{name}"' in html
    assert re.search(r'value="ANGEBOT"[^>]* checked', html)
    assert "Höfe werden grün." in html


def test_two_people_see_both_versions_of_a_project(office, sign_in, db, probe):
    path, other, stale = f"{HOME}/probe/bearbeiten", sign_in("office"), version(db)
    assert submit(other, path, form(probe, version=stale, aim="Von der anderen")).status_code == 303
    html = text_of(submit(office, path, form(probe, version=stale, aim="Von mir")), 409)
    for expected in ("Von der anderen", "Von mir", 'name="target_groups" value="KOMMUNEN,VEREINE"'):
        assert expected in html
    again = re.search(r'name="version" value="(\d+)"', html)[1]
    chosen = form(probe, version=again, aim="Von mir", target_groups="KOMMUNEN,VEREINE")
    assert "Von mir" in text_of(office.get(submit(office, path, chosen).location))


def test_status_is_added_changed_and_removed(office, db, probe):
    path = f"{HOME}/probe/stand"
    data = {"version": version(db), "status": "VERSTETIGT", "start": "2026"}
    html = text_of(office.get(submit(office, f"{path}/neu", data).location))
    assert "21. August 2023 bis 2025" in html or "21. August 2023 bis 31. Dezember 2025" in html
    clash = {"version": version(db), "status": "IDEE", "start": "01.09.2023", "end": "10.09.2023"}
    assert "überschneidet sich mit dem Stand „Umsetzung“" in text_of(submit(office, f"{path}/neu", clash), 422)
    one = f"{path}/{probe['status']}"
    assert 'value="21.08.2023"' in text_of(office.get(one))
    stale = submit(office, one, {**data, "version": 1, "note": "Mein Satz"})
    html = text_of(stale, 409)
    assert "Inzwischen gespeichert" in html and "Mein Satz" in html
    gone = submit(office, f"{one}/entfernen", {"version": version(db)}, page=one)
    assert "21. August 2023 bis" not in text_of(office.get(gone.location)).split('id="angaben"')[0]
    assert office.get(one).status_code == 404


def test_parts_are_of_their_own_project(office, db, towns, probe):
    with db.staff(SYSTEM, towns.own) as session:
        a_project(session, "andere")
        session.commit()
    assert office.get(f"{HOME}/andere/stand/{probe['status']}").status_code == 404
    assert office.get(f"{HOME}/andere/schritte/{probe['milestone']}").status_code == 404
    assert office.get(f"{HOME}/probe/unterlagen/1").status_code == 404


def test_a_milestone_is_changed(office, db, probe):
    path = f"{HOME}/probe/schritte/{probe['milestone']}"
    assert 'value="zweites Halbjahr 2023"' in text_of(office.get(path))
    data = {"version": version(db), "title": "Neu", "title_en": "New", "moment": ""}
    assert "Zeitpunkt offen" in text_of(office.get(submit(office, path, data).location))


def test_ratings_show_on_both_pages(office, client, db, probe):
    data = {"version": version(db), "rating_INNOVATION": "3", "reason_INNOVATION": "Ganz <neu>."}
    assert submit(office, f"{HOME}/probe/merkmale", data).status_code == 303
    for html in (text_of(office.get(f"{HOME}/probe")), text_of(client.get("/pilotprojekte/probe"))):
        assert "trifft voll zu" in html and "Ganz &lt;neu&gt;." in html
    missing = {"version": version(db), "rating_INNOVATION": "3", "reason_INNOVATION": ""}
    html = text_of(submit(office, f"{HOME}/probe/merkmale", missing), 422)
    assert 'id="e-reason_INNOVATION"' in html
    history = text_of(office.get(f"{HOME}/probe/verlauf"))
    assert "Merkmale: Bewertung" in history and "trifft voll zu" in history


def upload(office, path, name, content, **fields):
    page = office.get(path).get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    data = {"csrf_token": token, **fields, "file": (io.BytesIO(content), name)}
    return office.post(path, data=data, content_type="multipart/form-data")


def test_documents_are_public_or_not(office, client, sign_in, towns, db, probe):
    path = f"{HOME}/probe/unterlagen"
    for title, public in (("Konzept", "1"), ("Intern", "")):
        answer = upload(office, f"{path}/neu", f"{title}.pdf", f"%PDF-{title}".encode(), title=title, is_public=public)
        assert answer.status_code == 303
    html = text_of(client.get("/pilotprojekte/probe"))
    address = re.search(r'href="(/pilotprojekte/probe/unterlagen/\d+)"', html)[1]
    got = client.get(address)
    assert (got.status_code, got.data) == (200, b"%PDF-Konzept")
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in got.headers["Content-Security-Policy"]
    assert "Intern.pdf" not in html
    shown = text_of(office.get(f"{HOME}/probe"))
    ids = sorted({int(one) for one in re.findall(rf"{path}/(\d+)\"", shown)})
    assert client.get(f"/pilotprojekte/probe/unterlagen/{ids[1]}").status_code == 404
    assert sign_in("viewer", towns.own).get(f"{path}/{ids[1]}").data == b"%PDF-Intern"
    edit = f"{path}/{ids[0]}/bearbeiten"
    assert submit(office, edit, {"version": version(db), "title": "Konzept"}).status_code == 303
    assert client.get(address).status_code == 404
    assert "schon gespeichert" in text_of(upload(office, f"{path}/neu", "K.pdf", b"%PDF-Konzept", title="Doppelt"), 422)
    assert "passt nicht" in text_of(upload(office, f"{path}/neu", "K.pdf", b"MZ", title="Falsch"), 422)
    gone = submit(office, f"{path}/{ids[0]}/entfernen", {"version": version(db)}, page=edit)
    assert gone.status_code == 303
    assert office.get(f"{path}/{ids[0]}").status_code == 404


def test_a_project_goes_only_without_sites(office, db, probe):
    assert "es kann nicht gelöscht werden" in text_of(office.get(f"{HOME}/probe/loeschen"))
    submit(office, f"{HOME}/neu", form(probe))
    path = f"{HOME}/gruene-hoefe/loeschen"
    assert submit(office, path, {"version": version(db, "gruene-hoefe")}).status_code == 303
    assert office.get(f"{HOME}/gruene-hoefe").status_code == 404


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_expose_is_a_pdf_in_both_languages(client, probe, prefix):
    answer = client.get(f"{prefix}/pilotprojekte/probe/expose.pdf")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    assert 'filename="expose-probe.pdf"' in answer.headers["Content-Disposition"]
    assert client.get(f"{prefix}/pilotprojekte/keins/expose.pdf").status_code == 404


def test_the_public_page_says_the_status_of_the_day(client, probe):
    html = text_of(client.get("/pilotprojekte/probe"))
    now = re.search(r'stepper__step--now"[^>]*>\s*<span class="stepper__name">([^<]+)', html)
    assert now[1] == "Umsetzung"
    before = text_of(client.get("/pilotprojekte/probe?am=2023-08-20"))
    assert "stepper__step--now" not in before
    assert "kein Stand verzeichnet" in before
    english = text_of(client.get("/en/pilotprojekte/probe"))
    assert "realisation" in english and "opening" in english.lower()


def test_the_overview_counts_towards_the_aim(office, client, probe):
    assert "1 von 6 Pilotprojekten" in text_of(client.get("/pilotprojekte"))
    assert "1 von 6 angestrebten" in text_of(office.get("/intern/pilotprojekte"))


@pytest.mark.parametrize(
    ("query", "is_there"),
    [("projekt=probe", True), ("projekt=keins", False), ("phase=UMSETZUNG", True), ("phase=WINTERPAUSE", False),
     ("gruppe=ag-probe", True), ("gruppe=ag-andere", False), ("am=2023-08-20&phase=UMSETZUNG", False)],
)  # fmt: skip
def test_the_internal_timeline_heeds_the_filters(office, client, probe, query, is_there):
    for page in ("/intern/pilotprojekte", "/pilotprojekte"):
        html = text_of(office.get(f"{page}?{query}") if "intern" in page else client.get(f"{page}?{query}"))
        assert ("Eröffnung (angekündigt): zweites Halbjahr 2023" in html) is is_there, page


PARTS = {
    "beteiligte": {"name": "Verein <Grün>", "role": "PARTNER"},
    "foerderung": {"provider": "Stiftung <Grün>"},
    "beobachtungen": {"observed_on": "01.05.2026", "text": "Läuft <gut>.", "is_public": "1"},
}


@pytest.mark.parametrize("part", PARTS)
def test_what_hangs_on_a_site_is_added_changed_removed(office, client, db, probe, part):
    page = f"/intern/pilotprojekte/{probe['site']}"
    words = next(value for value in PARTS[part].values() if "<" in value).replace("<", "&lt;").replace(">", "&gt;")
    answer = submit(office, f"{page}/{part}/neu", {**PARTS[part], "version": 2})
    html = text_of(office.get(answer.location))
    assert words in html
    assert words in text_of(client.get(f"/pilotprojekte/standort/{probe['site']}"))
    one = re.search(rf'href="(/intern/pilotprojekte/{part}/\d+)"', html)[1]
    assert words in text_of(office.get(one))
    stale = text_of(submit(office, one, {**PARTS[part], "version": 2}), 409)
    assert "Inzwischen gespeichert" in stale and words in stale
    empty = dict.fromkeys(PARTS[part], "")
    assert 'class="kern-error"' in text_of(submit(office, one, {**empty, "version": 3}), 422)
    gone = submit(office, f"{one}/entfernen", {"version": 3}, page=one)
    assert words not in text_of(office.get(gone.location))
    assert office.get(one).status_code == 404


def test_a_projects_history_is_for_who_is_offered_it(sign_in, towns, probe):
    """It holds what the project said before it was shown, and who of the office wrote it."""
    for role in ("viewer", "manager"):
        client = sign_in(role, towns.own)
        assert "probe/verlauf" not in text_of(client.get(f"{HOME}/probe"))
        assert client.get(f"{HOME}/probe/verlauf").status_code == 403, role
    for role in ("office", "planner", "curator"):
        client = sign_in(role)
        assert "probe/verlauf" in text_of(client.get(f"{HOME}/probe"))
        text_of(client.get(f"{HOME}/probe/verlauf"))
