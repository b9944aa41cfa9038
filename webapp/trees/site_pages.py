"""A stop's place: what is known of it, its rules, and the forms for facts, heat, blocked periods and caretakers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action, may
from geo.core.parsing import Fields
from geo.trees.queries import internal
from geo.trees.site import queries, rules, seasons, service
from geo.trees.site.codes import BLOCK_SOURCES, SPECIAL_BAYS
from geo.trees.site.schemas import (
    BLOCK_LABELS,
    CARETAKER_LABELS,
    HEAT_LABELS,
    SITE_LABELS,
    caretaker_values,
    heat_values,
    parse_block,
    parse_caretaker,
    parse_heat,
    parse_site,
    site_values,
)
from geo.trees.wording import bounds
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.trees import frame


@dataclass(frozen=True)
class _Blocked:
    """A blocked period on the page, with the stays that it touches."""

    it: queries.Closed
    first: date
    last: date
    stays: list[internal.StayRow]


@needs(Action.TREE_VIEW)
def show(stop_id: int) -> ResponseReturnValue:
    """All that is known of a stop's place, with the drawing and the rules."""
    session, today = staff_session(), clock.today()
    site = queries.get_site(session, actor(), stop_id)
    stays = internal.stays_of_stop(session, stop_id)
    blocks = [_Blocked(one, *bounds(one.during), _within(stays, one)) for one in site.blocks]
    return frame.page(
        "site",
        site=site,
        stop=site.row,
        season_words=_season(site),
        blocks=[one for one in blocks if one.last >= today],
        past_blocks=[one for one in blocks if one.last < today],
        block_sources={code: names[0] for code, names in BLOCK_SOURCES.items()},
        rule_states={code: names[0] for code, names in rules.STATES.items()},
        has_drawing=site.bays is not None and any(one.size for one in site.fits),
        may_edit=may(actor(), Action.STOP_EDIT, site.row.municipality_id),
    )


def _within(stays: list[internal.StayRow], block: queries.Closed) -> list[internal.StayRow]:
    """The stays that a block touches."""
    first, last = bounds(block.during)
    return [one for one in stays if one.first <= last and first <= one.last]


def _season(site: queries.Site) -> str:
    if site.season is None:
        return "ganzjährig" if site.row.kind != "STRASSE" else "keine Angabe"
    first, last = site.season
    own = "" if site.season_is_own else " (Saison der Allee)"
    return f"{seasons.in_words(first)} bis {seasons.in_words(last)}{own}"


@needs(Action.STOP_EDIT)
def facts(stop_id: int) -> ResponseReturnValue:
    """The facts that the rules of the place ask for."""
    options = [(code, names[0]) for code, names in SPECIAL_BAYS.items()]
    return _form(
        stop_id,
        "site_facts",
        "Angaben zu den Regeln",
        SITE_LABELS,
        site_values,
        lambda version: service.update_site(staff_session(), actor(), stop_id, version, parse_site(request.form)),
        special_bays=options,
        answers=[("ja", "ja"), ("nein", "nein"), ("", "nicht bekannt")],
    )


@needs(Action.STOP_EDIT)
def heat(stop_id: int) -> ResponseReturnValue:
    """How much a stop needs shade, and how much around it is sealed."""
    return _form(
        stop_id,
        "site_heat",
        "Hitze und Versiegelung",
        HEAT_LABELS,
        heat_values,
        lambda version: service.update_heat(staff_session(), actor(), stop_id, version, parse_heat(request.form)),
    )


def _form(
    stop_id: int,
    kind: str,
    title: str,
    labels: Mapping[str, str],
    values_of: Callable[[Any], dict[str, Any]],
    write: Callable[[int], Any],
    **shown: Any,
) -> ResponseReturnValue:
    site = queries.get_site(staff_session(), actor(), stop_id)
    here = url_for("trees_intern.site", stop_id=stop_id)

    def save() -> ResponseReturnValue:
        write(frame.version())
        flash("Gespeichert.", "good")
        return redirect(here, 303)

    values = values_of(site.stop) | {"version": site.stop.version}
    return frame.write(kind, save, labels, values=values, title=title, name=site.row.name, back=here, **shown)


@needs(Action.STOP_EDIT)
def block_new(stop_id: int) -> ResponseReturnValue:
    """Close a stop for a period."""
    row = internal.get_stop(staff_session(), actor(), stop_id)
    here = url_for("trees_intern.site", stop_id=stop_id)

    def save() -> ResponseReturnValue:
        service.add_block(staff_session(), actor(), stop_id, parse_block(request.form))
        flash("Die Sperrzeit ist eingetragen.", "good")
        return redirect(here, 303)

    return frame.write("block", save, BLOCK_LABELS, values={}, title="Sperrzeit eintragen", name=row.name, back=here)


@needs(Action.STOP_EDIT)
def block_remove(stop_id: int, block_id: int) -> ResponseReturnValue:
    """Open a stop again."""
    service.remove_block(staff_session(), actor(), stop_id, block_id, Fields(request.form).version())
    flash("Die Sperrzeit ist aufgehoben.", "good")
    return redirect(url_for("trees_intern.site", stop_id=stop_id), 303)


@needs(Action.STOP_EDIT)
def caretaker_new(stop_id: int) -> ResponseReturnValue:
    """Name somebody who looks after a stop."""
    row = internal.get_stop(staff_session(), actor(), stop_id)
    here = url_for("trees_intern.site", stop_id=stop_id)

    def save() -> ResponseReturnValue:
        service.add_caretaker(staff_session(), actor(), stop_id, parse_caretaker(request.form))
        flash("Die Patenschaft ist eingetragen.", "good")
        return redirect(here, 303)

    return frame.write(
        "caretaker", save, CARETAKER_LABELS, values={}, title="Patenschaft eintragen", name=row.name, back=here
    )


@needs(Action.STOP_EDIT)
def caretaker_edit(stop_id: int, stop_caretaker_id: int) -> ResponseReturnValue:
    """Change what is known of a caretaker."""
    session = staff_session()
    row = internal.get_stop(session, actor(), stop_id)
    caretaker = queries.get_caretaker(session, actor(), stop_id, stop_caretaker_id)
    here = url_for("trees_intern.site", stop_id=stop_id)

    def save() -> ResponseReturnValue:
        service.update_caretaker(
            session, actor(), stop_id, stop_caretaker_id, frame.version(), parse_caretaker(request.form)
        )
        flash("Gespeichert.", "good")
        return redirect(here, 303)

    values = caretaker_values(caretaker) | {"version": caretaker.version}
    return frame.write(
        "caretaker", save, CARETAKER_LABELS, values=values, title="Patenschaft bearbeiten", name=row.name, back=here
    )


@needs(Action.STOP_EDIT)
def caretaker_remove(stop_id: int, stop_caretaker_id: int) -> ResponseReturnValue:
    """Forget a caretaker."""
    service.remove_caretaker(staff_session(), actor(), stop_id, stop_caretaker_id)
    flash("Die Patenschaft ist gelöscht; Name und Anschrift sind nirgends mehr gespeichert.", "good")
    return redirect(url_for("trees_intern.site", stop_id=stop_id), 303)
