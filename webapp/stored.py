"""Answers that the database has made whole: sent as they are, compressed once, and not again to who has them."""

import gzip
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from flask import Response, request

from webapp.app import register_app

# Answers kept compressed in each process, by their addresses; the oldest go first.
_MOST_BYTES = 16 * 1024 * 1024
_LEAST_COMPRESSED = 1_000


class Kept:
    """Compressed answers with the version that they were made of."""

    def __init__(self, most_bytes: int = _MOST_BYTES):
        self._answers: OrderedDict[str, tuple[str, bytes]] = OrderedDict()
        self._bytes, self._most, self._lock = 0, most_bytes, Lock()

    def get(self, address: str, version: str) -> bytes | None:
        with self._lock:
            known = self._answers.get(address)
            if known is None or known[0] != version:
                return None
            self._answers.move_to_end(address)
            return known[1]

    def put(self, address: str, version: str, body: bytes) -> None:
        with self._lock:
            _, old = self._answers.pop(address, ("", b""))
            self._answers[address] = (version, body)
            self._bytes += len(body) - len(old)
            while self._bytes > self._most:
                self._bytes -= len(self._answers.popitem(last=False)[1][1])


def answer(version: str, make: Callable[[], bytes], mimetype: str) -> Response:
    """The bytes that `make` gives, under a weak ETag of `version`; 304 for who has that version."""
    if request.if_none_match.contains_weak(version):
        response = Response(status=304)
    else:
        is_compressed = request.accept_encodings.quality("gzip") > 0
        body = _compressed(version, make) if is_compressed else make()
        response = Response(body, mimetype=mimetype)
        if is_compressed:
            response.content_encoding = "gzip"
    response.set_etag(version, weak=True)
    response.cache_control.no_cache = True
    response.vary.add("Accept-Encoding")
    return response


def _compressed(version: str, make: Callable[[], bytes]) -> bytes:
    address, kept = request.full_path, register_app().extensions.setdefault("kept_answers", Kept())
    body = kept.get(address, version)
    if body is None:
        body = gzip.compress(make(), compresslevel=1, mtime=0)
        kept.put(address, version, body)
    return body
