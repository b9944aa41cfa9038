"""The steps of a point's life: whose each of them is, and which asks for a reason.

A town proposes and applies. What becomes public, and what is public no more, is selected by the curators. From then on
the town builds, opens, limits and closes; opening is publishing, so it belongs to the town's manager.
"""

from collections.abc import Sequence

from geo.core.access import PERMISSIONS, Action, Actor, may
from geo.viewpoints.codes import HIDDEN, STATUSES, VISITABLE

REASONED = {
    "AUSGEWAEHLT": "Bitte begründen, warum dieser Punkt ausgewählt wird.",
    "EINGESCHRAENKT": "Bitte angeben, was eingeschränkt ist: das lesen Besucher auf der Seite des Punktes.",
    "GESCHLOSSEN": "Bitte angeben, warum der Punkt geschlossen ist: das lesen Besucher auf seiner Seite.",
}
REFUSED = "Bitte begründen, warum die Bewerbung nicht weitergeht: das liest die Gemeinde."
UNSELECTED = "Bitte begründen, warum der Punkt nicht mehr öffentlich sein soll: das liest die Gemeinde."


def action_for(before: str | None, after: str) -> Action:
    """The permission that the step from one status (None: a new point) to the next asks for."""
    if after == "AUSGEWAEHLT" or (before is None or before in HIDDEN) != (after in HIDDEN):
        return Action.VIEWPOINT_SELECT
    if after in VISITABLE and before not in VISITABLE:
        return Action.VIEWPOINT_OPEN
    return Action.VIEWPOINT_EDIT


def reason_asked(before: str | None, after: str) -> str | None:
    """The sentence that asks for a reason of the step; None when none is needed."""
    if after in REASONED:
        return REASONED[after]
    if before == "BEWORBEN" and after == "IDEE":
        return REFUSED
    return UNSELECTED if before is not None and before not in HIDDEN and after in HIDDEN else None


def correcting(held: Sequence[str], after: str) -> set[Action]:
    """The permissions to put another status in place of the last one, which held from the same day on.

    `held` are the statuses so far. To correct a step one needs to have been able to take it, and the new one as well.
    """
    before = held[-2] if len(held) > 1 else None
    return {action_for(before, held[-1]), action_for(before, after)}


def within_reach(actor: Actor, municipality_id: int, held: Sequence[str]) -> list[str]:
    """The statuses that the actor may give a point next, in the order of the code list; `held` are those so far."""

    def allowed(after: str) -> bool:
        step = {action_for(held[-1] if held else None, after)}
        ways = [step, correcting(held, after)] if held else [step]
        return any(all(may(actor, action, municipality_id) for action in way) for way in ways)

    return [status for status in STATUSES if allowed(status)]


def others(actor: Actor, municipality_id: int, before: str | None) -> list[tuple[list[str], str]]:
    """The steps that belong to somebody else: their statuses, each list with who may take them, in words."""
    found: dict[Action, list[str]] = {}
    for status in STATUSES:
        action = action_for(before, status)
        if not may(actor, action, municipality_id):
            found.setdefault(action, []).append(status)
    return [(statuses, PERMISSIONS[action].sentence()) for action, statuses in found.items()]
