"""The way in: a town's stops, viewpoints and pilot sites, each with its surroundings; and where next."""

from flask import g, render_template, url_for

from geo.core import clock
from geo.core.access import Action, may
from geo.core.db import for_municipality
from geo.synergy.anchors import KINDS, SITE, STOP, VIEWPOINT, Anchor, anchors
from geo.synergy.shared import last_quarter_end, shared_effects
from webapp import parameters
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.synergy import present

SEEN = {STOP: Action.TREE_VIEW, VIEWPOINT: Action.VIEWPOINT_VIEW, SITE: Action.PILOT_VIEW}


@needs(Action.TREE_VIEW)
def overview() -> str:
    """What there is in the town, with the day since when it is there."""
    town, day = g.municipality_id, parameters.day()
    found: list[Anchor] = []
    if town is not None:
        with for_municipality(staff_session(), town):
            found = anchors(staff_session(), town)
    shown = [one for one in found if may(actor(), SEEN[one.kind], town)]
    return render_template(
        "synergy/overview.html",
        internal_active="synergy",
        town_name=dict(g.towns).get(town),
        groups=[(kind, name, [one for one in shown if one.kind == kind]) for kind, name in KINDS.items()],
        opened=lambda one: present.openings_in_words(one, day),
        url=lambda one: present.url_of(one.kind, one.id),
        shared=shared_effects(staff_session(), actor(), town, day) if town is not None else None,
        quarter=last_quarter_end(day),
        may_compare=town is not None and may(actor(), Action.VACANCY_VIEW, town),
        next_url=url_for("synergy_intern.next_places"),
        day=day,
        today=clock.today(),
    )
