"""Who may do what: one table. An action's name is the permission asked, the entry in the history and the button shown.

Roles of a town are ordered (a manager may what an editor may); roles of the alliance stand beside each other.
The README's permission table is made from `PERMISSIONS`, and a test compares the two.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from geo.core.errors import NotPermitted


class Role(StrEnum):
    """What a membership makes of a person, from design 1."""

    VIEWER = "viewer"
    EDITOR = "editor"
    MANAGER = "manager"
    PLANNER = "planner"
    CURATOR = "curator"
    REVIEWER = "reviewer"
    OFFICE = "office"
    ADMIN = "admin"


TOWN_ROLES = (Role.VIEWER, Role.EDITOR, Role.MANAGER)
ALLIANCE_ROLES = (Role.PLANNER, Role.CURATOR, Role.REVIEWER, Role.OFFICE, Role.ADMIN)

ROLE_LABELS = {
    Role.VIEWER: "Leseberechtigte Person",
    Role.EDITOR: "Sachbearbeitung",
    Role.MANAGER: "Leitung",
    Role.PLANNER: "AG Klima (Planung)",
    Role.CURATOR: "AG WULIS (Kuration)",
    Role.REVIEWER: "Jury",
    Role.OFFICE: "Geschäftsstelle",
    Role.ADMIN: "Systemverwaltung",
}


class Action(StrEnum):
    """Everything that somebody may be allowed to do."""

    VACANCY_VIEW = "vacancy.view"
    VACANCY_CREATE = "vacancy.create"
    VACANCY_EDIT = "vacancy.edit"
    VACANCY_PUBLISH = "vacancy.publish"
    VACANCY_DELETE = "vacancy.delete"
    SURVEY_EDIT = "survey.edit"
    SEEKER_EDIT = "seeker.edit"
    VACANCY_IMPORT = "vacancy.import"
    VACANCY_TOTALS = "vacancy.totals"
    FIGURES_SHARE = "figures.share"
    CASE_EDIT = "case.edit"
    KOMPASS_EDIT = "kompass.edit"
    OWNER_VIEW = "owner.view"
    OWNER_EDIT = "owner.edit"
    OWNER_WRITE = "owner.write"
    OWNER_ANSWER = "owner.answer"
    OWNER_ERASE = "owner.erase"
    REPORT_EDIT = "report.edit"
    TREE_VIEW = "tree.view"
    STOP_EDIT = "stop.edit"
    FLEET_EDIT = "fleet.edit"
    STAY_EDIT = "stay.edit"
    VISIT_EDIT = "visit.edit"
    VISIT_DECIDE = "visit.decide"
    LETTER_EDIT = "letter.edit"
    FEEDBACK_EDIT = "feedback.edit"
    FEED_EDIT = "feed.edit"
    SCHEDULE_PUBLISH = "schedule.publish"
    APPLICATION_EDIT = "application.edit"
    APPLICATION_CONTACT = "application.contact"
    WATERING_EDIT = "watering.edit"
    RESIDENT_ACT = "resident.act"
    RESIDENT_ERASE = "resident.erase"
    VIEWPOINT_VIEW = "viewpoint.view"
    VIEWPOINT_EDIT = "viewpoint.edit"
    VIEWPOINT_SELECT = "viewpoint.select"
    VIEWPOINT_OPEN = "viewpoint.open"
    VIEWPOINT_FEATURE = "viewpoint.feature"
    TERRAIN_EDIT = "terrain.edit"
    RANKING_TAKE = "ranking.take"
    PILOT_VIEW = "pilot.view"
    PILOT_EDIT = "pilot.edit"
    ALLIANCE_VIEW = "alliance.view"
    ALLIANCE_EDIT = "alliance.edit"
    ALLIANCE_CONTACT = "alliance.contact"
    ALLIANCE_FEED = "alliance.feed"
    CALL_VIEW = "call.view"
    CALL_EDIT = "call.edit"
    CALL_APPLY = "call.apply"
    CALL_HAND_IN = "call.hand_in"
    CALL_REVIEW = "call.review"
    CALL_DECIDE = "call.decide"
    KNOWLEDGE_VIEW = "knowledge.view"
    KNOWLEDGE_PROPOSE = "knowledge.propose"
    KNOWLEDGE_EDIT = "knowledge.edit"
    PHOTO_EDIT = "photo.edit"
    ZONE_EDIT = "zone.edit"
    TOWN_EDIT = "town.edit"
    ADDRESS_EDIT = "address.edit"
    HISTORY_VIEW = "history.view"
    PEOPLE_VIEW = "people.view"
    PEOPLE_EDIT = "people.edit"
    ALLIANCE_PEOPLE_EDIT = "people.edit_alliance"
    ACCOUNT_SELF = "account.self"
    ACCOUNT_SIGN_IN = "account.sign_in"
    ACCOUNT_ERASE = "account.erase"
    MUNICIPALITY_IMPORT = "municipality.import"
    SAMPLE_LOAD = "sample.load"
    SYSTEM_SETUP = "system.setup"


@dataclass(frozen=True)
class Rule:
    """The lowest role of the town that may, and the roles of the alliance that may in every town."""

    town: Role | None
    alliance: frozenset[Role] = frozenset()
    anyone_signed_in: bool = False

    def sentence(self) -> str:
        town = TOWN_ROLES[TOWN_ROLES.index(self.town) :] if self.town else ()
        names = [ROLE_LABELS[role] for role in town]
        if names:
            names[-1] += " der Gemeinde"
        names += [ROLE_LABELS[role] for role in ALLIANCE_ROLES if role in self.alliance]
        return " oder ".join(part for part in (", ".join(names[:-1]), names[-1]) if part) if names else "eine Anmeldung"


def _rule(town: Role | None, *alliance: Role) -> Rule:
    return Rule(town, frozenset(alliance))


PERMISSIONS: dict[Action, Rule] = {
    Action.VACANCY_VIEW: _rule(Role.VIEWER),
    Action.VACANCY_CREATE: _rule(Role.EDITOR),
    Action.VACANCY_EDIT: _rule(Role.EDITOR),
    Action.VACANCY_PUBLISH: _rule(Role.MANAGER),
    Action.VACANCY_DELETE: _rule(Role.MANAGER),
    Action.SURVEY_EDIT: _rule(Role.EDITOR),
    Action.SEEKER_EDIT: _rule(Role.EDITOR),
    Action.VACANCY_IMPORT: _rule(Role.MANAGER),
    Action.VACANCY_TOTALS: _rule(None, Role.OFFICE),
    Action.FIGURES_SHARE: _rule(Role.MANAGER),
    Action.CASE_EDIT: _rule(Role.EDITOR),
    Action.KOMPASS_EDIT: _rule(None, Role.OFFICE),
    Action.OWNER_VIEW: _rule(Role.EDITOR),
    Action.OWNER_EDIT: _rule(Role.EDITOR),
    Action.OWNER_WRITE: _rule(Role.MANAGER),
    Action.OWNER_ANSWER: Rule(None),
    Action.OWNER_ERASE: _rule(Role.MANAGER),
    Action.REPORT_EDIT: _rule(Role.EDITOR),
    Action.TREE_VIEW: _rule(Role.VIEWER, Role.PLANNER, Role.OFFICE),
    Action.STOP_EDIT: _rule(Role.EDITOR, Role.PLANNER),
    Action.FLEET_EDIT: _rule(Role.MANAGER, Role.PLANNER),
    Action.STAY_EDIT: _rule(Role.EDITOR, Role.PLANNER),
    Action.VISIT_EDIT: _rule(Role.EDITOR, Role.PLANNER),
    Action.VISIT_DECIDE: _rule(Role.MANAGER),
    Action.LETTER_EDIT: _rule(Role.MANAGER),
    Action.FEEDBACK_EDIT: _rule(Role.EDITOR),
    Action.FEED_EDIT: _rule(Role.EDITOR, Role.PLANNER),
    Action.SCHEDULE_PUBLISH: _rule(None, Role.PLANNER),
    Action.APPLICATION_EDIT: _rule(Role.EDITOR, Role.PLANNER),
    Action.APPLICATION_CONTACT: _rule(Role.EDITOR),
    Action.WATERING_EDIT: _rule(Role.EDITOR, Role.PLANNER),
    Action.RESIDENT_ACT: Rule(None),
    Action.RESIDENT_ERASE: _rule(Role.MANAGER),
    Action.VIEWPOINT_VIEW: _rule(Role.VIEWER, Role.CURATOR, Role.OFFICE),
    Action.VIEWPOINT_EDIT: _rule(Role.EDITOR, Role.CURATOR),
    Action.VIEWPOINT_SELECT: _rule(None, Role.CURATOR),
    Action.VIEWPOINT_OPEN: _rule(Role.MANAGER, Role.CURATOR),
    Action.VIEWPOINT_FEATURE: _rule(None, Role.CURATOR),
    Action.TERRAIN_EDIT: _rule(None, Role.OFFICE, Role.ADMIN),
    Action.RANKING_TAKE: _rule(Role.EDITOR, Role.PLANNER),
    Action.PILOT_VIEW: _rule(Role.VIEWER, Role.PLANNER, Role.CURATOR, Role.OFFICE),
    Action.PILOT_EDIT: _rule(None, Role.OFFICE),
    Action.ALLIANCE_VIEW: _rule(Role.VIEWER, Role.PLANNER, Role.CURATOR, Role.OFFICE),
    Action.ALLIANCE_EDIT: _rule(None, Role.OFFICE),
    Action.ALLIANCE_CONTACT: _rule(None, Role.OFFICE),
    Action.ALLIANCE_FEED: _rule(Role.VIEWER, Role.PLANNER, Role.CURATOR, Role.OFFICE),
    Action.CALL_VIEW: _rule(Role.VIEWER, Role.REVIEWER, Role.OFFICE),
    Action.CALL_EDIT: _rule(None, Role.OFFICE),
    Action.CALL_APPLY: _rule(Role.EDITOR),
    Action.CALL_HAND_IN: _rule(Role.MANAGER),
    Action.CALL_REVIEW: _rule(None, Role.REVIEWER),
    Action.CALL_DECIDE: _rule(None, Role.OFFICE),
    Action.KNOWLEDGE_VIEW: _rule(Role.VIEWER, *ALLIANCE_ROLES),
    Action.KNOWLEDGE_PROPOSE: _rule(Role.MANAGER, Role.OFFICE),
    Action.KNOWLEDGE_EDIT: _rule(None, Role.OFFICE),
    Action.PHOTO_EDIT: _rule(Role.EDITOR, Role.CURATOR),
    Action.ZONE_EDIT: _rule(Role.MANAGER),
    Action.TOWN_EDIT: _rule(Role.MANAGER),
    Action.ADDRESS_EDIT: _rule(Role.MANAGER),
    Action.HISTORY_VIEW: _rule(Role.VIEWER, Role.PLANNER, Role.CURATOR, Role.OFFICE),
    Action.PEOPLE_VIEW: _rule(Role.MANAGER, Role.ADMIN),
    Action.PEOPLE_EDIT: _rule(Role.MANAGER, Role.ADMIN),
    Action.ALLIANCE_PEOPLE_EDIT: _rule(None, Role.ADMIN),
    Action.ACCOUNT_SELF: Rule(None, anyone_signed_in=True),
    Action.ACCOUNT_SIGN_IN: Rule(None),
    Action.ACCOUNT_ERASE: _rule(None, Role.ADMIN),
    Action.MUNICIPALITY_IMPORT: _rule(None, Role.ADMIN),
    Action.SAMPLE_LOAD: _rule(None, Role.ADMIN),
    Action.SYSTEM_SETUP: Rule(None),
}


@dataclass(frozen=True)
class Membership:
    """A role, in one municipality or (municipality_id None) in the alliance."""

    role: Role
    municipality_id: int | None = None


@dataclass(frozen=True)
class Actor:
    """Who acts: a signed-in person, the system itself, or nobody in particular (the anonymous visitor)."""

    account_id: int | None = None
    name: str = ""
    memberships: tuple[Membership, ...] = ()
    request_id: str = ""
    is_system: bool = False

    @property
    def municipality_ids(self) -> tuple[int, ...]:
        """The towns the actor belongs to, in the order of the memberships."""
        ids = (m.municipality_id for m in self.memberships if m.municipality_id is not None)
        return tuple(dict.fromkeys(ids))

    @property
    def alliance_roles(self) -> frozenset[Role]:
        return frozenset(m.role for m in self.memberships if m.municipality_id is None)

    def role_in(self, municipality_id: int | None) -> Role | None:
        """The actor's highest role in that town."""
        held = [m.role for m in self.memberships if m.municipality_id == municipality_id and m.role in TOWN_ROLES]
        return max(held, key=TOWN_ROLES.index) if municipality_id is not None and held else None


SYSTEM = Actor(name="System", request_id="system", is_system=True)
ANONYMOUS = Actor(request_id="")


def on_behalf(request_id: str) -> Actor:
    """The register itself, for somebody without an account who sent a form or followed a link."""
    return replace(SYSTEM, request_id=request_id)


def may(actor: Actor, action: Action, municipality_id: int | None = None) -> bool:
    """Whether the actor may do this, in this municipality (None: in the alliance as a whole)."""
    if actor.is_system:
        return True
    rule = PERMISSIONS[action]
    if rule.anyone_signed_in:
        return actor.account_id is not None
    if rule.alliance & actor.alliance_roles:
        return True
    held = actor.role_in(municipality_id)
    return rule.town is not None and held is not None and TOWN_ROLES.index(held) >= TOWN_ROLES.index(rule.town)


def require(actor: Actor, action: Action, municipality_id: int | None = None) -> None:
    """Raises `NotPermitted` unless `may`."""
    if not may(actor, action, municipality_id):
        raise NotPermitted(action, PERMISSIONS[action].sentence())


@dataclass(frozen=True)
class Scope:
    """Where an actor may do something: in some towns, or everywhere."""

    everywhere: bool = False
    municipality_ids: tuple[int, ...] = field(default=())


def scope(actor: Actor, action: Action) -> Scope:
    """The municipalities in which the actor may do this."""
    rule = PERMISSIONS[action]
    if actor.is_system or rule.alliance & actor.alliance_roles:
        return Scope(everywhere=True)
    return Scope(municipality_ids=tuple(m for m in actor.municipality_ids if may(actor, action, m)))
