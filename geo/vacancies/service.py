"""Every write of units and their occupancy spells.

Each change raises the unit's version, also one that only touches a spell or the place: one number tells whether
somebody else was there first.
"""

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from geo.core import clock
from geo.core.access import Action, Actor
from geo.core.codes import label
from geo.core.errors import Conflict, Invalid, NotFound
from geo.core.history import perform
from geo.core.undo import Part, Root, revert
from geo.places import service as places
from geo.places.model import Place
from geo.places.schemas import place_values
from geo.vacancies import changes, queries
from geo.vacancies.changes import Entry
from geo.vacancies.codes import EMPTY_STATES, STATES
from geo.vacancies.dates import in_words, until_in_words
from geo.vacancies.model import OccupancySpell, Unit
from geo.vacancies.schemas import (
    PUBLISHED_TERMS,
    PublicationInput,
    SpellInput,
    UnitChange,
    UnitInput,
    VacancyInput,
    Verification,
    publication_values,
    unit_values,
)

_PERIOD = ("state", "start", "start_precision", "end", "end_precision")
_SPELL_FACTS = tuple(name for name in SpellInput.__dataclass_fields__ if name not in _PERIOD)
LONGEST_NOTE = 4000
STALE = "Jemand anderes hat diese Nutzungseinheit in der Zwischenzeit geändert."


def create(session: Session, actor: Actor, municipality_id: int, data: VacancyInput) -> Unit:
    """Mark a unit with its place and its state since a day. What was before that day is not known and not invented."""
    with perform(session, actor, Action.VACANCY_CREATE, municipality_id):
        place = places.create_place(session, municipality_id, data.place, public="grid")
        unit = Unit(municipality_id=municipality_id, place_id=place.id, during=Range(None, None))
        fill(unit, data.unit)
        if data.confirmed is not None:
            unit.verified_on, unit.verified_by_kind = data.confirmed.on, data.confirmed.kind
        session.add(unit)
        session.flush()
        spell = OccupancySpell(unit_id=unit.id, municipality_id=municipality_id)
        fill_spell(spell, SpellInput(data.state, data.since, data.precision))
        session.add(spell)
        session.flush()
        settle_stock(session, unit)
    return unit


def update(session: Session, actor: Actor, unit_id: int, version: int, data: UnitChange) -> Unit:
    """Change a unit's facts and its place. Raises `Conflict` with what is stored now when `version` is stale."""
    municipality_id = queries.municipality_of(session, unit_id)
    with perform(session, actor, Action.VACANCY_EDIT, municipality_id):
        unit = _locked(session, unit_id)
        place = places.find_place(session, unit.place_id)
        if unit.version != version or data.place_version not in (None, place.version):
            raise Conflict(STALE, current_values(unit, place), unit.version)
        fill(unit, data.unit)
        touch(unit)
        places.update_place(session, place.id, data.place, public=public_point(session, unit))
    return unit


def current_values(unit: Unit, place: Place) -> dict[str, object]:
    """The values of the form that changes a unit and its place, as they are stored now."""
    return {**unit_values(unit), **place_values(place), "place_version": place.version}


def set_state(session: Session, actor: Actor, unit_id: int, version: int, data: SpellInput) -> Unit:
    """The unit's state from a day on: the running spell ends there and the new one begins."""
    municipality_id = queries.municipality_of(session, unit_id)
    with perform(session, actor, Action.VACANCY_EDIT, municipality_id):
        unit = expected(session, unit_id, version)
        spells = spells_of(session, unit.id)
        last = spells[-1] if spells else None
        if last is not None and first_day(last) >= data.start:
            raise Invalid(
                {
                    "since": f"Ab {in_words(last.during.lower, last.start_precision)} gilt schon"
                    f" „{label(STATES, last.state)}“. Bitte ein späteres Datum wählen oder jenen Abschnitt bearbeiten."
                }
            )
        if last is not None and (last.during.upper is None or last.during.upper > data.start):
            if last.state == data.state and data.occupant in (None, last.occupant):
                raise Invalid({"state": f"Der Zustand ist schon „{label(STATES, last.state)}“."})
            last.during = Range(last.during.lower, data.start)
            last.end_precision, last.end_reason = data.start_precision, data.end_reason or last.end_reason
            session.flush()
        spell = OccupancySpell(unit_id=unit.id, municipality_id=unit.municipality_id)
        fill_spell(spell, SpellInput(**{**vars(data), "end_reason": None}))
        session.add(spell)
        settle_stock(session, unit)
        touch(unit)
    return unit


def add_spell(session: Session, actor: Actor, unit_id: int, version: int, data: SpellInput) -> OccupancySpell:
    """A further period of use, past ones included, where no other one lies."""
    municipality_id = queries.municipality_of(session, unit_id)
    with perform(session, actor, Action.VACANCY_EDIT, municipality_id):
        unit = expected(session, unit_id, version)
        _check_free(spells_of(session, unit.id), data)
        spell = OccupancySpell(unit_id=unit.id, municipality_id=unit.municipality_id)
        fill_spell(spell, data)
        session.add(spell)
        settle_stock(session, unit)
        touch(unit)
    return spell


def update_spell(
    session: Session, actor: Actor, unit_id: int, version: int, data: SpellInput, *, spell_id: int
) -> OccupancySpell:
    """Correct a period of use; `version` is the unit's."""
    municipality_id = queries.municipality_of(session, unit_id)
    with perform(session, actor, Action.VACANCY_EDIT, municipality_id):
        unit = expected(session, unit_id, version)
        spells = spells_of(session, unit.id)
        spell = _one(spells, spell_id)
        _check_free([other for other in spells if other is not spell], data)
        fill_spell(spell, data)
        settle_stock(session, unit)
        touch(unit)
    return spell


def delete_spell(session: Session, actor: Actor, unit_id: int, version: int, *, spell_id: int) -> None:
    """Remove a period of use that was entered by mistake."""
    municipality_id = queries.municipality_of(session, unit_id)
    with perform(session, actor, Action.VACANCY_EDIT, municipality_id):
        unit = expected(session, unit_id, version)
        session.delete(_one(spells_of(session, unit.id), spell_id))
        settle_stock(session, unit)
        touch(unit)


def publish(session: Session, actor: Actor, unit_id: int, version: int, data: PublicationInput) -> Unit:
    """Set what the public may see of a unit, and until when; level 0 and 1 show nothing of it."""
    municipality_id = queries.municipality_of(session, unit_id)
    with perform(session, actor, Action.VACANCY_PUBLISH, municipality_id):
        unit = expected(session, unit_id, version, publication_values)
        if data.level >= 2:
            _check_on_offer(session, unit)
        today = clock.today()
        shown = unit.published_during
        begin = shown.lower if shown is not None and shown.lower and shown.upper and shown.upper > today else today
        unit.publication_level = data.level
        unit.published_during = Range(begin, data.until + timedelta(days=1)) if data.level >= 2 and data.until else None
        unit.consent_kind = data.consent_kind
        unit.public_title, unit.public_title_en = data.title, data.title_en
        unit.public_text, unit.public_text_en = data.text, data.text_en
        for name in PUBLISHED_TERMS:
            if getattr(unit, name) != getattr(data, name):
                setattr(unit, name, getattr(data, name))
        touch(unit)
        session.flush()
        places.set_public_point(session, unit.place_id, public_point(session, unit))
    return unit


def withdraw(session: Session, actor: Actor, unit_id: int, version: int, level: int = 0) -> Unit:
    """Take a unit off the public pages at once, or show only `level` of it; its texts stay for the next time."""
    municipality_id = queries.municipality_of(session, unit_id)
    with perform(session, actor, Action.VACANCY_PUBLISH, municipality_id):
        unit = expected(session, unit_id, version, publication_values)
        unit.publication_level = level
        if level < 2:
            unit.published_during = None
        touch(unit)
        session.flush()
        places.set_public_point(session, unit.place_id, public_point(session, unit))
    return unit


def verify(session: Session, actor: Actor, unit_id: int, version: int, data: Verification) -> Unit:
    """Note that the facts of a unit were confirmed; an older confirmation never replaces a newer one."""
    municipality_id = queries.municipality_of(session, unit_id)
    with perform(session, actor, Action.VACANCY_EDIT, municipality_id):
        unit = expected(session, unit_id, version)
        if unit.verified_on is not None and data.on < unit.verified_on:
            raise Invalid({"verified_on": f"Die Angaben sind schon am {in_words(unit.verified_on)} bestätigt worden."})
        unit.verified_on, unit.verified_by_kind = data.on, data.kind
        touch(unit)
    return unit


def add_note(session: Session, actor: Actor, unit_id: int, version: int, note: str) -> Unit:
    """One more line in the unit's note. Raises `Invalid` when the whole would be longer than the field."""
    municipality_id = queries.municipality_of(session, unit_id)
    with perform(session, actor, Action.VACANCY_EDIT, municipality_id):
        unit = expected(session, unit_id, version)
        whole = f"{unit.note}\n{note}" if unit.note else note
        if len(whole) > LONGEST_NOTE:
            raise Invalid({"note": f"Die Notiz der Nutzungseinheit hätte mehr als {LONGEST_NOTE} Zeichen."})
        unit.note = whole
        touch(unit)
    return unit


def delete(session: Session, actor: Actor, unit_id: int, version: int) -> None:
    """Remove a unit that was entered by mistake, with its spells, and its place if nothing else stands there.

    A unit that was rebuilt or torn down is not deleted: its state is ENTFALLEN.
    """
    municipality_id = queries.municipality_of(session, unit_id)
    with perform(session, actor, Action.VACANCY_DELETE, municipality_id):
        unit = expected(session, unit_id, version)
        place_id = unit.place_id
        session.delete(unit)
        session.flush()
        places.remove_place(session, place_id)


def undo(session: Session, actor: Actor, unit_id: int, change_id: int) -> None:
    """Take back the last change of a unit, its place and its spells; also of one that was just deleted.

    A split or a merger goes back as a whole, with every unit that took part in it; a new building with its first unit;
    a case that was closed with the change is open again.
    """
    root = root_of(session, unit_id)
    for table, row_id in queries.rows_of_change(session, change_id):
        parts = (Part("case_events", "case_id", row_id),) if table == "cases" else ()
        more = root_of(session, row_id) if table == "units" else Root(table, row_id, parts)
        if (table, row_id) != (root.table, root.id):
            root = replace(root, parts=root.parts + more.parts, others=(*root.others, (table, row_id), *more.others))
    revert(session, actor, root, change_id)


def history(session: Session, unit_id: int) -> list[Entry]:
    """Everything that happened to a unit, its spells, its place and its photos, newest first."""
    return changes.history(session, root_of(session, unit_id))


def root_of(session: Session, unit_id: int) -> Root:
    """The unit with everything that belongs to it, for the history and for undoing."""
    place_id = queries.place_of(session, unit_id)
    parts = [
        Part("occupancy_spells", "unit_id", unit_id),
        Part("parcel_links", "unit_id", unit_id),
        Part("floor_plans", "unit_id", unit_id, moves_alone=True),
        Part("unit_successions", "from_unit_id", unit_id),
        Part("unit_successions", "to_unit_id", unit_id),
    ]
    others: list[tuple[str, int]] = []
    if place_id is not None:
        parts.append(Part("photos", "place_id", place_id, moves_alone=True))
        others.append(("places", place_id))
    return Root("units", unit_id, tuple(parts), tuple(others))


def fill(unit: Unit, data: UnitInput) -> None:
    for name, value in vars(data).items():
        if getattr(unit, name) != value:
            setattr(unit, name, value)


def fill_spell(spell: OccupancySpell, data: SpellInput) -> None:
    spell.state = data.state
    spell.during = Range(data.start, data.end)
    spell.start_precision, spell.end_precision = data.start_precision, data.end_precision
    for name in _SPELL_FACTS:
        setattr(spell, name, getattr(data, name))


def touch(unit: Unit) -> None:
    flag_modified(unit, "object_type")


def _locked(session: Session, unit_id: int) -> Unit:
    unit = session.get(Unit, unit_id, with_for_update=True, populate_existing=True)
    if unit is None:
        raise NotFound("Die Nutzungseinheit", unit_id)
    return unit


def expected(session: Session, unit_id: int, version: int, values: object = None) -> Unit:
    unit = _locked(session, unit_id)
    if unit.version != version:
        raise Conflict(STALE, values(unit) if callable(values) else None, unit.version)
    return unit


def spells_of(session: Session, unit_id: int) -> list[OccupancySpell]:
    chosen = select(OccupancySpell).where(OccupancySpell.unit_id == unit_id).order_by(OccupancySpell.during)
    return list(session.scalars(chosen.execution_options(populate_existing=True)))


def first_day(spell: OccupancySpell) -> date:
    """A spell's first day; the database holds that it has one."""
    return spell.during.lower or date.min


def _one(spells: list[OccupancySpell], spell_id: int) -> OccupancySpell:
    for spell in spells:
        if spell.id == spell_id:
            return spell
    raise NotFound("Der Nutzungsabschnitt", spell_id)


def _check_free(others: list[OccupancySpell], data: SpellInput) -> None:
    period = Range(data.start, data.end)
    for other in others:
        if other.during.overlaps(period):
            end = until_in_words(other.during.upper, other.end_precision)
            raise Invalid(
                {
                    "since": f"Der Zeitraum überschneidet sich mit „{label(STATES, other.state)}“, seit"
                    f" {in_words(other.during.lower, other.start_precision)}{f' bis {end}' if end else ''}."
                }
            )


def _check_on_offer(session: Session, unit: Unit) -> None:
    today = clock.today()
    state = next((spell.state for spell in spells_of(session, unit.id) if spell.during.contains(today)), None)
    if state not in (*EMPTY_STATES, "DROHEND"):
        now = f"ist heute „{label(STATES, state)}“" if state else "hat heute keinen bekannten Zustand"
        raise Invalid({"level": f"Öffentlich gezeigt wird nur, was leer steht. Diese Nutzungseinheit {now}."})


def public_point(session: Session, unit: Unit) -> places.PublicPoint:
    """Exact only when every unit that is public at this place may show its address."""
    session.flush()
    levels = session.scalars(
        select(Unit.publication_level).where(Unit.place_id == unit.place_id, Unit.publication_level >= 2)
    ).all()
    return "exact" if levels and min(levels) >= 3 else "grid"


def settle_stock(session: Session, unit: Unit) -> None:
    """The unit is in the stock from its first known day (open where it was open) until it is no more."""
    session.flush()
    spells = spells_of(session, unit.id)
    begin = unit.during.lower
    if begin is not None and spells:
        begin = min(begin, first_day(spells[0]))
    end = spells[-1].during.lower if spells and spells[-1].state == "ENTFALLEN" else None
    if begin is not None and end is not None and end <= begin:
        begin = None
    if (unit.during.lower, unit.during.upper) != (begin, end):
        unit.during = Range(begin, end)
