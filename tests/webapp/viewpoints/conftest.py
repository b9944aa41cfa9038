"""Viewpoints in the browser's eyes."""

import re
from typing import Any

import pytest

from geo.core.access import SYSTEM
from geo.viewpoints.landmarks import service as landmarks
from geo.viewpoints.landmarks.schemas import LandmarkInput
from tests.geo.viewpoints.conftest import form, made


def csrf(client: Any, path: str = "/intern/blicke") -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).get_data(as_text=True))
    assert found
    return found[1]


def submit(client: Any, path: str, data: dict[str, Any], page: str | None = None) -> Any:
    """Send a form as the browser would, with the token of its page."""
    return client.post(path, data={"csrf_token": csrf(client, page or path), **data})


def typed(**changes: Any) -> dict[str, Any]:
    """The form of a point with its first status, as a town may set it."""
    return form(**{"status": "IDEE", "since": "2025-05-01", **changes})


@pytest.fixture
def points(db: Any, towns: Any) -> dict[str, int]:
    """One open, one closed, one idea in the own town, one open in the other."""
    with db.staff(SYSTEM, towns.own) as session:
        ids = {
            "open": made(session, towns.own, story="Der <Markt>.\n\nUnd der Turm.", story_en="The market.").id,
            "closed": made(session, towns.own, name="Bergblick", status="GESCHLOSSEN", since="2026-01-01").id,
            "idea": made(session, towns.own, name="Geheime Idee", status="IDEE", direction="").id,
            "foreign": made(session, towns.foreign, name="Fremdblick", longitude="11,25", name_en="").id,
        }
        session.commit()
    return ids


@pytest.fixture
def office(sign_in: Any) -> Any:
    return sign_in("office")


@pytest.fixture
def editor(sign_in: Any, towns: Any) -> Any:
    return sign_in("editor", towns.own)


@pytest.fixture
def point(db: Any, towns: Any) -> int:
    """An open viewpoint that looks to the east, with three landmarks: before a ridge, low and tall behind it."""
    with db.staff(SYSTEM, towns.own) as session:
        found = made(session, towns.own, direction="60-120").id
        for name, longitude, height in (
            ("Kirche davor", 11.06, None),
            ("Hof dahinter", 11.09, "5"),
            ("Turm dahinter", 11.09, "200"),
        ):
            data = LandmarkInput(name, "KIRCHE" if "Kirche" in name else "TURM", longitude, 50.93, height_m=height)
            landmarks.create(session, SYSTEM, towns.own, data)
        session.commit()
    return found
