"""Two people at once, in transactions of their own that are really committed: one is first, the other is told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from sqlalchemy.exc import IntegrityError

from geo.core.access import SYSTEM
from geo.core.errors import Conflict
from geo.vacancies import queries as stock
from geo.vacancies.cases import queries, service
from geo.vacancies.cases.schemas import Closing, Opening
from tests import factories
from tests.conftest import register_apart
from tests.geo.vacancies.cases.work import BEGAN, TODAY, opened
from tests.geo.vacancies.stock import acting, mark

CLOSING = Closing(TODAY, "WIEDERVERMIETET", state="GENUTZT", since=date(2026, 11, 1))


@pytest.fixture(scope="module")
def apart(cluster, database):
    with register_apart(cluster, "cases_race") as made:
        yield made


def both(apart, town, work):
    """What came of two who do the same at the same moment: None, or why it was refused."""
    start = Barrier(2)

    def one(_):
        with apart.staff(SYSTEM, town) as session:
            act = work(session)
            start.wait(timeout=30)
            try:
                act()
                session.commit()
            except (Conflict, IntegrityError) as refused:
                return refused
        return None

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(one, range(2)), key=lambda refused: refused is not None)


def test_of_two_who_close_or_open_a_case_at_once_one_is_told(apart):
    with apart.owner() as session:
        town = factories.towns(session).own
    with apart.staff(SYSTEM, town) as session:
        case = opened(session, town)
        case_id, unit_id, free = case.id, case.unit_id, mark(session, town, house_number="2").id
        session.commit()

    def closes(session):
        version, unit = queries.get(session, case_id).version, stock.get(session, unit_id).version
        return lambda: service.close(session, acting(), case_id, version, CLOSING, unit)

    def opens(session):
        return lambda: service.open_case(session, acting(), free, Opening(on=BEGAN))

    done, refused = both(apart, town, closes)
    assert done is None and isinstance(refused, Conflict)
    done, refused = both(apart, town, opens)
    assert done is None and refused is not None
    with apart.staff(SYSTEM, town) as session:
        assert [spell.state for spell in stock.get(session, unit_id).spells] == ["GENUTZT", "LEER"]
        assert [one.kind for one in queries.events(session, case_id)] == ["EROEFFNET", "ABGESCHLOSSEN"]
        assert len(queries.of_unit(session, free)) == 1
