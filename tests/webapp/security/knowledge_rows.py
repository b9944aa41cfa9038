"""A published best-practice card, and a draft with every text marked: its town's manager and the office read it."""

from typing import Any

from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.access import SYSTEM, Action
from geo.knowledge import service
from tests.geo.knowledge.conftest import a_card

TEXTS = ("title", "result", "description", "title_en", "result_en", "description_en", "spot", "source")


def some_knowledge(session: Session, town: Any) -> None:
    """Both cards, and a draft about a town that is not in the register, which is the office's."""
    shown = a_card(session, town.id)
    service.publish(session, SYSTEM, shown.id, shown.version, clock.today())
    marks = {name: town.secret(f"WISSEN{name.replace('_', '').upper()}", Action.KNOWLEDGE_PROPOSE) for name in TEXTS}
    draft = a_card(session, town.id, **marks, link=f"https://{marks['title'].lower()}.test/karte")
    far = a_card(session, None, elsewhere=town.secret("WISSENANDERSWO", Action.KNOWLEDGE_EDIT))
    town.ids |= {"card": shown.id, "card_draft": draft.id, "card_elsewhere": far.id}
