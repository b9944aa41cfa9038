"""German at the plain address, English under /en: public blueprints are registered twice."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Flask, current_app, g, request, url_for
from flask_babel import Babel, format_date

from geo.core.clock import ZONE
from webapp.app import register_app

PREFIX = "en_"
# Texts are in German and English; dates and numbers in English are written as in Britain.
LOCALES = {"de": "de", "en": "en_GB"}


def current() -> str:
    """`de` or `en`, from the address alone, so that every address is one page in one language."""
    if not request:
        return "de"
    if request.path.startswith("/api/"):  # data have one address for both languages
        return "en" if request.args.get("sprache") == "en" else "de"
    return "en" if request.path == "/en" or request.path.startswith("/en/") else "de"


def locale() -> str:
    """The locale of the current page."""
    return LOCALES[current()]


def N_(text: str) -> str:  # noqa: N802 (the name that `pybabel extract` looks for)
    """Mark a text that stands in one place and is translated by `gettext` in another."""
    return text


def init(app: Flask) -> None:
    """Set up translations; the default locale is German."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "de")
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", ZONE)
    Babel(app, locale_selector=locale)
    app.jinja_env.globals.update(
        href=href, other_language_url=other_language_url, day_text=day_text, address_of=address_of
    )

    @app.before_request
    def note_language() -> None:
        g.lang = current()


def register_public(app: Flask, blueprint: Blueprint) -> None:
    """Register a public blueprint in both languages."""
    app.register_blueprint(blueprint)
    app.register_blueprint(blueprint, name=PREFIX + blueprint.name, url_prefix="/en")


def href(endpoint: str, **values: Any) -> str:
    """The address of a public page in the language of the current one."""
    return url_for((PREFIX if current() == "en" else "") + endpoint, **values)


def other_language_url() -> str | None:
    """The current page in the other language, if it has one."""
    endpoint = request.endpoint or ""
    other = endpoint.removeprefix(PREFIX) if endpoint.startswith(PREFIX) else PREFIX + endpoint
    if other not in current_app.view_functions:
        return None
    # The parameters are a stranger's: as keywords they would set a host, a scheme, or collide with the page's own.
    query = urlencode(list(request.args.items(multi=True)))
    return url_for(other, **(request.view_args or {})) + (f"?{query}" if query else "")


def address_of(path: str) -> str:
    """The whole address of a path of ours, from the operator's setting and never from what a visitor claims."""
    return register_app().settings.url + path


def day_text(value: date | None, style: str = "medium") -> str:
    """A day in the page's language."""
    return "" if value is None else format_date(value, style)
