"""Letters to owners: a group from the list's filter, its words, the letters for paper, what came back."""

from typing import Any
from urllib.parse import urlencode

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action, may
from geo.core.errors import Conflict, Invalid, NotFound
from geo.core.parsing import Fields, whole_number
from geo.letters import queries as texts
from geo.letters import service as writing
from geo.letters.language import blocks
from geo.letters.schemas import SENDER_LABELS, TEMPLATE_LABELS, parse_sender, parse_template, sender_values
from geo.owners.campaigns import jobs, printing, queries, service
from geo.owners.campaigns.costs import ASSUMPTION_LABELS, assumption_values, in_euro, parse_assumptions
from geo.owners.campaigns.model import Campaign
from geo.owners.campaigns.words import FACTS, MARKS
from geo.owners.codes import RESULTS
from geo.vacancies.codes import OBJECT_TYPES, STATES
from webapp import parameters
from webapp.access import needs
from webapp.app import actor, register_app, staff_session
from webapp.jobs import present
from webapp.owners import frame
from webapp.parameters import day_chosen
from webapp.vacancies.addresses import INTERNAL, chosen, unit_filters
from webapp.vacancies.bulk import filter_words
from webapp.vacancies.stock import zone_options

TEXT_LABELS = {**TEMPLATE_LABELS, "answer_until": "Antwort bis", **ASSUMPTION_LABELS}
RETURNED = [(code, names[0]) for code, names in RESULTS.items() if code != "KEIN_RUECKLAUF"]


@needs(Action.OWNER_VIEW)
def overview() -> ResponseReturnValue:
    """The town's campaigns, with what came back."""
    town, session, day = frame.town(), staff_session(), parameters.day()
    return frame.page(
        "campaigns",
        rows=queries.campaigns(session, town, day),
        day=day,
        sender=texts.sender_of(session, town),
        open_answers=queries.count_answers(session, town, done=False),
        may_write=may(actor(), Action.OWNER_WRITE, town),
    )


@needs(Action.OWNER_WRITE)
def new() -> ResponseReturnValue:
    """Choose the group by the filter that the list of units has, and begin."""
    town, session = frame.town(), staff_session()
    if request.method == "GET" and not request.args:
        return redirect(url_for("owners_intern.new_campaign", zustand="LEER"))
    filters, errors = unit_filters(), {}
    keep = {**chosen(INTERNAL), **day_chosen(filters.day)}
    if request.method == "POST":
        fields = Fields(request.form)
        name = fields.text("name", required=True, longest=120)
        try:
            fields.check()
            said, today = filter_words(filters), clock.today()
            made = service.create(session, actor(), town, name or "", filters, urlencode(keep), said, today)
            return redirect(url_for("owners_intern.campaign", campaign_id=made.id), 303)
        except Invalid as refused:
            session.rollback()
            errors = refused.fields
    group = queries.group_of(session, town, filters)
    return frame.page(
        "campaign_new",
        422 if errors else 200,
        group=group,
        left_out=_left_out(town, group),
        filters=filters,
        args=request.args,
        keep=keep,
        words=filter_words(filters),
        states=frame.options(STATES),
        object_types=frame.options(OBJECT_TYPES),
        zones=zone_options(town, filters),
        values={"name": request.form.get("name", f"Anschreiben {clock.today():%m/%Y}")},
        labels={"name": "Name der Briefaktion"},
        errors=errors,
        most=queries.MOST,
    )


def _left_out(town: int, group: queries.Group) -> list[tuple[str, list[tuple[int, str]]]]:
    names = queries.names_of(staff_session(), town, {one for ids in group.left_out.values() for one in ids})
    found = []
    for reason, ids in group.left_out.items():
        named = [(one, names[one]) for one in sorted(ids) if one in names]
        found.append((reason, named))
    return found


@needs(Action.OWNER_VIEW)
def show(campaign_id: int) -> ResponseReturnValue:
    """A campaign: its letters, the next step, and what came back so far."""
    return _show(campaign_id)


def _show(campaign_id: int, errors: dict[str, str] | None = None, status: int = 200) -> ResponseReturnValue:
    session = staff_session()
    campaign = queries.get_campaign(session, campaign_id)
    letters = queries.letters_of(session, campaign, clock.today())
    fresh, again = (printing.printable(letters, again=also) for also in (False, True))
    runs = jobs.runs(session, campaign)
    return frame.page(
        "campaign",
        status,
        campaign=campaign,
        counted=queries.counted(session, campaign),
        letters=letters,
        unprinted=len(fresh),
        printed=len(again) - len(fresh),
        runs=[present.job(run, {}) for run in runs],
        newest=runs[0].id if runs else 0,
        takes_answers=campaign.answer_until >= clock.today(),
        results=RETURNED,
        sender=texts.sender_of(session, campaign.municipality_id),
        may_write=may(actor(), Action.OWNER_WRITE, campaign.municipality_id),
        may_edit=may(actor(), Action.OWNER_EDIT, campaign.municipality_id),
        errors=errors or {},
    )


@needs(Action.OWNER_WRITE)
def word(campaign_id: int) -> ResponseReturnValue:
    """What the letters of a draft say, what their sheets assume, and until when they can be answered."""
    session = staff_session()
    campaign = queries.get_campaign(session, campaign_id)
    stored: dict[str, Any] = {"subject": campaign.subject, "body": campaign.body, "version": campaign.version}
    stored |= {"answer_until": campaign.answer_until.isoformat(), **assumption_values(campaign.assumptions)}
    if request.method == "GET":
        return _word(campaign, stored)
    fields = Fields(request.form)
    until = fields.day("answer_until", required=True)
    if until is not None and until <= clock.today():
        fields.fail("answer_until", "Bitte einen künftigen Tag angeben.")
    errors = dict(fields.errors)
    try:
        for read in (lambda: parse_template(request.form, FACTS, MARKS), lambda: parse_assumptions(request.form)):
            try:
                read()
            except Invalid as refused:
                errors |= refused.fields
        if errors or until is None:
            raise Invalid(errors)
        data, given = parse_template(request.form, FACTS, MARKS), parse_assumptions(request.form)
        service.word(session, actor(), campaign_id, frame.version(), data, given, until)
    except Invalid as refused:
        return _word(campaign, frame.typed(), refused.fields, 422)
    except Conflict as conflict:
        session.rollback()
        return _word(queries.get_campaign(session, campaign_id), frame.typed(), {"": str(conflict)}, 409)
    flash("Gespeichert.", "good")
    return redirect(url_for("owners_intern.campaign", campaign_id=campaign_id), 303)


def _word(
    campaign: Campaign, values: dict[str, Any], errors: dict[str, str] | None = None, status: int = 200
) -> ResponseReturnValue:
    return frame.page(
        "campaign_text", status, campaign=campaign, values=values, errors=errors or {}, labels=TEXT_LABELS, facts=FACTS
    )


@needs(Action.OWNER_WRITE)
def preview(owner_letter_id: int) -> ResponseReturnValue:
    """A letter as it would be printed, with a code that opens nothing."""
    session = staff_session()
    letter = queries.get_letter(session, owner_letter_id)
    campaign = queries.get_campaign(session, letter.campaign_id)
    if letter.owner_id is None:
        raise NotFound("Der Brief", owner_letter_id)
    shown = printing.preview(session, campaign, letter.id, clock.today())
    return frame.page(
        "letter",
        campaign=campaign,
        letter=shown,
        blocks=blocks(shown.body, MARKS),
        sheets=[(name, [(line.what, line.how, in_euro(line.euro)) for line in lines]) for name, lines in shown.sheets],
        offer=campaign.assumptions.get("interim_offer", ""),
        address=_address(),
    )


@needs(Action.OWNER_WRITE)
def print_letters(campaign_id: int) -> ResponseReturnValue:
    """Have the letters set in type that never were, or all of a draft; the job's page shows how far it is."""
    return _printing(campaign_id, again=Fields(request.form).flag("again"))


@needs(Action.OWNER_WRITE)
def print_again(owner_letter_id: int) -> ResponseReturnValue:
    """One letter once more, with a new code in the place of the one before."""
    campaign_id = queries.get_letter(staff_session(), owner_letter_id).campaign_id
    return _printing(campaign_id, letter_id=owner_letter_id)


def _printing(campaign_id: int, **which: Any) -> ResponseReturnValue:
    fields = Fields(request.form)
    seen = fields.whole("seen", most=2**31 - 1, required=True)
    try:
        fields.check()
        job = jobs.start_printing(
            staff_session(),
            actor(),
            campaign_id,
            today=clock.today(),
            seen=seen or 0,
            address=_address(),
            origin=url_for("owners_intern.campaign", campaign_id=campaign_id),
            **which,
        )
    except Invalid as refused:
        staff_session().rollback()
        return _show(campaign_id, refused.fields, 422)
    except Conflict as conflict:
        staff_session().rollback()
        return _show(campaign_id, {"": str(conflict)}, 409)
    return redirect(url_for("jobs_intern.show", job_id=job.id), 303)


def _address() -> str:
    return register_app().settings.url + url_for("owner_answers.enter")


@needs(Action.OWNER_WRITE)
def sent(campaign_id: int) -> ResponseReturnValue:
    """They went to the post."""

    def go() -> None:
        fields = Fields(request.form)
        on = fields.day("sent_on", required=True)
        if on is not None and on > clock.today():
            fields.fail("sent_on", "Das Datum liegt in der Zukunft.")
        fields.check()
        service.mark_sent(staff_session(), actor(), campaign_id, frame.version(), on or clock.today())

    return _step(campaign_id, go, "Als verschickt vermerkt. Antworten erscheinen hier von selbst.")


@needs(Action.OWNER_WRITE)
def end(campaign_id: int) -> ResponseReturnValue:
    """No answer is awaited any more."""

    def go() -> None:
        service.end(staff_session(), actor(), campaign_id, frame.version())

    return _step(campaign_id, go, "Die Briefaktion ist beendet, ihre Codes gelten nicht mehr.")


@needs(Action.OWNER_WRITE)
def remove(campaign_id: int) -> ResponseReturnValue:
    """A draft is not wanted."""
    try:
        service.remove(staff_session(), actor(), campaign_id, frame.version(), frame.store())
    except Conflict as conflict:
        staff_session().rollback()
        return _show(campaign_id, {"": str(conflict)}, 409)
    flash("Der Entwurf ist verworfen.", "good")
    return redirect(url_for("owners_intern.campaigns"), 303)


@needs(Action.OWNER_EDIT)
def returned(owner_letter_id: int) -> ResponseReturnValue:
    """What came of a letter by post or telephone."""
    campaign_id = queries.get_letter(staff_session(), owner_letter_id).campaign_id

    def go() -> None:
        result, today = request.form.get("result", ""), clock.today()
        service.returned(staff_session(), actor(), owner_letter_id, frame.version(), result, today)

    return _step(campaign_id, go, "Der Rücklauf ist vermerkt.")


def _step(campaign_id: int, go: Any, said: str) -> ResponseReturnValue:
    try:
        go()
    except Invalid as refused:
        staff_session().rollback()
        return _show(campaign_id, refused.fields, 422)
    except Conflict as conflict:
        staff_session().rollback()
        return _show(campaign_id, {"": str(conflict)}, 409)
    flash(said, "good")
    return redirect(url_for("owners_intern.campaign", campaign_id=campaign_id), 303)


@needs(Action.OWNER_WRITE)
def template() -> ResponseReturnValue:
    """The town's text for these letters, with its versions; sent, it is a new one."""
    town, session = frame.town(), staff_session()
    given = queries.given_text()
    versions = texts.versions(session, town, given)
    if request.method == "GET":
        asked = whole_number(request.args.get("fassung", ""))
        number = versions[0].number if asked is None else asked or None
        shown = texts.version_of(session, town, given, number)
        return _template(versions, shown.number, {"subject": shown.subject, "body": shown.body})
    try:
        seen = whole_number(request.form.get("seen", ""))
        made = writing.save_template(session, actor(), town, given, seen, parse_template(request.form, FACTS, MARKS))
    except Invalid as refused:
        return _template(versions, versions[0].number, frame.typed(), refused.fields, 422)
    except Conflict as conflict:
        said = {"": f"{conflict} Rechts steht die neue Fassung."}
        return _template(versions, versions[0].number, frame.typed(), said, 409)
    flash("Die neue Fassung gilt für neue Briefaktionen." if made else "Es war nichts geändert.", "good")
    return redirect(url_for("owners_intern.template"), 303)


def _template(
    versions: list[texts.Template],
    number: int | None,
    values: dict[str, Any],
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    return frame.page(
        "template",
        status,
        versions=versions,
        chosen=number,
        newest=versions[0].number,
        values=values,
        errors=errors or {},
        labels=TEMPLATE_LABELS,
        facts=FACTS,
    )


@needs(Action.OWNER_WRITE)
def sender() -> ResponseReturnValue:
    """Who sends the town's letters: the same as in all of them."""
    town, session = frame.town(), staff_session()
    stored = texts.sender_of(session, town)
    values = {} if stored is None else sender_values(stored) | {"version": stored.version}
    labels = {name: text for name, text in SENDER_LABELS.items() if name != "insurance"}

    def save() -> ResponseReturnValue:
        version = frame.version() if request.form.get("version") else None
        writing.set_sender(session, actor(), town, version, parse_sender(request.form))
        flash("Der Absender ist gespeichert.", "good")
        return redirect(url_for("owners_intern.campaigns"), 303)

    back = url_for("owners_intern.campaigns")
    return frame.write("sender", save, labels, values=values, title="Absender der Briefe", back=back)
