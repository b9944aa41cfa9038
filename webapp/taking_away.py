"""What public pages give to take away: files that are asked for again only when they changed, QR codes, linked data."""

import io
import json
from typing import Any

import segno
from flask import Response, request

LINKED_DATA = "application/ld+json"
QR_BORDER, QR_SCALE = 4, 8


def file(content: bytes, mimetype: str, name: str, *, is_attached: bool = False) -> Response:
    """A file, shown by the browser or (attached) kept; a drawing opened by itself may do nothing."""
    answer = Response(content, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'{"attachment" if is_attached else "inline"}; filename="{name}"'
    if mimetype == "image/svg+xml":
        answer.headers["Content-Security-Policy"] = "default-src 'none'; img-src data:; sandbox"
    return _once(answer)


def linked_data(document: Any) -> Response:
    """JSON-LD, which any page may read."""
    answer = Response(json.dumps(document, ensure_ascii=False, separators=(",", ":")), mimetype=LINKED_DATA)
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return _once(answer)


def qr_code(text: str, title: str | None = None, *, border: int = QR_BORDER, scale: int = QR_SCALE) -> str:
    """A QR code as SVG, black on white with so many modules of white around it."""
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        drawn, kind="svg", border=border, light="#ffffff", scale=scale, title=title, xmldecl=False
    )
    return drawn.getvalue().decode()


def _once(answer: Response) -> Response:
    """Asked for again, it is sent only when it is another one."""
    answer.cache_control.no_cache = True
    answer.add_etag()
    answer.make_conditional(request)
    return answer
