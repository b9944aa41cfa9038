"""One line of JSON for each request, without personal data: no address, no name, no query, no path with keys in it."""

import time

import structlog
from flask import Flask, Response, g, request

from geo.core.log import configure
from webapp.app import RegisterApp, actor, request_id

log = structlog.get_logger("webapp")


def init(app: Flask) -> None:
    """Log each answer by endpoint, and send its id along."""
    if isinstance(app, RegisterApp):
        configure(app.settings.log_level)

    @app.before_request
    def start_clock() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def write_line(answer: Response) -> Response:
        answer.headers["X-Request-Id"] = request_id()
        log.info(
            "request",
            id=request_id(),
            method=request.method,
            endpoint=request.endpoint,
            status=answer.status_code,
            ms=round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1),
            account=actor().account_id,
        )
        return answer
