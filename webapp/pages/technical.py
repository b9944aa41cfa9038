"""Views for programs: robots.txt, the icon at its old address, reports of the content security policy."""

import json
import time
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Blueprint, Response, current_app, redirect, request
from flask.typing import ResponseReturnValue

from webapp.access import public

technical = Blueprint("technical", __name__)
log = structlog.get_logger("webapp")

REPORT_BYTES = 16 * 1024
REPORTS_A_MINUTE = 30
ROBOTS = "User-agent: *\nDisallow: /intern\nDisallow: /api/\n"


@technical.get("/robots.txt")
@public
def robots() -> Response:
    """Search engines may read the public pages."""
    return Response(ROBOTS, mimetype="text/plain")


@technical.get("/favicon.ico")
@public
def favicon() -> ResponseReturnValue:
    """For who does not read the page's own link."""
    asset: Any = current_app.jinja_env.globals["asset"]
    return redirect(asset("icon.svg"))


@technical.post("/csp")
@public
def csp_report() -> ResponseReturnValue:
    """A browser's report that the policy stopped something. Logged without addresses: they may hold private things."""
    request.max_content_length = REPORT_BYTES
    for directive, source in _violations(request.get_data()):
        if _may_log():
            log.warning("csp", directive=directive, source=source)
    return Response(status=204)


@technical.record_once
def take_reports_without_token(state: Any) -> None:
    """A browser sends reports without the token of a form."""
    state.app.extensions["csrf"].exempt(csp_report)


def _violations(raw: bytes) -> list[tuple[str, str]]:
    """The directive and the kind of source of each report, in the old and the new form; nothing for anything else."""
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        return []
    reports = body if isinstance(body, list) else [body]
    found = []
    for report in reports[:10]:
        inner = report.get("csp-report") or report.get("body") if isinstance(report, dict) else None
        if isinstance(inner, dict):
            directive = inner.get("effective-directive") or inner.get("effectiveDirective") or "unknown"
            blocked = inner.get("blocked-uri") or inner.get("blockedURL") or ""
            found.append((_word(directive), _source(str(blocked))))
    return found


def _word(directive: object) -> str:
    text = str(directive)[:40]
    return text if text.replace("-", "").isalpha() and text.isascii() else "unknown"


def _source(blocked: str) -> str:
    if blocked in {"inline", "eval", "data", "blob", "self", "wasm-eval"}:
        return blocked
    try:
        host = urlsplit(blocked).hostname
    except ValueError:
        return "unknown"
    return "unknown" if host is None else "own host" if host == urlsplit(request.host_url).hostname else "foreign host"


def _may_log() -> bool:
    """So many lines a minute; whoever sends more fills no disk."""
    minute = int(time.monotonic() // 60)
    count = current_app.extensions.setdefault("csp_reports", {})
    if count.get("minute") != minute:
        count |= {"minute": minute, "lines": 0}
    count["lines"] += 1
    return bool(count["lines"] <= REPORTS_A_MINUTE)
