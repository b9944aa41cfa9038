import pytest

from tests.geo.trees import rows


@pytest.fixture
def avenue(staff, towns):
    """The own town's fleet, stops and draft schedule, whose trees move on Mondays."""
    return rows.avenue(staff, towns.own)
