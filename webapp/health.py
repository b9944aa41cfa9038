"""/livez and /readyz, for supervisors and load balancers."""

from flask import Flask, Response, jsonify

from geo.readiness import check
from webapp.access import public
from webapp.app import register_app


def init(app: Flask) -> None:
    """Register the two addresses."""
    app.add_url_rule("/livez", endpoint="livez", view_func=livez)
    app.add_url_rule("/readyz", endpoint="readyz", view_func=readyz)


@public
def livez() -> Response:
    """The process answers; nothing else is asked."""
    return _answer({"status": "alive"}, 200)


@public
def readyz() -> Response:
    """Whether requests should be sent here: 200, or 503 with the reasons."""
    found = check(register_app().database, register_app().settings.home)
    status = "ready" if not found.reasons else "not ready"
    return _answer({"status": status, "reasons": found.reasons, **found.facts}, 503 if found.reasons else 200)


def _answer(body: dict[str, object], status: int) -> Response:
    answer = jsonify(body)
    answer.status_code = status
    answer.cache_control.no_store = True
    return answer
