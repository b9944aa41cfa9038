"""What the avenues have done, told honestly: for everybody, and with more detail for a town."""

from flask import g, render_template
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action
from geo.places.queries import ags_of
from geo.trees.applications import queries as applications
from geo.trees.applications.codes import STATES
from geo.trees.queries import effects
from geo.trees.queries import public as reads
from webapp import parameters
from webapp.access import needs, public
from webapp.app import actor, public_session, staff_session
from webapp.trees import frame, words


@public
def public_effects() -> str:
    """Tree-weeks, streets, litres, what neighbours said, as of a day; of all towns or of one."""
    session, day, ags = public_session(), parameters.day(), parameters.text("gemeinde", 8)
    rows = effects.by_town(session, day, ags)
    return render_template(
        "trees/residents/effects.html",
        nav="trees",
        day=day,
        today=clock.today(),
        words=words,
        towns=reads.towns(session),
        chosen=ags,
        rows=rows,
        total=effects.total(rows),
        years=effects.tree_days_by_year(session, day, ags),
    )


@needs(Action.TREE_VIEW)
def internal_effects() -> ResponseReturnValue:
    """The same for the town worked in, stop by stop, with the applications."""
    session, day, town = staff_session(), parameters.day(), g.municipality_id
    ags = ags_of(session, town) if town is not None else None
    asked = applications.listing(session, actor(), town, day)
    states = [row.state(day) for row in asked]
    rows = effects.by_town(session, day, ags)
    return frame.page(
        "residents/effects",
        day=day,
        total=effects.total(rows),
        stops=effects.by_stop(session, day, ags),
        years=effects.tree_days_by_year(session, day, ags),
        applications=[(names[0], states.count(code)) for code, names in STATES.items() if states.count(code)],
        signatures=sum(row.signatures for row in asked),
    )
