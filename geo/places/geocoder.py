"""Asks a geocoder of the operator's choice for an address that the town's own list does not have.

Off unless INNENSTADT_GEOCODER_URL is set. Only the server asks, so that no visitor's address leaves the house. The
host is looked up first and must not be a private one (unless the operator says that it is their own), the connection
goes to just that address, no redirect is followed, it has three seconds, and it rests after failures.
"""

import ipaddress
import json
import socket
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from geo.core.errors import SetupError
from geo.core.geometry import STATE_BOX
from geo.places.addresses.queries import Found

KINDS = ("nominatim", "photon")
TIMEOUT_S = 3.0
MOST_BYTES = 500_000
MOST_ANSWERS = 5
FAILURES, PAUSE_S = 3, 60.0
KEPT, KEPT_S = 500, 24 * 3600.0


class Geocoder:
    """One geocoder, with what it answered lately. `search` never raises: no answer is an empty list."""

    def __init__(self, url: str, kind: str, *, may_be_private: bool = False):
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
            raise SetupError("INNENSTADT_GEOCODER_URL must be an address that begins with https:// or http://.")
        if kind not in KINDS:
            raise SetupError(f"INNENSTADT_GEOCODER_KIND must be {' or '.join(KINDS)}, not “{kind}”.")
        self.kind, self.host = kind, parts.hostname
        self._url = httpx.URL(url.rstrip("/"))
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self._may_be_private = may_be_private
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[float, list[Found]]] = OrderedDict()
        self._failures, self._open_at = 0, 0.0

    def search(self, typed: str, town: str) -> list[Found]:
        """Addresses in Thuringia that the geocoder knows for the words, in the town."""
        words = ", ".join(part for part in (" ".join(typed.split()), town) if part)
        now = time.monotonic()
        with self._lock:
            kept = self._known.get(words)
            if kept is not None and now - kept[0] < KEPT_S:
                return kept[1]
            if now < self._open_at:
                return []
        try:
            found = [one for one in _READERS[self.kind](self._ask(words), self.host) if _in_state(one)]
        except (httpx.HTTPError, OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            self._failed()
            return []
        with self._lock:
            self._failures = 0
            self._known[words] = (now, found)
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        return found

    @property
    def is_resting(self) -> bool:
        """Whether it failed several times and is left alone for now."""
        return time.monotonic() < self._open_at

    def _failed(self) -> None:
        with self._lock:
            self._failures += 1
            if self._failures >= FAILURES:
                self._failures, self._open_at = 0, time.monotonic() + PAUSE_S

    def _ask(self, words: str) -> Any:
        address = self._resolved()
        path, query = _QUERIES[self.kind](words)
        # Connects to the address that was checked; the name goes along for the certificate and the server.
        url = self._url.copy_with(host=address, path=self._url.path.rstrip("/") + path, params=query)
        headers = {"Host": self._url.netloc.decode("ascii"), "User-Agent": "Innenstadtregister"}
        with (
            httpx.Client(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False) as client,
            client.stream("GET", url, headers=headers, extensions={"sni_hostname": self.host}) as answer,
        ):
            if answer.status_code != 200:
                raise ValueError(f"status {answer.status_code}")
            body = bytearray()
            for part in answer.iter_bytes():
                body += part
                if len(body) > MOST_BYTES:
                    raise ValueError("too long")
        return json.loads(body)

    def _resolved(self) -> str:
        """The address of the host. Raises `OSError` for a private one that nobody has allowed."""
        for *_, place in socket.getaddrinfo(self.host, self._port, type=socket.SOCK_STREAM):
            address = ipaddress.ip_address(str(place[0]).partition("%")[0])
            if not address.is_global and not self._may_be_private:
                raise OSError(f"{self.host} is not a public host")
            return str(address)
        raise OSError(f"{self.host} has no address")


def _nominatim_query(words: str) -> tuple[str, dict[str, str]]:
    return "/search", {
        "q": words,
        "format": "jsonv2",
        "addressdetails": "1",
        "limit": str(MOST_ANSWERS),
        "countrycodes": "de",
        "accept-language": "de",
    }


def _photon_query(words: str) -> tuple[str, dict[str, str]]:
    west, south, east, north = STATE_BOX
    return "/api", {"q": words, "limit": str(MOST_ANSWERS), "lang": "de", "bbox": f"{west},{south},{east},{north}"}


_QUERIES = {"nominatim": _nominatim_query, "photon": _photon_query}


def _nominatim(answer: Any, host: str) -> Iterable[Found]:
    for one in answer[:MOST_ANSWERS]:
        address = one.get("address") or {}
        street = address.get("road") or address.get("pedestrian") or address.get("square") or ""
        town = address.get("city") or address.get("town") or address.get("village") or address.get("municipality")
        yield _found(street, address.get("house_number"), address.get("postcode"), town, one["lon"], one["lat"], host)


def _photon(answer: Any, host: str) -> Iterable[Found]:
    for one in answer["features"][:MOST_ANSWERS]:
        said: Mapping[str, Any] = one["properties"]
        street = said.get("street") or (said.get("name") if said.get("type") == "street" else "") or ""
        longitude, latitude = one["geometry"]["coordinates"][:2]
        yield _found(street, said.get("housenumber"), said.get("postcode"), said.get("city"), longitude, latitude, host)


_READERS = {"nominatim": _nominatim, "photon": _photon}


def _found(street: Any, number: Any, postcode: Any, town: Any, longitude: Any, latitude: Any, host: str) -> Found:
    code = _text(postcode, 5)
    return Found(
        street=_text(street, 120),
        house_number=_text(number, 20),
        postcode=code if len(code) == 5 and code.isascii() and code.isdecimal() else None,
        locality=_text(town, 120) or None,
        longitude=float(longitude),
        latitude=float(latitude),
        source=host,
    )


def _text(value: Any, longest: int) -> str:
    text = "" if value is None else str(value)
    return "".join(character for character in text if character.isprintable()).strip()[:longest]


def _in_state(one: Found) -> bool:
    west, south, east, north = STATE_BOX
    return bool(one.street) and west <= one.longitude <= east and south <= one.latitude <= north
