"""Internal pages of schedules: draft, look at, publish, withdraw."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action, may
from geo.trees import season, service
from geo.trees.planning.queries import plan_board
from geo.trees.planning.service import publishing
from geo.trees.queries import changes, internal
from geo.trees.schemas import SCHEDULE_LABELS, parse_schedule
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.trees import frame
from webapp.trees.draft_pages import rows_of


@needs(Action.STAY_EDIT)
def new(fleet_id: int) -> ResponseReturnValue:
    """A new draft for a fleet's season."""
    fleet = internal.get_fleet(staff_session(), actor(), fleet_id)

    def save() -> ResponseReturnValue:
        made = service.create_schedule(staff_session(), actor(), fleet_id, parse_schedule(request.form))
        flash(f"Der Entwurf „{made.name}“ ist angelegt.", "good")
        return redirect(url_for("trees_intern.schedule", schedule_id=made.id), 303)

    year = clock.today().year + 1
    first = {"name": f"Umzugsplan {year}", "first": f"{year}-04-01", "last": f"{year}-10-31", "move_weekday": 6}
    return frame.write(
        "schedule",
        save,
        SCHEDULE_LABELS,
        values=first,
        title="Umzugsplan entwerfen",
        name=fleet.name,
        back=url_for("trees_intern.fleet", fleet_id=fleet_id),
    )


@needs(Action.TREE_VIEW)
def show(schedule_id: int) -> ResponseReturnValue:
    """A plan as a table of stops and weeks, and as a list of stays."""
    session = staff_session()
    plan = internal.get_schedule(session, actor(), schedule_id)
    stays = internal.stays_of_schedule(session, schedule_id)
    shown = [stay for stay in stays if not stay.is_confirmed]
    return frame.page(
        "schedule",
        plan=plan,
        stays=stays,
        groups=internal.grouped(stays),
        season=season.table([stay.as_standing() for stay in shown], plan.first, plan.last),
        stop_page=lambda stop_id: url_for("trees_intern.show", stop_id=stop_id),
        may_plan=may(actor(), Action.STAY_EDIT, plan.municipality_id),
        may_publish=may(actor(), Action.SCHEDULE_PUBLISH, plan.municipality_id),
        may_see_history=may(actor(), Action.HISTORY_VIEW, plan.municipality_id),
    )


@needs(Action.STAY_EDIT)
def edit(schedule_id: int) -> ResponseReturnValue:
    """Rename a plan or change its season."""
    plan = internal.get_schedule(staff_session(), actor(), schedule_id)
    here = url_for("trees_intern.schedule", schedule_id=schedule_id)

    def save() -> ResponseReturnValue:
        service.update_schedule(staff_session(), actor(), schedule_id, frame.version(), parse_schedule(request.form))
        flash("Gespeichert.", "good")
        return redirect(here, 303)

    values = {
        "name": plan.name,
        "first": plan.first.isoformat(),
        "last": plan.last.isoformat(),
        "move_weekday": plan.move_weekday,
        "version": plan.version,
    }
    return frame.write(
        "schedule", save, SCHEDULE_LABELS, values=values, title="Umzugsplan bearbeiten", name=plan.name, back=here
    )


@needs(Action.HISTORY_VIEW)
def history(schedule_id: int) -> ResponseReturnValue:
    """What was changed of a plan."""
    plan = internal.get_schedule(staff_session(), actor(), schedule_id)
    happened = changes.history_of(staff_session(), "schedules", schedule_id, plan.municipality_id)
    return frame.page(
        "history",
        name=plan.name,
        back=url_for("trees_intern.schedule", schedule_id=schedule_id),
        entries=frame.in_entries(happened, "schedules", "Umzugsplan angelegt"),
    )


@needs(Action.SCHEDULE_PUBLISH)
def publish(schedule_id: int) -> ResponseReturnValue:
    """Make a draft the plan that everybody sees, after a look at what that changes of the published one."""
    session = staff_session()
    plan = internal.get_schedule(session, actor(), schedule_id)
    here = url_for("trees_intern.schedule", schedule_id=schedule_id)
    shown = plan_board(session, actor(), schedule_id)
    older = [
        (one, rows_of(plan_board(session, actor(), one.id), shown))
        for one in internal.schedules(session, plan.fleet_id)
        if one.state == "VEROEFFENTLICHT" and one.first <= plan.last and plan.first <= one.last
    ]

    def save() -> ResponseReturnValue:
        mark = request.form.get("mark", "")
        publishing.publish(session, actor(), schedule_id, frame.version(), mark)
        flash(f"„{plan.name}“ ist veröffentlicht.", "good")
        return redirect(here, 303)

    drafted = [visit for visit in shown.board.visits if visit.layer == "ENTWURF"]
    return frame.write(
        "publish",
        save,
        SCHEDULE_LABELS,
        values={"version": plan.version},
        title="Umzugsplan veröffentlichen?",
        name=plan.name,
        back=here,
        plan=plan,
        older=older,
        drafted=len(drafted),
        mark=publishing.mark_of(drafted),
        submit="Veröffentlichen",
    )


@needs(Action.SCHEDULE_PUBLISH)
def withdraw(schedule_id: int) -> ResponseReturnValue:
    """Take a published plan back."""
    plan = internal.get_schedule(staff_session(), actor(), schedule_id)
    here = url_for("trees_intern.schedule", schedule_id=schedule_id)

    def save() -> ResponseReturnValue:
        service.supersede(staff_session(), actor(), schedule_id, frame.version())
        flash(f"„{plan.name}“ ist zurückgezogen.", "good")
        return redirect(here, 303)

    return frame.write(
        "withdraw",
        save,
        SCHEDULE_LABELS,
        values={"version": plan.version},
        title="Umzugsplan zurückziehen?",
        name=plan.name,
        back=here,
        plan=plan,
        submit="Zurückziehen",
    )
