"""What lies around a stop, a viewpoint or a pilot site, and what changed there after its opening."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import Response, g, jsonify, render_template, url_for
from markupsafe import Markup

from geo.core import clock
from geo.core.access import Action
from geo.synergy import drawings
from geo.synergy.anchors import KINDS, SITE, STOP, VIEWPOINT, town_of
from geo.synergy.reach import REACHES_M, reach_outlines
from geo.synergy.ripple import Compared, Ripple, ripple
from geo.synergy.wording import OUTCOMES, number, points
from webapp import geojson, parameters
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.synergy import present

# As many units as an address of the list of units may name.
MOST_LISTED = 500
STATES = {
    "leer": ("LEER", "leer"),
    "gastro": ("GENUTZT", "genutzt, Gastronomie"),
    "genutzt": ("GENUTZT", "nicht leer"),
    "unbekannt": ("UNBEKANNT", "Zustand unbekannt"),
}
GROUPS = {"umkreis": "im Umkreis", "nah": "in der Nähe, weiter weg", "vergleich": "Vergleichsstraße"}


@needs(Action.VACANCY_VIEW)
def stop(stop_id: int) -> str:
    """Around a stop of the trees."""
    return _page(STOP, stop_id)


@needs(Action.VACANCY_VIEW)
def viewpoint(viewpoint_id: int) -> str:
    """Around a viewpoint."""
    return _page(VIEWPOINT, viewpoint_id)


@needs(Action.VACANCY_VIEW)
def site(site_id: int) -> str:
    """Around a pilot site."""
    return _page(SITE, site_id)


@needs(Action.VACANCY_VIEW)
def stop_units(stop_id: int) -> Response:
    """The units around a stop for the map."""
    return _units(STOP, stop_id)


@needs(Action.VACANCY_VIEW)
def viewpoint_units(viewpoint_id: int) -> Response:
    """The units around a viewpoint for the map."""
    return _units(VIEWPOINT, viewpoint_id)


@needs(Action.VACANCY_VIEW)
def site_units(site_id: int) -> Response:
    """The units around a pilot site for the map."""
    return _units(SITE, site_id)


def _found(kind: str, anchor_id: int) -> tuple[Ripple, int, int]:
    """The surroundings that the address asks for, its reach, and the town."""
    session = staff_session()
    town = town_of(session, kind, anchor_id)
    within = int(parameters.choice("umkreis", [str(one) for one in REACHES_M]) or REACHES_M[0])
    asked = parameters.a_day("beginn")
    return ripple(session, actor(), town, kind, anchor_id, parameters.day(), asked, within), within, town


def _page(kind: str, anchor_id: int) -> str:
    found, within, town = _found(kind, anchor_id)
    day = found.day
    keep: dict[str, Any] = {"umkreis": within} if within != REACHES_M[0] else {}
    if found.opened and found.opened != found.openings[0]:
        keep["beginn"] = found.opened.isoformat()
    chosen = [found.compared[within, name] for name in OUTCOMES] if found.opened else []
    return render_template(
        "synergy/ripple.html",
        internal_active="synergy",
        found=found,
        anchor=found.anchor,
        kind_name=KINDS[kind],
        town_name=dict(g.towns).get(town),
        own_url=present.own_url(kind, anchor_id),
        within=within,
        reaches=[(str(one), f"{one} m") for one in REACHES_M],
        openings=[(one.isoformat(), present.day_in_words(one)) for one in found.openings],
        opened_words=present.day_in_words(found.opened) if found.opened else None,
        never=present.NEVER[kind],
        around=[_around(one, day) for one in found.around],
        compared=[_compared(one) for one in chosen],
        verdicts=_verdicts(chosen),
        is_made_up=any(one.is_example for one in found.on_map),
        chart_svg=Markup(drawings.intervals(_rows(found), "abstand")),  # noqa: S704 (escaped by its maker)
        estimates=_rows(found),
        groups=found.groups.get(within),
        number=number,
        points=points,
        outcomes=OUTCOMES,
        day=day,
        today=clock.today(),
        keep=keep,
        args={"umkreis": str(within), "beginn": found.opened.isoformat() if found.opened else ""},
        map_config={
            "features": present.url_of(kind, anchor_id, units=True, **keep, **parameters.day_chosen(day)),
            "kind": "vacancies",
            "label": f"Karte der Einheiten um {found.anchor.name}",
            "shapes": reach_outlines(found.anchor.name, found.anchor.longitude, found.anchor.latitude),
            "center": [found.anchor.latitude, found.anchor.longitude],
            "zoom": 16,
            "remember": False,
        },
    )


def _list_url(ids: Sequence[int], day: date) -> str | None:
    """The list of exactly these units; none for nothing, and for more than an address holds."""
    if not 0 < len(ids) <= MOST_LISTED:
        return None
    return url_for("vacancies_intern.overview", einheiten=",".join(map(str, ids)), **parameters.day_chosen(day))


def _around(one: Any, day: date) -> dict[str, Any]:
    named = ("units", "empty", "gastronomy", "unknown", "verified", "unverified")
    return {
        "found": one,
        "counts": {name: (len(getattr(one, name)), _list_url(getattr(one, name), day)) for name in named},
        "share": 100 * len(one.empty) / len(one.units) if one.units else None,
        "front_share": 100 * one.dead_m / one.frontage_m if one.frontage_m else None,
    }


def _verdicts(chosen: Sequence[Compared]) -> list[dict[str, Any]]:
    """What is said of each outcome; the same words about several outcomes stand once."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for one in chosen:
        said = (one.sentence, *one.effect.notes)
        name = OUTCOMES[one.outcome].name
        if said in found:
            found[said]["names"].append(name)
        else:
            is_conclusive = one.effect.is_conclusive
            found[said] = {"names": [name], "said": said, "is_conclusive": is_conclusive}
    return list(found.values())


def _compared(one: Compared) -> dict[str, Any]:
    return {
        "outcome": OUTCOMES[one.outcome],
        "effect": one.effect,
        "chart": Markup(drawings.course(one)),  # noqa: S704 (escaped by its maker)
        "line": list(zip(one.line(True), one.line(False), strict=True)),
        "streets": sorted(one.effect.changes, key=lambda change: (not change.street.treated, change.street.name)),
    }


def _rows(found: Ripple) -> list[tuple[str, Any, bool]]:
    """Each outcome and reach with its estimate, and whether anything is concluded from it."""
    pairs: Mapping[tuple[int, str], Compared] = found.compared
    return [
        (
            f"{OUTCOMES[name].name}, {reach} m",
            pairs[reach, name].effect.estimate,
            pairs[reach, name].effect.is_conclusive,
        )
        for name in OUTCOMES
        for reach in REACHES_M
        if (reach, name) in pairs
    ]


def _units(kind: str, anchor_id: int) -> Response:
    found, _, _ = _found(kind, anchor_id)
    features = []
    for one in found.on_map:
        status, words = STATES[one.state]
        way = "" if one.metres is None else f", {round(one.metres)} m {'Fußweg' if found.along else 'Luftlinie'}"
        properties = {
            "id": one.id,
            "kind": "vacancies",
            "title": one.title,
            "url": url_for("vacancies_intern.show", unit_id=one.id, **parameters.day_chosen(found.day)),
            "status": status,
            "status_label": words,
            "is_example": one.is_example,
            "note": f"{GROUPS[one.group]}{way}",
        }
        features.append(geojson.feature((one.longitude, one.latitude), properties))
    return jsonify({"type": "FeatureCollection", "features": features})
