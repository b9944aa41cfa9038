"""Internal pages of what the alliance knows: a town's manager proposes a card, the office edits and publishes."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action, may, require
from geo.core.errors import Conflict, Invalid
from geo.core.fields_of_action import FIELDS_OF_ACTION
from geo.core.parsing import Fields
from geo.finding import queries as finding
from geo.finding.codes import KINDS
from geo.knowledge import queries, service
from geo.knowledge.codes import HEADINGS
from geo.knowledge.model import Card
from geo.knowledge.schemas import LABELS, CardInput, card_values, input_values, parse_card
from geo.places.queries import middle, municipalities
from webapp import parameters
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.knowledge import changes, present, searching

knowledge_intern = Blueprint("knowledge_intern", __name__)
# In the choice of towns: one that is not in the register.
ELSEWHERE = "0"


def _show(template: str, http_status: int = 200, **values: Any) -> ResponseReturnValue:
    frame = {"nav": "knowledge", "internal_active": "knowledge", "labels": LABELS}
    return render_template(f"knowledge/intern/{template}.html", **frame, **values), http_status


def _saved(card: Card, sentence: str) -> ResponseReturnValue:
    """To the card's page, which then offers to take back just this change."""
    flash(sentence, "good")
    staff_session().flush()
    change = queries.newest_change(staff_session(), card)
    return redirect(url_for("knowledge_intern.show", card_id=card.id, gespeichert=change), 303)


@knowledge_intern.get("/wissen")
@needs(Action.KNOWLEDGE_VIEW)
def overview() -> ResponseReturnValue:
    """All cards: drafts and proposals first."""
    rows = queries.cards(staff_session(), actor())
    return _show(
        "overview",
        drafts=[row for row in rows if row.published_on is None],
        published=[row for row in rows if row.published_on is not None],
        years={row.id: present.years(row.begins, row.ends, "de") for row in rows},
        may_edit=may(actor(), Action.KNOWLEDGE_EDIT),
        may_propose=bool(_towns()) or may(actor(), Action.KNOWLEDGE_EDIT),
    )


def _towns() -> list[tuple[str, str]]:
    """The towns for which the actor may write a card."""
    return [
        (str(row.id), row.in_district)
        for row in municipalities(staff_session(), clock.today())
        if may(actor(), Action.KNOWLEDGE_PROPOSE, row.id)
    ]


def _choices() -> dict[str, Any]:
    """What can be chosen in the form."""
    towns = _towns()
    if may(actor(), Action.KNOWLEDGE_EDIT):
        towns = [(ELSEWHERE, "Stadt außerhalb Thüringens"), *towns]
    return {
        "towns": towns,
        "groups": queries.working_groups(staff_session()),
        "fields": [(code, names[0]) for code, names in FIELDS_OF_ACTION.items()],
        "measures": [(code, f"{code} {title}") for code, title in present.measures(staff_session(), "de").items()],
        "may_edit": may(actor(), Action.KNOWLEDGE_EDIT),
    }


def _typed() -> dict[str, Any]:
    """What the form sent, its lists as lists."""
    lists = {name: request.form.getlist(name) for name in ("fields_of_action", "measures")}
    return {**request.form.to_dict(), **lists}


def _parsed(choices: Mapping[str, Any], *, in_register: bool) -> CardInput:
    codes = [code for code, _ in choices["measures"]]
    groups = [number for number, _ in choices["groups"]]
    return parse_card(request.form, measures=codes, groups=groups, in_register=in_register)


@knowledge_intern.route("/wissen/neu", methods=["GET", "POST"])
@needs(Action.KNOWLEDGE_PROPOSE)
def new() -> ResponseReturnValue:
    """A new draft; a manager's is a proposal."""
    choices = _choices()
    center = None if g.municipality_id is None else middle(staff_session(), g.municipality_id)
    frame: dict[str, Any] = {"choices": choices, "center": center}
    if request.method == "GET":
        first = {"municipality_id": g.municipality_id if g.municipality_id is not None else ""}
        return _show("new", values=first, errors={}, **frame)
    try:
        town, data = _new_card(choices)
        made = service.create(staff_session(), actor(), town, data)
    except Invalid as refused:
        return _show("new", 422, values=_typed(), errors=refused.fields, **frame)
    proposed = "Der Vorschlag ist angelegt. Die Geschäftsstelle sieht ihn."
    return _saved(made, proposed if made.is_proposal else "Der Entwurf ist angelegt.")


def _new_card(choices: Mapping[str, Any]) -> tuple[int | None, CardInput]:
    """Town and card of the form, with the mistakes of both."""
    fields = Fields(request.form)
    town = fields.choice("municipality_id", [value for value, _ in choices["towns"]], required=True)
    try:
        data = _parsed(choices, in_register=town != ELSEWHERE)
    except Invalid as refused:
        raise Invalid({**fields.errors, **refused.fields}) from None
    fields.check()
    return (None if town == ELSEWHERE else int(town or 0)), data


@knowledge_intern.get("/wissen/<int:card_id>")
@needs(Action.KNOWLEDGE_VIEW)
def show(card_id: int) -> ResponseReturnValue:
    """A card, and what can be done with it."""
    record = queries.get(staff_session(), actor(), card_id)
    card, names = record.card, present.measures(staff_session(), "de")
    newest = queries.newest_change(staff_session(), card)
    return _show(
        "show",
        record=record,
        card=card,
        heads={name: words[0] for name, words in HEADINGS.items()},
        when=present.years(card.begins, card.ends, "de"),
        fields=present.fields(card.fields_of_action, "de"),
        measures=[(code, names.get(code, code)) for code in card.measures],
        checked=present.checked(card.is_checked, "de"),
        feature=present.record_feature(record),
        change_id=newest if newest is not None and parameters.whole("gespeichert") == newest else None,
        may_change=queries.may_change(actor(), card),
        may_edit=may(actor(), Action.KNOWLEDGE_EDIT, card.municipality_id),
        may_see_history=may(actor(), Action.HISTORY_VIEW, card.municipality_id),
    )


def _own(card_id: int) -> queries.Record:
    """The card, for who writes in its town; another town's published one is read only. Raises `NotPermitted`."""
    record = queries.get(staff_session(), actor(), card_id)
    require(actor(), Action.KNOWLEDGE_PROPOSE, record.card.municipality_id)
    return record


@knowledge_intern.route("/wissen/<int:card_id>/bearbeiten", methods=["GET", "POST"])
@needs(Action.KNOWLEDGE_PROPOSE)
def edit(card_id: int) -> ResponseReturnValue:
    """Change a card."""
    record, choices = _own(card_id), _choices()
    frame: dict[str, Any] = {"record": record, "choices": choices}
    if request.method == "GET":
        values = {**card_values(record.card), "version": record.card.version}
        return _show("edit", values=values, errors={}, **frame)
    data = None
    try:
        version = Fields(request.form).version()
        data = _parsed(choices, in_register=record.card.municipality_id is not None)
        changed = service.update(staff_session(), actor(), card_id, version, data)
    except Invalid as refused:
        return _show("edit", 422, values=_typed(), errors=refused.fields, **frame)
    except Conflict as conflict:
        if not conflict.theirs:
            raise
        return _collided(record, input_values(data) if data else {}, conflict)
    return _saved(changed, "Gespeichert.")


def _collided(record: queries.Record, mine: Mapping[str, Any], conflict: Conflict) -> ResponseReturnValue:
    done = queries.history(staff_session(), actor(), record.id)
    differing, common = changes.side_by_side(mine, conflict.theirs, done, Fields(request.form).version())
    newest = next(iter(done), None)
    return _show(
        "conflict",
        409,
        record=record,
        fields=differing,
        same=common,
        version=conflict.version,
        message=str(conflict),
        newest=newest,
    )


@knowledge_intern.post("/wissen/<int:card_id>/veroeffentlichen")
@needs(Action.KNOWLEDGE_EDIT)
def publish(card_id: int) -> ResponseReturnValue:
    """Show the card to everybody."""
    version = Fields(request.form).version()
    card = service.publish(staff_session(), actor(), card_id, version, clock.today())
    return _saved(card, "Das Beispiel ist veröffentlicht.")


@knowledge_intern.post("/wissen/<int:card_id>/zurueckziehen")
@needs(Action.KNOWLEDGE_EDIT)
def withdraw(card_id: int) -> ResponseReturnValue:
    """Make it a draft again."""
    card = service.withdraw(staff_session(), actor(), card_id, Fields(request.form).version())
    return _saved(card, "Das Beispiel ist zurückgezogen und wieder ein Entwurf.")


@knowledge_intern.route("/wissen/<int:card_id>/loeschen", methods=["GET", "POST"])
@needs(Action.KNOWLEDGE_PROPOSE)
def delete(card_id: int) -> ResponseReturnValue:
    """Remove a draft, after asking once more."""
    record = _own(card_id)
    if request.method == "GET":
        return _show("delete", record=record)
    service.delete(staff_session(), actor(), card_id, Fields(request.form).version())
    flash(f"„{record.card.title}“ ist gelöscht.", "good")
    return redirect(url_for("knowledge_intern.overview"), 303)


@knowledge_intern.get("/wissen/<int:card_id>/verlauf")
@needs(Action.HISTORY_VIEW)
def history(card_id: int) -> ResponseReturnValue:
    """What happened to the card, with old and new values."""
    record = queries.get(staff_session(), actor(), card_id)
    found = queries.history(staff_session(), actor(), card_id)
    return _show("history", record=record, entries=changes.history(found))


@knowledge_intern.post("/wissen/<int:card_id>/rueckgaengig")
@needs(Action.KNOWLEDGE_PROPOSE)
def undo(card_id: int) -> ResponseReturnValue:
    """Take back the last change; undoing the first entry removes the card."""
    change_id = Fields(request.form).whole("change", most=2_000_000_000, required=True)
    service.undo(staff_session(), actor(), card_id, change_id or 0)
    card = queries.find(staff_session(), card_id)
    if card is not None:
        return _saved(card, "Die letzte Änderung ist zurückgenommen.")
    flash("Das Beispiel ist wieder entfernt.", "good")
    return redirect(url_for("knowledge_intern.overview"), 303)


@knowledge_intern.get("/suche")
@needs(Action.KNOWLEDGE_VIEW)
def search() -> str:
    """The search over everything that the actor may see."""
    asked, answer = searching.asked(), None
    if asked.typed:
        answer = finding.find_internal(staff_session(), actor(), asked.typed, kind=asked.kind, page=asked.page)
    return searching.page("knowledge/intern/search.html", asked, answer, kinds=list(KINDS), internal=True)
