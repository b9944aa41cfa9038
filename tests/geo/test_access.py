"""The permission table as a table: role by action, in the own town and in a foreign one."""

import pytest

from geo.core.access import (
    ANONYMOUS,
    PERMISSIONS,
    SYSTEM,
    TOWN_ROLES,
    Action,
    Actor,
    Membership,
    Role,
    may,
    require,
    scope,
)
from geo.core.errors import NotPermitted

OWN, FOREIGN = 1, 2
# Read as: who may, in the own town. Town roles are never more than nothing in a foreign town.
ALLOWED = {
    Action.VACANCY_VIEW: {"viewer", "editor", "manager"},
    Action.VACANCY_CREATE: {"editor", "manager"},
    Action.VACANCY_EDIT: {"editor", "manager"},
    Action.VACANCY_PUBLISH: {"manager"},
    Action.VACANCY_DELETE: {"manager"},
    Action.VACANCY_TOTALS: {"office"},
    Action.FIGURES_SHARE: {"manager"},
    Action.CASE_EDIT: {"editor", "manager"},
    Action.KOMPASS_EDIT: {"office"},
    Action.SEEKER_EDIT: {"editor", "manager"},
    Action.VACANCY_IMPORT: {"manager"},
    Action.ADDRESS_EDIT: {"manager"},
    Action.SURVEY_EDIT: {"editor", "manager"},
    Action.OWNER_VIEW: {"editor", "manager"},
    Action.OWNER_EDIT: {"editor", "manager"},
    Action.OWNER_WRITE: {"manager"},
    Action.OWNER_ANSWER: set(),
    Action.OWNER_ERASE: {"manager"},
    Action.REPORT_EDIT: {"editor", "manager"},
    Action.TREE_VIEW: {"viewer", "editor", "manager", "planner", "office"},
    Action.STOP_EDIT: {"editor", "manager", "planner"},
    Action.FLEET_EDIT: {"manager", "planner"},
    Action.STAY_EDIT: {"editor", "manager", "planner"},
    Action.VISIT_EDIT: {"editor", "manager", "planner"},
    Action.VISIT_DECIDE: {"manager"},
    Action.LETTER_EDIT: {"manager"},
    Action.FEEDBACK_EDIT: {"editor", "manager"},
    Action.FEED_EDIT: {"editor", "manager", "planner"},
    Action.APPLICATION_EDIT: {"editor", "manager", "planner"},
    Action.APPLICATION_CONTACT: {"editor", "manager"},
    Action.WATERING_EDIT: {"editor", "manager", "planner"},
    Action.RESIDENT_ACT: set(),
    Action.RESIDENT_ERASE: {"manager"},
    Action.SCHEDULE_PUBLISH: {"planner"},
    Action.VIEWPOINT_VIEW: {"viewer", "editor", "manager", "curator", "office"},
    Action.VIEWPOINT_EDIT: {"editor", "manager", "curator"},
    Action.VIEWPOINT_SELECT: {"curator"},
    Action.VIEWPOINT_OPEN: {"manager", "curator"},
    Action.VIEWPOINT_FEATURE: {"curator"},
    Action.TERRAIN_EDIT: {"office", "admin"},
    Action.RANKING_TAKE: {"editor", "manager", "planner"},
    Action.PILOT_VIEW: {"viewer", "editor", "manager", "planner", "curator", "office"},
    Action.PILOT_EDIT: {"office"},
    Action.ALLIANCE_VIEW: {"viewer", "editor", "manager", "planner", "curator", "office"},
    Action.ALLIANCE_EDIT: {"office"},
    Action.ALLIANCE_CONTACT: {"office"},
    Action.ALLIANCE_FEED: {"viewer", "editor", "manager", "planner", "curator", "office"},
    Action.CALL_VIEW: {"viewer", "editor", "manager", "reviewer", "office"},
    Action.CALL_EDIT: {"office"},
    Action.CALL_APPLY: {"editor", "manager"},
    Action.CALL_HAND_IN: {"manager"},
    Action.CALL_REVIEW: {"reviewer"},
    Action.CALL_DECIDE: {"office"},
    Action.KNOWLEDGE_VIEW: {"viewer", "editor", "manager", "planner", "curator", "reviewer", "office", "admin"},
    Action.KNOWLEDGE_PROPOSE: {"manager", "office"},
    Action.KNOWLEDGE_EDIT: {"office"},
    Action.PHOTO_EDIT: {"editor", "manager", "curator"},
    Action.TOWN_EDIT: {"manager"},
    Action.ZONE_EDIT: {"manager"},
    Action.HISTORY_VIEW: {"viewer", "editor", "manager", "planner", "curator", "office"},
    Action.PEOPLE_VIEW: {"manager", "admin"},
    Action.PEOPLE_EDIT: {"manager", "admin"},
    Action.ALLIANCE_PEOPLE_EDIT: {"admin"},
    Action.ACCOUNT_SELF: set(Role),
    Action.ACCOUNT_SIGN_IN: set(),
    Action.ACCOUNT_ERASE: {"admin"},
    Action.MUNICIPALITY_IMPORT: {"admin"},
    Action.SAMPLE_LOAD: {"admin"},
    Action.SYSTEM_SETUP: set(),
}


def _actor(role: Role) -> Actor:
    town = OWN if role in TOWN_ROLES else None
    return Actor(7, "Person", (Membership(role, town),))


def test_the_table_is_complete():
    assert set(ALLOWED) == set(Action) == set(PERMISSIONS)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_role_by_action(role, action):
    actor, expected = _actor(role), role in ALLOWED[action]
    assert may(actor, action, OWN) == expected
    everywhere = role not in TOWN_ROLES or action is Action.ACCOUNT_SELF
    assert may(actor, action, FOREIGN) == (expected and everywhere)
    assert may(actor, action, None) == (expected and everywhere)
    assert not may(ANONYMOUS, action, OWN)
    assert may(SYSTEM, action, None)


@pytest.mark.parametrize("action", [action for action in Action if PERMISSIONS[action].town])
def test_scope_of_a_town_role_is_its_town(action):
    assert scope(_actor(Role.MANAGER), action).municipality_ids == (OWN,)
    assert not scope(_actor(Role.MANAGER), action).everywhere


def test_a_person_of_several_towns_has_a_role_in_each():
    actor = Actor(7, "Person", (Membership(Role.VIEWER, OWN), Membership(Role.MANAGER, FOREIGN)))
    assert (actor.role_in(OWN), actor.role_in(FOREIGN), actor.role_in(3)) == (Role.VIEWER, Role.MANAGER, None)
    assert not may(actor, Action.VACANCY_PUBLISH, OWN) and may(actor, Action.VACANCY_PUBLISH, FOREIGN)


def test_require_says_who_could():
    with pytest.raises(NotPermitted, match="Leitung"):
        require(_actor(Role.EDITOR), Action.VACANCY_PUBLISH, OWN)
