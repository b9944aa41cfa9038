"""Long work as people see it: an export that runs, is watched, cancelled, and one that ends with its file."""

import os
import re
import signal
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import create_engine, text

from geo.cluster import Cluster
from tests.browser import checks
from tests.browser.forms import follow

pytestmark = pytest.mark.browser

MANAGER = "leitung.gotha"


@contextmanager
def _owner(server):
    engine = create_engine(Cluster(server.home).url("reg_owner"))
    with engine.begin() as connection:
        yield connection
    engine.dispose()


@contextmanager
def _held_up(server):
    """The worker stands still for a while: what is queued waits."""
    parents = {server.process.pid}
    (worker,) = [
        int(entry.name)
        for entry in Path("/proc").glob("[0-9]*")
        if "geo.worker" in _of(entry, "cmdline") and int(_of(entry, "stat").rpartition(")")[2].split()[1]) in parents
    ]
    os.kill(worker, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(worker, signal.SIGCONT)


def _of(entry, name):
    try:
        return (entry / name).read_text()
    except OSError:
        return ") x 0"


def _set(server, number, **values):
    with _owner(server) as connection:
        named = ", ".join(f"{name} = :{name}" for name in values)
        connection.execute(text(f"UPDATE register.jobs SET {named} WHERE id = :id"), {**values, "id": number})


def _queue(server, title):
    """A job of the town's manager, as the page would start it for a large town; its number."""
    with _owner(server) as connection:
        job, place = connection.execute(
            text(
                """
                WITH who AS (
                    SELECT m.account_id, m.municipality_id FROM register.memberships m
                    JOIN register.accounts a ON a.id = m.account_id WHERE a.email LIKE 'leitung.gotha@%'
                ), job AS (
                    INSERT INTO register.jobs (municipality_id, kind, action, title, origin, started_by, arguments)
                    SELECT municipality_id, 'units.export', 'vacancy.view', :title, '/intern/leerstand', account_id,
                           '{"filters": {"day": "2026-11-01"}, "extension": "csv", "name": "leerstand-gotha.csv"}'
                    FROM who RETURNING id, municipality_id
                ), queued AS (
                    INSERT INTO jobs.procrastinate_jobs (queue_name, task_name, args)
                    SELECT 'jobs', 'jobs.run', jsonb_build_object('job_id', id, 'municipality_id', municipality_id)
                    FROM job RETURNING id
                )
                SELECT job.id, queued.id FROM job, queued
                """
            ),
            {"title": title},
        ).one()
        connection.execute(
            text("UPDATE register.jobs SET queue_id = :place WHERE id = :job"), {"place": place, "job": job}
        )
        return job


def test_an_export_chosen_from_the_list_is_a_file(visit):
    page = visit(MANAGER)
    page.goto("/intern/leerstand?zustand=LEER")
    follow(page.get_by_role("link", name="Exportieren"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Exportieren")
    expect(page.get_by_role("main")).to_contain_text("nach den Filtern der Liste")
    checks.assert_good(page, 1280, 390)
    page.get_by_label("GeoPackage").check()
    with page.expect_download() as waiting:
        page.get_by_role("main").get_by_role("button", name="Exportieren").click()
    assert re.fullmatch(r"leerstand-gotha-\d{4}-\d\d-\d\d\.gpkg", waiting.value.suggested_filename)


def test_a_job_is_watched_to_its_end_and_leaves_its_file(visit, server):
    page = visit(MANAGER)
    with _held_up(server):
        number = _queue(server, "Export als Text (CSV)")
        page.goto(f"/intern/vorgaenge/{number}")
        expect(page.get_by_role("progressbar", name="Fortschritt")).to_be_visible()
        expect(page.locator(".badge")).to_contain_text("Wartet")
        checks.assert_good(page, 1280, 390)
    expect(page.get_by_role("link", name=re.compile("leerstand-gotha.csv herunterladen"))).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Nutzungseinheiten geschrieben")
    checks.assert_good(page, 1280, 390)
    with page.expect_download() as waiting:
        page.get_by_role("link", name=re.compile("herunterladen")).click()
    assert waiting.value.path().read_bytes().startswith(b"\xef\xbb\xbfRegisternummer;")
    page.goto("/intern/vorgaenge")
    expect(page.get_by_role("row", name=re.compile(r"Export als Text \(CSV\)")).first).to_contain_text("Fertig")
    checks.assert_good(page, 1280, 390)


def test_progress_moves_by_itself_and_a_running_job_is_cancelled_by_keyboard(visit, server):
    page = visit(MANAGER)
    with _held_up(server):
        number = _queue(server, "Export, der zu lange dauert")
        _set(server, number, state="LAEUFT", began_at="now", progress_at="now", done=100, total=1000)
        page.goto(f"/intern/vorgaenge/{number}")
        bar = page.get_by_role("progressbar", name="Fortschritt")
        expect(bar).to_have_attribute("value", "100")
        _set(server, number, done=2500, total=10_000, sentence="Es wird geschrieben.")
        expect(page.get_by_text("2.500 von 10.000")).to_be_visible()
        expect(page.get_by_text("Es wird geschrieben.")).to_be_visible()
        expect(bar).to_have_js_property("value", 2500)
        checks.assert_good(page, 1280, 390)
        page.get_by_role("button", name="Vorgang abbrechen").focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page.get_by_text("Der Abbruch ist angefordert.")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("hat den Vorgang abgebrochen")
    expect(page.get_by_role("progressbar")).to_have_count(0)
    checks.assert_good(page, 1280, 390)


def test_without_scripts_the_page_loads_itself_anew(visit, server):
    page = visit(MANAGER)
    with _held_up(server):
        number = _queue(server, "Export ohne Skripte")
        plain = visit(MANAGER, java_script_enabled=False)
        plain.goto(f"/intern/vorgaenge/{number}")
        expect(plain.get_by_role("link", name="Stand neu laden")).to_be_visible()
        assert plain.locator("meta[http-equiv=refresh]").count() == 1
    page.goto(f"/intern/vorgaenge/{number}")
    expect(page.get_by_role("link", name=re.compile("herunterladen"))).to_be_visible()
    plain.reload()
    expect(plain.get_by_role("link", name=re.compile("herunterladen"))).to_be_visible()
