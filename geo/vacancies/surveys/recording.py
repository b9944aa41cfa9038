"""What was seen on a walk, written once: each entry by its key, through the verbs of `geo.vacancies.service`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.access import Action, Actor
from geo.core.codes import label
from geo.core.errors import Conflict, Invalid, NotFound
from geo.core.history import perform
from geo.core.undo import last_change
from geo.places import photos
from geo.places import service as places
from geo.places.photos import CleanPhoto, PhotoInput, Store
from geo.vacancies import queries as units
from geo.vacancies import service
from geo.vacancies.codes import ON_THE_STREET, STATES
from geo.vacancies.model import OccupancySpell, Unit
from geo.vacancies.schemas import SpellInput, UnitInput, VacancyInput, Verification
from geo.vacancies.surveys import queries
from geo.vacancies.surveys.codes import CHANGING
from geo.vacancies.surveys.model import SurveyEntry, SurveyRound
from geo.vacancies.surveys.schemas import EntryInput
from geo.vacancies.surveys.service import RoundClosed


@dataclass(frozen=True)
class Upload:
    """A photo that came with an entry, made clean, and where photos are kept."""

    photo: CleanPhoto
    store: Store


def record(
    session: Session, actor: Actor, round_id: int, data: EntryInput, upload: Upload | None = None
) -> SurveyEntry:
    """Write an entry. The same key again writes nothing and gives the entry that is there.

    Raises `Conflict` when the unit has changed since the person saw it, `RoundClosed` after the end of the round.
    """
    survey = queries.get(session, round_id)
    with perform(session, actor, Action.SURVEY_EDIT, survey.municipality_id):
        survey = queries.get(session, round_id, locked=True)
        known = queries.find_entry(session, survey.municipality_id, data.key)
        if known is not None:
            return known
        if survey.state != "OFFEN":
            raise RoundClosed
        entry = SurveyEntry(
            municipality_id=survey.municipality_id,
            round_id=survey.id,
            unit_id=data.unit_id,
            key=data.key,
            kind=data.kind,
            account_id=actor.account_id,
            recorded_by=data.recorded_by,
            seen_at=data.seen_at,
            is_applied=not data.keep_theirs,
        )
        if data.kind == "ZURUECK":
            _take_back(session, actor, survey, entry, data)
        else:
            _write(session, actor, survey, entry, data, upload)
        session.add(entry)
        session.flush()
    return entry


def _write(
    session: Session, actor: Actor, survey: SurveyRound, entry: SurveyEntry, data: EntryInput, upload: Upload | None
) -> None:
    if data.kind == "NEU":
        entry.unit_id = _create(session, actor, survey, data)
    else:
        unit = units.get(session, data.unit_id or 0)
        if data.kind == "FOTO":
            entry.photo_id = _keep_photo(session, actor, unit, data, upload)
        elif data.kind in CHANGING and not data.keep_theirs:
            _change(session, actor, survey, unit, data)
    if entry.unit_id is not None and (data.kind == "NEU" or (data.kind in CHANGING and not data.keep_theirs)):
        session.flush()
        entry.change_id = last_change(session, "units", entry.unit_id)


def _change(session: Session, actor: Actor, survey: SurveyRound, unit: Unit, data: EntryInput) -> None:
    version = data.version or 0
    if unit.version != version:
        raise Conflict(service.STALE, version=unit.version)
    if data.kind == "NOTIZ":
        service.add_note(session, actor, unit.id, version, f"{data.day:%d.%m.%Y}: {data.note}")
        return
    if data.kind == "NUTZER":
        _name_occupant(session, actor, unit, data)
        return
    if data.kind != "UNVERAENDERT":
        _set_state(session, actor, survey, unit, data)
    _verify(session, actor, unit.id, data.day)


def _verify(session: Session, actor: Actor, unit_id: int, day: date) -> None:
    session.flush()
    unit = units.get(session, unit_id)
    if unit.verified_on is None or unit.verified_on <= day:
        service.verify(session, actor, unit_id, unit.version, Verification(day, "BEGEHUNG"))


def source_of(survey: SurveyRound) -> str:
    """What a spell that came from this walk names as its source."""
    return f"Begehung „{survey.name}“"


def _set_state(session: Session, actor: Actor, survey: SurveyRound, unit: Unit, data: EntryInput) -> None:
    """What is seen holds from the reference day on, as a survey's states do, and from no earlier day than that.

    A unit whose use changed since the reference day is changed from the day on which it was seen. What this walk
    itself has entered is corrected, not ended.
    """
    spells = sorted(unit.spells, key=lambda one: one.during.lower or date.min)
    last = spells[-1] if spells else None
    begin = _begin(survey, last, data.day)
    new = _seen_spell(survey, data, begin)
    own = last is not None and last.source == new.source and last.during.lower in {begin, data.day}
    if last is not None and own:
        service.update_spell(
            session, actor, unit.id, unit.version, replace(new, start=last.during.lower or begin), spell_id=last.id
        )
    elif last is not None and last.state == new.state and last.during.upper is None:
        if data.kind != "GENUTZT":
            raise Invalid({"": f"Der Zustand ist schon „{label(STATES, last.state)}“."})
        _end_and_begin(session, actor, unit, last, new)
    else:
        service.set_state(session, actor, unit.id, unit.version, new)


def _begin(survey: SurveyRound, last: OccupancySpell | None, seen: date) -> date:
    if survey.reference_day > seen:
        return seen
    free = last is None or (last.during.lower or date.min) < survey.reference_day
    own = last is not None and last.during.lower == survey.reference_day and last.source == source_of(survey)
    return survey.reference_day if free or own else seen


def _seen_spell(survey: SurveyRound, data: EntryInput, begin: date) -> SpellInput:
    """Nobody saw it begin: it began before the day."""
    given = {"sortiment": data.sortiment, "observed_on": data.day}
    known: dict[str, Any] = {name: value for name, value in given.items() if name in SpellInput.__dataclass_fields__}
    return SpellInput(
        state={"LEER": "LEER", "GENUTZT": "GENUTZT", "ENTFALLEN": "ENTFALLEN"}[data.kind],
        start=begin,
        start_precision="VOR",
        occupant=data.occupant,
        source=source_of(survey),
        **known,
    )


def _end_and_begin(session: Session, actor: Actor, unit: Unit, last: OccupancySpell, new: SpellInput) -> None:
    """Somebody else is in it now: one use ends and another one begins."""
    ended = replace(spell_input(last), end=new.start, end_precision="VOR")
    service.update_spell(session, actor, unit.id, unit.version, ended, spell_id=last.id)
    session.flush()
    service.add_spell(session, actor, unit.id, units.get(session, unit.id).version, new)


def _name_occupant(session: Session, actor: Actor, unit: Unit, data: EntryInput) -> None:
    running = next((one for one in unit.spells if one.during.upper is None), None)
    if running is None:
        raise Invalid({"": "Diese Nutzungseinheit hat gerade keinen laufenden Abschnitt."})
    given = {"occupant": data.occupant, "sortiment": data.sortiment}
    columns = SpellInput.__dataclass_fields__
    known: dict[str, Any] = {name: value for name, value in given.items() if name in columns and value}
    service.update_spell(
        session, actor, unit.id, unit.version, replace(spell_input(running), **known), spell_id=running.id
    )


def spell_input(spell: OccupancySpell) -> SpellInput:
    """A stored spell as the form would send it again."""
    columns = set(SpellInput.__dataclass_fields__) - {"start", "end"}
    values = {name: getattr(spell, name) for name in columns}
    return SpellInput(start=spell.during.lower or date.min, end=spell.during.upper, **values)


def _create(session: Session, actor: Actor, survey: SurveyRound, data: EntryInput) -> int:
    new = data.new
    assert new is not None  # noqa: S101 (parsed with the kind)
    on_street = new.object_type in ON_THE_STREET
    facts = UnitInput(
        object_type=new.object_type, floor=0 if on_street else None, is_ground_floor_frontage=on_street, note=data.note
    )
    begin = min(survey.reference_day, data.day)
    made = service.create(
        session, actor, survey.municipality_id, VacancyInput(new.place, facts, new.state, begin, "VOR")
    )
    session.flush()
    made = units.get(session, made.id)
    if data.occupant or data.sortiment:
        _name_occupant(session, actor, made, data)
    _verify(session, actor, made.id, data.day)
    survey.route = _with(survey.route, made.id, data.after_unit_id)
    return made.id


def _with(route: Sequence[int], unit_id: int, after: int | None) -> list[int]:
    at = route.index(after) + 1 if after in route else len(route)
    return [*route[:at], unit_id, *route[at:]]


def _keep_photo(session: Session, actor: Actor, unit: Unit, data: EntryInput, upload: Upload | None) -> int:
    if upload is None:
        raise Invalid({"photo": "Bitte ein Foto auswählen."})
    facts = PhotoInput(
        alt_text=f"{unit.place.address}, aufgenommen am {data.day:%d.%m.%Y} auf einer Begehung",
        author=data.recorded_by or actor.name or "Begehung",
        licence="ALLE-RECHTE",
        taken_on=min(data.day, clock.today()),
    )
    return places.add_photo(session, actor, unit.place_id, facts, photo=upload.photo, store=upload.store).id


def _take_back(session: Session, actor: Actor, survey: SurveyRound, entry: SurveyEntry, data: EntryInput) -> None:
    """Undo an earlier entry with all that it changed. Raises `Conflict` when something newer is there."""
    undone = queries.find_entry(session, survey.municipality_id, data.undoes) if data.undoes else None
    if undone is None or undone.round_id != survey.id or undone.kind == "ZURUECK":
        raise NotFound("Der Eintrag, der zurückgenommen werden soll,")
    if undone.undone_at is not None:
        raise Conflict("Dieser Eintrag ist schon zurückgenommen.")
    entry.unit_id = undone.unit_id
    undone.undone_at = datetime.now(UTC)
    session.flush()
    if undone.photo_id is not None:
        places.remove_photo(session, actor, undone.photo_id, photos.get(session, undone.photo_id).version)
    elif undone.change_id is not None and undone.unit_id is not None:
        if undone.kind == "NEU":
            entry.unit_id = None
            survey.route = [one for one in survey.route if one != undone.unit_id]
            session.flush()
        service.undo(session, actor, undone.unit_id, undone.change_id)
