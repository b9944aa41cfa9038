"""What the town sets for itself: for how many days a confirmation holds, and whether its vacancy rate is public."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.core.access import Action
from geo.core.codes import label
from geo.core.errors import Conflict, Invalid
from geo.core.history import Change
from geo.core.parsing import Fields
from geo.vacancies.citizens import queries as reports
from geo.vacancies.codes import STATES
from geo.vacancies.figures import alliance_sharing
from geo.vacancies.figures import public as public_figures
from geo.vacancies.figures.levels import LEVELS
from geo.vacancies.freshness import service as freshness
from geo.vacancies.freshness.rules import DAYS, MOST_DAYS, UNKNOWN
from geo.vacancies.portfolio import service as portfolio
from geo.vacancies.portfolio.schemas import CONTACT_LABELS, parse_contact
from webapp import parameters
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.vacancies import present
from webapp.vacancies.forms import refusal, town, typed, version

PUBLIC, PUBLIC_LABEL = "rates_public", "Leerstandsquote öffentlich"
LABELS = {
    column: "Zustand unbekannt" if state == UNKNOWN else label(STATES, state) for state, (column, _) in DAYS.items()
}


@needs(Action.TOWN_EDIT)
def settings() -> ResponseReturnValue:
    """The days by state, whom founders ask, and who changed what."""
    here = town()
    if request.method == "GET":
        return _page()
    values = typed(request.form)
    try:
        freshness.set_days(staff_session(), actor(), here, version(), freshness.parse(request.form))
        return redirect(url_for("vacancies_intern.settings", gespeichert=1), 303)
    except Invalid as error:
        return _page(values, refusal(error)["errors"]), 422
    except Conflict as error:
        staff_session().rollback()
        stored = freshness.of_town(staff_session(), here)
        now = ", ".join(f"{LABELS[column]} {stored.days[state]}" for state, (column, _) in DAYS.items())
        return _page(values, {"": f"{error} Jetzt gilt in Tagen: {now}. Ihre Eingaben stehen noch im Formular."}), 409


def _page(
    values: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    *,
    contact: dict[str, Any] | None = None,
    contact_errors: dict[str, str] | None = None,
) -> str:
    here = town()
    stored = freshness.of_town(staff_session(), here)
    days = {column: stored.days[state] for state, (column, _) in DAYS.items()}
    return render_template(
        "vacancies/intern_settings.html",
        internal_active=present.KIND,
        values={**(values or days), "version": stored.version},
        errors=errors or {},
        fields=[(column, LABELS[column], days) for column, days in DAYS.values()],
        labels=LABELS,
        most=MOST_DAYS,
        contact=contact or _contact_values(),
        contact_errors=contact_errors or {},
        contact_labels=CONTACT_LABELS,
        reports=reports.settings_of(staff_session(), here),
        rates=public_figures.is_public(staff_session(), here),
        shared=LEVELS[alliance_sharing.of_town(staff_session(), here).level][0],
        entries=[one for change in freshness.changes(staff_session(), here) if (one := _entry(change))["changes"]],
        was_saved=parameters.flag("gespeichert"),
    )


def _contact_values() -> dict[str, Any]:
    known = freshness.settings_of(staff_session(), town())
    return {name: getattr(known, name) or "" if known is not None else "" for name in CONTACT_LABELS}


@needs(Action.TOWN_EDIT)
def contact() -> ResponseReturnValue:
    """Say whom founders ask: it stands on every exposé of the town."""
    try:
        portfolio.set_contact(staff_session(), actor(), town(), version(), parse_contact(request.form))
    except Invalid as error:
        return _page(contact=typed(request.form), contact_errors=refusal(error)["errors"]), 422
    except Conflict as error:
        staff_session().rollback()
        sentence = f"{error} Ihre Eingaben stehen noch im Formular."
        return _page(contact=typed(request.form), contact_errors={"": sentence}), 409
    flash("Gespeichert.", "good")
    return redirect(url_for("vacancies_intern.settings"), 303)


@needs(Action.VACANCY_PUBLISH)
def rates() -> ResponseReturnValue:
    """Let the public read the town's rate, or no more."""
    fields = Fields(request.form)
    wanted = fields.choice("rates_public", ("ja", "nein"), required=True) == "ja"
    fields.check()
    public_figures.set_public(staff_session(), actor(), town(), version(), is_public=wanted)
    flash(_said(wanted), "good")
    return redirect(url_for("vacancies_intern.settings"), 303)


def _said(is_public: bool) -> str:
    return (
        "Die Leerstandsquote der Stadt ist jetzt öffentlich."
        if is_public
        else "Die Leerstandsquote der Stadt ist nicht mehr öffentlich."
    )


def _entry(change: Change) -> dict[str, Any]:
    fields = [
        field
        for field in change.fields
        if field.name in {**LABELS, **CONTACT_LABELS} or (field.name == PUBLIC and field.new != field.old)
    ]
    if change.operation == "INSERT":
        fields = [field for field in fields if field.name != PUBLIC or field.new]
    return {
        "at": change.changed_at,
        "who": change.actor,
        "action": "Einstellungen geändert",
        "changes": [
            {"field": PUBLIC_LABEL, "old": _yes(one.old), "new": _yes(one.new)}
            if one.name == PUBLIC
            else {"field": CONTACT_LABELS[one.name], "old": one.old, "new": one.new}
            if one.name in CONTACT_LABELS
            else {"field": LABELS[one.name], "old": _days(one.old), "new": _days(one.new)}
            for one in fields
        ],
    }


def _yes(value: Any) -> str | None:
    return None if value is None else "ja" if value else "nein"


def _days(value: Any) -> str | None:
    return None if value is None else f"{value} Tage"
