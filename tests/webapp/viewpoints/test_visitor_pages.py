"""What a visitor finds of a point: the last 300 m, light, places near by, notices, files; tours; what goes offline."""

import json
import re
from datetime import date, timedelta

import pytest
from shapely.geometry import Point as Spot
from sqlalchemy import text

from geo.core import clock
from geo.core.access import SYSTEM, Action
from geo.core.history import perform
from geo.places.pois import service as places
from geo.places.pois.service import PoiInput
from geo.viewpoints import direction
from tests.geo.viewpoints.conftest import made
from webapp.viewpoints import visiting
from webapp.viewpoints.visiting import hours


@pytest.fixture
def known(db, towns):
    """A point of which all is known, with places near by and a notice."""
    with db.staff(SYSTEM, towns.own) as session:
        point = made(
            session,
            towns.own,
            direction="200-300",
            story_easy="Das ist ein Markt. Sie sehen einen Turm.",
            path_surface="PFLASTER",
            path_slope_percent="7,5",
            path_steps="12",
            stop_distance_m="350",
            shade="JA",
            evening_light="JA",
            toilet="NEIN",
        )
        places.replace(
            session,
            SYSTEM,
            towns.own,
            "© OSM",
            [
                PoiInput("GASTRONOMIE", Spot(11.0514, 50.93), "Café Markt", "Tu-Su 10:00-18:00", "https://c.example"),
                PoiInput("LADEN", Spot(11.0535, 50.93), "Bücher", None, None, "JA"),
                PoiInput("WC", Spot(11.0502, 50.93), None),
                PoiInput("HALTESTELLE", Spot(11.05, 50.932), "Stadtmitte"),
                PoiInput("LADEN", Spot(11.06, 50.93), "Zu weit"),
            ],
        )
        with perform(session, SYSTEM, Action.VIEWPOINT_EDIT, towns.own):
            for words, first, last in (("Weg gesperrt", -1, 5), ("Vorbei", -9, -2)):
                session.execute(
                    text(
                        "INSERT INTO register.viewpoint_notices (viewpoint_id, municipality_id, text, text_en, during)"
                        " VALUES (:id, :town, :words, :english, daterange(:first, :last))"
                    ),
                    {
                        "id": point.id,
                        "town": towns.own,
                        "words": words,
                        "english": "Path closed",
                        "first": clock.today() + timedelta(days=first),
                        "last": clock.today() + timedelta(days=last),
                    },
                )
        session.commit()
        return point.id


def page(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status, answer.text[:500]
    assert "Set-Cookie" not in answer.headers
    return answer.text


def test_everything_that_is_needed_on_the_spot(client, known):
    html = re.sub(r"\s+", " ", page(client, f"/blicke/{known}"))
    for words in (
        *("Pflaster", "bis 7,5 %, steil", "12 Stufen", "350 m zur nächsten Haltestelle", "Stadtmitte", "schattig"),
        *("Bis 150 m", "Café Markt", "Di–So 10:00–18:00", "150 bis 300 m", "Bücher", "rollstuhlgerecht", "© OSM"),
        *(
            "Weg gesperrt",
            "Sonnenuntergang um",
            "im Blick",
            "32N 644",
            "QR-Code dieser Seite",
            "geo:50.930000,11.050000",
        ),
    ):
        assert words in html, words
    assert "Vorbei" not in html and "Zu weit" not in html
    english = page(client, f"/en/blicke/{known}")
    assert "Path closed" in english and "up to 7.5 %, steep" in english and "Within 150 m" in english
    assert "Path closed" not in page(client, f"/en/blicke/{known}?am={clock.today() - timedelta(days=40)}")


def test_leichte_sprache_says_story_status_and_way(client, known):
    html = page(client, f"/blicke/{known}/leicht")
    for words in ("Sie sehen einen Turm.", "Sie können hingehen.", "Auf dem Weg sind 12 Stufen.", "Der Weg ist steil."):
        assert words in html
    for words in ("Weg gesperrt", "Die nächste Halte-Stelle ist 220 Meter entfernt.", "In der Nähe ist eine Toilette."):
        assert words in html
    answer = client.get(f"/en/blicke/{known}/leicht")
    assert answer.status_code == 302 and answer.location == f"/blicke/{known}/leicht"


def test_a_view_to_the_south_has_the_sun_all_day_in_winter(app):
    sun = visiting.sun_in_sectors(11.05, 50.93, direction.parse("100-260"), date(2026, 12, 21))
    with app.test_request_context("/blicke"):
        assert visiting._sun_sentence(sun) == "Die Sonne steht den ganzen Tag im Blick, vom Aufgang bis zum Untergang."
    with app.test_request_context("/en/blicke"):
        assert "all day, from sunrise to sunset" in visiting._sun_sentence(sun)


@pytest.mark.parametrize(
    ("raw", "german", "english"),
    [
        ("Mo-Fr 08:00-18:00; Sa 09:00-13:00", "Mo–Fr 08:00–18:00; Sa 09:00–13:00", "Mo–Fr 08:00–18:00; Sa 09:00–13:00"),
        ("Tu off; PH 10:00-12:00", "Di geschlossen; Feiertage 10:00–12:00", "Tu closed; public holidays 10:00–12:00"),
        ("May-Oct: We 10:00+", "Mai–Okt: Mi 10:00+", "May–Oct: We 10:00+"),
        ("nach Vereinbarung", "nach Vereinbarung", "nach Vereinbarung"),
        (None, None, None),
    ],
)
def test_opening_hours_are_readable(raw, german, english):
    assert (hours(raw, "de"), hours(raw, "en")) == (german, english)


@pytest.mark.parametrize(
    ("query", "found"),
    [("offen=on", True), ("abendlicht=on", True), ("schatten=on", True), ("oepnv=on", True), ("toilette=on", False)],
)
def test_filters_of_the_way_there(client, db, towns, known, query, found):
    with db.staff(SYSTEM, towns.own) as session:
        made(session, towns.own, name="Baustelle", status="IM_BAU", toilet="NEIN")
        session.commit()
    data = client.get(f"/api/v1/blicke?{query}").json["features"]
    assert [one["id"] for one in data] == ([known] if found else [])
    assert f"blicke/{known}" in page(client, f"/blicke?{query}") or not found
    assert query.split("=")[0] + "=on" in page(client, f"/blicke/liste?{query}")


def test_files_and_codes_of_a_point(client, known, points):
    answer = client.get(f"/blicke/{known}/punkt.gpx")
    assert answer.mimetype == "application/gpx+xml" and b"<wpt" in answer.data
    assert b"/blicke/" in client.get(f"/blicke/{known}/punkt.kml").data
    assert client.get(f"/en/blicke/{known}/qr.svg").mimetype == "image/svg+xml"
    assert client.get(f"/blicke/{known}/qr.svg").data != client.get(f"/blicke/{known}/stempel.svg").data
    for name in ("punkt.gpx", "punkt.kml", "qr.svg", "stempel.svg", "stempel", "leicht"):
        assert client.get(f"/blicke/{points['idea']}/{name}").status_code == 404


def test_a_tour_lives_in_its_address(client, points):
    chosen = f"{points['open']},{points['foreign']},{points['idea']},nix,{points['open']}"
    html = page(client, f"/blicke/tour?punkte={chosen}")
    assert html.count('class="tour__stop"') == 2 and "Luftlinie nach Osten" in html and "Geheime" not in html
    again = f"/blicke/tour?punkte={points['open']}&punkte={points['foreign']}&start={points['foreign']}"
    sent = client.get(again)
    assert sent.status_code == 302
    assert sent.location == f"/blicke/tour?punkte={points['foreign']},{points['open']}", "the start comes first"
    first = re.search(r'class="tour__stop">.*?blicke/(\d+)', page(client, sent.location), re.S)[1]
    assert int(first) == points["foreign"]
    gpx = client.get(f"/en/blicke/tour.gpx?punkte={chosen}")
    assert gpx.data.count(b"<rtept") == 2 and b"View from Test Hill" in gpx.data
    data = client.get(f"/api/v1/blicke/tour?punkte={chosen}").json["features"]
    assert [one["properties"]["mark"] for one in data] == ["1", "2"]
    assert "Blickpunkte wählen" in page(client, "/blicke/tour")


def test_a_file_of_nothing_is_a_sentence(client):
    assert client.get("/blicke/tour.gpx").status_code == client.get("/blicke/tour.kml?punkte=nix").status_code == 422
    assert client.get("/blicke/tour?punkte=99999999999999,-1,%F0%9F%8C%B3").status_code == 200


def test_the_pass_names_what_can_be_visited(client, points):
    html = page(client, "/blicke/pass")
    assert html.count("data-stamp=") == 2 and "Bergblick" not in html
    assert "Stempel holen" in page(client, f"/blicke/{points['open']}/stempel")
    closed = page(client, f"/blicke/{points['closed']}/stempel")
    assert "Stempel holen" not in closed and "solange der Blickpunkt offen ist" in closed and "geschlossen" in closed
    choices = page(client, "/blicke/tour")
    assert choices.count('name="punkte"') == 2 and "Bergblick" not in choices
    assert "Bergblick" in page(client, f"/blicke/tour?punkte={points['closed']}"), (
        "whoever has it in a link sees its status"
    )


@pytest.mark.parametrize("lang", ["", "/en"])
def test_what_is_taken_along_is_there_and_the_worker_stays_at_home(client, known, lang):
    html = page(client, f"{lang}/blicke/{known}")
    config = json.loads(re.search(r"data-keep='([^']+)'", html)[1].replace("&#39;", "'"))
    shared = client.get(config["shared"]).json["urls"]
    for url in {*shared, *config["urls"]}:
        assert client.get(url).status_code == 200, url
    worker = client.get(config["worker"])
    assert worker.headers["Service-Worker-Allowed"] == config["scope"] == f"{lang}/blicke"
    assert worker.mimetype == "text/javascript" and "no-cache" in worker.headers["Cache-Control"]
    manifest = client.get(f"{lang}/blicke/app.webmanifest").json
    assert manifest["scope"] == manifest["start_url"] == f"{lang}/blicke"
    for icon in manifest["icons"]:
        assert client.get(icon["src"]).mimetype == icon["type"]
    assert "worker-src 'self'" in client.get(f"{lang}/blicke/{known}").headers["Content-Security-Policy"]


def test_what_terrain_says_is_shown_from_left_to_right(client, db, towns, known):
    """The silhouette as its maker drew it, and the landmarks in the order in which the eye meets them."""
    with db.staff(SYSTEM, towns.own) as session, perform(session, SYSTEM, Action.VIEWPOINT_EDIT, towns.own):
        for position, (name, azimuth, visible) in enumerate(
            (("Rechts <Turm>", 290, True), ("Links", 210, None), ("Verdeckt", 250, False)), 1
        ):
            session.execute(
                text(
                    "WITH made AS (INSERT INTO register.landmarks (municipality_id, name, kind, point) VALUES"
                    " (:town, :name, 'TURM', (SELECT point FROM register.places LIMIT 1)) RETURNING id)"
                    " INSERT INTO register.viewpoint_landmarks (viewpoint_id, landmark_id, municipality_id, position,"
                    " azimuth_deg, distance_m, is_visible)"
                    " SELECT :id, made.id, :town, :position, :azimuth, 1500, :visible FROM made"
                ),
                {
                    "town": towns.own,
                    "id": known,
                    "name": name,
                    "azimuth": azimuth,
                    "visible": visible,
                    "position": position,
                },
            )
        session.execute(
            text(
                "INSERT INTO register.viewpoint_skylines (viewpoint_id, municipality_id, point, observer_height_m,"
                " ground_m, reach_m, angles_deg, distances_m, layers_deg, visible_km2, strips, model_ids, inputs_hash,"
                " seconds) SELECT v.id, v.municipality_id, p.public_point, 1.7, 300, 30000, array_fill(90::real,"
                " ARRAY[3600]), array_fill(100, ARRAY[3600]), ARRAY[]::real[], 1, CAST(:strips AS jsonb),"
                " ARRAY[]::integer[], 'x', 1 FROM register.viewpoints v JOIN register.places p ON p.id = v.place_id"
                " WHERE v.id = :id"
            ),
            {"id": known, "strips": json.dumps({"de": {"wide": "<svg>BREIT</svg>", "narrow": "<svg>SCHMAL</svg>"}})},
        )
        session.commit()
    html = page(client, f"/blicke/{known}")
    assert "<svg>BREIT</svg>" in html and "<svg>SCHMAL</svg>" in html
    assert html.index("Links") < html.index("Rechts &lt;Turm&gt;") and "Verdeckt" not in html
    assert "nie im Blick" in html, "the sun does not come over a horizon of 90 degrees"
    assert "BREIT" not in page(client, f"/en/blicke/{known}")
