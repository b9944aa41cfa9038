"""Where next: a town's stops and viewpoint candidates in an order that the person weighs, and the planner may heed."""

from typing import Any

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action, may
from geo.core.parsing import Fields
from geo.synergy import rankings, service
from geo.synergy.anchors import KINDS
from geo.synergy.candidates import candidates, counts_all
from geo.synergy.near import NEAR_M
from geo.synergy.ranking import MOST_WEIGHT, REASONS, USUAL_WEIGHT, Ranked, planner_weights, rank
from webapp import geojson, parameters
from webapp.access import needs
from webapp.app import actor, chosen_town, staff_session
from webapp.synergy import present


@needs(Action.TREE_VIEW)
def overview() -> str:
    """The ranking under the weights of the address; what the planner heeds now."""
    town, day = g.municipality_id, parameters.day()
    weights = _weights()
    ranked = _ranked(weights)
    taken: list[rankings.Taken] = []
    if town is not None:
        taken = rankings.taken_over(staff_session(), town)
    holds = next((one for one in taken if one.withdrawn_at is None), None)
    return render_template(
        "synergy/next.html",
        internal_active="synergy",
        town_name=dict(g.towns).get(town),
        town=town,
        reasons=REASONS,
        weights=weights,
        is_usual=weights == dict.fromkeys(REASONS, USUAL_WEIGHT),
        nothing_counts=not any(weights.values()),
        most=MOST_WEIGHT,
        ranked=ranked,
        kinds=KINDS,
        url=lambda one: present.own_url(one.kind, one.id),
        place_id=lambda one: present.place_id(one.kind, one.id),
        ripple_url=lambda one: present.url_of(one.kind, one.id),
        may_compare=town is not None and may(actor(), Action.VACANCY_VIEW, town),
        counts_all=town is not None and counts_all(actor(), town),
        near_m=NEAR_M,
        may_take=town is not None and may(actor(), Action.RANKING_TAKE, town),
        planner=planner_weights(weights),
        taken=[(one, _when(one.taken_at), _when(one.withdrawn_at)) for one in taken],
        holds=holds,
        day=day,
        today=clock.today(),
        day_keep=parameters.day_chosen(day),
        map_config={
            "features": present.ranked_url(weights, parameters.day_chosen(day)),
            "kind": "trees",
            "cluster": False,  # each place has its rank
            "remember": False,
            "label": "Karte der Orte mit ihrem Platz in der Reihenfolge",
        },
    )


@needs(Action.TREE_VIEW)
def on_map() -> Response:
    """The ranked places for the map, each with its place as mark."""
    return geojson.collection(
        geojson.feature(
            (one.candidate.longitude, one.candidate.latitude),
            {
                "id": present.place_id(one.candidate.kind, one.candidate.id),
                "kind": present.PARTS[one.candidate.kind],
                "title": one.candidate.name,
                "subtitle": f"Platz {one.place}, {KINDS[one.candidate.kind]}",
                "url": present.own_url(one.candidate.kind, one.candidate.id),
                "mark": one.place,
                "note": _score(one),
                "is_example": one.candidate.is_example,
            },
        )
        for one in _ranked(_weights())
    )


def _ranked(weights: dict[str, int]) -> list[Ranked]:
    """The chosen town's candidates under these weights; none where no town is chosen."""
    town = g.municipality_id
    return [] if town is None else rank(candidates(staff_session(), actor(), town, parameters.day()), weights)


def _score(one: Ranked) -> str:
    return "nicht zu beurteilen" if one.score is None else f"{round(one.score)} von 100 Punkten"


def _weights() -> dict[str, int]:
    """How much each reason counts, 0 to 100; what the address does not say counts as usual."""
    found = {}
    for name in REASONS:
        asked = parameters.whole(name, most=MOST_WEIGHT)
        found[name] = USUAL_WEIGHT if asked is None else asked
    return found


def _when(at: Any) -> str | None:
    return None if at is None else present.day_in_words(clock.day_of(at))


@needs(Action.RANKING_TAKE)
def take() -> ResponseReturnValue:
    """Let the planner heed this ranking from now on."""
    fields = Fields(request.form)
    weights: dict[str, Any] = {
        name: fields.whole(name, least=0, most=MOST_WEIGHT, required=True) or 0 for name in REASONS
    }
    fields.check()
    service.take(staff_session(), actor(), chosen_town(), weights, clock.today())
    flash("Der nächste Umzugsplan rechnet mit dieser Rangfolge.", "good")
    return redirect(url_for("synergy_intern.next_places", **weights), 303)


@needs(Action.RANKING_TAKE)
def withdraw(ranking_id: int) -> ResponseReturnValue:
    """Take a ranking back; the one before it holds again, or none."""
    version = Fields(request.form).version()
    service.withdraw(staff_session(), actor(), chosen_town(), ranking_id, version)
    flash("Die Rangfolge ist zurückgenommen.", "good")
    return redirect(url_for("synergy_intern.next_places"), 303)
