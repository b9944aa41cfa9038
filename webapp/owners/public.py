"""What an owner does with the letter in hand, without account and cookie: type the code, say the address, answer.

Until the address is right no page says anything of the letter; a code that is used, old, foreign or made up leads to
one and the same page. Wrong codes and wrong addresses are counted, by network and by code.
"""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from geo.accounts.queries import town_names
from geo.accounts.service import throttle
from geo.accounts.service.throttle import Limit
from geo.accounts.tokens import token_hash
from geo.core.codes import label
from geo.core.errors import Invalid, NotFound, TooManyTries
from geo.letters.queries import sender_of
from geo.owners.campaigns import answering, links
from geo.owners.campaigns.answering import NEXT, OWN, STATES, WRONG, as_text
from geo.owners.codes import OBJECTIONS
from geo.vacancies import codes
from webapp.access import by_link, public, public_form
from webapp.app import autonomous, request_id, staff_session
from webapp.errors import translated
from webapp.language import N_, current, href
from webapp.public_forms import minutes_to_wait
from webapp.sessions import network

owner_answers = Blueprint("owner_answers", __name__)

# In an hour: wrong addresses for one code, wrong codes and addresses from one network. Of all together there is no
# limit: a code has too many bits to be guessed from anywhere, and strangers must not shut the page to every owner.
CODE_TRIES, NETWORK_TRIES = 5, 30
# Sentences from `geo`, which knows no translations.
FROM_GEO = (
    N_("Die Verkaufsfläche kann nicht größer sein als die Gesamtfläche."),
    N_("Das stimmt nicht mit der Anschrift im Schreiben überein. Bitte beides so angeben, wie es dort steht."),
    N_("Das Formular ist unvollständig. Bitte die Seite neu laden."),
)


def _limits(token: str) -> list[Limit]:
    return [
        Limit(f"owner:code:{token_hash(token[:100])}", CODE_TRIES),
        Limit(f"owner:network:{network(32, 64)}", NETWORK_TRIES),
    ]


@public_form
def enter() -> ResponseReturnValue:
    """Type the code of the letter."""
    if request.method == "GET":
        return render_template("owners/public/enter.html", errors={}, values={})
    code = links.typed_code(request.form.get("code", ""))
    if len(code) < len("1-") + links.GROUPS * links.GROUP:
        said = _("Der Code hat vor dem ersten Strich eine Zahl und danach vier Gruppen zu fünf Zeichen.")
        values = {"code": request.form.get("code", "")[:100]}
        return render_template("owners/public/enter.html", errors={"code": said}, values=values), 422
    return redirect(href("owner_answers.letter", token=code), 303)


@by_link
def letter(token: str) -> ResponseReturnValue:
    """Ask for the address on the letter, and nothing else. A right one leads to the form, for two hours."""
    now, code = datetime.now(UTC), links.typed_code(token)
    try:
        if request.method == "GET":
            _looked_up(lambda session: answering.open_letter(session, code, now), code)
            return render_template("owners/public/letter.html", errors={}, values={}, token=code)
        key = _confirmed(code, now)
    except NotFound:
        return _gone()
    except TooManyTries as full:
        return _too_many(full)
    if key is None:
        values = {name: request.form.get(name, "")[:200] for name in ("postcode", "street")}
        errors = {"street": translated(WRONG)}
        return render_template("owners/public/letter.html", errors=errors, values=values, token=code), 422
    return redirect(href("owner_answers.answer", token=key), 303)


def _confirmed(code: str, now: datetime) -> str | None:
    """The form's own key; a wrong address counts, whatever becomes of the request."""
    with autonomous() as database:
        throttle.count(database, _limits(code))
    with autonomous() as database:
        typed = [request.form.get(name, "") for name in ("postcode", "street")]
        key = answering.confirm(database, code, *typed, request_id=request_id(), now=now)
    if key is not None:
        with autonomous() as database:
            throttle.give_back(database, _limits(code))
    return key


def _looked_up(find: Any, token: str) -> Any:
    """What a link leads to; one that leads nowhere is a try that counts."""
    with autonomous() as database:
        throttle.count(database, _limits(token)[1:])
    with autonomous() as database:
        found = find(database)
        throttle.give_back(database, _limits(token)[1:])
    return found


@by_link
def answer(token: str) -> ResponseReturnValue:
    """What the register says of the units; correct it, choose what may be shown, ask for a call, or object."""
    now = datetime.now(UTC)
    try:
        _looked_up(lambda session: links.find(session, token, links.ANSWER, now), token)
        found, units = answering.form_of(staff_session(), token, now)
        if request.method == "GET":
            return _form(found, units, _first_values(found, units))
        data = answering.parse_answer(request.form, found.owner, units)
        answering.submit(staff_session(), token, data, request_id=request_id(), now=now)
    except NotFound:
        return _gone()
    except TooManyTries as full:
        return _too_many(full)
    except Invalid as refused:
        return _form(found, units, request.form.to_dict(), refused.fields, 422)
    return redirect(href("owner_answers.thanks"), 303)


def _first_values(found: links.Found, units: list[Any]) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(found.owner, name) for name in OWN}
    for unit in units:
        values |= {f"{name}_{unit.id}": as_text(value) for name, value in unit.values.items()}
        if unit.publication_level < 2:  # what needs a consent is chosen by hand, never found chosen
            values[f"level_{unit.id}"] = str(unit.publication_level)
    return values


def _form(
    found: links.Found,
    units: list[Any],
    values: dict[str, Any],
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    town, language = found.letter.municipality_id, current()
    said = {name: translated(sentence) for name, sentence in (errors or {}).items()}

    def options(of: Any, which: Any = None) -> list[tuple[str, str]]:
        return [(str(code), label(of, code, language)) for code in (which or of)]

    page = render_template(
        "owners/public/answer.html",
        town=dict(town_names(staff_session(), (town,)))[town],
        sender=sender_of(staff_session(), town),
        campaign=found.campaign,
        owner=found.owner,
        units=[(unit, unit.title_en if language == "en" else unit.title) for unit in units],
        levels_now={unit.id: label(codes.PUBLICATION_LEVELS, unit.publication_level, language) for unit in units},
        values=values,
        errors=said,
        states=options(codes.STATES, STATES),
        entrances=options(codes.ENTRANCES),
        results=options(NEXT),
        objections=options(OBJECTIONS),
    )
    return page, status


@public
def thanks() -> str:
    """It has arrived."""
    return render_template("owners/public/thanks.html")


def _gone() -> ResponseReturnValue:
    return render_template("owners/public/gone.html"), 404


def _too_many(full: TooManyTries) -> ResponseReturnValue:
    page = render_template("owners/public/gone.html", wait_minutes=minutes_to_wait(full))
    return page, 429, {"Retry-After": str(full.retry_after_s)}


ROUTES = (
    ("/eigentum", "enter", enter, ["GET", "POST"]),
    ("/eigentum/danke", "thanks", thanks, ["GET"]),
    ("/eigentum/antwort/<token>", "answer", answer, ["GET", "POST"]),
    ("/eigentum/<token>", "letter", letter, ["GET", "POST"]),
)
for path, endpoint, view, methods in ROUTES:
    owner_answers.add_url_rule(path, endpoint, view, methods=methods)
