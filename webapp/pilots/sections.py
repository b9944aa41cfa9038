"""What other parts add to the page of a pilot project: its calls, the cards of what was learned.

Parts do not know each other: `create_app` names those that add something, as functions of the project's id and the day
that give ready HTML with its own h2, or nothing.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Flask, current_app
from markupsafe import Markup

Section = Callable[[int, date], str | None]
_KEY = "pilot_sections"


def init(app: Flask, *, public: tuple[Section, ...] = (), internal: tuple[Section, ...] = ()) -> None:
    """Let these add to the public and to the internal page of every project, in this order."""
    app.extensions[_KEY] = {"public": public, "internal": internal}


def public(project: Any, day: date) -> list[Markup]:
    """What others add to the public page, in the language of the page."""
    return _made("public", project.id, day)


def internal(project: Any, day: date) -> list[Markup]:
    """What others add to the internal page."""
    return _made("internal", project.id, day)


def _made(which: str, project_id: int, day: date) -> list[Markup]:
    made = (section(project_id, day) for section in current_app.extensions[_KEY][which])
    return [Markup(html) for html in made if html]  # noqa: S704 (rendered by templates of this application)
