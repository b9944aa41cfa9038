"""The town's owners: their list, also as a file, and each of them."""

import csv
import io
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action, may
from geo.core.codes import label
from geo.owners import queries, service
from geo.owners.campaigns import queries as campaigns
from geo.owners.codes import ATTITUDES, KINDS
from geo.owners.queries import OwnerFilters
from geo.owners.schemas import (
    CONSENT_LABELS,
    CONTACT_LABELS,
    MEMBER_LABELS,
    OWNER_LABELS,
    owner_values,
    parse_owner,
)
from webapp import parameters
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.owners import frame

FILTERS = ("suche", "art", "haltung", "gesperrt", "frist")
COLUMNS = ("name", "kind", "contact_name", "street", "postcode", "locality", "country", "email", "phone", "attitude")
# What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")


def _filters() -> OwnerFilters:
    return OwnerFilters(
        day=parameters.day(),
        text=parameters.text("suche"),
        kind=parameters.choice("art", KINDS),
        attitude=parameters.choice("haltung", ATTITUDES),
        blocked=parameters.flag("gesperrt"),
        due=parameters.flag("frist"),
    )


def _kept(day: date) -> dict[str, Any]:
    kept: dict[str, Any] = {name: request.args[name] for name in FILTERS if request.args.get(name, "").strip()}
    return kept | parameters.day_chosen(day)


@needs(Action.OWNER_VIEW)
def overview() -> ResponseReturnValue:
    """The town's owners, with what they own on the day."""
    town, session, filters = frame.town(), staff_session(), _filters()
    found = queries.search(session, town, filters, parameters.text("ab", 400))
    return frame.page(
        "overview",
        page=found,
        filters=filters,
        args=request.args,
        day=filters.day,
        keep=_kept(filters.day),
        open_answers=campaigns.count_answers(session, town, done=False),
    )


@needs(Action.OWNER_VIEW)
def as_csv() -> Response:
    """The list as a file. Of whoever is not to be contacted it names no way to reach them."""
    filters = _filters()
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    names = [OWNER_LABELS[name] for name in COLUMNS]
    writer.writerow([*names, OWNER_LABELS["do_not_contact"], "Einheiten", "davon leer", OWNER_LABELS["delete_on"]])
    for row in queries.every(staff_session(), frame.town(), filters):
        codes = {"kind": label(KINDS, row.kind), "attitude": label(ATTITUDES, row.attitude)}
        cells = [codes.get(name, getattr(row, name)) for name in COLUMNS]
        more = ["ja" if row.do_not_contact else "nein", row.units, row.vacant, row.delete_on.isoformat()]
        writer.writerow([_cell(value) for value in (*cells, *more)])
    answer = Response("\ufeff" + out.getvalue(), mimetype="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="eigentum.csv"'
    return answer


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


@needs(Action.OWNER_VIEW)
def show(owner_id: int) -> ResponseReturnValue:
    """An owner: who, what they own, whom they belong to, what they agreed to, how they were contacted."""
    return show_with(owner_id)


def show_with(
    owner_id: int, part: str = "", errors: dict[str, str] | None = None, status: int = 200
) -> ResponseReturnValue:
    """The page of an owner; `part` is the form on it that was refused."""
    session, day = staff_session(), parameters.day()
    owner = queries.get(session, owner_id)
    values = request.form.to_dict() if part else {}
    empty = {"given_on": clock.today().isoformat(), "happened_on": clock.today().isoformat(), "how": "BRIEF"}
    units = queries.units_of(session, owner_id, day)
    return frame.page(
        "owner",
        status,
        owner=owner,
        day=day,
        units=units,
        unit_names={row.id: name for name, row in units},
        unit_choices=[(row.id, name) for name, row in units if row.holds],
        members=queries.members_of(session, owner_id),
        communities=queries.communities_of(session, owner_id),
        people=[one for one in queries.choices(session, owner.municipality_id) if one[0] != owner_id],
        consents=queries.consents_of(session, owner_id),
        contacts=queries.contacts_of(session, owner_id),
        part=part,
        errors={name: errors or {} if name == part else {} for name in ("member", "consent", "contact")},
        values={name: values if name == part else empty for name in ("member", "consent", "contact")},
        labels={"member": MEMBER_LABELS, "consent": CONSENT_LABELS, "contact": CONTACT_LABELS},
        may_erase=may(actor(), Action.OWNER_ERASE, owner.municipality_id),
        is_soon=owner.delete_on <= clock.today() + queries.SOON,
    )


@needs(Action.OWNER_EDIT)
def new() -> ResponseReturnValue:
    """A new owner; from a unit's page, it is that unit's at once."""
    town, session, today = frame.town(), staff_session(), clock.today()
    keep = queries.settings_of(session, town).keep_months

    def save() -> ResponseReturnValue:
        made = service.add(session, actor(), town, parse_owner(request.form, today), today)
        flash("Gespeichert.", "good")
        unit_id = parameters.whole("einheit", 1, 2**31 - 1)
        if unit_id is not None:
            return redirect(url_for("owners_intern.of_unit", unit_id=unit_id, neu=made.id), 303)
        return redirect(url_for("owners_intern.show", owner_id=made.id), 303)

    first = {"kind": "PRIVAT", "delete_on": (today + relativedelta(months=keep)).isoformat()}
    return frame.write(
        "owner", save, OWNER_LABELS, values=first, title="Eigentum erfassen", back=url_for("owners_intern.overview")
    )


@needs(Action.OWNER_EDIT)
def edit(owner_id: int) -> ResponseReturnValue:
    """Correct what is known of an owner."""
    session, today = staff_session(), clock.today()
    owner = queries.get(session, owner_id)
    back = url_for("owners_intern.show", owner_id=owner_id)

    def save() -> ResponseReturnValue:
        service.change(session, actor(), owner_id, frame.version(), parse_owner(request.form, today), today)
        flash("Gespeichert.", "good")
        return redirect(back, 303)

    values = owner_values(owner) | {"version": owner.version}
    return frame.write(
        "owner", save, OWNER_LABELS, values=values, title="Eigentum bearbeiten", name=owner.name, back=back
    )
