"""Visits for tests, made through the service; the avenue's trees move on Mondays."""

from geo.core.access import SYSTEM
from geo.trees.visits import service
from geo.trees.visits.model import Visit
from geo.trees.visits.schemas import VisitInput, VisitWords
from tests.geo.trees.rows import MAY, TODAY


def visit(
    avenue, stop=None, during=MAY, s=2, *, schedule=None, actual=False, today=TODAY, actor=SYSTEM, **words
) -> Visit:
    data = VisitInput(
        (schedule or avenue.schedule).id,
        (stop or avenue.market).id,
        during,
        VisitWords(modules_s=s, **words),
        is_actual=actual,
    )
    return service.add(avenue.session, actor, data, today=today)


def with_trees(avenue, labels, stop=None, during=MAY, **more) -> Visit:
    made = visit(avenue, stop, during, s=len(labels), **more)
    ids = [avenue.trees[label].id for label in labels]
    return service.set_trees(avenue.session, SYSTEM, made.id, made.version, ids)
