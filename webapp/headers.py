"""Headers of every answer: a content security policy of own sources only, no caching of what is not for everybody."""

from flask import Flask, Response, request

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "font-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "report-uri /csp",
    )
)

# A page that is made to stand in a frame: it has no form and knows nobody, so that there is nothing to lure a click to.
FRAMED_POLICY = POLICY.replace("frame-ancestors 'none'", "frame-ancestors *").replace(
    "form-action 'self'", "form-action 'none'"
)
# A page that shows one of those in a frame of its own.
FRAMING_POLICY = f"{POLICY}; frame-src 'self'"


def with_own_frame(answer: Response) -> Response:
    """The answer, which holds a frame with another page of the register."""
    answer.headers["Content-Security-Policy"] = FRAMING_POLICY
    return answer


def for_frames(answer: Response) -> Response:
    """The answer, to be shown in a frame of any site."""
    answer.headers["Content-Security-Policy"] = FRAMED_POLICY
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def init(app: Flask) -> None:
    """Set the headers on every answer, errors and files included."""

    @app.after_request
    def secure(answer: Response) -> Response:
        headers = answer.headers
        headers.setdefault("Content-Security-Policy", POLICY)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "geolocation=(self), camera=(), microphone=(), payment=()")
        if request.is_secure:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if request.path.startswith("/intern") or "token" in (request.view_args or {}):
            headers["Cache-Control"] = "no-store"
        if "token" in (request.view_args or {}):  # a secret link is nothing for search engines, nor for other sites
            headers["X-Robots-Tag"] = "noindex"
            headers["Referrer-Policy"] = "no-referrer"
        return answer
