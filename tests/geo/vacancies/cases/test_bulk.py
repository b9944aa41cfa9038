"""Many cases at once: as little is asked of the database for many as for few, and what one does not allow no case gets."""

from collections import Counter

import pytest
from sqlalchemy import event

from geo.core.errors import Conflict
from geo.vacancies.cases import queries, service
from geo.vacancies.cases.bulk import plan as plans
from geo.vacancies.cases.bulk import service as bulk
from geo.vacancies.cases.bulk.schemas import BulkStep
from tests import factories
from tests.geo.vacancies.cases.work import opened, step
from tests.geo.vacancies.stock import acting


def test_more_cases_are_more_writes_and_no_more_questions(db, staff, towns, connection):
    staff.commit()
    who = factories.actor(db, "editor", towns.own).account_id
    ids, asked = [opened(staff, towns.own).id for _ in range(9)], Counter()

    def count(_connection, _cursor, statement, *_rest):
        asked[statement.split()[0]] += 1

    event.listen(connection, "before_cursor_execute", count)
    questions = []
    for some in (ids[:2], ids[2:]):
        data = BulkStep("zustaendig", responsible_id=who)
        plan = plans.make(staff, towns.own, some, data)
        asked.clear()
        bulk.carry_out(staff, acting(), towns.own, data, plan.versions, "einige")
        questions.append(asked["SELECT"])
    event.remove(connection, "before_cursor_execute", count)
    assert questions[0] == questions[1]
    assert {queries.get(staff, one).responsible_id for one in ids} == {who}
    assert [one.kind for one in queries.events(staff, ids[-1])] == ["EROEFFNET", "ZUSTAENDIG"]


def test_who_was_slower_with_one_of_many_changes_none(staff, towns):
    first, second = (opened(staff, towns.own) for _ in range(2))
    seen = {first.id: 1, second.id: 1}
    step(staff, second.id, note="schneller")
    with pytest.raises(Conflict):
        service.record_many(
            staff, acting(), towns.own, seen, lambda now: plans.step_for(now, BulkStep("vorrang", priority=1))
        )
    assert queries.get(staff, first.id).priority == 2
