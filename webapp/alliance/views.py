"""Public pages of the alliance: what it is, who is in it as far as they agreed, what its working groups do."""

from flask import Blueprint, g, render_template

from geo.alliance import public as queries
from geo.alliance.codes import FOUNDED_ON, KINDS
from geo.core import clock
from webapp import parameters
from webapp.access import public
from webapp.app import public_session

alliance = Blueprint("alliance", __name__)


@alliance.get("/allianz")
@public
def overview() -> str:
    """The alliance as of a day."""
    session, day = public_session(), parameters.day()
    members = queries.members(session, day)
    sizes = queries.sizes(session, day)
    return render_template(
        "alliance/overview.html",
        nav="pilots",
        day=day,
        today=clock.today(),
        founded_on=FOUNDED_ON,
        groups=queries.groups(session),
        sizes=sizes,
        stated=next((one for one in reversed(sizes) if one.source is not None), None),
        kinds=[
            (names[g.lang == "en"], [one for one in members if one.kind == code])
            for code, names in KINDS.items()
            if any(one.kind == code for one in members)
        ],
    )


@alliance.get("/allianz/arbeitsgruppen/<slug>")
@public
def group(slug: str) -> str:
    """A working group as of a day."""
    session, day = public_session(), parameters.day()
    found = queries.group(session, slug)
    return render_template(
        "alliance/group.html",
        nav="pilots",
        day=day,
        today=clock.today(),
        group=found,
        text=found.text(g.lang),
        work=queries.work_in(session, found.id, day),
        kinds={code: names[g.lang == "en"] for code, names in KINDS.items()},
    )
