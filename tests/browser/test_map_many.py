"""A map of more than can be told apart: clusters that the server counts, and single objects once near enough."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from geo.cluster import Cluster
from geo.core.access import SYSTEM, Action
from geo.core.db import Database
from geo.core.history import perform
from tests.browser import checks
from tests.browser.conftest import Server

pytestmark = pytest.mark.browser

MANY = 2_400
MARK = "Messweg"
_PLACES = text(
    """
    INSERT INTO register.places (municipality_id, street, house_number, point, public_point, outside_confirmed)
    SELECT :town, :mark, n::text, p.point, p.point, true
    FROM generate_series(1, :many) n
    CROSS JOIN LATERAL (SELECT ST_SetSRID(ST_MakePoint(10.69 + n % 49 / 1000.0, 50.93 + n / 49 / 1500.0), 4326)) p(point)
    RETURNING id
    """
)
_UNITS = text(
    """
    INSERT INTO register.units (municipality_id, place_id, during, object_type, publication_level, published_during, consent_kind)
    SELECT p.municipality_id, p.id, daterange(NULL, NULL), 'LADEN_EG', 3, daterange(current_date - 1, current_date + 9), 'KOMMUNAL'
    FROM register.places p WHERE p.street = :mark
    """
)
_SPELLS = text(
    """
    INSERT INTO register.occupancy_spells (unit_id, municipality_id, during, state)
    SELECT u.id, u.municipality_id, daterange(current_date - 100, NULL), 'LEER'
    FROM register.units u JOIN register.places p ON p.id = u.place_id WHERE p.street = :mark
    """
)
_UNITS_AWAY = text("DELETE FROM register.units u USING register.places p WHERE p.id = u.place_id AND p.street = :mark")
_PLACES_AWAY = text("DELETE FROM register.places WHERE street = :mark")


@pytest.fixture
def many(server: Server) -> Iterator[None]:
    """Some thousand offers more around Gotha, gone afterwards."""
    cluster = Cluster(server.home)
    database = Database(*(cluster.url(role) for role in ("reg_owner", "reg_public", "reg_staff")))
    with database.owner() as session:
        town = session.scalar(text("SELECT id FROM register.municipalities WHERE name = 'Gotha'"))

    def write(*statements: object) -> None:
        with database.owner() as session, perform(session, SYSTEM, Action.VACANCY_CREATE, town):
            for statement in statements:
                wanted = {"town": town, "mark": MARK, "many": MANY}
                session.execute(statement, {name: wanted[name] for name in statement.compile().params})
            session.commit()

    write(_PLACES, _UNITS, _SPELLS)
    try:
        yield
    finally:
        write(_UNITS_AWAY, _PLACES_AWAY)
        database.dispose()


def counted(page: Page) -> int:
    """The sum of what the names of the clusters in sight say."""
    names = page.locator(".cluster").evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
    return sum(int(re.match(r"([\d.]+) ", name)[1].replace(".", "")) for name in names)


def shown(page: Page) -> int:
    node = page.locator("[data-map]")
    expect(node).to_have_attribute("data-shown", re.compile("."))
    return int(node.get_attribute("data-shown") or 0)


@pytest.mark.parametrize("width", [1280, 390], indirect=True)
def test_clusters_become_objects_on_the_way_in(many: None, visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto("/leerstand")
    total = page.request.get("/api/v1/leerstand/karte?zoom=6").json()["total"]
    assert total > MANY
    checks.settle(page)
    assert shown(page) == total and counted(page) == total
    expect(page.locator("[data-count]").first).to_contain_text(f"von {total:,}".replace(",", "."))
    checks.assert_good(page)
    page.get_by_label("nur im Kartenausschnitt").check()
    expect(page.locator("[data-results]")).to_contain_text("zu viele für eine Liste")
    page.get_by_label("nur im Kartenausschnitt").uncheck()

    largest = page.locator(".cluster").filter(has_text=re.compile(r"^2\.\d{3}$"))
    largest.focus()
    page.keyboard.press("Enter")
    for _ in range(12):
        checks.settle(page)
        if page.locator(".leaflet-marker-icon.marker").count():
            break
        page.locator(".cluster").first.focus()
        page.keyboard.press("Enter")
    expect(page.locator(".leaflet-marker-icon.marker").first).to_be_visible()
    page.locator(".leaflet-marker-icon.marker").first.focus()
    # An answer that comes now draws the signs anew: the object that had the focus has it still, in a cluster or not.
    with page.expect_response(re.compile("leerstand/karte")):
        page.evaluate("dispatchEvent(new Event('online'))")
    checks.settle(page)
    assert page.evaluate("document.activeElement.matches('.leaflet-marker-icon')")
    page.locator(".leaflet-marker-icon.marker").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".leaflet-popup")).to_contain_text(MARK)
    page.keyboard.press("Escape")
    expect(page.locator(".leaflet-popup")).to_have_count(0)


def test_entry_of_the_list_is_shown_from_far_away(many: None, visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto("/leerstand?karte=9/51.4/10.3")
    shown(page)
    entry = page.locator("[data-results] [data-feature-id]").filter(has_text=MARK).first
    title = entry.locator("h2").inner_text()
    entry.get_by_role("button", name=re.compile("^Zeigen")).click()
    expect(page.locator(".leaflet-popup")).to_contain_text(title)


def test_a_filter_that_leaves_few_shows_them_all(many: None, visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto("/leerstand?suche=Arnoldiplatz")
    found = shown(page)
    assert 0 < found < 20
    page.goto(f"/leerstand?suche={MARK}")
    checks.settle(page)
    assert MANY * 0.8 < counted(page) <= MANY  # the map goes there, nearly all of it in sight
