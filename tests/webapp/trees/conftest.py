from datetime import date

import pytest

from tests.geo.trees import rows
from tests.geo.trees.rows import AUTUMN, MAY, SUMMER

IN_MAY = "2026-05-10"


@pytest.fixture
def avenue(staff, towns):
    """The own town's fleet with a published plan, and a draft that nobody may see."""
    made = rows.avenue(staff, towns.own)
    made.put(["B 1", "B 2"], made.market, MAY)
    made.put("B 1", made.square, SUMMER)
    made.publish(today=date(2026, 4, 1))
    made.more["hidden"] = rows.stop(staff, towns.own, "GEHEIMER ENTWURFSPLATZ")
    made.more["draft"] = made.plan("GEHEIMER PLAN")
    made.put("B 3", made.more["hidden"], AUTUMN, schedule=made.more["draft"])
    staff.flush()
    return made
