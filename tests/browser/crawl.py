"""Every address of the register with a page of its own, and for whom: found by following links, as people do."""

import hashlib
import html
import re
from dataclasses import dataclass, replace

from playwright.sync_api import APIRequestContext
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, RequestRedirect

from geo.core.db import Database
from geo.settings import Settings
from webapp import create_app

NOWHERE = "postgresql+psycopg://nobody@/nowhere"


@dataclass(frozen=True)
class Found:
    """A page as somebody sees it. `shape` is the same for pages that differ in their words alone."""

    endpoint: str
    path: str
    shape: str

    @property
    def like(self) -> tuple[str, str]:
        """The same for both languages."""
        return self.endpoint.removeprefix("en_"), self.shape

    @property
    def is_english(self) -> bool:
        return self.endpoint.startswith("en_")


class Addresses:
    """The URL map of the application: which view answers an address, and which views have pages."""

    def __init__(self) -> None:
        settings = replace(Settings.from_env({}), secret_key="only for the URL map")
        app = create_app(settings, Database(NOWHERE, NOWHERE, NOWHERE))
        self.rules = [rule for rule in app.url_map.iter_rules() if "GET" in rule.methods]
        self._adapter: MapAdapter = app.url_map.bind("localhost")

    def endpoint(self, path: str) -> str | None:
        try:
            return str(self._adapter.match(path, method="GET")[0])
        except (HTTPException, RequestRedirect):
            return None


def crawl(request: APIRequestContext, addresses: Addresses, start: list[str]) -> list[Found]:
    """One page of each view that can be reached by links from where a person starts, in the same area and town.

    What they start at is always read for its links: another row of a view may lead on where the first does not.
    """
    found: dict[str, Found] = {}
    waiting, seen = [start[0]], set(start)
    dead: list[str] = []
    internal = start[0].startswith("/intern")

    def stays(link: str) -> bool:
        return internal == link.startswith("/intern") and not link.startswith("/intern/gemeinde")

    late = start[1:]
    while waiting or late:
        path = waiting.pop(0) if waiting else late.pop(0)
        endpoint = addresses.endpoint(path.split("?")[0])
        if endpoint is None or (endpoint in found and path not in start):
            continue
        answer = request.get(path, max_redirects=0, headers={"Sec-Fetch-Site": "same-origin"})
        is_file = answer.headers.get("content-disposition", "").startswith("attachment")
        if not answer.headers.get("content-type", "").startswith("text/html") or answer.status != 200 or is_file:
            if answer.status >= 400:
                dead.append(f"{answer.status} {path}")
            continue
        text = answer.text()
        found.setdefault(endpoint, Found(endpoint, path, _shape(text)))
        links = [html.unescape(link) for link in re.findall(r'<a [^>]*?href="(/[^"#]*)', text)]
        new = [link for link in dict.fromkeys(links) if link not in seen and stays(link)]
        seen.update(new)
        waiting += new
    assert dead == [], f"dead links: {dead}"
    return list(found.values())


def _shape(text: str) -> str:
    """The kinds of elements of a page, without words and numbers, however many rows it has."""
    kinds = re.findall(r'<(?!path|svg|/)(\w+)(?:[^>]* class="(\w[\w-]*))?', text.rsplit("<main", maxsplit=1)[-1])
    return hashlib.sha256(repr(sorted(set(kinds))).encode()).hexdigest()
