"""Public pages of what the alliance knows: best-practice cards on map and list, a card, the search over all of it."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, g, render_template, request, url_for

from geo.core.fields_of_action import FIELDS_OF_ACTION
from geo.finding import queries as finding
from geo.finding.codes import KINDS
from geo.knowledge import public as queries
from geo.knowledge.codes import HEADINGS
from webapp import geojson, parameters
from webapp.access import public
from webapp.app import public_session
from webapp.knowledge import present, searching

knowledge = Blueprint("knowledge", __name__)
FILTERS = ("feld", "gruppe", "massnahme", "stadt")
MOST_BESIDE = 6


def of_project(project_id: int, _day: date) -> str | None:
    """Cards of the working group of a pilot project, for the project's public page; nothing without one."""
    found = queries.cards(public_session(), queries.Filters(), project_id=project_id)
    shown = [present.row(card, g.lang) for card in found[:MOST_BESIDE]]
    return render_template("knowledge/_of_project.html", cards=shown, more=len(found) - len(shown)) if shown else None


def _filters() -> queries.Filters:
    return queries.Filters(
        field=parameters.choice("feld", FIELDS_OF_ACTION),
        group=parameters.text("gruppe", longest=60),
        measure=parameters.text("massnahme", longest=10),
        town=parameters.text("stadt", longest=120),
    )


def _asked() -> dict[str, Any]:
    return {name: request.args[name] for name in FILTERS if request.args.get(name)}


@knowledge.get("/wissen")
@public
def overview() -> str:
    """The cards on map and list."""
    session, lang = public_session(), g.lang
    filters, names = _filters(), present.measures(session, lang)
    language: dict[str, Any] = {"sprache": "en"} if lang == "en" else {}
    return render_template(
        "knowledge/overview.html",
        nav="pilots",
        rows=[present.row(card, lang) for card in queries.cards(session, filters)],
        filters_set=filters,
        args=request.args,
        options={
            "fields": [(code, words[lang == "en"]) for code, words in FIELDS_OF_ACTION.items()],
            "groups": queries.groups(session, lang),
            "measures": [(code, f"{code} {names.get(code, '')}".strip()) for code in queries.measures(session)],
            "towns": queries.towns(session),
        },
        data_url=url_for("knowledge.collection", **_asked(), **language),
    )


@knowledge.get("/wissen/<int:card_id>")
@public
def show(card_id: int) -> str:
    """A card: what came out of it, and what it was."""
    session = public_session()
    card, names = queries.card(session, card_id), present.measures(session, g.lang)
    return render_template(
        "knowledge/show.html",
        nav="pilots",
        card=card,
        heads={name: words[g.lang == "en"] for name, words in HEADINGS.items()},
        when=present.years(card.begins, card.ends, g.lang),
        fields=present.fields(card.fields_of_action, g.lang),
        measures=[(code, names[code]) for code in card.measures if code in names],
        checked=present.checked(card.is_checked, g.lang),
        feature=geojson.slim(present.feature(card, g.lang)),
    )


@knowledge.get("/suche")
@public
def search() -> str:
    """The search over everything public."""
    asked = searching.asked()
    answer = None
    if asked.typed:
        answer = finding.find(public_session(), asked.typed, g.lang, kind=asked.kind, page=asked.page)
    return searching.page(
        "knowledge/search.html", asked, answer, kinds=[kind for kind in KINDS if kind != "meeting"], internal=False
    )


@knowledge.get("/api/v1/wissen")
@public
def collection() -> Response:
    """All published cards, with the page's filters."""
    lang = "en" if request.args.get("sprache") == "en" else g.lang
    return geojson.collection(present.feature(card, lang) for card in queries.cards(public_session(), _filters()))


@knowledge.get("/api/v1/wissen/<int:card_id>")
@public
def item(card_id: int) -> Response:
    """One published card."""
    lang = "en" if request.args.get("sprache") == "en" else g.lang
    return geojson.answer(present.feature(queries.card(public_session(), card_id), lang))
