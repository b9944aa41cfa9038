"""The office's page of figures and the town's consent: what is shown at each level, and that it can be taken back."""

import io
import re
from datetime import date, timedelta
from html import unescape

import pytest
from python_calamine import CalamineWorkbook

from geo.core import clock
from geo.core.access import SYSTEM
from geo.vacancies.figures import alliance_sharing, public
from tests.geo.vacancies.figures.entered import Entered, enter
from tests.geo.vacancies.stock import mark
from tests.webapp.vacancies.pages import form_of

PAGE = "/intern/leerstand/zahlen/staedte"
CONSENT = "/intern/leerstand/einstellungen/allianz"
OLD = date(2020, 1, 1)
TODAY = clock.today()
DAY = public.quarter_end(TODAY, TODAY)


def plain(answer):
    assert answer.status_code == 200, answer.status_code
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text))).replace("\u00a0", " ")


@pytest.fixture
def stock(staff, towns):
    seen = {"verified_on": DAY - timedelta(days=20), "note": "GEHEIMNOTIZ"}
    units = [
        Entered([("LEER" if n < 8 else "GENUTZT", OLD, None)], unit=seen, street="GEHEIMSTRASSE", number=str(n + 1))
        for n in range(20)
    ]
    enter(staff, towns.own, units)
    staff.commit()


@pytest.fixture
def office(sign_in):
    return sign_in("office")


@pytest.fixture
def manager(sign_in, towns):
    return sign_in("manager", towns.own)


def chosen(manager, level):
    form = {**form_of(manager.get(CONSENT)), "level": level}
    answer = manager.post(CONSENT, data=form)
    assert answer.status_code == 303
    return plain(manager.get(CONSENT))


def test_a_manager_decides_and_takes_back(office, manager, stock, towns):
    town = f"{PAGE}/{towns.own}"
    assert "Nur in der Summe Musterstadt" in plain(office.get(PAGE)) and "Noch keine Summe" in plain(office.get(PAGE))
    assert office.get(town).status_code == 404
    told = chosen(manager, "ZAHLEN")
    assert (
        "Die Allianz sieht jetzt: Zahlen der Stadt." in told
        and "Freigabe geändert" in told
        and "Person manager Freigabe" in told
    )
    page = plain(office.get(PAGE))
    assert "40,0 % 8 von 20" in page and "1 Stadt in der Summe" in page and "Zahlen der Stadt Musterstadt" in page
    shown = plain(office.get(town))
    assert "8 von 20" in shown and "Nach Zonen" not in shown and "Veröffentlichte Einheiten" not in shown
    chosen(manager, "ZONEN")
    shown = plain(office.get(town))
    assert "Nach Zonen" in shown and "Entwicklung" in shown and "Veröffentlichte Einheiten" not in shown
    chosen(manager, "EINHEITEN")
    assert "Veröffentlichte Einheiten" in plain(office.get(town))
    told = chosen(manager, "SUMME")
    assert told.count("Person manager Freigabe geändert") == 4
    assert "8 von 20" not in plain(office.get(PAGE)) and office.get(town).status_code == 404


def test_no_level_shows_what_is_not_published(office, manager, stock, towns, db):
    with db.staff(SYSTEM, towns.own) as session:
        mark(session, towns.own, street="GEHEIMGASSE", note="GEHEIMSCHLUESSEL")
        session.commit()
    for level in ("SUMME", "ZAHLEN", "ZONEN", "EINHEITEN"):
        chosen(manager, level)
        for address in (PAGE, f"{PAGE}/{towns.own}", f"{PAGE}.xlsx"):
            assert b"GEHEIM" not in office.get(address).data


def test_the_spreadsheet_says_the_same(office, manager, stock):
    chosen(manager, "EINHEITEN")
    answer = office.get(f"{PAGE}.xlsx?am={DAY}")
    assert answer.mimetype.endswith("spreadsheetml.sheet") and answer.headers["Cache-Control"] == "no-store"
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    assert book.sheet_names == ["Zusammen", "Städte", "Hinweise"]
    header, *rows = book.get_sheet_by_name("Zusammen").to_python()
    newest = dict(zip(header, rows[-1], strict=True))
    assert len(rows) == 9 and newest["Quartalsende"] == DAY
    assert [newest[name] for name in ("Städte in der Summe", "Bestand (N)", "leer, netto", "Quote netto (%)")] == [
        1,
        20,
        8,
        40,
    ]
    header, row = book.get_sheet_by_name("Städte").to_python()
    assert (row[0], row[2], row[4]) == ("Musterstadt", "Auch die veröffentlichten Einheiten", 8)
    assert book.get_sheet_by_name("Hinweise").to_python()[1][0] == f"Stand: {DAY:%d.%m.%Y}"


def test_only_a_manager_decides_and_only_the_office_reads(app, sign_in, towns, stock):
    app.config["WTF_CSRF_ENABLED"] = False
    for role in ("viewer", "editor"):
        person = sign_in(role, towns.own)
        assert person.get(CONSENT).status_code == 403
        assert person.post(CONSENT, data={"version": "0", "level": "EINHEITEN"}).status_code == 403
    for role, town in (("manager", towns.own), ("planner", None), ("curator", None), ("admin", None)):
        person = sign_in(role, town)
        for address in (PAGE, f"{PAGE}/{towns.own}", f"{PAGE}.xlsx"):
            assert person.get(address).status_code == 403, (role, address)


def test_a_stale_or_strange_choice_is_told(app, manager, stock):
    app.config["WTF_CSRF_ENABLED"] = False
    chosen(manager, "ZAHLEN")
    stale = manager.post(CONSENT, data={"version": "0", "level": "SUMME"})
    assert stale.status_code == 409 and "Jetzt gilt: Zahlen der Stadt." in unescape(stale.text)
    strange = manager.post(CONSENT, data={"version": "1", "level": "ALLES"})
    assert strange.status_code == 422 and manager.post(CONSENT, data={"version": "1"}).status_code == 422


def test_the_page_knows_its_days(office, manager, stock, db, towns):
    chosen(manager, "ZAHLEN")
    assert office.get(f"{PAGE}?am=morgen").status_code == 422
    assert "weniger als zehn Einheiten erfasst sind: Musterstadt" in plain(office.get(f"{PAGE}?am=2001-05-05"))
    with db.staff(SYSTEM, towns.own) as session:
        assert alliance_sharing.of_town(session, towns.own).level == "ZAHLEN"
