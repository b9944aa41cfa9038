"""What the public may see of a unit: the ladder from figures only to the full exposé."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action
from geo.core.errors import Conflict, Invalid
from geo.owners.queries import require_consent
from geo.vacancies import queries, service
from geo.vacancies.schemas import parse_publication, publication_values
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.vacancies import present
from webapp.vacancies.forms import PUBLICATION_LABELS, choices, compared, refusal, saved, typed, version

LEVELS = (
    ("0", "nur intern", "Niemand außerhalb der Stadtverwaltung sieht diese Einheit."),
    ("1", "nur in Zahlen", "Zählt auf der Seite „Leerstand in Zahlen“ in Summen ab fünf mit; erscheint nicht einzeln."),
    ("2", "Straße und Größe", "Straße ohne Hausnummer, Größenklasse, ungefähre Lage; kein Foto."),
    ("3", "Adresse und Eckdaten", "Genaue Lage, Eckdaten, Beschreibung, freigegebene Fotos."),
    ("4", "vollständiges Exposé", "Wie „Adresse und Eckdaten“, dazu die Miete."),
)


@needs(Action.VACANCY_PUBLISH)
def publish(unit_id: int) -> ResponseReturnValue:
    """Choose the level, until when, on what ground, and the texts."""
    unit = queries.get(staff_session(), unit_id)
    values: dict[str, Any] = {**publication_values(unit), "version": unit.version}
    errors: dict[str, str] = {}
    if request.method == "POST":
        values = typed(request.form)
        try:
            data = parse_publication(request.form)
            require_consent(staff_session(), unit, data, clock.today())
            service.publish(staff_session(), actor(), unit_id, version(), data)
            return saved(unit_id)
        except Invalid as error:
            errors = refusal(error)["errors"]
        except Conflict as error:
            staff_session().rollback()
            sides = compared(PUBLICATION_LABELS, values, error.theirs, {"units": (unit_id, version())})
            return _conflict(unit_id, error, sides)
    unit = queries.get(staff_session(), unit_id)
    page = render_template(
        "vacancies/intern_publish.html",
        internal_active=present.KIND,
        unit=unit,
        title=present.stored_title(unit),
        values=values,
        errors=errors,
        labels=PUBLICATION_LABELS,
        levels=LEVELS,
        choices=choices(),
        today=clock.today(),
    )
    return page, 422 if errors else 200


def _conflict(unit_id: int, error: Conflict, sides: dict[str, Any]) -> ResponseReturnValue:
    entries = service.history(staff_session(), unit_id)
    page = render_template(
        "vacancies/intern_conflict.html",
        internal_active=present.KIND,
        back=url_for("vacancies_intern.show", unit_id=unit_id),
        message=str(error),
        last=entries[0] if entries else None,
        version=error.version,
        place_version=None,
        action=url_for("vacancies_intern.publish", unit_id=unit_id),
        **sides,
    )
    return page, 409


@needs(Action.VACANCY_PUBLISH)
def withdraw(unit_id: int) -> ResponseReturnValue:
    """Off the public pages at once."""
    service.withdraw(staff_session(), actor(), unit_id, version())
    return saved(unit_id)
