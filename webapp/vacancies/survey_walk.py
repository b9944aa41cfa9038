"""The walk itself: the page for a phone, what it takes along, and the entries that come back from it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

from flask import Response, current_app, jsonify, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from geo.core import clock
from geo.core.access import Action
from geo.core.errors import Conflict, Invalid
from geo.places import photos
from geo.vacancies import service as stock
from geo.vacancies.branches import RETAIL_GROUPS
from geo.vacancies.surveys import queries, recording
from geo.vacancies.surveys.recording import Upload
from geo.vacancies.surveys.route import SECONDS_A_UNIT, SPEED_KMH
from geo.vacancies.surveys.schemas import EntryInput, parse_entry
from geo.vacancies.surveys.service import RoundClosed
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.assets import assets_of
from webapp.headers import POLICY
from webapp.places.photos import store
from webapp.vacancies import survey_present
from webapp.vacancies.forms import options

# The walk alone has a service worker.
WALK_POLICY = POLICY.replace("connect-src", "worker-src 'self'; connect-src")


@needs(Action.SURVEY_EDIT)
def page(round_id: int) -> Response:
    """The page. It holds no data of the units: they come by `take_along`, or from the device."""
    row = queries.summary(staff_session(), round_id)
    addresses = {
        name: url_for(f"surveys_intern.{endpoint}", round_id=round_id)
        for name, endpoint in (
            *(("page", "walk"), ("data", "take_along"), ("who", "who"), ("entries", "entries")),
            *(("worker", "worker"), ("round", "show")),
        )
    }
    sign_in = url_for("accounts.sign_in", weiter=addresses["page"])
    config = {"round": round_id, "name": row.name, "urls": {**addresses, "sign_in": sign_in}}
    answer = make_response(
        render_template("vacancies/intern_walk.html", survey=survey_present.survey(row), config=config)
    )
    answer.headers["Content-Security-Policy"] = WALK_POLICY
    return answer


@needs(Action.SURVEY_EDIT)
def worker(round_id: int) -> Response:
    """The service worker of this round's walk; it may look after nothing else."""
    queries.get(staff_session(), round_id)
    assets = assets_of(current_app)
    answer = assets.send(assets.names()["walk-sw.js"])  # type: ignore[arg-type]  # a single file
    answer.headers["Service-Worker-Allowed"] = url_for("surveys_intern.walk", round_id=round_id)
    return answer


@needs(Action.SURVEY_EDIT)
def manifest(round_id: int) -> Response:
    """What a phone needs to put the walk on its home screen."""
    row = queries.summary(staff_session(), round_id)
    address = url_for("surveys_intern.walk", round_id=round_id)
    assets = assets_of(current_app)
    icons = [{"src": assets.url("icon.svg"), "type": "image/svg+xml", "sizes": "any", "purpose": "any"}]
    icons += [
        {"src": assets.url(f"icon-{size}.png"), "type": "image/png", "sizes": f"{size}x{size}", "purpose": "any"}
        for size in (192, 512)
    ]
    answer = jsonify(
        {
            "id": address,
            "name": f"{row.name} – Innenstadtregister",
            "short_name": "Begehung",
            "lang": "de",
            "start_url": address,
            "scope": address,
            "display": "standalone",
            "orientation": "portrait",
            "background_color": "#ffffff",
            "theme_color": "#14233a",
            "icons": icons,
        }
    )
    answer.mimetype = "application/manifest+json"
    return answer


@needs(Action.SURVEY_EDIT)
def take_along(round_id: int) -> Response:
    """Everything that the walk needs without a network, and who takes it along."""
    session, today = staff_session(), clock.today()
    row, survey = queries.summary(session, round_id), queries.get(session, round_id)
    base = cast(Callable[[], dict[str, Any]], current_app.jinja_env.globals["base_map"])()
    files = [*assets_of(current_app).preload("walk-files"), *base["base"].values()]
    return jsonify(
        {
            "round": {
                "id": row.id,
                "name": row.name,
                "where": row.zone or "ganze Gemeinde",
                "reference_day": f"{row.reference_day:%d.%m.%Y}",
                "is_open": row.state == "OFFEN",
                "route": list(survey.route),
            },
            **_who(),
            "units": [survey_present.unit(one) for one in queries.walk(session, round_id, survey.route, today)],
            "branches": options(RETAIL_GROUPS),
            "object_types": survey_present.type_options(),
            "pace": {"speed_kmh": SPEED_KMH, "seconds_a_unit": SECONDS_A_UNIT},
            "map": {"base": base["base"], "credit": base["credit"]},
            "files": [url_for("surveys_intern.walk", round_id=round_id), *files],
        }
    )


@needs(Action.SURVEY_EDIT)
def who(round_id: int) -> Response:
    """Who is signed in, and the token that the entries are sent with."""
    row = queries.get(staff_session(), round_id)
    return jsonify({**_who(), "is_open": row.state == "OFFEN"})


def _who() -> dict[str, Any]:
    return {"account": {"id": actor().account_id, "name": actor().name}, "csrf_token": generate_csrf()}


@needs(Action.SURVEY_EDIT)
def entries(round_id: int) -> ResponseReturnValue:
    """One entry, as JSON or (with a photo) as a form with its JSON in the field `entry`."""
    data = parse_entry(_sent(), datetime.now(UTC))
    upload = Upload(photos.clean(_photo()), store()) if data.kind == "FOTO" else None
    try:
        entry = recording.record(staff_session(), actor(), round_id, data, upload)
    except Conflict as error:
        staff_session().rollback()
        return _conflict(round_id, data, error)
    staff_session().flush()
    staff_session().expire_all()
    body = {
        "key": str(entry.key),
        "entry_id": entry.id,
        "unit_id": entry.unit_id,
        "unit": _unit(round_id, entry.unit_id),
        "received_at": survey_present.moment(entry.received_at),
    }
    return jsonify(body), 201


def _sent() -> Any:
    if request.is_json:
        return request.get_json()
    try:
        return json.loads(request.form.get("entry", ""))
    except (ValueError, RecursionError):
        raise Invalid({"": "Der Eintrag ist nicht lesbar."}) from None


def _photo() -> bytes:
    file = request.files.get("photo")
    return b"" if file is None else file.read(photos.MOST_BYTES + 1)


def _unit(round_id: int, unit_id: int | None) -> dict[str, Any] | None:
    if unit_id is None:
        return None
    today = clock.today()
    found = queries.walk(staff_session(), round_id, [unit_id], today)
    return survey_present.unit(found[0]) if found else None


def _conflict(round_id: int, data: EntryInput, error: Conflict) -> ResponseReturnValue:
    """What collides: the unit as it is now, and who changed it, for both to be shown side by side."""
    body: dict[str, Any] = {"type": "about:blank", "title": "Zusammenstoß", "status": 409, "detail": str(error)}
    if isinstance(error, RoundClosed):
        body["conflict"] = "closed"
    elif data.unit_id is not None:
        body |= {"conflict": "unit", "unit": _unit(round_id, data.unit_id), "last": _last(data.unit_id)}
    else:
        body["conflict"] = "undo"
    answer = jsonify(body)
    answer.mimetype = "application/problem+json"
    return answer, 409


def _last(unit_id: int) -> dict[str, Any] | None:
    history = stock.history(staff_session(), unit_id)
    if not history:
        return None
    newest = history[0]
    return {
        "who": newest.who,
        "at": survey_present.moment(newest.at),
        "action": newest.action,
        "changes": newest.changes[:8],
    }
