"""A stop's place against the database: bays and places, facts, blocked periods, caretakers, the drawing."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from shapely.geometry import MultiPolygon, box
from sqlalchemy import text

from geo.core import geometry
from geo.core.access import SYSTEM
from geo.core.db import for_municipality
from geo.core.errors import Conflict, Invalid, NotFound
from geo.trees import service
from geo.trees.fleet.modules import ModuleInput
from geo.trees.queries import changes, internal
from geo.trees.schemas import FleetInput, parse_stop
from geo.trees.service.undo import undo_at_stop
from geo.trees.site import drawing, opening, queries
from geo.trees.site import service as site
from geo.trees.site.schemas import BaysInput, BlockInput, CaretakerInput, HeatInput, SiteInput, bays_values, parse_bays
from geo.trees.wording import period
from tests.geo.trees.rows import MAY, SUMMER, TODAY

SIZES = (ModuleInput("S", 120, 120, 60, 250), ModuleInput("L", 170, 170, 90, 900))


def strip(length_m: float, width_m: float = 2.0, *, east_m: float = 0.0) -> MultiPolygon:
    """A bay beside the market's point."""
    spot = geometry.in_metres(geometry.shape_of(geometry.point(11.05, 50.93)))
    x, y = spot.x + east_m, spot.y + 5
    return MultiPolygon([box(x, y, x + length_m, y + width_m)])


@pytest.fixture
def sized(avenue):
    """The avenue, its modules with sizes."""
    fleet = avenue.fleet
    data = FleetInput("Musterallee", home="Bauhof", modules=SIZES)
    service.update_fleet(avenue.session, SYSTEM, fleet.id, fleet.version, data)
    return avenue


def draw(avenue, data, stop=None):
    stop = stop or avenue.market
    return site.draw_bays(avenue.session, SYSTEM, stop.id, stop.version, data, today=TODAY)


def form_of(avenue, stop, **other):
    return parse_stop(internal.stop_values_of(avenue.session, SYSTEM, stop.id) | other)


def test_places_follow_from_the_drawn_bays(sized):
    assert draw(sized, BaysInput(strip(25), 50)).capacity == 11  # of class L, the larger one
    found = queries.get_site(sized.session, SYSTEM, sized.market.id)
    assert [(one.name, one.most) for one in found.fits] == [("S", 15), ("L", 11)] and found.drawn_most == 11
    assert draw(sized, BaysInput(strip(25), 50, capacity=8)).capacity == 8
    assert draw(sized, BaysInput(strip(25), 0)).capacity == 14
    slots = sized.session.scalar(
        text("SELECT count(*) FROM register.stop_slots WHERE stop_id = :id"), {"id": sized.market.id}
    )
    assert slots == 14


def test_more_places_than_the_street_has_are_refused_in_both_forms(sized):
    with pytest.raises(Invalid) as error:
        draw(sized, BaysInput(strip(25), 50, capacity=12))
    assert "höchstens 11 Module der Klasse L (170 × 170 cm)" in error.value.fields["capacity"]
    stop = draw(sized, BaysInput(strip(25), 50))
    with pytest.raises(Invalid) as error:
        service.update_stop(
            sized.session, SYSTEM, stop.id, stop.version, form_of(sized, stop, capacity=12), today=TODAY
        )
    assert "höchstens 11" in error.value.fields["capacity"]
    made = form_of(sized, stop, capacity=12, module_classes=["S"])
    assert service.update_stop(sized.session, SYSTEM, stop.id, stop.version, made, today=TODAY).capacity == 12


def test_bays_far_away_too_small_or_full_of_trees_are_refused(sized):
    with pytest.raises(Invalid, match="500 m vom Punkt"):
        draw(sized, BaysInput(strip(10, east_m=500), 50))
    with pytest.raises(Invalid, match="passt kein Modul der Klasse L"):
        draw(sized, BaysInput(strip(1.5), 50))
    sized.put(["B 1", "B 2"], sized.market, SUMMER)
    with pytest.raises(Conflict, match="stehen dort 2 Bäume, mehr als 1"):
        draw(sized, BaysInput(strip(2.5), 50))


def test_without_sizes_nothing_is_computed_and_the_number_stays(avenue):
    assert draw(avenue, BaysInput(strip(25), 50)).capacity == 2
    assert draw(avenue, BaysInput(strip(25), 50, capacity=30)).capacity == 30
    with pytest.raises(NotFound):
        queries.sheet(avenue.session, SYSTEM, avenue.market.id, None, TODAY)


def test_a_form_that_is_sent_back_as_it_was_shown_keeps_the_bays_to_the_millimetre(sized):
    stop = draw(sized, BaysInput(strip(25), 50))
    before = queries.bays_of(stop)
    again = parse_bays({**bays_values(stop), "width_m": "2,2", "side": "RECHTS"})
    assert again.bays.hausdorff_distance(before) < 0.01 and again.capacity == 11
    with pytest.raises(Conflict):
        site.draw_bays(sized.session, SYSTEM, stop.id, stop.version - 1, again, today=TODAY)


def test_drawing_bays_is_taken_back_with_the_number_of_places_and_again(sized):
    session, stop_id = sized.session, sized.market.id

    def undo(number):
        last = changes.last_change_at_stop(session, internal.get_stop(session, SYSTEM, stop_id))
        undo_at_stop(session, replace(SYSTEM, request_id=f"undo {number}"), stop_id, last.id)
        return queries.get_site(session, SYSTEM, stop_id)

    drawer = replace(SYSTEM, request_id="draw")
    site.draw_bays(session, drawer, stop_id, sized.market.version, BaysInput(strip(25), 50), today=TODAY)
    before = undo(1)
    assert before.bays is None and before.row.capacity == 2
    again = undo(2)
    assert again.bays.hausdorff_distance(strip(25)) < 0.01 and again.row.capacity == 11


def test_the_sheet_has_modules_house_numbers_and_a_scale(sized):
    draw(sized, BaysInput(strip(25), 50))
    with for_municipality(sized.session, sized.town):
        sized.session.execute(
            text(
                "INSERT INTO register.addresses (municipality_id, street, street_key, house_number, point, source)"
                " SELECT :town, 'Hauptmarkt', 'hauptmarkt', n::text, ST_Translate(p.point, n * 0.0001, 0), 'Test'"
                " FROM generate_series(1, 3) n, register.places p WHERE p.id = :place"
            ),
            {"town": sized.town, "place": sized.market.place_id},
        )
    sheet = queries.sheet(sized.session, SYSTEM, sized.market.id, {"S": 4, "L": 3}, TODAY)
    assert [one.name for one in sheet.placed] == ["L"] * 3 + ["S"] * 4 and len(sheet.houses) == 3
    made = drawing.svg(sheet)
    words = [node.text for node in ElementTree.fromstring(made).iter("{http://www.w3.org/2000/svg}text")]
    for expected in ("1", "2", "3", "N", "L1", "S4", "Maßstab 1 : 200", "Bucht 1: 25,00 m × 2,00 m"):
        assert expected in words, expected
    assert "3 Module der Klasse L" in " ".join(words) and "style=" not in made and "<script" not in made
    assert drawing.pdf(sheet).startswith(b"%PDF-1.")


def test_a_blocked_stop_takes_no_plan_but_what_happened_stays_sayable(sized):
    session = sized.session
    site.add_block(session, SYSTEM, sized.market.id, BlockInput(period(date(2026, 5, 10), date(2026, 5, 12)), "Markt"))
    with pytest.raises(Conflict, match="vom 10. Mai bis 12. Mai 2026 gesperrt: Markt"):
        sized.put("B 1", sized.market, MAY)
    sized.put("B 2", sized.square, MAY)
    sized.publish(today=date(2026, 4, 1))
    assert sized.put("B 1", sized.market, MAY, actual=True)
    with pytest.raises(Conflict, match="schon gesperrt: Markt"):
        site.add_block(session, SYSTEM, sized.market.id, BlockInput(MAY, "Nochmal"))
    weeks = opening.shut_weeks(session, sized.market, date(2026, 4, 20), 5)
    outside, market = "außerhalb der Saison vom 1. Mai bis 31. Oktober", "Markt, vom 10. Mai bis 12. Mai 2026"
    assert weeks == [outside, outside, market, market, None]
    (block,) = queries.blocks(session, sized.market.id)
    site.remove_block(session, SYSTEM, sized.market.id, block.id, block.version)
    assert queries.blocks(session, sized.market.id) == []


def test_unknown_is_not_fulfilled_and_what_is_written_down_counts(sized):
    session, stop = sized.session, sized.market
    before = queries.get_site(session, SYSTEM, stop.id)
    assert before.fulfilled == 1  # the season of the fleet
    site.update_site(
        session,
        SYSTEM,
        stop.id,
        stop.version,
        SiteInput(speed_limit_kmh=30, junction_m=Decimal(1000), special_bay="LADEZONE", has_bus_line=False),
    )
    states = {one.name: (one.state, one.sentence) for one in queries.get_site(session, SYSTEM, stop.id).checked}
    assert states["speed"][0] == "ERFUELLT" and states["bus"][0] == "ERFUELLT"
    assert states["special_bay"] == ("VERLETZT", "Die Fläche hat einen anderen Zweck: Ladezone.")
    assert states["junction"] == ("ERFUELLT", "Kreuzung oder Einmündung gibt es in der Nähe nicht.")
    assert states["lane"][0] == "UNBEKANNT"


def test_heat_is_written_down_with_its_source(sized):
    stop = site.update_heat(
        sized.session, SYSTEM, sized.market.id, sized.market.version, HeatInput(80, "Klimaanalyse 2024", 95, "Luftbild")
    )
    assert (stop.heat_need, stop.heat_source, stop.sealed_share) == (80, "Klimaanalyse 2024", 95)


def test_a_patron_is_known_to_the_own_town_only_and_leaves_no_trace(db, sized, towns):
    session, stop = sized.session, sized.market
    made = site.add_caretaker(session, SYSTEM, stop.id, CaretakerInput("Frau Geheim", "0361 123456"))
    session.flush()
    with for_municipality(session, towns.foreign):
        assert session.scalar(text("SELECT count(*) FROM register.stop_caretakers")) == 0
    with for_municipality(session, towns.own):
        assert session.scalar(text("SELECT count(*) FROM register.stop_caretakers")) == 1
        kept = session.scalars(text("SELECT c::text FROM history.changes c WHERE table_name = 'stop_caretakers'")).all()
    assert kept and not any("Geheim" in one or "123456" in one for one in kept)
    site.remove_caretaker(session, SYSTEM, stop.id, made.id)
    with pytest.raises(NotFound):
        queries.get_caretaker(session, SYSTEM, stop.id, made.id)
