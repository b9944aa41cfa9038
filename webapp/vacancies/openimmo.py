"""Published offers as OpenImmo 1.2.7: one, or all that the filters show."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from geo.core import clock
from geo.core.access import Action
from geo.core.errors import Invalid
from geo.vacancies import offers
from geo.vacancies.offers import OfferFilters
from geo.vacancies.portfolio import queries
from geo.vacancies.portfolio.openimmo import checking, writing
from geo.vacancies.portfolio.openimmo.checking import Mistake
from geo.vacancies.portfolio.openimmo.writing import Listing
from webapp import letters, parameters
from webapp.access import needs, public
from webapp.app import public_session, register_app
from webapp.vacancies import present
from webapp.vacancies.addresses import language, offer_filters
from webapp.vacancies.forms import town

# A portal takes the offers of a town or a few of them, not of a whole state at once.
MOST = 2_000
PHOTOS = 10
# A refusal names so many mistakes; the town's page of its file has more.
NAMED = 5


@public
def single(unit_id: int) -> Response:
    """One offer, for as long as it is public."""
    row = offers.get(public_session(), unit_id, parameters.day())
    return _file(_listings([row]), f"openimmo-{row.id}.xml", is_whole=False)


@public
def batch() -> Response:
    """All offers that the filters of the list show."""
    filters = offer_filters()
    # What leaves some of a town's offers out must not make a portal end those.
    is_whole = filters.active == bool(filters.ags) and filters.day == clock.today()
    return _file(_listings(_rows(filters)), f"openimmo-{clock.today().isoformat()}.xml", is_whole=is_whole)


def _rows(filters: OfferFilters) -> Sequence[Any]:
    rows = offers.whole(public_session(), filters, MOST + 1)
    if len(rows) > MOST:
        raise Invalid({"": _("Das sind zu viele Leerstände für eine Datei. Bitte wählen Sie eine Gemeinde.")})
    return rows


def _listings(rows: Sequence[Any]) -> list[Listing]:
    base, contacts, made = register_app().settings.url, {}, []
    session = public_session()
    pictures = offers.photos_of(session, [row.place_id for row in rows])
    for row in rows:
        if row.municipality_id not in contacts:
            contacts[row.municipality_id] = queries.contact(session, row.municipality_id)
        photos = [
            (one.alt_text, base + url_for("photos.picture", sha256=one.sha256))
            for one in pictures.get(row.place_id, ())[:PHOTOS]
        ]
        address = letters.address("de", "vacancies.show", unit_id=row.id)
        made.append(Listing(row, contacts[row.municipality_id], address, photos))
    return made


def _written(listings: list[Listing], *, is_whole: bool) -> bytes:
    settings = register_app().settings
    sender = settings.operator_mail or settings.mail_from
    return writing.transfer(listings, datetime.now(UTC), sender, is_whole=is_whole)


def _mistakes(transfer: bytes) -> list[Mistake]:
    """What the operator's schema file refuses; nothing where there is none."""
    schema = register_app().settings.openimmo_schema
    return checking.mistakes(transfer, Path(schema)) if schema else []


def _file(listings: list[Listing], name: str, *, is_whole: bool) -> Response:
    """The file, unless the schema refuses it: then which offers and which fields, in words."""
    transfer = _written(listings, is_whole=is_whole)
    refused = _mistakes(transfer)
    if refused:
        said = _("Die Datei entspricht nicht dem Schema von OpenImmo und wird nicht gesendet.")
        raise Invalid({"": " ".join([said, *(one.sentence(language()) for one in refused[:NAMED])])})
    answer = Response(transfer, mimetype="application/xml")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@needs(Action.VACANCY_VIEW)
def check() -> ResponseReturnValue:
    """What the town's own file holds."""
    here = town()
    ags = queries.ags_of(public_session(), here)
    rows = _rows(OfferFilters(day=clock.today(), ags=ags))
    return render_template(
        "vacancies/intern_openimmo.html",
        internal_active=present.KIND,
        ags=ags,
        count=len(rows),
        with_address=sum(row.publication_level >= writing.ADDRESS_LEVEL for row in rows),
        contact=queries.contact(public_session(), here),
        has_schema=bool(register_app().settings.openimmo_schema),
        mistakes=_mistakes(_written(_listings(rows), is_whole=True)),
    )
