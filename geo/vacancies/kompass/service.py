"""Every write of the Kompass at work: assess a case, its measures, a town's look at itself."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.access import Action, Actor
from geo.core.errors import STALE, Conflict, Invalid, NotFound
from geo.core.history import perform
from geo.core.undo import Root, revert
from geo.kompass.scoring import Answers
from geo.vacancies.cases import queries as cases
from geo.vacancies.freshness.model import TownSettings
from geo.vacancies.freshness.service import settings_of
from geo.vacancies.kompass import editions, queries
from geo.vacancies.kompass.model import CaseAssessment, CaseMeasure, TownAssessment
from geo.vacancies.kompass.schemas import MEASURE_LABELS, MeasureInput, measure_values


def assess(session: Session, actor: Actor, case_id: int, edition_id: int | None, answers: Answers) -> CaseAssessment:
    """Keep the answers about a case as of today, with the legal areas at its place and the edition in force.

    Raises `Conflict` when another edition than `edition_id` is in force by now: its questions may be others.
    """
    found = cases.get(session, case_id)
    if not answers:
        raise Invalid({"": "Bitte mindestens eine Frage beantworten."})
    with perform(session, actor, Action.CASE_EDIT, found.municipality_id):
        edition = editions.in_force(session, actor)
        if edition_id is not None and edition.id != edition_id:
            raise Conflict("Inzwischen gilt eine neue Ausgabe des Kompasses. Bitte die Antworten noch einmal ansehen.")
        today = clock.today()
        made = CaseAssessment(
            municipality_id=found.municipality_id,
            case_id=case_id,
            edition_id=edition.id,
            on_day=today,
            answers={key: list(codes) for key, codes in answers.items() if codes},
            areas=queries.legal_areas(session, found.unit_id, today, list(edition.matrix.by_area)),
        )
        session.add(made)
    return made


def add_measure(session: Session, actor: Actor, case_id: int, data: MeasureInput) -> CaseMeasure:
    """A measure as a task of a case."""
    found = cases.get(session, case_id)
    with perform(session, actor, Action.CASE_EDIT, found.municipality_id):
        edition = editions.in_force(session, actor)
        if data.code not in edition.matrix.by_code:
            raise Invalid({"code": "Diese Maßnahme gibt es im Kompass nicht."})
        made = CaseMeasure(municipality_id=found.municipality_id, case_id=case_id, edition_id=edition.id)
        _fill(made, data)
        session.add(made)
    return made


def change_measure(session: Session, actor: Actor, measure_id: int, version: int, data: MeasureInput) -> CaseMeasure:
    """Change a measure. Raises `Conflict` with what is stored now when `version` is stale."""
    municipality_id = queries.measure(session, measure_id).municipality_id
    with perform(session, actor, Action.CASE_EDIT, municipality_id):
        found = _expected(session, measure_id, version)
        _fill(found, data)
    return found


def delete_measure(session: Session, actor: Actor, measure_id: int, version: int) -> int:
    """Remove a measure that was entered by mistake or will not be begun; its case's id."""
    municipality_id = queries.measure(session, measure_id).municipality_id
    with perform(session, actor, Action.CASE_EDIT, municipality_id):
        found = _expected(session, measure_id, version)
        session.delete(found)
        return found.case_id


def undo_measure(session: Session, actor: Actor, measure_id: int, change_id: int) -> None:
    """Take back the last change of a measure; also of one that was just deleted."""
    revert(session, actor, Root("case_measures", measure_id), change_id)


def assess_town(
    session: Session, actor: Actor, municipality_id: int, given: Mapping[str, str], note: str | None
) -> TownAssessment:
    """Keep what a town says of itself as of today."""
    with perform(session, actor, Action.CASE_EDIT, municipality_id):
        edition = editions.in_force(session, actor)
        made = TownAssessment(municipality_id=municipality_id, edition_id=edition.id, on_day=clock.today(), note=note)
        made.given = dict(given)
        session.add(made)
    return made


def share_outcomes(session: Session, actor: Actor, municipality_id: int, version: int, *, is_shared: bool) -> None:
    """Let the town be named with outcomes, or no more. Raises `Conflict` when the settings changed since `version`."""
    with perform(session, actor, Action.VACANCY_PUBLISH, municipality_id):
        row = settings_of(session, municipality_id)
        if (row.version if row is not None else 0) != version:
            raise Conflict("Jemand anderes hat diese Einstellungen in der Zwischenzeit geändert.")
        if row is None:
            session.add(TownSettings(municipality_id=municipality_id, outcomes_shared=is_shared))
        elif row.outcomes_shared != is_shared:
            row.outcomes_shared = is_shared


def _fill(measure: CaseMeasure, data: MeasureInput) -> None:
    for name in MEASURE_LABELS:
        if getattr(measure, name) != getattr(data, name):
            setattr(measure, name, getattr(data, name))


def _expected(session: Session, measure_id: int, version: int) -> CaseMeasure:
    found = session.get(CaseMeasure, measure_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound("Die Maßnahme", measure_id)
    if found.version != version:
        raise Conflict(STALE, {**measure_values(found)}, found.version)
    return found
