"""What the alliance's office sees of a town's effects: as much as the town shares, and never a street or a unit."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.access import Action, Actor, may
from geo.core.db import for_municipality
from geo.synergy.anchors import Anchor, anchors
from geo.synergy.effect import LEAST_MONTHS
from geo.synergy.panel import months_from
from geo.synergy.reach import FARTHEST_M
from geo.synergy.ripple import surroundings
from geo.vacancies.figures.alliance_sharing import of_town

# From this level on a town shares numbers of parts of it.
LEVELS = ("ZONEN", "EINHEITEN")


@dataclass(frozen=True)
class SharedEffect:
    """One conclusion: of what, from how many streets and units, in a sentence."""

    anchor: Anchor
    words: str
    sentence: str
    is_made_up: bool


@dataclass(frozen=True)
class Shared:
    """The conclusions of a town, and of how many more places nothing can be concluded."""

    level_allows: bool
    effects: tuple[SharedEffect, ...] = ()
    open: int = 0


def last_quarter_end(day: date) -> date:
    """The last end of a quarter before the day: by ends of quarters nobody watches a single shop from day to day."""
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return first - timedelta(days=1)


def shared_effects(session: Session, actor: Actor, municipality_id: int, day: date) -> Shared | None:
    """What the office may see of the town; None for whoever is not of the office, or sees all of the town anyway.

    Told are conclusions on the share of empty ground floors within 300 m: such stand on three streets, ten units and
    four streets for comparison at least.
    """
    if may(actor, Action.VACANCY_VIEW, municipality_id) or not may(actor, Action.VACANCY_TOTALS):
        return None
    until = last_quarter_end(min(day, clock.today()))
    with for_municipality(session, municipality_id):
        if of_town(session, municipality_id).level not in LEVELS:
            return Shared(level_allows=False)
        known = anchors(session, municipality_id)
    found, silent = [], 0
    for one in known:
        begun = one.opened(until)
        if not begun or not (one.is_placed and one.is_dated) or months_from(begun[0], LEAST_MONTHS) > until:
            silent += 1
            continue
        seen = surroundings(session, municipality_id, one.kind, one.id, until)
        judged = seen.compared[FARTHEST_M, "leer"]
        if not judged.effect.is_conclusive:
            silent += 1
            continue
        treated, others = judged.effect.treated, judged.effect.others
        units = round(sum(change.street.units for change in treated) / 5) * 5
        words = f"{len(treated)} Straßen mit rund {units} Einheiten neben {len(others)} Straßen zum Vergleich"
        is_made_up = any(unit.is_example for unit in seen.on_map)
        found.append(SharedEffect(one, words, judged.sentence, is_made_up))
    return Shared(True, tuple(found), silent)
