"""What every form of the internal pages shares: the key that makes it one write, and two versions side by side."""

import uuid
from collections.abc import Callable, Collection, Mapping
from typing import Any

from flask import Flask

Side = dict[str, Any]


def init(app: Flask) -> None:
    """Give each form a key of its own, so that a double click or a reload is one write."""
    app.jinja_env.globals["form_key"] = lambda: uuid.uuid4().hex


def as_sent(value: Any) -> str:
    """A form value as the browser sends it: a list as one text with commas, a tick as 1."""
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def side_by_side(
    labels: Mapping[str, str],
    mine: Mapping[str, Any],
    theirs: Mapping[str, Any],
    shown: Callable[[str, Any], str] = lambda _name, value: as_sent(value),
    changed: Collection[str] | None = None,
) -> tuple[list[Side], list[tuple[str, str]]]:
    """What differs between two versions of a form, for macros/conflict.html, and what both have in common.

    `changed` names the fields that somebody else has changed since; all others are mine alone, and offered as such.
    """
    differing: list[Side] = []
    common: list[tuple[str, str]] = []
    for name in (name for name in labels if name in theirs):
        ours, stored = as_sent(mine.get(name)), as_sent(theirs[name])
        if ours == stored:
            common.append((name, ours))
        else:
            side = {
                "name": name,
                "label": labels[name],
                "mine": ours,
                "theirs": stored,
                "mine_label": shown(name, mine.get(name)),
                "theirs_label": shown(name, theirs[name]),
            }
            if changed is not None and name not in changed:
                side |= {"before": stored, "before_label": side["theirs_label"]}
            differing.append(side)
    return differing, common
