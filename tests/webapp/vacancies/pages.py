"""Filling in forms as a browser would: with what the page put into them."""

import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit


class _Forms(HTMLParser):
    """The forms of a page: address and values."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, list[str]]]] = []
        self._select: str | None = None
        self._area: str | None = None
        self._is_first = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        name, value = has.get("name"), has.get("value") or ""
        if tag == "form":
            self.forms.append((has.get("action") or "", {}))
        if not self.forms or (tag in {"input", "select", "textarea"} and not name):
            return
        values = self.forms[-1][1]
        if tag == "input":
            ticks = has.get("type") in {"checkbox", "radio"}
            if has.get("type") not in {"file", "submit"} and (not ticks or "checked" in has):
                values.setdefault(str(name), []).append(value)
        elif tag == "select":
            self._select = name
            self._is_first = True
        elif tag == "option" and self._select:
            if "selected" in has or self._is_first:  # as a browser does
                values[self._select] = [value]
            self._is_first = False
        elif tag == "textarea":
            self._area = name
            values[str(name)] = [""]

    def handle_endtag(self, tag: str) -> None:
        self._select = None if tag == "select" else self._select
        self._area = None if tag == "textarea" else self._area

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1][1][self._area][0] += data.lstrip("\n")


def form_of(page: Any, action: str = "") -> dict[str, list[str]]:
    """The values of the page's form that goes to `action` (the end of its address; none: to the page itself)."""
    reader = _Forms()
    reader.feed(page.text)
    for address, values in reader.forms:
        if (urlsplit(address).path.endswith(action) if action else not address) and "csrf_token" in values:
            return values
    raise AssertionError(f"no form to „{action}“ on the page: {re.findall('<h1>.*', page.text)}")


def submit(client: Any, address: str, *, on: str | None = None, **changes: Any) -> Any:
    """Open the page (`on`, or the address itself), change the fields, send the form to the address."""
    page = client.get(on or address)
    assert page.status_code == 200, (page.status_code, page.text[-400:])
    return client.post(address, data={**form_of(page, address if on else ""), **changes})
