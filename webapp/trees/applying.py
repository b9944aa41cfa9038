"""Views: a resident applies for a visit of the trees, confirms by mail, and follows the application by a link."""

from datetime import UTC, datetime
from typing import Any

from flask import Response, after_this_request, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from geo.accounts.service import throttle
from geo.core import clock
from geo.core.codes import label
from geo.core.errors import Invalid, NotFound, TooManyTries
from geo.places.photos import CleanPhoto, Store
from geo.trees.applications import queries, service
from geo.trees.applications.codes import CLOSED, STATES
from geo.trees.applications.model import TreeApplication
from geo.trees.applications.queries import ApplicationTown
from geo.trees.applications.schemas import ApplicationInput, parse_application
from geo.trees.queries import public as reads
from webapp import parameters
from webapp.access import by_link, public, public_form
from webapp.app import autonomous, public_session, register_app, request_id, staff_session, takes_files
from webapp.language import N_, current, href
from webapp.public_forms import FORM_BYTES, TRAP, form_key, is_trapped, minutes_to_wait, sent_photo, shown_again
from webapp.sessions import network
from webapp.trees import resident_letters as letters

# Sentences from `geo`, which knows no translations.
FROM_GEO = (
    N_("Ohne Ihre Einwilligung können wir den Antrag nicht annehmen."),
    N_("Bitte die Stadt wählen."),
    N_("Bitte den Punkt auf der Karte setzen oder beide Felder leer lassen."),
    N_("Bitte eine ganze Zahl bis 99.999 angeben."),
)


def photo_store() -> Store:
    """The folder of the photos that came with applications; none of it is public."""
    return Store(register_app().settings.home / "application-photos")


@takes_files(FORM_BYTES)
@public_form
def apply() -> ResponseReturnValue:
    """The form, and what was sent with it. A program that fell into the trap is told what everybody is told."""
    if request.method == "GET":
        towns = queries.towns(public_session())
        return _form(towns, _first_values(towns))
    if is_trapped():
        return redirect(href("residents.sent"), 303)
    with autonomous() as database:
        towns = queries.towns(database)
    try:
        data = parse_application(request.form, {town.ags: town.municipality_id for town in towns}, current())
        with autonomous() as database:
            throttle.count(database, throttle.mail_limits("application", data.email, network(32, 64)))
        _send(data, sent_photo())
    except Invalid as refused:
        return _form(towns, request.form.to_dict(), refused.fields, 422)
    except TooManyTries as full:
        minutes = minutes_to_wait(full)
        sentence = _(
            "Von hier kamen gerade zu viele Anträge. Bitte in %(num)s Minuten noch einmal senden.", num=minutes
        )
        return _form(towns, request.form.to_dict(), {"": sentence}, 429)
    return redirect(href("residents.sent"), 303)


def _send(data: ApplicationInput, photo: CleanPhoto | None) -> None:
    """Keep the photo, the application, and send the link that confirms it."""
    if photo is not None:
        photo_store().keep(data.municipality_id, photo)
    token = service.send(
        staff_session(),
        data,
        request_id=request_id(),
        form_key=form_key(),
        photo_sha256=None if photo is None else photo.sha256,
        now=datetime.now(UTC),
    )
    if token is not None:
        link = letters.address(data.language, "residents.confirm", token=token)
        letters.send(data.email, data.language, "application_confirm", {"link": link})


def _first_values(towns: list[ApplicationTown]) -> dict[str, Any]:
    """Whoever comes from a stop's or a town's page finds it filled in."""
    values: dict[str, Any] = {"gemeinde": parameters.text("gemeinde", 8) or (towns[0].ags if len(towns) == 1 else "")}
    stop_id = parameters.whole("standplatz", 1)
    if stop_id is not None:
        stop = reads.get_stop(public_session(), stop_id, clock.today())
        values |= {"gemeinde": stop.ags, "street": stop.street or stop.name, "stop_id": stop.id}
        if stop.lon is not None and stop.lat is not None:
            values |= {"longitude": f"{stop.lon:.6f}", "latitude": f"{stop.lat:.6f}"}
    return values


def _form(
    towns: list[ApplicationTown], values: dict[str, Any], errors: dict[str, str] | None = None, status: int = 200
) -> ResponseReturnValue:
    chosen = next((town for town in towns if town.ags == values.get("gemeinde")), None)
    page = render_template(
        "trees/residents/apply.html",
        nav="trees",
        towns=towns,
        choices=[(town.ags, town.name) for town in towns],
        chosen=chosen,
        centers={town.ags: [town.lat, town.lon] for town in towns if town.lat is not None},
        values=values,
        errors=shown_again(errors),
        trap=TRAP,
        confirm_hours=int(service.CONFIRM_WITHIN.total_seconds() // 3600),
        kept_months=round(service.KEPT_AFTER_END.days / 30),
    )
    return page, status


@public
def sent() -> str:
    """Look into your mail."""
    hours = int(service.CONFIRM_WITHIN.total_seconds() // 3600)
    return render_template("trees/residents/sent.html", nav="trees", confirm_hours=hours)


@by_link
def confirm(token: str) -> ResponseReturnValue:
    """The mailed link shows a button: programs that look at links in mails press none."""
    now = datetime.now(UTC)
    try:
        if request.method == "GET":
            application, _person = queries.by_confirmation(staff_session(), token, now)
            return render_template("trees/residents/confirm.html", nav="trees", application=application)
        application, own = service.confirm(staff_session(), token, request_id=request_id(), now=now)
    except NotFound:
        return _gone()
    person = queries.by_link(staff_session(), own)[1]
    link = letters.address(person.language, "residents.application", token=own)
    letters.send(person.email, person.language, "application_confirmed", {"link": link, "street": application.street})
    return redirect(href("residents.application", token=own), 303)


@by_link
def show(token: str) -> ResponseReturnValue:
    """What became of the application, and its place on the waiting list."""
    try:
        application, person = queries.by_link(staff_session(), token)
    except NotFound:
        return _gone()
    day = clock.today()
    places = queries.queue(staff_session(), application.municipality_id, day, application.id)
    return render_template(
        "trees/residents/application.html",
        nav="trees",
        application=application,
        applicant=person,
        token=token,
        state=_state(application),
        places=places,
        own=next((place for place in places if place.is_own), None),
        is_closed=application.state in CLOSED,
    )


@by_link
def withdraw(token: str) -> ResponseReturnValue:
    """The applicant does not want it any more."""
    try:
        if request.method == "GET":
            application, _person = queries.by_link(staff_session(), token)
            return render_template("trees/residents/withdraw.html", nav="trees", application=application, token=token)
        service.withdraw(staff_session(), token, request_id=request_id(), today=clock.today())
    except NotFound:
        return _gone()
    return redirect(href("residents.application", token=token), 303)


@by_link
def erase(token: str) -> ResponseReturnValue:
    """Everything personal goes; the link leads nowhere afterwards."""
    try:
        application, _person = queries.by_link(staff_session(), token)
        if request.method == "GET":
            return render_template("trees/residents/erase.html", nav="trees", application=application, token=token)
        sha256 = service.erase_by_link(staff_session(), token, request_id=request_id(), now=datetime.now(UTC))
    except NotFound:
        return _gone()
    forget_photo(application.municipality_id, sha256)
    return redirect(href("residents.erased"), 303)


@public
def erased() -> str:
    """It is done."""
    return render_template("trees/residents/erased.html", nav="trees")


def forget_photo(municipality_id: int, sha256: str | None) -> None:
    """Remove a photo's files, once the answer goes out well and the row that named them is gone."""
    store = photo_store()

    @after_this_request
    def remove(answer: Response) -> Response:
        if sha256 is not None and answer.status_code < 400:
            store.remove(municipality_id, sha256)
        return answer


def _state(application: TreeApplication) -> str:
    return label(STATES, application.state, current())


def _gone() -> ResponseReturnValue:
    return render_template("trees/residents/link_gone.html", nav="trees"), 404
