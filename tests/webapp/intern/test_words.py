"""The start page's words for what was done."""

from geo.core.access import Action
from webapp.intern.words import DONE, done

# These permit a look, or are never the name of a change in the history.
LOOKS = {
    Action.VACANCY_VIEW, Action.VACANCY_TOTALS, Action.OWNER_VIEW, Action.TREE_VIEW, Action.VIEWPOINT_VIEW,
    Action.PILOT_VIEW, Action.CALL_VIEW, Action.ALLIANCE_VIEW, Action.KNOWLEDGE_VIEW,
    Action.HISTORY_VIEW, Action.PEOPLE_VIEW,
}  # fmt: skip


def test_every_action_that_changes_something_has_words():
    assert set(Action) - set(DONE) == LOOKS
    assert done("vacancy.import") == "Liste eingelesen" and done("survey.edit") == "Begehung bearbeitet"
