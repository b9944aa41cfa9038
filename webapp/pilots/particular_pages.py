"""Internal pages of what hangs on a site: partners, funding, observations; each added, changed, removed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action
from geo.core.parsing import Fields
from geo.pilots import queries
from geo.pilots.codes import PARTNER_ROLES
from geo.pilots.model import PilotFunding, PilotObservation, PilotPartner
from geo.pilots.particulars import service
from geo.pilots.particulars.schemas import (
    FUNDING_LABELS,
    OBSERVATION_LABELS,
    PARTNER_LABELS,
    parse_funding,
    parse_observation,
    parse_partner,
    values_of,
)
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.pilots import frame


@dataclass(frozen=True)
class Kind:
    """One of the three: its table, its form, its sentences, the part of the site's page it stands in."""

    name: str
    model: Any
    parse: Callable[..., Any]
    labels: dict[str, str]
    saved: str
    removed: str
    anchor: str


PARTNER = Kind(
    "partner", PilotPartner, parse_partner, PARTNER_LABELS,
    "Der Beteiligte ist gespeichert.", "Der Beteiligte ist entfernt.", "beteiligte",
)  # fmt: skip
FUNDING = Kind(
    "funding", PilotFunding, parse_funding, FUNDING_LABELS,
    "Die Förderung ist gespeichert.", "Die Förderung ist entfernt.", "foerderung",
)  # fmt: skip
OBSERVATION = Kind(
    "observation", PilotObservation, parse_observation, OBSERVATION_LABELS,
    "Die Beobachtung ist gespeichert.", "Die Beobachtung ist entfernt.", "beobachtungen",
)  # fmt: skip


def _shown(kind: Kind, site_id: int, row_id: int | None = None) -> dict[str, Any]:
    return {
        "record": queries.get(staff_session(), actor(), site_id),
        "kind": kind.name,
        "row_id": row_id,
        "labels": kind.labels,
        "roles": frame.options(PARTNER_ROLES),
    }


def _add(kind: Kind, site_id: int) -> ResponseReturnValue:
    site = queries.find_visible(staff_session(), actor(), site_id)

    def save() -> ResponseReturnValue:
        version, data = Fields(request.form).version(), kind.parse(request.form, clock.today())
        service.add(staff_session(), actor(), site_id, version, data)
        return frame.saved_site(site, kind.saved, kind.anchor)

    first: dict[str, Any] = {"version": site.version}
    if kind is OBSERVATION:
        first["observed_on"] = clock.today().isoformat()
    return frame.write("particular", save, first=first, shown=lambda: _shown(kind, site_id))


def _change(kind: Kind, row_id: int) -> ResponseReturnValue:
    row = queries.find_part(staff_session(), actor(), kind.model, row_id)
    site_id = row.pilot_site_id
    site = queries.find_visible(staff_session(), actor(), site_id)

    def save() -> ResponseReturnValue:
        version, data = Fields(request.form).version(), kind.parse(request.form, clock.today())
        return frame.saved_site(service.change(staff_session(), actor(), row, version, data), kind.saved, kind.anchor)

    first = {**values_of(row), "version": site.version}
    return frame.write("particular", save, first=first, shown=lambda: _shown(kind, site_id, row_id))


def _remove(kind: Kind, row_id: int) -> ResponseReturnValue:
    row = queries.find_part(staff_session(), actor(), kind.model, row_id)
    site = service.remove(staff_session(), actor(), row, Fields(request.form).version())
    return frame.saved_site(site, kind.removed, kind.anchor)


@needs(Action.PILOT_EDIT)
def new_partner(site_id: int) -> ResponseReturnValue:
    """Another organisation that takes part."""
    return _add(PARTNER, site_id)


@needs(Action.PILOT_EDIT)
def partner(partner_id: int) -> ResponseReturnValue:
    """Change a partner."""
    return _change(PARTNER, partner_id)


@needs(Action.PILOT_EDIT)
def remove_partner(partner_id: int) -> ResponseReturnValue:
    """Take a partner away."""
    return _remove(PARTNER, partner_id)


@needs(Action.PILOT_EDIT)
def new_funding(site_id: int) -> ResponseReturnValue:
    """Another source of money."""
    return _add(FUNDING, site_id)


@needs(Action.PILOT_EDIT)
def funding(funding_id: int) -> ResponseReturnValue:
    """Change a source of money."""
    return _change(FUNDING, funding_id)


@needs(Action.PILOT_EDIT)
def remove_funding(funding_id: int) -> ResponseReturnValue:
    """Take a source of money away."""
    return _remove(FUNDING, funding_id)


@needs(Action.PILOT_EDIT)
def new_observation(site_id: int) -> ResponseReturnValue:
    """Note how it goes."""
    return _add(OBSERVATION, site_id)


@needs(Action.PILOT_EDIT)
def observation(observation_id: int) -> ResponseReturnValue:
    """Change an observation."""
    return _change(OBSERVATION, observation_id)


@needs(Action.PILOT_EDIT)
def remove_observation(observation_id: int) -> ResponseReturnValue:
    """Take an observation away."""
    return _remove(OBSERVATION, observation_id)
