"""Views: a visitor reports a defect from the QR code at the point, without an account; an answer by mail if wanted."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from geo.accounts.service import throttle
from geo.core import clock
from geo.core.errors import Invalid, NotFound, TooManyTries
from geo.places.photos import CleanPhoto
from geo.viewpoints import public as reads
from geo.viewpoints.care import queries, service
from geo.viewpoints.care.schemas import ReportInput, parse_report
from geo.viewpoints.codes import DEFECTS
from webapp import letters
from webapp.access import by_link, public, public_form
from webapp.app import autonomous, public_session, request_id, staff_session, takes_files
from webapp.language import N_, current, href
from webapp.public_forms import FORM_BYTES, TRAP, form_key, is_trapped, minutes_to_wait, sent_photo, shown_again
from webapp.sessions import network
from webapp.viewpoints.defect_pages import photo_store

defects = Blueprint("defects", __name__)

SUBJECTS = {
    "de": "Bitte bestätigen: Ihre Meldung an einem Blickpunkt",
    "en": "Please confirm: your report at a viewpoint",
}
# Sentences from `geo`, which knows no translations.
FROM_GEO = (N_("Bitte kurz beschreiben, was nicht in Ordnung ist."),)


@takes_files(FORM_BYTES)
@public_form
def report(viewpoint_id: int) -> ResponseReturnValue:
    """The form, and what was sent with it. A program that fell into the trap is told what everybody is told."""
    if request.method == "GET":
        point = reads.get(public_session(), viewpoint_id, clock.today())
        return _form(point, {"kind": request.args.get("art", "")})
    sent = href("defects.sent", viewpoint_id=viewpoint_id)
    if is_trapped():
        return redirect(sent, 303)
    with autonomous() as database:
        point = reads.get(database, viewpoint_id, clock.today())
    try:
        data, photo = _parsed()
        with autonomous() as database:
            who = data.email or request_id()  # without an address only the network and the whole are counted
            throttle.count(database, throttle.mail_limits("defect", who, network(32, 64)))
        _send(point, data, photo)
    except Invalid as refused:
        return _form(point, request.form.to_dict(), refused.fields, 422)
    except TooManyTries as full:
        minutes = minutes_to_wait(full)
        sentence = _(
            "Von hier kamen gerade zu viele Meldungen. Bitte in %(num)s Minuten noch einmal senden.", num=minutes
        )
        return _form(point, request.form.to_dict(), {"": sentence}, 429)
    return redirect(href("defects.sent", viewpoint_id=viewpoint_id, antwort=1 if data.email else None), 303)


def _parsed() -> tuple[ReportInput, CleanPhoto | None]:
    """The form and its photo, with the mistakes of both."""
    errors: dict[str, str] = {}
    data, photo = None, None
    try:
        data = parse_report(request.form, current())
    except Invalid as refused:
        errors |= refused.fields
    try:
        photo = sent_photo()
    except Invalid as refused:
        errors |= refused.fields
    if errors or data is None:
        raise Invalid(errors)
    return data, photo


def _send(point: reads.Point, data: ReportInput, photo: CleanPhoto | None) -> None:
    """Keep the photo and the report; send the link that confirms the mail address."""
    if photo is not None:
        photo_store().keep(point.municipality_id, photo)
    token = service.report(
        staff_session(),
        point.id,
        data,
        request_id=request_id(),
        form_key=form_key(),
        photo_sha256=None if photo is None else photo.sha256,
        now=datetime.now(UTC),
    )
    if token is not None and data.email is not None:
        link = letters.address(data.language, "defects.confirm", token=token)
        values = {"link": link, "name": point.title(data.language), "town": point.municipality}
        template = f"viewpoints/mail/{data.language}/defect_confirm.txt"
        letters.send(data.email, SUBJECTS[data.language], template, values)


def _form(
    point: reads.Point, values: dict[str, Any], errors: dict[str, str] | None = None, status: int = 200
) -> ResponseReturnValue:
    english = g.lang == "en"
    present = set(point.furniture)
    kinds = [
        (code, names[english])
        for code, names in DEFECTS.items()
        if code in present or code.isupper()  # furniture that is not there cannot be broken
    ]
    page = render_template(
        "viewpoints/defects/report.html",
        nav="viewpoints",
        point=point,
        title=point.in_language("name", g.lang),
        kinds=kinds,
        values=values,
        errors=shown_again(errors),
        trap=TRAP,
    )
    return page, status


@public
def sent(viewpoint_id: int) -> str:
    """Thank you; and look into your mail if you want an answer."""
    point = reads.get(public_session(), viewpoint_id, clock.today())
    wants = request.args.get("antwort") == "1"
    hours = int(service.CONFIRM_WITHIN.total_seconds() // 3600)
    return render_template("viewpoints/defects/sent.html", nav="viewpoints", point=point, wants=wants, hours=hours)


@by_link
def confirm(token: str) -> ResponseReturnValue:
    """The mailed link shows a button: programs that look at links in mails press none."""
    now = datetime.now(UTC)
    try:
        if request.method == "GET":
            queries.by_confirmation(staff_session(), token, now)
            return render_template("viewpoints/defects/confirm.html", nav="viewpoints", done=False)
        service.confirm_mail(staff_session(), token, request_id=request_id(), now=now)
    except NotFound:
        return render_template("viewpoints/defects/link_gone.html", nav="viewpoints"), 404
    return redirect(href("defects.confirmed"), 303)


@public
def confirmed() -> str:
    """The address is confirmed."""
    return render_template("viewpoints/defects/confirm.html", nav="viewpoints", done=True)


ROUTES = (
    ("/blicke/<int:viewpoint_id>/mangel", "report", report, ["GET", "POST"]),
    ("/blicke/<int:viewpoint_id>/mangel/gesendet", "sent", sent, ["GET"]),
    ("/blicke/mangel/bestaetigen/<token>", "confirm", confirm, ["GET", "POST"]),
    ("/blicke/mangel/bestaetigt", "confirmed", confirmed, ["GET"]),
)
for path, endpoint, view, methods in ROUTES:
    defects.add_url_rule(path, endpoint, view, methods=methods)
