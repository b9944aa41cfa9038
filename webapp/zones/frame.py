"""What every page of zones shares."""

from typing import Any

from flask import g, render_template
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.errors import Invalid
from geo.places.zones.codes import KINDS
from geo.places.zones.schemas import LABELS


def show_page(template: str, http_status: int = 200, **values: Any) -> ResponseReturnValue:
    """A page of zones in its frame."""
    frame = {"internal_active": "zones", "today": clock.today(), "labels": LABELS, "kinds": kinds()}
    return render_template(f"zones/intern/{template}.html", **{**frame, **values}), http_status


def kinds() -> list[tuple[str, str]]:
    """The kinds as the options of a field."""
    return [(code, names[0]) for code, names in KINDS.items()]


def town() -> int:
    """The town worked in. Raises `Invalid` where none is chosen."""
    if g.municipality_id is None:
        raise Invalid({"": "Bitte zuerst eine Gemeinde auswählen."})
    return int(g.municipality_id)
