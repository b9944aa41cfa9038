"""Every write of cases. Each step raises the version, and is kept as a row that says how the case stood afterwards."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from geo.accounts import links
from geo.core import clock
from geo.core.access import Action, Actor
from geo.core.codes import label
from geo.core.errors import Conflict, Invalid, NotFound
from geo.core.history import perform
from geo.core.undo import Part, Root, revert
from geo.vacancies import service as units
from geo.vacancies.cases import queries, rules
from geo.vacancies.cases.codes import CASE_STATES, ENDED, HELD, RESULTS
from geo.vacancies.cases.model import SNAPSHOT, Case, CaseEvent, CaseFeed, CaseSettings
from geo.vacancies.cases.schemas import Closing, Opening, Step
from geo.vacancies.codes import STATES
from geo.vacancies.dates import in_words
from geo.vacancies.model import OccupancySpell
from geo.vacancies.queries import municipality_of as municipality_of_unit
from geo.vacancies.schemas import SpellInput

LONGEST_LABEL = 120
_SPELL_PERIOD = ("state", "start", "start_precision", "end", "end_precision")
_SPELL_FACTS = tuple(name for name in SpellInput.__dataclass_fields__ if name not in _SPELL_PERIOD)
STALE = "Jemand anderes hat diesen Fall in der Zwischenzeit geändert."


def open_case(session: Session, actor: Actor, unit_id: int, data: Opening) -> Case:
    """Begin the work on a unit. Raises `NotFound`, `Conflict` when it has an open case, `Invalid` for a stranger."""
    municipality_id = municipality_of_unit(session, unit_id)
    with perform(session, actor, Action.CASE_EDIT, municipality_id):
        there = queries.open_of_unit(session, unit_id)
        if there is not None:
            raise Conflict("Zu dieser Nutzungseinheit gibt es schon einen offenen Fall.", version=there.id)
        _check_responsible(session, municipality_id, data.responsible_id)
        if data.state not in rules.FIRST:
            raise Invalid({"state": "Ein Fall beginnt gemeldet oder geprüft."})
        made = Case(municipality_id=municipality_id, unit_id=unit_id, state=data.state, opened_on=data.on)
        made.responsible_id, made.priority = data.responsible_id, data.priority
        made.next_action, made.next_action_on = data.next_action, data.next_action_on
        session.add(made)
        session.flush()
        _note_step(session, actor, made, "EROEFFNET", data.on, data.note)
    return made


def record(session: Session, actor: Actor, case_id: int, version: int, data: Step) -> Case:
    """A step of the work: another state, another person, another next action, or only a note.

    Raises `Conflict` when somebody was faster, `Invalid` for a step that the states do not allow or that is none.
    """
    municipality_id = queries.municipality_of(session, case_id)
    with perform(session, actor, Action.CASE_EDIT, municipality_id):
        case = expected(session, case_id, version)
        if data.responsible_id != case.responsible_id:
            _check_responsible(session, municipality_id, data.responsible_id)
        _take(session, actor, case, data, queries.last_day(session, case.id))
    return case


def record_many(
    session: Session, actor: Actor, municipality_id: int, versions: Mapping[int, int], step: Callable[[Step], Step]
) -> None:
    """A step of each of these cases of a town, made from how it stands; in a few statements. Raises as `record`."""
    with perform(session, actor, Action.CASE_EDIT, municipality_id):
        locked, last = queries.locked(session, sorted(versions)), queries.last_days(session, sorted(versions))
        if {case.id: case.version for case in locked} != dict(versions):
            raise Conflict(STALE)
        steps = [(case, step(step_of(case))) for case in locked]
        for who in {data.responsible_id for case, data in steps if data.responsible_id != case.responsible_id}:
            _check_responsible(session, municipality_id, who)
        for case, data in steps:
            _take(session, actor, case, data, last.get(case.id))


def _take(session: Session, actor: Actor, case: Case, data: Step, last: date | None) -> None:
    """One step of a case that is locked; `last` is the day of the one before. Raises `Invalid`."""
    if case.state in ENDED:
        raise Invalid({"": "Der Fall ist abgeschlossen. Bitte zuerst wieder eröffnen."})
    _check_day(last, data.on)
    if data.state == "BLOCKIERT" and data.blocked_kind is None:
        raise Invalid({"blocked_kind": "Bitte angeben, woran es liegt."})
    if data.done and (data.next_action, data.next_action_on) == (case.next_action, case.next_action_on):
        data = replace(data, next_action=None, next_action_on=None)
    kind = _kind(case, data)
    if kind is None:
        raise Invalid({"": "Es hat sich nichts geändert. Bitte einen Schritt oder eine Notiz angeben."})
    if data.state != case.state:
        _move(case, data.state)
    case.blocked_kind = data.blocked_kind if data.state == "BLOCKIERT" else None
    case.responsible_id, case.priority = data.responsible_id, data.priority
    case.next_action, case.next_action_on = data.next_action, data.next_action_on
    _touch(case)
    _note_step(session, actor, case, kind, data.on, data.note)


def step_of(case: Case, on: date | None = None) -> Step:
    """The case as it stands, as a step that changes nothing: for those that change one thing of it."""
    return Step(
        on=on or clock.today(),
        state=case.state,
        blocked_kind=case.blocked_kind,
        responsible_id=case.responsible_id,
        priority=case.priority,
        next_action=case.next_action,
        next_action_on=case.next_action_on,
    )


def assign(session: Session, actor: Actor, case_id: int, version: int, responsible_id: int | None) -> Case:
    """Another person is responsible from today on; None: nobody is."""
    case = queries.get(session, case_id)
    return record(session, actor, case_id, version, replace(step_of(case), responsible_id=responsible_id))


def set_next_action(session: Session, actor: Actor, case_id: int, version: int, action: str, on: date) -> Case:
    """What is to be done next, and until when."""
    case = queries.get(session, case_id)
    data = replace(step_of(case), next_action=action, next_action_on=on)
    return record(session, actor, case_id, version, data)


def move(
    session: Session,
    actor: Actor,
    case_id: int,
    version: int,
    to: str,
    *,
    on: date | None = None,
    blocked_kind: str | None = None,
    note: str | None = None,
) -> Case:
    """Another state of the work from a day on (today); for a case that is held, the state that it had goes on."""
    case = queries.get(session, case_id)
    data = replace(step_of(case, on), state=to, blocked_kind=blocked_kind, note=note)
    return record(session, actor, case_id, version, data)


def close(session: Session, actor: Actor, case_id: int, version: int, data: Closing, unit_version: int) -> Case:
    """End a case with its result; the unit's use is changed with it where it does not fit the result yet.

    A report that nobody has worked on is dismissed as never vacant. Raises `Invalid` for a result that the use does
    not fit, `Conflict` when case or unit were changed meanwhile.
    """
    municipality_id = queries.municipality_of(session, case_id)
    with perform(session, actor, Action.CASE_EDIT, municipality_id):
        case = expected(session, case_id, version)
        _check_day(queries.last_day(session, case.id), data.on)
        never = data.result == "WAR_NIE_LEER"
        dismissed = rules.may_dismiss(case.state, case.resumes_as)
        if not rules.may_close(case.state, case.resumes_as) and not (never and dismissed):
            if case.state in ENDED:
                raise Conflict("Der Fall ist schon abgeschlossen.", version=case.version)
            raise Invalid(
                {"result": "Ein gemeldeter Fall wird zuerst geprüft; verwerfen lässt er sich mit „war nie leer“."}
            )
        _change_use(session, actor, case, data, unit_version)
        ended = "VERWORFEN" if dismissed else "ABGESCHLOSSEN"
        case.state, case.resumes_as = ended, case.resumes_as or case.state
        case.blocked_kind = case.next_action = case.next_action_on = None
        case.result, case.closed_on = data.result, data.on
        _note_step(session, actor, case, ended, data.on, data.note)
    return case


def reopen(session: Session, actor: Actor, case_id: int, version: int, on: date, note: str | None) -> Case:
    """Take a case that has ended up again where it stood; it keeps its number. Raises `Conflict` beside an open one."""
    municipality_id = queries.municipality_of(session, case_id)
    with perform(session, actor, Action.CASE_EDIT, municipality_id):
        case = expected(session, case_id, version)
        if case.state not in ENDED or case.resumes_as is None:
            raise Conflict("Der Fall ist offen.", version=case.version)
        other = queries.open_of_unit(session, case.unit_id)
        if other is not None:
            raise Conflict("Zu dieser Nutzungseinheit gibt es inzwischen einen anderen offenen Fall.", version=other.id)
        _check_day(queries.last_day(session, case.id), on)
        case.state, case.resumes_as = case.resumes_as, None
        case.result = case.closed_on = None
        _note_step(session, actor, case, "WIEDEREROEFFNET", on, note)
    return case


def set_type(session: Session, actor: Actor, case_id: int, version: int, kind: str | None, reason: str | None) -> Case:
    """Say another type of vacancy than the derived one, with a reason; None takes the derived one again."""
    municipality_id = queries.municipality_of(session, case_id)
    with perform(session, actor, Action.CASE_EDIT, municipality_id):
        case = expected(session, case_id, version)
        if (kind, reason) == (case.type_override, case.type_reason):
            raise Invalid({"type_override": "Das gilt schon."})
        case.type_override, case.type_reason = kind, reason
        _note_step(session, actor, case, "TYP", _today_or_last(session, case), reason)
    return case


def set_limits(session: Session, actor: Actor, municipality_id: int, version: int, values: dict[str, int]) -> None:
    """Set the town's thresholds of the types. Raises `Conflict` when somebody else did since `version`."""
    with perform(session, actor, Action.TOWN_EDIT, municipality_id):
        row = queries.settings_of(session, municipality_id)
        if (row.version if row is not None else 0) != version:
            raise Conflict("Jemand anderes hat diese Einstellungen in der Zwischenzeit geändert.")
        if row is None:
            session.add(CaseSettings(municipality_id=municipality_id, **values))
            return
        for column, value in values.items():
            if getattr(row, column) != value:
                setattr(row, column, value)


def make_feed(
    session: Session, actor: Actor, municipality_id: int, name: str, responsible_id: int | None
) -> tuple[CaseFeed, str]:
    """A new calendar of the town's follow-ups, or of one person's; with its secret, which is kept nowhere."""
    name = name.strip()
    if not 0 < len(name) <= LONGEST_LABEL:
        raise Invalid({"label": f"Bitte einen Namen mit höchstens {LONGEST_LABEL} Zeichen angeben."})
    with perform(session, actor, Action.CASE_EDIT, municipality_id):
        _check_responsible(session, municipality_id, responsible_id)
        token, hashed = links.make(municipality_id)
        made = CaseFeed(municipality_id=municipality_id, label=name, secret_sha256=hashed)
        made.responsible_id = responsible_id
        session.add(made)
    return made, token


def revoke_feed(session: Session, actor: Actor, feed_id: int, version: int) -> CaseFeed:
    """Let an address lead nowhere from now on. Raises `NotFound`, `Conflict`."""
    found = session.get(CaseFeed, feed_id)
    if found is None:
        raise NotFound("Der Kalender", feed_id)
    with perform(session, actor, Action.CASE_EDIT, found.municipality_id):
        if found.version != version:
            raise Conflict("Jemand anderes hat diese Adresse in der Zwischenzeit geändert.", version=found.version)
        found.revoked_at = datetime.now(UTC)
    return found


def undo(session: Session, actor: Actor, case_id: int, change_id: int) -> None:
    """Take back the last step of a case, with the change of the unit's use that was made in it.

    Raises `Conflict` for the opening of a case on which an assessment, a measure or a report hangs.
    """
    if queries.begun_and_used(session, change_id):
        raise Conflict(
            "Am Fall hängen schon eine Einschätzung, Maßnahmen oder eine Meldung. Er lässt sich abschließen."
        )
    root = root_of(case_id)
    for unit_id in queries.units_of_change(session, change_id):
        more = units.root_of(session, unit_id)
        root = replace(root, parts=root.parts + more.parts, others=(*root.others, ("units", unit_id), *more.others))
    revert(session, actor, root, change_id)


def root_of(case_id: int) -> Root:
    """The case with its steps, for the history and for undoing."""
    return Root("cases", case_id, (Part("case_events", "case_id", case_id),))


def expected(session: Session, case_id: int, version: int) -> Case:
    """The case, locked. Raises `NotFound`, `Conflict` when it is no more in that version."""
    case = session.get(Case, case_id, with_for_update=True, populate_existing=True)
    if case is None:
        raise NotFound("Der Fall", case_id)
    if case.version != version:
        raise Conflict(STALE, version=case.version)
    return case


def _move(case: Case, to: str) -> None:
    """Into another open state; what it goes back to is kept while it is held. Raises `Invalid`."""
    resumes = case.resumes_as or case.state
    if to in HELD and rules.may_hold(case.state, to):
        case.state, case.resumes_as = to, resumes
        return
    if to in HELD or not rules.may_move(case.state, to, case.resumes_as):
        possible = [label(CASE_STATES, one) for one in rules.next_states(case.state, case.resumes_as)]
        raise Invalid(
            {
                "state": f"Von „{label(CASE_STATES, case.state)}“ geht es nicht zu „{label(CASE_STATES, to)}“."
                f" Möglich: {', '.join(f'„{one}“' for one in possible)}."
            }
        )
    case.state, case.resumes_as = to, None


def _kind(case: Case, data: Step) -> str | None:
    """What a step is called; None for one that changes nothing."""
    if data.state != case.state:
        return data.state if data.state in HELD else "FORTGESETZT" if case.state in HELD else "STAND"
    if data.blocked_kind != case.blocked_kind:
        return "BLOCKIERT"
    if data.done:
        return "ERLEDIGT"
    if (data.next_action, data.next_action_on) != (case.next_action, case.next_action_on):
        return "SCHRITT"
    if data.responsible_id != case.responsible_id:
        return "ZUSTAENDIG"
    if data.priority != case.priority:
        return "VORRANG"
    return "NOTIZ" if data.note else None


def _note_step(session: Session, actor: Actor, case: Case, kind: str, on: date, note: str | None) -> None:
    session.flush()
    snapshot = {name: getattr(case, name) for name in SNAPSHOT}
    step = CaseEvent(municipality_id=case.municipality_id, case_id=case.id, on_day=on, kind=kind, note=note, **snapshot)
    step.account_id = actor.account_id
    session.add(step)


def _touch(case: Case) -> None:
    """A step raises the version, also one that is only a note."""
    flag_modified(case, "state")


def _check_day(last: date | None, on: date) -> None:
    """A step comes after the ones before it. Raises `Invalid`."""
    if last is not None and on < last:
        raise Invalid(
            {"on": f"Der letzte Schritt war am {in_words(last)}. Bitte diesen Tag oder einen späteren angeben."}
        )


def _today_or_last(session: Session, case: Case) -> date:
    return max(clock.today(), queries.last_day(session, case.id) or case.opened_on)


def _check_responsible(session: Session, municipality_id: int, account_id: int | None) -> None:
    if account_id is not None and account_id not in dict(queries.people(session, municipality_id)):
        raise Invalid({"responsible_id": "Diese Person arbeitet nicht in dieser Gemeinde."})


def _change_use(session: Session, actor: Actor, case: Case, data: Closing, unit_version: int) -> None:
    """The unit's use as the result needs it, which is new since the case began. Raises `Invalid`, `Conflict`."""
    unit_id = case.unit_id
    last = next(iter(reversed(units.spells_of(session, unit_id))), None)
    fitting = rules.FITTING[data.result]
    if data.state is None or (last is not None and last.state == data.state):
        fits = last is not None and last.state in fitting and last.during.upper is None
        if last is not None and fits and (data.result == "WAR_NIE_LEER" or queries.is_new_use(session, case, last)):
            return
        names = ", ".join(f"„{label(STATES, one)}“" for one in fitting)
        now = f"ist „{label(STATES, last.state)}“" if last is not None else "hat keinen bekannten Zustand"
        now += ", und das schon länger als der Fall" if fits else ""
        raise Invalid(
            {"use": f"Die Nutzungseinheit {now}. Zu „{label(RESULTS, data.result)}“ gehört eine neue Nutzung: {names}."}
        )
    if data.state not in fitting:
        names = ", ".join(f"„{label(STATES, one)}“" for one in fitting)
        raise Invalid({"use": f"Zu „{label(RESULTS, data.result)}“ passt diese Nutzung nicht. Möglich: {names}."})
    if data.result == "WAR_NIE_LEER" and last is not None:
        _correct(session, actor, last, data, unit_version)
        return
    if data.since is None:
        raise Invalid({"since": "Bitte angeben, seit wann."})
    use = SpellInput(data.state, data.since, data.precision, occupant=data.occupant)
    units.set_state(session, actor, unit_id, unit_version, use)


def _correct(session: Session, actor: Actor, spell: OccupancySpell, data: Closing, unit_version: int) -> None:
    """What was never vacant was so from the beginning: the last period of use is corrected, not ended."""
    stored = {name: getattr(spell, name) for name in _SPELL_FACTS} | {"occupant": data.occupant or spell.occupant}
    right = SpellInput(
        data.state or "",
        units.first_day(spell),
        spell.start_precision,
        spell.during.upper,
        spell.end_precision,
        **stored,
    )
    units.update_spell(session, actor, spell.unit_id, unit_version, right, spell_id=spell.id)
