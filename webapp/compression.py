"""Public answers go compressed to whoever takes that: pages on a phone's network are a quarter as long.

Only answers of views for everybody, which hold nothing of a session and nothing that a visitor sent in secret. Files of
the build and the base map are compressed already, once.
"""

import gzip

from flask import Flask, Response, current_app, request

from webapp.access import mark_of

LEAST_BYTES = 1_000
TEXTS = frozenset(
    {
        "text/html",
        "text/calendar",
        "application/json",
        "application/geo+json",
        "application/ld+json",
        "application/manifest+json",
        "application/gpx+xml",
        "application/vnd.google-earth.kml+xml",
        "image/svg+xml",
    }
)


def init(app: Flask) -> None:
    """Compress what is worth it; the answer's tag becomes a weak one, since the bytes differ by what is accepted."""

    @app.after_request
    def compress(answer: Response) -> Response:
        if answer.mimetype not in TEXTS or not _is_for_everybody():
            return answer
        answer.vary.add("Accept-Encoding")
        if (
            answer.direct_passthrough
            or answer.is_streamed
            or answer.content_encoding
            or answer.status_code in (204, 206, 304)
            or request.accept_encodings["gzip"] <= 0
        ):
            return answer
        body = answer.get_data()
        if len(body) >= LEAST_BYTES:
            answer.set_data(gzip.compress(body, 6, mtime=0))
            answer.content_encoding = "gzip"
            tag, _ = answer.get_etag()
            if tag:
                answer.set_etag(tag, weak=True)
        return answer


def _is_for_everybody() -> bool:
    mark = mark_of(current_app.view_functions.get(request.endpoint or ""))
    return mark is not None and mark.kind == "public" and not mark.takes_forms and not request.cookies
