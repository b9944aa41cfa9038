"""Internal pages of letters: look at one before it is made, keep it, print it; the town's texts and sender."""

from flask import Response, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action, may
from geo.core.codes import label
from geo.core.errors import Conflict, Invalid
from geo.core.parsing import whole_number
from geo.letters import queries as texts
from geo.letters import service as writing
from geo.letters.language import DRAWING, blocks
from geo.letters.schemas import (
    SENDER_LABELS,
    TEMPLATE_LABELS,
    parse_sender,
    parse_template,
    sender_values,
)
from geo.trees.visits import queries
from geo.trees.visits.letters import paper, service
from geo.trees.visits.letters import queries as letters
from geo.trees.visits.letters.codes import FACTS, KINDS
from webapp.access import needs
from webapp.app import actor, chosen_town, register_app, staff_session
from webapp.trees import frame, visit_sketch


@needs(Action.VISIT_EDIT)
def letter(visit_id: int, kind: str) -> ResponseReturnValue:
    """A letter as it would be made now; sent, it is kept."""
    session = staff_session()
    visit = queries.get_visit(session, actor(), visit_id)
    base = register_app().settings.url
    stop_page = base + url_for("trees.show", stop_id=visit.stop_id)
    text = letters.template_of(session, visit.municipality_id, kind).body
    drawing, problem = visit_sketch.of(visit, clock.today()) if f"{{{DRAWING}}}" in text else (None, "")
    written = service.draft(
        session,
        actor(),
        visit,
        kind,
        today=clock.today(),
        page=stop_page,
        feedback=base + url_for("feedback.answer", visit_id=visit_id),
        has_drawing=drawing is not None,
    )
    if request.method == "POST":
        service.make(session, actor(), visit, written, drawing)
        flash(f"{label(KINDS, kind)}: festgehalten.", "good")
        return redirect(url_for("visits_intern.show", visit_id=visit_id), 303)
    return frame.page(
        "visits/letter",
        visit=visit,
        kind=kind,
        name=label(KINDS, kind),
        letter=written,
        blocks=blocks(written.body),
        missing=[FACTS[name] for name in written.missing],
        has_drawing=drawing is not None,
        no_drawing=problem,
        may_edit_texts=may(actor(), Action.LETTER_EDIT, g.municipality_id),
    )


@needs(Action.TREE_VIEW)
def letter_pdf(visit_id: int, letter_id: int) -> Response:
    """A kept letter as PDF."""
    session = staff_session()
    visit = queries.get_visit(session, actor(), visit_id)
    kept = letters.get_letter(session, actor(), visit_id, letter_id)
    answer = Response(paper.pdf(kept), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{paper.file_name(kept, visit.stop)}"'
    return answer


@needs(Action.LETTER_EDIT)
def overview() -> ResponseReturnValue:
    """The town's sender and texts."""
    town, session = _town(), staff_session()
    return frame.page(
        "visits/letters",
        sender=texts.sender_of(session, town),
        sender_labels=SENDER_LABELS,
        texts=[(kind, names[0], letters.template_of(session, town, kind)) for kind, names in KINDS.items()],
    )


@needs(Action.LETTER_EDIT)
def sender() -> ResponseReturnValue:
    """Say who sends the town's letters."""
    town = _town()
    stored = texts.sender_of(staff_session(), town)
    values = {} if stored is None else sender_values(stored) | {"version": stored.version}

    def save() -> ResponseReturnValue:
        version = frame.version() if request.form.get("version") else None
        writing.set_sender(staff_session(), actor(), town, version, parse_sender(request.form))
        flash("Der Absender ist gespeichert.", "good")
        return redirect(url_for("visits_intern.letters"), 303)

    return frame.write(
        "sender",
        save,
        SENDER_LABELS,
        values=values,
        title="Absender der Schreiben",
        back=url_for("visits_intern.letters"),
    )


@needs(Action.LETTER_EDIT)
def template(kind: str) -> ResponseReturnValue:
    """A text with its placeholders and versions; sent, it is a new version."""
    town, session = _town(), staff_session()
    versions = letters.versions(session, town, kind)
    newest = versions[0]
    if request.method == "GET":
        asked = whole_number(request.args.get("fassung", ""))
        shown = newest if asked is None else letters.version_of(session, town, kind, asked or None)
        return _template(kind, versions, shown.number, {"subject": shown.subject, "body": shown.body})
    sent = {name: request.form.get(name, "") for name in TEMPLATE_LABELS}
    try:
        number = whole_number(request.form.get("seen", ""))
        data = parse_template(request.form, FACTS)
        made = writing.save_template(session, actor(), town, letters.given_text(kind), number, data)
    except Invalid as refused:
        return _template(kind, versions, newest.number, sent, refused.fields, 422)
    except Conflict as conflict:
        return _template(kind, versions, newest.number, sent, {"": f"{conflict} Rechts steht die neue Fassung."}, 409)
    flash("Die neue Fassung gilt." if made else "Es war nichts geändert.", "good")
    return redirect(url_for("visits_intern.template", kind=kind), 303)


def _template(
    kind: str,
    versions: list[texts.Template],
    chosen: int | None,
    values: dict[str, str],
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    return frame.page(
        "visits/template",
        status,
        kind=kind,
        name=label(KINDS, kind),
        labels=TEMPLATE_LABELS,
        facts=FACTS,
        values=values,
        errors=errors or {},
        versions=versions,
        chosen=chosen,
        newest=versions[0].number,
        is_newest=chosen == versions[0].number,
    )


def _town() -> int:
    return chosen_town("Bitte zuerst im Feld „Gemeinde“ eine wählen: jede Stadt hat ihre eigenen Schreiben.")
