"""The calendar's pages: a year, an event with its stops, a file read."""

import io
import re

import pytest

from geo.core import geometry, systems
from tests.webapp.trees.test_intern import ok, send, went_to

FILE = b"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Test//Test//DE
BEGIN:VEVENT
UID:immer
SUMMARY:Wochenmarkt <b>
DTSTART;VALUE=DATE:20200102
RRULE:FREQ=WEEKLY
END:VEVENT
END:VCALENDAR
"""
PAGE = "/intern/baeume/kalender"


@pytest.fixture
def editor(sign_in, towns, app):
    app.config["WTF_CSRF_ENABLED"] = False
    return sign_in("editor", towns.own)


def test_an_event_is_entered_changed_and_taken_out(editor, avenue, sign_in, towns):
    text = ok(editor.get(f"{PAGE}?jahr=2026"))
    assert "Christi Himmelfahrt" in text and "Schulferien" in text and "Bibliothek holidays" in text
    ok(editor.get(f"{PAGE}?jahr=bald"), 422)
    fields = {"title": "Altstadtfest", "kind": "MARKT", "first": "2026-06-12", "last": "2026-06-14"}
    text = ok(send(editor, f"{PAGE}/neu", **(fields | {"last": "2026-06-01"})), 422)
    assert "Der letzte Tag liegt vor dem ersten." in text and "Altstadtfest" in text
    where = went_to(send(editor, f"{PAGE}/neu", stops=[str(avenue.market.id)], **fields))
    text = ok(editor.get(where))
    assert "Altstadtfest" in text and "Sperrt: Hauptmarkt Musterallee" in text
    assert "Altstadtfest" in ok(editor.get(f"/intern/baeume/{avenue.market.id}/ort"))
    page = re.search(rf'href="({PAGE}/\d+)"', text)[1]
    assert re.search(rf'value="{avenue.market.id}" id="f-stops[^"]*" checked', ok(editor.get(page)))
    foreign = sign_in("editor", towns.foreign)
    ok(foreign.get(page), 404)
    assert "Altstadtfest" not in ok(foreign.get(where))
    went_to(send(editor, page, version="1", **(fields | {"title": "Stadtfest"})))
    ok(send(editor, page, version="1", **fields), 409)
    went_to(send(editor, f"{page}/loeschen", version="2"))
    assert "Stadtfest" not in ok(editor.get(where)).replace("„Stadtfest“ ist aus dem Kalender genommen.", "")


def test_a_file_is_read_and_what_is_none_is_told(editor, avenue):
    def upload(content, **fields):
        data = {"source": "Märkte", "kind": "MARKT", **fields}
        if content is not None:
            data["file"] = (io.BytesIO(content), "maerkte.ics")
        return editor.post(f"{PAGE}/einlesen", data=data)

    ok(editor.get(f"{PAGE}/einlesen"))
    assert "Bitte eine Datei wählen." in ok(upload(None), 422)
    assert "kein Kalender im Format iCalendar" in ok(upload(b"PK\x03\x04"), 422)
    text = ok(editor.get(went_to(upload(FILE, stops=str(avenue.square.id)))))
    assert "Eingelesen:" in text and "Wochenmarkt &lt;b&gt;" in text and "Sperrt: Neumarkt Musterallee" in text
    assert "unverändert" in ok(editor.get(went_to(upload(FILE, stops=str(avenue.square.id)))))


def test_heat_is_measured_looked_at_and_taken_over(editor, avenue):
    x, y = geometry.in_system(11.05, 50.93, systems.UTM32)
    head = f"ncols 2\nnrows 1\nxllcorner {x - 500}\nyllcorner {y - 300}\ncellsize 600\n"
    file = (head + "31.5 40").encode()

    def upload(content, **fields):
        data = {
            "target": "heat_need",
            "source": "Klimaanalyse",
            "radius_m": "10",
            "file": (io.BytesIO(content), "k.asc"),
        }
        return editor.post("/intern/baeume/hitze", data=data | fields)

    ok(editor.get("/intern/baeume/hitze"))
    assert "beschädigt" in ok(upload(b"ncols x"), 422)
    assert "Bitte ausfüllen" in ok(upload(file, source=""), 422)
    text = ok(upload(file, low="30", high="45"))
    number = re.search(rf'name="value-{avenue.market.id}" value="(\d+)"', text)[1]
    assert number == "10" and "31,5" in text
    went_to(send(editor, "/intern/baeume/hitze/uebernehmen", target="heat_need", source="Klimaanalyse",
                 stops=[str(avenue.market.id)], **{f"value-{avenue.market.id}": number}))  # fmt: skip
    assert "10 von 100" in ok(editor.get(f"/intern/baeume/{avenue.market.id}/ort"))
    for broken in ({"stops": "x"}, {"stops": "1", "value-1": "500"}, {"stops": "999999", "value-999999": "5"}):
        answer = send(editor, "/intern/baeume/hitze/uebernehmen", target="heat_need", source="K", **broken)
        assert answer.status_code in (404, 422)
