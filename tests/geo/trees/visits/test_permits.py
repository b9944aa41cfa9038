"""The permit's way and the result of a visit."""

from datetime import date

import pytest

from geo.core.access import SYSTEM
from geo.core.errors import Conflict, Invalid, NotPermitted
from geo.trees.visits import queries, service
from geo.trees.visits.schemas import PermitInput, VerdictInput, parse_permit
from tests import factories
from tests.geo.trees.rows import SUMMER, TODAY
from tests.geo.trees.visits.rows import visit, with_trees

DAY = date(2026, 4, 20)


def test_permit_is_applied_for_and_granted(avenue):
    one = visit(avenue)
    data = PermitInput("BEANTRAGT", permit_applied_on=date(2026, 3, 2), has_parade=True)
    service.set_permit(avenue.session, SYSTEM, one.id, one.version, data, today=DAY)
    with pytest.raises(Conflict) as caught:
        service.set_permit(avenue.session, SYSTEM, one.id, 1, data, today=DAY)
    assert caught.value.theirs["permit_state"] == "BEANTRAGT"
    with pytest.raises(Invalid) as caught:
        later = PermitInput("GENEHMIGT", permit_decided_on=date(2026, 4, 21))
        service.set_permit(avenue.session, SYSTEM, one.id, one.version, later, today=DAY)
    assert caught.value.fields == {"permit_decided_on": "Der 21. April 2026 liegt in der Zukunft."}


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"permit_state": "BEANTRAGT"}, "permit_applied_on"),
        ({"permit_state": "GENEHMIGT"}, "permit_decided_on"),
        ({"permit_state": "OFFEN", "permit_decided_on": "2026-01-01"}, "permit_decided_on"),
        (
            {"permit_state": "GENEHMIGT", "permit_applied_on": "2026-02-02", "permit_decided_on": "2026-02-01"},
            "permit_decided_on",
        ),
        ({"permit_state": "VIELLEICHT"}, "permit_state"),
        ({}, "permit_state"),
    ],
)
def test_permit_that_contradicts_itself_is_said_at_the_field(sent, field):
    with pytest.raises(Invalid) as caught:
        parse_permit(sent)
    assert list(caught.value.fields) == [field]


def test_result_stands_after_the_trees_were_there_and_the_town_decides_it(db, avenue, towns):
    one, later = with_trees(avenue, ["B 1"]), visit(avenue, during=SUMMER)
    plant = VerdictInput("PFLANZEN", "viel Zuspruch")
    with pytest.raises(Invalid):
        service.set_verdict(avenue.session, SYSTEM, one.id, one.version, plant, today=TODAY)  # a draft
    avenue.publish()
    with pytest.raises(Invalid):
        service.set_verdict(avenue.session, SYSTEM, later.id, later.version, plant, today=TODAY)
    with pytest.raises(NotPermitted):
        planner = factories.actor(db, "planner")
        service.set_verdict(avenue.session, planner, one.id, one.version, plant, today=TODAY)
    manager = factories.actor(db, "manager", towns.own)
    service.set_verdict(avenue.session, manager, one.id, one.version, plant, today=TODAY)
    assert one.decision == "PFLANZEN"


def test_permit_and_result_belong_to_the_planned_visit(avenue):
    one = with_trees(avenue, ["B 1"])
    avenue.publish()
    actual = service.arrive(avenue.session, SYSTEM, one.id, one.version, date(2026, 5, 4), today=TODAY)
    for write, data in ((service.set_permit, PermitInput("OFFEN")), (service.set_verdict, VerdictInput("PFLANZEN"))):
        with pytest.raises(Invalid):
            write(avenue.session, SYSTEM, actual.id, actual.version, data, today=TODAY)


def test_visits_as_of_a_day(db, avenue, towns):
    one, later = with_trees(avenue, ["B 1"]), visit(avenue, during=SUMMER)
    avenue.publish()
    draft = visit(avenue, avenue.square, schedule=avenue.plan())
    viewer, stranger = factories.actor(db, "viewer", towns.own), factories.actor(db, "viewer", towns.foreign)

    def listed(which, day, who=viewer):
        return [found.id for found in which(avenue.session, who, None, day)]

    assert listed(queries.coming, date(2026, 5, 1)) == [one.id, draft.id, later.id]
    assert listed(queries.coming, date(2026, 6, 8)) == [later.id]
    assert listed(queries.past, date(2026, 6, 8)) == [one.id]
    assert listed(queries.past, date(2026, 6, 7)) == []
    assert listed(queries.coming, date(2026, 5, 1), stranger) == []
    coming = queries.coming(avenue.session, viewer, towns.own, date(2026, 5, 1))
    assert [(visit.id, duty.duty, duty.state) for visit, duty in queries.with_duties(coming, date(2026, 5, 1))] == [
        (one.id, "GENEHMIGUNG", "UEBERFAELLIG"),
        (draft.id, "GENEHMIGUNG", "UEBERFAELLIG"),
        (later.id, "GENEHMIGUNG", "UEBERFAELLIG"),
        (one.id, "SCHILDER", "UEBERFAELLIG"),
        (draft.id, "SCHILDER", "UEBERFAELLIG"),
        (later.id, "SCHILDER", "SPAETER"),
    ]
    assert queries.get_visit(avenue.session, viewer, one.id).trees == ("B 1",)
