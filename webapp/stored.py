"""Answers that the database has made whole: sent as they are, compressed once, and not again to who has them."""

import gzip
from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock

from flask import Response, request

from webapp.app import register_app

# Answers kept compressed in each process, by their addresses; the oldest go first.
_MOST_BYTES = 16 * 1024 * 1024


class Kept:
    """Compressed answers with the version that they were made of."""

    def __init__(self, most_bytes: int = _MOST_BYTES):
        self._answers: OrderedDict[str, tuple[str, bytes]] = OrderedDict()
        self._bytes, self._most, self._lock = 0, most_bytes, Lock()

    def get(self, address: str) -> tuple[str, bytes] | None:
        """The answer's version and bytes."""
        with self._lock:
            known = self._answers.get(address)
            if known is not None:
                self._answers.move_to_end(address)
            return known

    def put(self, address: str, version: str, body: bytes) -> None:
        with self._lock:
            _, old = self._answers.pop(address, ("", b""))
            self._answers[address] = (version, body)
            self._bytes += len(body) - len(old)
            while self._bytes > self._most:
                self._bytes -= len(self._answers.popitem(last=False)[1][1])


def answer(read: Callable[[Sequence[str]], tuple[str, bytes | None]], mimetype: str) -> Response:
    """The bytes that `read` makes, under a weak ETag of their version; 304 for who has that version.

    `read` is given the versions that are known already, and makes nothing for those.
    """
    theirs = sorted(request.if_none_match.as_set(include_weak=True))
    is_compressed = request.accept_encodings.quality("gzip") > 0
    kept = register_app().extensions.setdefault("kept_answers", Kept())
    ours = kept.get(request.full_path) if is_compressed else None
    version, body = read([*theirs, ours[0]] if ours else theirs)
    if body is not None:
        if is_compressed:
            body = gzip.compress(body, compresslevel=1, mtime=0)
            kept.put(request.full_path, version, body)
        response = Response(body, mimetype=mimetype)
    elif ours is not None and version == ours[0] and version not in theirs:
        response = Response(ours[1], mimetype=mimetype)
    else:
        response = Response(status=304)
        is_compressed = False
    if is_compressed:
        response.content_encoding = "gzip"
    response.set_etag(version, weak=True)
    response.cache_control.no_cache = True
    response.vary.add("Accept-Encoding")
    return response
