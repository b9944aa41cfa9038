"""The printed report of the town's vacancy: made in the background, kept with the town's other jobs."""

from typing import Any

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from geo.core.access import Action
from geo.core.errors import Invalid
from geo.core.parsing import parse_day
from geo.vacancies.figures import rates
from geo.vacancies.figures.jobs import start_report
from geo.vacancies.figures.rates import Area
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.parameters import day_chosen
from webapp.vacancies.forms import town


@needs(Action.VACANCY_VIEW)
def report() -> ResponseReturnValue:
    """Have the report of the town or a zone as of a day made; its page says how far it is."""
    here, day = town(), parse_day(request.form.get("am", ""))
    zone = request.form.get("zone", "")
    if day is None or not (zone == "" or (zone.isascii() and zone.isdecimal() and len(zone) < 10)):
        raise Invalid({"": "Das Formular ist unvollständig. Bitte die Seite neu laden."})
    zone_id = rates.zone(staff_session(), here, day, int(zone)).id if zone else None
    keep: dict[str, Any] = {"zone": zone_id} if zone_id else {}
    origin = url_for("vacancies_intern.figures", **keep, **day_chosen(day))
    area, name = Area(here, zone_id), str(dict(g.towns).get(here, ""))
    job = start_report(staff_session(), actor(), area, day, town=name, origin=origin)
    return redirect(url_for("jobs_intern.show", job_id=job.id), 303)
