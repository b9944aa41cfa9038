"""A town's map in a frame of its own site: any site may frame that page, and none frames another; and a tree's life."""

import gzip
import html
import json
import re
from datetime import date

from geo.core import geometry
from geo.core.access import SYSTEM, Action
from geo.core.history import perform
from webapp.assets import DIST

IN_MAY = "2026-05-10"
MOST_BYTES = 110_000


def embedded(client, avenue, start=""):
    ags = client.get(f"/api/v1/baeume?am={IN_MAY}").json["features"][0]["properties"]["ags"]
    return f"{start}/baeume/einbetten/{ags}?am={IN_MAY}"


def test_only_the_page_for_frames_may_be_framed(client, avenue):
    answer = client.get(embedded(client, avenue))
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy and "default-src 'none'" in policy and "form-action 'none'" in policy
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in answer.headers and "<form" not in answer.text
    for path in ("/baeume", "/baeume/einbetten", f"/baeume/{avenue.market.id}", "/baeume/einbetten/99999999"):
        assert "frame-ancestors 'none'" in client.get(path).headers["Content-Security-Policy"], path


def test_it_says_everything_without_a_script_and_opens_links_in_a_window_of_their_own(client, avenue):
    text = client.get(embedded(client, avenue)).text
    assert "2 Bäume stehen hier" in text and "bis 7. Juni 2026" in text and "Bäume ab 8. Juni 2026" in text
    assert '<base target="_blank">' in text and "GEHEIM" not in text
    assert 'lang="en"' in client.get(embedded(client, avenue, "/en")).text


def test_without_a_script_the_weeks_of_the_season_are_links_within_the_frame(client, avenue):
    """Each week leads to its Monday, the first one to the season's first day; the chosen week is said to be so."""
    text = client.get(embedded(client, avenue)).text
    season = client.get(f"/api/v1/baeume/saison?am={IN_MAY}").json
    block = text[text.index('<details class="embed__weeks') : text.index("</details>")]
    days = re.findall(r'<a href="\?am=([0-9-]{10})" target="_self"', block)
    assert days[0] == season["first"] and all(date.fromisoformat(day).weekday() == 0 for day in days[1:])
    assert 0 <= (date.fromisoformat(season["last"]) - date.fromisoformat(days[-1])).days < 7
    assert re.search(r'am=2026-05-04" target="_self" aria-current="date"', block) and block.count("aria-current") == 1
    assert 'href="?am=2026-05-03" target="_self"' in text and 'href="?am=2026-05-17" target="_self"' in text
    path = embedded(client, avenue).split("?")[0]
    for day in days[:2]:
        assert client.get(f"{path}?am={day}").status_code == 200


def test_it_is_small(client, avenue):
    """The page, its style and its script with all that it imports, as they are sent."""
    text = client.get(embedded(client, avenue)).text
    names = json.loads((DIST / "manifest.json").read_text())
    files = [names["embed.css"], names["embed.js"], *names["map.js"]]
    sent = len(gzip.compress(text.encode())) + sum(
        len(gzip.compress((DIST / file).read_bytes())) for file in dict.fromkeys(files)
    )
    assert sent < MOST_BYTES and "woff2" not in (DIST / names["embed.css"]).read_text()


def test_what_is_to_be_pasted_is_shown_for_each_town(client, avenue):
    text = client.get("/baeume/einbetten").text
    code = html.unescape(re.search(r"<textarea[^>]*>([^<]*)</textarea>", text)[1])
    source = re.match(r'<iframe src="https?://[^/"]+([^"]+)" title="Wanderbäume in [^"]+" ', code)[1]
    assert client.get(source).status_code == 200
    assert re.search(rf'<iframe class="embed-preview" src="{re.escape(source)}" title="Vorschau: [^"]+"', text)
    assert "frame-src 'self'" in client.get("/baeume/einbetten").headers["Content-Security-Policy"]
    assert "frame-src" not in client.get("/baeume").headers["Content-Security-Policy"]
    assert client.get("/baeume/einbetten?gemeinde=99999999").status_code == 404


def test_a_tree_that_was_planted_out_says_where(client, avenue, staff, towns):
    tree = avenue.trees["L 1"]
    assert "Ausgepflanzt" not in client.get(f"/baeume/baum/{tree.id}").text
    with perform(staff, SYSTEM, Action.FLEET_EDIT, towns.own):
        tree.state = "AUSGEPFLANZT"
    assert "Wo er wächst, steht nicht im Register." in client.get(f"/baeume/baum/{tree.id}").text
    with perform(staff, SYSTEM, Action.FLEET_EDIT, towns.own):
        tree.planted_on, tree.planted_point = date(2026, 11, 14), geometry.point(11.05, 50.93)
    text = client.get(f"/baeume/baum/{tree.id}").text
    assert "am 14. November 2026" in text and "auf der Karte" in text and "[11.05, 50.93]" in text
    with perform(staff, SYSTEM, Action.FLEET_EDIT, towns.own):
        tree.planted_stop_id = avenue.more["hidden"].id
    assert "GEHEIM" not in client.get(f"/baeume/baum/{tree.id}").text
    with perform(staff, SYSTEM, Action.FLEET_EDIT, towns.own):
        tree.planted_stop_id = avenue.market.id
    assert f'href="/baeume/{avenue.market.id}"' in client.get(f"/baeume/baum/{tree.id}").text
