"""Fifty planners at once, ten thousand tries on four stops: no overlap and no over-full stop in the table."""

import sys
import time

import pytest

from geo.core.access import SYSTEM, Action
from geo.core.db import Database
from geo.core.history import perform
from geo.migrations import upgrade
from tests import factories
from tests.geo.trees.visits import race

PLANNERS, TRIES = 50, 10_000
NAME = "race_of_planners"


@pytest.mark.soak
def test_fifty_planners_never_overfill_a_stop(cluster):
    cluster.create_database(NAME, template="template_register_empty")
    built = Database(
        *(cluster.url(role, NAME) for role in ("reg_owner", "reg_public", "reg_staff")), pool_size=PLANNERS
    )
    try:
        upgrade(built.owner_engine)
        with built.owner() as session:
            with perform(session, SYSTEM, Action.SYSTEM_SETUP):
                factories.two_towns(session)
            session.commit()
        started = time.monotonic()
        seen = race.run(built, race.stage(built), PLANNERS, TRIES)
        figures = f"{TRIES} tries in {time.monotonic() - started:.0f} s: done {seen.done}, refused {seen.refused}"
        sys.stdout.write(f"{figures}\n")
        assert seen.broken == [] and race.what_is_broken(built) == {}
        assert min(seen.done[verb] for verb in ("add", "move", "assign", "remove", "resize")) > 0
    finally:
        built.dispose()
        cluster.drop_database(NAME)
