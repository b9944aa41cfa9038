"""A tree's record of care for everybody: what was done when, and nobody who did it."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from geo.core.access import SYSTEM
from geo.trees.watering import queries, service
from geo.trees.watering.schemas import CareInput, LogInput
from tests.geo.trees import rows
from tests.geo.trees.rows import MAY
from tests.geo.trees.visits.rows import with_trees

DAY, NEXT = date(2026, 5, 6), date(2026, 5, 8)


@pytest.fixture
def tended(staff, towns):
    """Two trees, 40 litres for both and 15 for one; a cut, and what the public has no business with."""
    made = rows.avenue(staff, towns.own)
    with_trees(made, ["B 1", "B 2"], made.market, MAY)
    made.publish(today=date(2026, 4, 1))
    (visit,) = queries.visits_between(staff, DAY, DAY, town=towns.own)
    first = made.trees["B 1"].id
    for day, litres, tree in ((DAY, 40, None), (NEXT, 15, first)):
        poured = LogInput(day, Decimal(litres), "BAUHOF", tree)
        now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        service.log_water(staff, SYSTEM, visit.id, poured, by="BAUHOF", now=now)
    service.add_care(staff, SYSTEM, visit.id, CareInput(DAY, "SCHNITT", note="GEHEIMNOTIZ", tree_id=first))
    service.add_care(staff, SYSTEM, visit.id, CareInput(DAY, "VANDALISMUS", note="GEHEIMTAT"))
    return made


def told(client, tree, day):
    answer = client.get(f"/baeume/baum/{tree.id}?am={day}")
    assert answer.status_code == 200
    return answer.text.replace("\n", " ")


def test_a_tree_says_what_was_done_for_it_up_to_the_day(client, tended):
    text = told(client, tended.trees["B 1"], NEXT)
    assert "Gegossen an 2 Tagen, zusammen 35 Liter." in text and ", 15 l" in text and "Schnitt" in text
    assert "Gegossen an 1 Tag, zusammen 20 Liter." in told(client, tended.trees["B 1"], DAY)
    assert "Pflege" not in told(client, tended.trees["B 1"], "2026-05-05")
    other = told(client, tended.trees["B 2"], NEXT)
    assert "Gegossen an 1 Tag, zusammen 20 Liter." in other and "Schnitt" not in other


def test_nobody_reads_notes_harm_or_who_it_was(client, tended):
    for tree in tended.trees.values():
        text = told(client, tree, NEXT)
        assert "GEHEIM" not in text and "Vandalismus" not in text and "Bauhof" not in text
