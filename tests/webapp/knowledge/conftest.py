"""Cards in the browser's eyes."""

from typing import Any

import pytest

from geo.core import clock
from geo.core.access import SYSTEM
from geo.knowledge import service
from tests.geo.knowledge.conftest import a_card


@pytest.fixture
def ids(db: Any, towns: Any) -> dict[str, int]:
    """A published card and a draft of the own town, and a published one of a town elsewhere."""
    with db.staff(SYSTEM, towns.own) as session:
        shown = a_card(session, towns.own, title="Laden <auf> Zeit", result="Drei Läden & mehr")
        draft = a_card(session, towns.own, title="Noch ein Entwurf", longitude="11,06")
        far = a_card(
            session, None, title="Haus am Fluss", elsewhere="Hanau (Hessen)", longitude="8,92", latitude="50,13"
        )
        for card in (shown, far):
            service.publish(session, SYSTEM, card.id, card.version, clock.today())
        session.commit()
        return {"shown": shown.id, "draft": draft.id, "far": far.id}
