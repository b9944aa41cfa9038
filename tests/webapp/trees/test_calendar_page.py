"""The season as a calendar for the wall, as a page and as a PDF."""

import re

IN_MAY = "2026-05-10"


def page(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status, answer.text[:600]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.text))


def test_the_calendar_has_each_move_of_the_season_by_month(client, avenue):
    text = page(client, f"/baeume/kalender?am={IN_MAY}")
    may = text.index("Mai 2026", text.index("Umzüge Monat für Monat"))
    june = text.index("Juni 2026", may)
    market, square = avenue.market.name, avenue.square.name
    assert f"2 Bäume kommen nach {market}" in text[may:june]
    assert f"1 Baum von {market}" in text[june:] and f"nach {square}" in text[june:]
    assert f"1 Baum verlässt {market}" in text[june:] and "GEHEIM" not in text
    assert "Mobile trees" in page(client, f"/en/baeume/kalender?am={IN_MAY}")


def test_the_calendar_of_a_town_or_fleet_that_has_none_is_not_found(client, avenue):
    for query in ("gemeinde=99999999", "allee=999999"):
        page(client, f"/baeume/kalender?{query}", 404)
        page(client, f"/baeume/kalender.pdf?{query}", 404)
    page(client, "/baeume/kalender?allee=eins", 422)
    assert "noch nichts" not in page(client, f"/baeume/kalender?allee={avenue.fleet.id}&am={IN_MAY}")


def test_the_pdf_is_set_once_and_kept(client, avenue):
    address = f"/baeume/kalender.pdf?allee={avenue.fleet.id}&am={IN_MAY}"
    first = client.get(address)
    assert first.mimetype == "application/pdf" and first.data.startswith(b"%PDF-")
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert client.get(address).data == first.data
