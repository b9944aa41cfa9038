"""The pages with figures: each number opens its units, past days answer as of the day, bad addresses get a sentence."""

import re
from datetime import timedelta
from html import unescape

import pytest
from shapely.geometry import box
from sqlalchemy.dialects.postgresql import Range

from geo.core import clock, geometry
from geo.core.access import SYSTEM, Action
from geo.core.history import perform
from geo.jobs.model import Job
from geo.places.model import Zone
from geo.vacancies.figures.alliance_sharing import share
from tests.geo.vacancies.figures.entered import Entered, enter
from tests.webapp.vacancies.pages import submit

HOME = "/intern/leerstand"
PAGE = f"{HOME}/zahlen"
TODAY = clock.today()
BEGIN, CHANGE = TODAY - timedelta(days=900), TODAY - timedelta(days=200)


@pytest.fixture
def stock(staff, towns):
    """Twelve shops, five of them empty since the change, all seen lately; a zone around them."""
    used = {"sortiment": "SCHUHE", "operator_kind": "FILIALE"}
    units = [
        Entered([("GENUTZT", BEGIN, CHANGE, used), ("LEER", CHANGE, None)] if n < 5 else [("GENUTZT", BEGIN, None, used)],
                number=str(2 * n + 1), unit={"verified_on": TODAY, "frontage_m": 5, "area_sales_m2": 40})
        for n in range(12)
    ]  # fmt: skip
    ids = enter(staff, towns.own, units)
    with perform(staff, SYSTEM, Action.ZONE_EDIT, towns.own):
        zone = Zone(
            municipality_id=towns.own,
            kind="QUARTIER",
            name="Altstadt",
            during=Range(BEGIN, None),
            outline=geometry.stored(box(11.04, 50.92, 11.06, 50.94)),
        )
        staff.add(zone)
        staff.flush()
        number = zone.id
    staff.commit()
    return ids, number


@pytest.fixture
def viewer(sign_in, towns):
    return sign_in("viewer", towns.own)


def plain(html):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", html)))


def listed(client, address):
    page = client.get(address)
    assert page.status_code == 200
    return int(re.search(r"data-count>\s*([\d.]+)", page.text)[1].replace(".", ""))


def test_every_number_on_the_page_opens_as_many_units(viewer, stock):
    _, zone = stock
    for query in ("", f"?zone={zone}", f"?am={CHANGE - timedelta(days=1)}"):
        page = viewer.get(PAGE + query)
        assert page.status_code == 200
        main = re.search(r'id="quote-anzahl".*?</section>', page.text, re.S)[0]
        links = re.findall(r'<a href="([^"]+)">(\d+)<', main)
        assert len(links) == 6
        for address, number in links:
            assert listed(viewer, unescape(address)) == int(number), address
        valued = re.findall(r'<a href="([^"]+mit=[^"]+)">', page.text)
        assert len(valued) == 12 and {listed(viewer, unescape(one)) for one in valued} <= {0, 5, 12}


def test_the_years_and_durations_open_their_units_too(viewer, stock):
    page = viewer.get(PAGE).text
    year = re.search(rf'<th scope="row">{CHANGE.year}.*?</tr>', page, re.S)[0]
    links = re.findall(r'<a href="([^"]+)">(\d+)</a>', year)
    told = [unescape(address) for address, number in links if number == "5"]
    assert any("bewegung=leer" in one for one in told)
    for address, number in links:
        assert listed(viewer, unescape(address)) == int(number), address
    for name, number in (("bewegung=dauer", 5), ("kennzahl=ohne_betreiber", 0), ("kennzahl=inhaber", 0)):
        assert listed(viewer, f"{HOME}?{name}") == number
    words = plain(viewer.get(f"{HOME}?bewegung=leer&jahr={CHANGE.year}").text)
    assert f"Einheiten hinter der Zahl: {CHANGE.year} leer geworden" in words
    assert len(viewer.get(f"{HOME}/daten?bewegung=genutzt&jahr={CHANGE.year}").json["features"]) == 0


def test_the_page_says_rates_counts_day_and_share_verified(viewer, stock):
    words = plain(viewer.get(PAGE).text)
    assert "Musterstadt, Stand" in words and "41,7 %" in words and "100,0 % (12 von 12)" in words
    assert "Marktstraße 1 bis 9" in words and "25,0 m" in words
    before = plain(viewer.get(f"{PAGE}?am={CHANGE - timedelta(days=1)}").text)
    assert "41,7 %" not in before and "Nur 0 % des Bestands sind innerhalb von zwölf Monaten geprüft" in before


@pytest.mark.parametrize("query", ["messgroesse=front", "schritt=monat", "messgroesse=flaeche&schritt=monat"])
def test_the_time_line_has_a_chart_and_the_same_as_a_table(viewer, stock, query):
    page = viewer.get(f"{PAGE}?{query}").text
    assert page.count("chart__svg") == 3 and "Verlauf der Leerstandsquote" in page
    assert " style=" not in page


@pytest.mark.parametrize(
    "address",
    [
        f"{PAGE}?messgroesse=x", f"{PAGE}?zone=abc", f"{PAGE}?am=x", f"{PAGE}/vergleich?von=gestern", f"{HOME}?kennzahl=x",
        f"{HOME}?einheiten=1;2", f"{HOME}?gruppe=x", f"{HOME}?bewegung=x", f"{HOME}?bewegung=leer&jahr=x", f"{PAGE}/vergleich?zeigen=x",
    ],
)  # fmt: skip
def test_what_an_address_cannot_say_is_refused_in_words(viewer, stock, address):
    answer = viewer.get(address)
    assert answer.status_code == 422 and "Traceback" not in answer.text


@pytest.mark.parametrize("page", [PAGE, f"{PAGE}/vergleich", f"{PAGE}/vergleich/daten", HOME])
def test_another_town_s_zone_is_not_found(sign_in, towns, stock, page):
    assert sign_in("manager", towns.foreign).get(f"{page}?zone={stock[1]}").status_code == 404


@pytest.mark.parametrize("day", ["0001-01-01", "1900-01-01", "9999-12-31"])
def test_days_far_away_are_answered(viewer, stock, day):
    for address in (f"{PAGE}?am={day}", f"{PAGE}/vergleich?von={day}", f"{PAGE}/vergleich?bis={day}"):
        assert viewer.get(address).status_code in {200, 422}


def test_map_and_list_of_the_comparison_hold_the_same_units(viewer, stock):
    ids, _ = stock
    for query, expected in (
        ("", ids[:5]),
        ("&zeigen=alle", ids),
        ("&zeigen=neu_leer", ids[:5]),
        ("&zeigen=wieder_belegt", []),
    ):
        days = f"von={CHANGE - timedelta(days=1)}&bis={TODAY}{query}"
        page = viewer.get(f"{PAGE}/vergleich?{days}").text
        features = viewer.get(f"{PAGE}/vergleich/daten?{days}").json["features"]
        assert sorted(one["id"] for one in features) == sorted(expected)
        assert sorted(map(int, re.findall(r'<tr data-feature-id="(\d+)"', page))) == sorted(expected)
    assert "leer geworden" in plain(page)
    backwards = viewer.get(f"{PAGE}/vergleich?von={TODAY}&bis={CHANGE - timedelta(days=1)}").text
    assert len(re.findall("<tr data-feature-id", backwards)) == 5


def test_the_report_is_made_in_the_background_and_kept(staff, viewer, stock):
    answer = submit(viewer, f"{PAGE}/bericht", on=f"{PAGE}?zone={stock[1]}")
    assert answer.status_code == 303
    number = int(re.search(r"/vorgaenge/(\d+)", answer.location)[1])
    page = viewer.get(answer.location)
    assert page.status_code == 200 and f"Leerstandsbericht Musterstadt, Stand {TODAY:%d.%m.%Y}" in page.text
    job = staff.get(Job, number)
    assert (job.kind, job.arguments["zone_id"], job.action) == ("vacancies.report", stock[1], "vacancy.view")
    assert f"{PAGE}?zone={stock[1]}" in job.origin


@pytest.mark.parametrize("change", [{"am": "x"}, {"am": ""}, {"zone": "abc"}, {"zone": "-1"}])
def test_a_report_of_nothing_is_refused(viewer, stock, change):
    assert submit(viewer, f"{PAGE}/bericht", on=PAGE, **change).status_code == 422


def test_a_report_of_another_town_s_zone_is_not_found(sign_in, towns, stock):
    foreign = sign_in("viewer", towns.foreign)
    assert submit(foreign, f"{PAGE}/bericht", on=PAGE, zone=str(stock[1])).status_code == 404


def test_map_and_list_of_the_stock_answer_as_of_the_day(viewer, stock):
    for day, empty in ((CHANGE - timedelta(days=1), 0), (CHANGE, 5), (BEGIN - timedelta(days=1), 0)):
        address = f"?am={day}&zustand=LEER"
        features = viewer.get(f"{HOME}/daten{address}").json["features"]
        assert len(features) == listed(viewer, HOME + address) == empty
    states = {
        one["properties"]["status"]
        for one in viewer.get(f"{HOME}/daten?am={BEGIN - timedelta(days=1)}").json["features"]
    }
    assert states == {"UNBEKANNT"}


def test_the_office_sees_what_towns_share_and_no_town_s_page(sign_in, towns, staff, stock):
    office = sign_in("office")
    page = office.get(f"{PAGE}/staedte")
    assert page.status_code == 200 and re.search("Nur in der Summe ?Musterstadt", plain(page.text))
    share(staff, SYSTEM, towns.own, 0, "ZAHLEN")
    staff.commit()
    page = office.get(f"{PAGE}/staedte")
    assert re.search("Zahlen der Stadt ?Musterstadt", plain(page.text)) and "Marktstraße" not in page.text
    assert office.get(PAGE).status_code in {403, 422}
    for role in ("viewer", "manager"):
        assert sign_in(role, towns.own).get(f"{PAGE}/staedte").status_code == 403
