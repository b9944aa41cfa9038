"""The town's address list: what it consists of, a file that replaces a source, a source taken out."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.core.access import Action
from geo.core.errors import Invalid
from geo.imports import addresses as files
from geo.places.addresses import queries, service
from geo.places.addresses.service import AddressInput
from geo.places.queries import ags_of
from webapp.access import needs
from webapp.app import actor, chosen_town, register_app, staff_session
from webapp.places import previews
from webapp.places.uploads import SYSTEMS, named_source, uploaded

LABELS = {"file": "Datei", "srid": "Koordinatensystem", "source": "Name der Liste"}
SHOWN = 12
PREVIEW = "address"


def _page(template: str, status: int = 200, **values: Any) -> ResponseReturnValue:
    page = render_template(f"addresses/intern/{template}.html", internal_active="zones", labels=LABELS, **values)
    return page, status


@needs(Action.VACANCY_VIEW)
def overview(values: dict[str, Any] | None = None, errors: dict[str, str] | None = None) -> ResponseReturnValue:
    """Where the town's addresses come from, and the form for a file."""
    geocoder = register_app().geocoder
    return _page(
        "overview",
        422 if errors else 200,
        sources=queries.sources(staff_session(), chosen_town()),
        values=values or {},
        errors=errors or {},
        systems=SYSTEMS,
        geocoder=None if geocoder is None else geocoder.host,
    )


@needs(Action.ADDRESS_EDIT)
def preview() -> ResponseReturnValue:
    """What a file holds, before it replaces anything."""
    try:
        with uploaded() as given:
            found = files.look_into(given.path, given.name, ags_of(staff_session(), chosen_town()), given.srid)
        if not found.addresses:
            raise Invalid({"file": _nothing(found)})
    except Invalid as error:
        return overview(request.form.to_dict(), error.fields)
    source = given.source
    before = {row.source: row.addresses for row in queries.sources(staff_session(), chosen_town())}
    key = _keep(found.addresses)
    return _page(
        "preview", found=found, source=source, before=before.get(source, 0), shown=found.addresses[:SHOWN], key=key
    )


def _nothing(found: files.Read) -> str:
    first = f" Zeile {found.problems[0][0]}: {found.problems[0][1]}" if found.problems else ""
    where = f" {found.elsewhere} liegen in anderen Gemeinden." if found.elsewhere else ""
    return f"Keine der {found.rows} Zeilen ist eine verwendbare Adresse.{where}{first}"


def _keep(addresses: tuple[AddressInput, ...]) -> str:
    rows = [
        [one.street, one.house_number, one.longitude, one.latitude, one.postcode, one.locality] for one in addresses
    ]
    return previews.keep(PREVIEW, chosen_town(), rows)


@needs(Action.ADDRESS_EDIT)
def accept() -> ResponseReturnValue:
    """The looked-at addresses replace those of the same source."""
    source = named_source()
    rows = previews.kept(PREVIEW, chosen_town(), request.form.get("key"))
    made = service.replace(staff_session(), actor(), chosen_town(), source, [AddressInput(*row) for row in rows])
    previews.drop(PREVIEW, chosen_town())
    flash(f"„{source}“ hat jetzt {made.now} Adressen (vorher {made.before}).", "good")
    return redirect(url_for("addresses_intern.overview"), 303)


@needs(Action.ADDRESS_EDIT)
def remove() -> ResponseReturnValue:
    """Take a source out of the list."""
    source = named_source()
    gone = service.remove(staff_session(), actor(), chosen_town(), source)
    flash(f"„{source}“ ist entfernt ({gone} Adressen).", "good")
    return redirect(url_for("addresses_intern.overview"), 303)
