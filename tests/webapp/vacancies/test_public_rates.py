"""The public page of vacancy rates: for towns that have switched it on, in both languages, gone when they switch it off."""

import re
from datetime import date, timedelta
from html import unescape

import pytest

from geo.core import clock
from geo.core.access import SYSTEM
from geo.vacancies.figures import public
from tests.geo.vacancies.figures.entered import Entered, enter
from tests.webapp.vacancies.pages import form_of
from webapp.vacancies import public_rates

SETTINGS = "/intern/leerstand/einstellungen"
PAGE = "/leerstand/quoten"
OLD = date(2020, 1, 1)
TODAY = clock.today()
DAY = public.quarter_end(TODAY, TODAY)


def plain(answer):
    assert answer.status_code == 200 and "Set-Cookie" not in answer.headers
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", answer.text))).replace("\u00a0", " ")


@pytest.fixture
def stock(staff, towns):
    seen = {"verified_on": DAY - timedelta(days=20), "note": "GEHEIMNOTIZ"}
    units = [
        Entered([("LEER" if n < 8 else "GENUTZT", OLD, None, {"occupant": "GEHEIMNUTZER"})], unit=seen,
                street="GEHEIMSTRASSE", number=str(n + 1))
        for n in range(20)
    ]  # fmt: skip
    enter(staff, towns.own, units)
    staff.commit()


@pytest.fixture
def manager(sign_in, towns):
    return sign_in("manager", towns.own)


def switched(manager):
    return manager.post(f"{SETTINGS}/quote", data=form_of(manager.get(SETTINGS), "/quote"))


def test_a_town_switches_it_on_and_off(client, manager, stock):
    assert "Noch keine Stadt" in plain(client.get(PAGE)) and PAGE not in client.get("/leerstand").text
    assert switched(manager).status_code == 303
    page = manager.get(SETTINGS).text
    assert "ist jetzt öffentlich" in page and "Leerstandsquote öffentlich" in page and PAGE in page
    told = plain(client.get(PAGE))
    assert "Musterstadt" in told and "40,0 %8 von 20" in told and "100,0 %" in told
    assert PAGE in client.get("/leerstand").text and PAGE in client.get("/leerstand/liste").text
    assert switched(manager).status_code == 303
    gone = plain(client.get(PAGE))
    assert (
        "Musterstadt" not in gone and "8 von 20" not in gone and "nicht mehr öffentlich" in manager.get(SETTINGS).text
    )


def test_the_page_speaks_english_and_knows_its_days(client, manager, stock):
    switched(manager)
    told = plain(client.get(f"/en{PAGE}"))
    assert "Vacancy rates" in told and "40.0 %8 of 20" in told and "verified within twelve months" in told
    before = public.quarter_end(DAY - timedelta(days=1), TODAY)
    options = re.findall(r'<option value="([0-9-]+)"( selected)?>', client.get(f"{PAGE}?am={before}").text)
    assert (before.isoformat(), " selected") in options and (DAY.isoformat(), "") in options
    assert "weniger als zehn Einheiten" in plain(client.get(f"{PAGE}?am=1990-05-05"))
    assert client.get(f"{PAGE}?am=morgen").status_code == 422


def test_many_towns_come_a_page_at_a_time(client, db, towns, manager, stock, monkeypatch):
    switched(manager)
    with db.staff(SYSTEM, towns.foreign) as session:
        public.set_public(session, SYSTEM, towns.foreign, 0, is_public=True)
        session.commit()
    monkeypatch.setattr(public_rates, "SIZE", 1)
    first = client.get(PAGE)
    assert "Fremdstadt" in plain(first) and "Musterstadt" not in plain(first)
    onward = unescape(re.search(r'href="([^"]*quoten[^"]*ab=[^"]*)"', first.text)[1])
    second = client.get(onward)
    assert "Musterstadt" in plain(second) and "8 von 20" in plain(second) and "Fremdstadt" not in plain(second)
    assert client.get(f"{PAGE}?ab=xx").status_code == 422


def test_nothing_else_is_told(client, manager, stock):
    switched(manager)
    for address in (PAGE, f"/en{PAGE}", f"{PAGE}?am={DAY}"):
        assert "GEHEIM" not in client.get(address).text


def test_an_editor_may_not_switch_it(app, sign_in, towns, client):
    app.config["WTF_CSRF_ENABLED"] = False
    editor = sign_in("editor", towns.own)
    assert editor.post(f"{SETTINGS}/quote", data={"version": "0", "rates_public": "ja"}).status_code == 403
    assert "Noch keine Stadt" in plain(client.get(PAGE))


def test_a_stale_switch_is_told(app, manager, stock):
    app.config["WTF_CSRF_ENABLED"] = False
    assert switched(manager).status_code == 303
    stale = manager.post(f"{SETTINGS}/quote", data={"version": "0", "rates_public": "nein"})
    assert stale.status_code == 409 and "Jemand anderes hat diese Einstellungen" in stale.text
    strange = manager.post(f"{SETTINGS}/quote", data={"version": "1", "rates_public": "vielleicht"})
    assert strange.status_code == 422
