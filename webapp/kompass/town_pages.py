"""A town and the Kompass: its measures, what measures came to over the alliance, and how far it says it is."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action, may
from geo.core.codes import label
from geo.core.errors import Invalid
from geo.core.parsing import Fields
from geo.kompass import scoring
from geo.kompass.model import Matrix
from geo.kompass.wording import title_of
from geo.vacancies.kompass import editions, queries, service
from geo.vacancies.kompass.codes import EFFECTS, HOLDS, STAGES
from geo.vacancies.kompass.schemas import parse_town
from webapp import parameters
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.kompass import case_words, present

LANG = "de"


def here() -> int:
    """The town worked in. Raises `Invalid` where the person has not chosen one."""
    if g.municipality_id is None:
        raise Invalid({"": "Bitte zuerst eine Gemeinde auswählen."})
    return int(g.municipality_id)


@needs(Action.HISTORY_VIEW)
def overview() -> ResponseReturnValue:
    """The measures of the town's cases, what measures came to in all towns, and how far the town is.

    Who works in no town reads the editions.
    """
    if g.municipality_id is None or not may(actor(), Action.VACANCY_VIEW, g.municipality_id):
        return redirect(url_for("kompass_intern.editions"))
    session, town_id, day = staff_session(), here(), parameters.day()
    edition = editions.of_day(session, day)
    found, standing = queries.outcomes(session, day), queries.of_town(session, town_id, day)
    shared, version = queries.shares_outcomes(session, town_id)
    last = queries.town_assessment(session, town_id, day)
    return render_template(
        "kompass/intern/overview.html",
        internal_active="kompass",
        edition=edition,
        day=day,
        today=clock.today(),
        rows=_rows(standing[: queries.MOST], day),
        is_cut=len(standing) > queries.MOST,
        outcomes=[_outcome(edition.matrix, one) for one in found.values()],
        shared=shared,
        version=version,
        may_share=may(actor(), Action.VACANCY_PUBLISH, town_id),
        progress=_progress(edition.matrix, last.given) if last else None,
        last=last,
    )


def _rows(found: Sequence[Any], day: date) -> list[dict[str, Any]]:
    matrices = editions.several(staff_session(), [one.edition_id for one in found])
    return [_row(one, matrices[one.edition_id], day) for one in found]


def _row(one: Any, matrix: Matrix, day: date) -> dict[str, Any]:
    is_begun = one.starts_on is not None and one.starts_on <= day
    stage = "GEPLANT" if not is_begun else "BEENDET" if one.ends_on is not None and one.ends_on <= day else "LAEUFT"
    shape, tone = case_words.MARKS[stage]
    return {
        "case_id": one.case_id,
        "title": title_of(matrix, one.code).de or one.code,
        "where": " ".join(part for part in (one.street, one.house_number) if part) or f"Fall {one.case_id}",
        "stage_label": label(STAGES, stage),
        "shape": shape,
        "tone": tone,
        "starts_on": one.starts_on,
        "ends_on": one.ends_on,
        "effect": (label(EFFECTS, one.effect) or "noch nicht bewertet") if stage == "BEENDET" else "",
        "is_example": one.is_example,
    }


def _outcome(matrix: Matrix, one: queries.Outcome) -> dict[str, Any]:
    return {
        "title": present.named(matrix, one.code, LANG)["title"] or one.code,
        "code": one.code,
        "text": case_words.outcome(one),
        "towns": one.towns,
        "is_example": one.is_example,
    }


def _progress(matrix: Matrix, said: Any) -> dict[str, Any]:
    """How far the town is in each phase, and what is next: the first thing of the first phase that lacks one."""
    shares = dict(scoring.progress(matrix, said))
    phases = []
    for phase in matrix.phases:
        missing = [one for one in phase.statements if said.get(one.code) != "JA"]
        phases.append(
            {
                "number": phase.number,
                "title": phase.title.de,
                "percent": round(100 * shares[phase.number]),
                "is_done": not missing,
                "next": [one.next.de for one in missing],
                "measures": [present.named(matrix, code, LANG) for code in phase.measures],
            }
        )
    return {"phases": phases, "next": next((one for one in phases if not one["is_done"]), None)}


@needs(Action.VACANCY_VIEW)
def town() -> ResponseReturnValue:
    """The eight phases, statement by statement; what was said before is ticked."""
    session, town_id, today = staff_session(), here(), clock.today()
    day = today if request.method == "POST" else parameters.day()
    edition = editions.of_day(session, day)
    last = queries.town_assessment(session, town_id, day)
    values: dict[str, Any] = dict(last.given) if last else {}
    errors: dict[str, str] = {}
    if request.method == "POST":
        values = request.form.to_dict()
        try:
            said, note = parse_town(edition.matrix, request.form)
            service.assess_town(session, actor(), town_id, said, note)
            flash("Die Selbsteinschätzung ist gespeichert.", "good")
            return redirect(url_for("kompass_intern.town"), 303)
        except Invalid as refused:
            errors = refused.fields
    page = render_template(
        "kompass/intern/town.html",
        internal_active="kompass",
        phases=edition.matrix.phases,
        holds=[(code, names[0]) for code, names in HOLDS.items()],
        values=values,
        errors=errors,
        labels={one.code: one.text.de for one in edition.matrix.statements()},
        progress=_progress(edition.matrix, last.given) if last else None,
        last=last,
        earlier=[
            (one.on_day, round(100 * _whole(edition.matrix, one.given)), one.note)
            for one in queries.town_assessments(session, town_id, day)
        ],
        day=day,
        today=today,
        may_edit=day == today and may(actor(), Action.CASE_EDIT, town_id),
    )
    return page, 422 if errors else 200


def _whole(matrix: Matrix, said: Any) -> float:
    shares = [share for _, share in scoring.progress(matrix, said)]
    return sum(shares) / len(shares)


@needs(Action.VACANCY_PUBLISH)
def share() -> ResponseReturnValue:
    """Let the town be named where measures worked, or no more."""
    fields = Fields(request.form)
    wanted = fields.choice("nennen", ("ja", "nein"), required=True) == "ja"
    fields.check()
    service.share_outcomes(staff_session(), actor(), here(), fields.version(), is_shared=wanted)
    flash("Die Stadt wird jetzt genannt." if wanted else "Die Stadt wird nicht mehr genannt.", "good")
    return redirect(url_for("kompass_intern.overview"), 303)
