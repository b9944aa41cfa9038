"""What a town knows of a stop's place and of its trees, none of it for anybody outside."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from geo.core.access import SYSTEM, Action
from geo.core.history import perform
from geo.trees.events import service as events
from geo.trees.events.schemas import EventInput
from geo.trees.fleet import service as fleets
from geo.trees.fleet.model import TreePhoto
from geo.trees.fleet.schemas import StateInput
from geo.trees.model import Stop, Tree
from geo.trees.site import service as sites
from geo.trees.site.schemas import BlockInput, CaretakerInput, HeatInput
from geo.trees.wording import period

FAR = period(date(2040, 5, 1), date(2040, 5, 9))


def some_site(session: Session, town: Any) -> None:
    """A caretaker, a blocked period, an event, the source of a stop's heat, a tree's hidden photo."""
    stop_id = town.ids["stop"]
    caretaker = CaretakerInput(town.secret("PATENNAME"), town.secret("PATENTELEFON"), town.secret("PATENNOTIZ"))
    town.ids["stop_caretaker"] = sites.add_caretaker(session, SYSTEM, stop_id, caretaker).id
    block = sites.add_block(session, SYSTEM, stop_id, BlockInput(FAR, town.secret("SPERRGRUND")))
    town.ids["block"] = block.id
    event = EventInput(town.secret("TERMIN"), "MARKT", FAR, (town.ids["hidden_stop"],), town.secret("KALENDERQUELLE"))
    town.ids["event"] = events.add_event(session, SYSTEM, town.id, event).id
    stop = sites.update_heat(
        session, SYSTEM, stop_id, session.get_one(Stop, stop_id).version, HeatInput(80, town.secret("HITZEQUELLE"))
    )
    tree = session.get_one(Tree, town.ids["tree"])
    fleets.set_state(
        session, SYSTEM, tree.id, tree.version, StateInput("IM_EINSATZ", date(2026, 1, 1), note=town.secret("ZUSTAND"))
    )
    with perform(session, SYSTEM, Action.FLEET_EDIT, town.id):
        sha256 = f"{len(town.hashes):064x}"
        photo = TreePhoto(
            tree_id=tree.id, municipality_id=stop.municipality_id, sha256=sha256, width_px=10, height_px=10,
            alt_text=town.secret("BAUMBILD"), author=town.secret("BAUMFOTOGRAF"), licence="CC0",
        )  # fmt: skip
        session.add(photo)
        session.flush()
    town.hashes.append(sha256)
    town.ids["tree_photo"] = photo.id
