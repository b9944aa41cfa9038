"""What a list shows as a file: the town's units, and what is public."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from flask import Response, g, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from geo.core import clock
from geo.core.access import Action, Role
from geo.core.errors import Invalid, NotFound
from geo.jobs import service as jobs
from geo.vacancies import offers
from geo.vacancies.exporting import FORMATS, Written, count_units, export_offers, export_units
from geo.vacancies.exporting.jobs import KIND, arguments
from webapp.access import needs, public
from webapp.app import actor, public_session, staff_session
from webapp.parameters import day_chosen
from webapp.vacancies import present
from webapp.vacancies.addresses import INTERNAL, chosen, language, offer_filters, unit_filters
from webapp.vacancies.forms import town

# So many rows are written while the person waits; more become a job. Excel takes longest.
AT_ONCE = {"xlsx": 1_500}
AT_ONCE_USUALLY = 5_000
# More offers than this are not written for a visitor, who waits for the file.
MOST_PUBLIC = 100_000


@needs(Action.VACANCY_VIEW)
def export() -> ResponseReturnValue:
    """Choose a format; then the file at once, or the page of the job that writes it."""
    filters, here = unit_filters(), town()
    count = count_units(staff_session(), here, filters)
    errors = {}
    if request.method == "POST":
        extension = request.form.get("format", "")
        if extension in FORMATS:
            name = f"leerstand-{_slug(dict(g.towns).get(here, ''))}-{filters.day.isoformat()}.{extension}"
            if count <= AT_ONCE.get(extension, AT_ONCE_USUALLY):
                role = actor().role_in(here) or Role.VIEWER
                return _sent(name, lambda path: export_units(staff_session(), here, role, filters, path))
            job = jobs.start(
                staff_session(),
                actor(),
                KIND,
                here,
                arguments(filters, extension, name),
                action=Action.VACANCY_VIEW,
                title=f"Export als {FORMATS[extension].label[0]}",
                origin=url_for("vacancies_intern.overview", **chosen(INTERNAL), **day_chosen(filters.day)),
            )
            return redirect(url_for("jobs_intern.show", job_id=job.id), 303)
        errors = {"format": "Bitte ein Format auswählen."}
    page = render_template(
        "vacancies/intern_export.html",
        internal_active=present.KIND,
        count=count,
        filters=filters,
        day=filters.day,
        today=clock.today(),
        formats=[(one.extension, one.label[0], HINTS[one.extension]) for one in FORMATS.values()],
        values={"format": request.form.get("format") or "xlsx"},
        errors=errors,
        keep={**chosen(INTERNAL), **day_chosen(filters.day)},
    )
    return page, 422 if errors else 200


HINTS = {
    "xlsx": "Für die Arbeit in Excel oder LibreOffice; lässt sich wieder einlesen.",
    "csv": "Einfache Tabelle mit Semikolon und Dezimalkomma; lässt sich wieder einlesen.",
    "gpkg": "Für QGIS und andere GIS-Programme, mit Punkten und Schlüsseln.",
    "geojson": "Für Webkarten und Programme.",
    "fgb": "Für GIS bei sehr vielen Objekten.",
    "parquet": "Für Auswertungen, zum Beispiel mit Python oder R.",
}


@public
def download(extension: str) -> ResponseReturnValue:
    """The offers that the public list shows."""
    filters, lang = offer_filters(), language()
    if extension not in FORMATS:
        raise NotFound(_("Das Format"), extension[:20])
    session = public_session()
    if offers.count(session, filters, MOST_PUBLIC) > MOST_PUBLIC:
        raise Invalid({"": _("Das sind zu viele Leerstände für eine Datei. Bitte wählen Sie eine Gemeinde.")})
    name = f"{'vacancies' if lang == 'en' else 'leerstand'}-{filters.day.isoformat()}.{extension}"
    return _sent(name, lambda path: export_offers(session, filters, path, language=lang))


def _sent(name: str, write: Callable[[Path], Written]) -> Response:
    """The file, written now; its name is gone before it is sent, so that nothing of it stays wherever that ends."""
    with tempfile.TemporaryDirectory(prefix="innenstadt-export-") as folder:
        written = write(Path(folder) / name)
        file = written.path.open("rb")
    answer = send_file(file, mimetype=written.format.media_type, as_attachment=True, download_name=name, etag=False)
    answer.content_length = os.fstat(file.fileno()).st_size
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _slug(name: str) -> str:
    """A name for a file: small letters, no signs."""
    plain = name.lower()
    for sign, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        plain = plain.replace(sign, letters)
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in plain).split()) or "gemeinde"
