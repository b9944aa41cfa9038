"""The filled database is what `million.py` says."""

import pytest
from sqlalchemy import text

from tests.bench.measure import Bench
from tests.bench.million import Million


@pytest.mark.bench
def test_a_million_units_are_there(million: Million, bench: Bench) -> None:
    with million.database.owner() as session:
        facts = session.execute(
            text(
                "SELECT (SELECT count(*) FROM register.units) AS units, (SELECT count(*) FROM register.places) AS places,"
                " (SELECT count(*) FROM register.occupancy_spells) AS spells,"
                " (SELECT count(*) FROM published.vacancies) AS offers,"
                " (SELECT count(*) FROM register.units WHERE municipality_id = :large) AS large,"
                " (SELECT count(*) FROM register.units WHERE municipality_id = :town) AS town"
            ),
            {"large": million.large_town, "town": million.town},
        ).one()
    bench.note(f"million: {facts._asdict()}")
    assert facts.units == 1_000_000 and facts.large == 100_000
    assert 900 < facts.town < 1_100
    assert 200_000 < facts.offers < 300_000
