"""Survey rounds, their units and their entries as pages and devices show them."""

from collections.abc import Sequence
from typing import Any

from babel.dates import format_datetime
from babel.numbers import format_decimal
from flask import url_for

from geo.core.clock import BERLIN
from geo.core.codes import label
from geo.vacancies.codes import OBJECT_TYPES, STATES
from geo.vacancies.dates import in_words
from geo.vacancies.surveys.codes import ENTRY_KINDS, ROUND_STATES, SCOPES
from geo.vacancies.surveys.route import DETOUR, SECONDS_A_UNIT, SPEED_KMH, Estimate
from webapp.vacancies import present

# How a round's and an entry's state look in macros/badge.html.
ROUND_LOOK = {"OFFEN": ("ring", "active"), "GESCHLOSSEN": ("square", "good")}


def moment(value: Any) -> str:
    """A point in time as it is said in Thuringia: 26.11.2026, 14:05."""
    return format_datetime(value, "dd.MM.yyyy, HH:mm", tzinfo=BERLIN, locale="de")


def number(value: float, places: int = 1) -> str:
    """A number in German."""
    return format_decimal(round(value, places), locale="de")


def survey(row: Any) -> dict[str, Any]:
    """A round as an entry of the list and as the head of its pages."""
    return {
        "id": row.id,
        "name": row.name,
        "url": url_for("surveys_intern.show", round_id=row.id),
        "reference_day": row.reference_day,
        "where": row.zone or "ganze Gemeinde",
        "scope": label(SCOPES, row.scope),
        "is_open": row.state == "OFFEN",
        "state_label": label(ROUND_STATES, row.state),
        "look": ROUND_LOOK[row.state],
        "units": row.units,
        "seen": row.seen,
        "left": row.units - row.seen,
        "entries": row.entries,
        "closed_at": moment(row.closed_at) if row.closed_at else None,
        "version": row.version,
        "sha256": row.sha256,
    }


def estimate(found: Estimate, by_network: str) -> dict[str, str]:
    """How long the walk takes, and on which assumptions."""
    minutes = found.minutes
    hours = f"{minutes // 60} {'Stunde' if minutes < 120 else 'Stunden'}"
    took = f"{minutes} Minuten" if minutes < 90 else f"{hours} {minutes % 60} Minuten"
    way = f"{number(found.metres / 1000)} km" if found.metres >= 1000 else f"{round(found.metres, -1):.0f} m"
    beeline = f"Luftlinie mal {number(DETOUR)}"
    ground = {
        "ganz": "auf den Wegen des Straßennetzes",
        "teils": f"auf den Wegen des Straßennetzes, abseits davon {beeline}",
        "nein": f"{beeline}, denn hier ist kein Straßennetz eingelesen",
    }[by_network]
    return {
        "time": f"etwa {took}",
        "way": way,
        "assumption": f"Annahme: {way} zu Fuß bei {number(SPEED_KMH)} km/h ({ground})"
        f" und {SECONDS_A_UNIT} Sekunden je Nutzungseinheit.",
    }


def unit(row: Any) -> dict[str, Any]:
    """A unit as the walk shows it, for a page and (all of it text and numbers) for a device."""
    verified = row.verified_on
    return {
        "id": row.id,
        "version": row.version,
        "title": present.address(row) or row.name or "Nutzungseinheit",
        "what": present.what_it_is(row, with_name=False),
        "name": row.name,
        "state": row.state,
        "state_label": label(STATES, row.state) if row.state else "Zustand unbekannt",
        "since": in_words(row.since, row.start_precision) if row.since else None,
        "occupant": row.occupant,
        "area": present.area(row.area_total_m2, "de"),
        "verified": in_words(verified) if verified else None,
        "is_stale": row.is_overdue,
        "note": row.note,
        "photos": [
            {
                "id": photo["id"],
                "alt": photo["alt"],
                "url": url_for("photos_intern.internal_preview", photo_id=photo["id"]),
            }
            for photo in row.photos[:3]
        ],
        "street": row.street,
        "house_number": row.house_number,
        "postcode": row.postcode,
        "locality": row.locality,
        "object_type": row.object_type,
        "lat": round(row.latitude, 6),
        "lon": round(row.longitude, 6),
        "is_example": row.is_example,
        "url": url_for("vacancies_intern.show", unit_id=row.id),
        "seen": _seen(row),
    }


def _seen(row: Any) -> dict[str, Any] | None:
    if row.seen_kind is None:
        return None
    return {
        "kind": row.seen_kind,
        "label": label(ENTRY_KINDS, row.seen_kind),
        "at": moment(row.seen_at),
        "by": row.seen_by,
        "key": str(row.seen_key),
    }


def entries(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """What was seen, for the page of the round."""
    return [
        {
            "seen_at": moment(row.seen_at),
            "received_at": moment(row.received_at),
            "who": _who(row),
            "kind": label(ENTRY_KINDS, row.kind),
            "unit": present.address(row) or row.name or ("nicht mehr im Register" if row.unit_id is None else ""),
            "url": url_for("vacancies_intern.show", unit_id=row.unit_id) if row.unit_id else None,
            "is_undone": row.undone_at is not None,
            "is_applied": row.is_applied,
        }
        for row in rows
    ]


def _who(row: Any) -> str:
    name = row.who or "Konto gelöscht"
    return f"{name} (aufgenommen von {row.recorded_by})" if row.recorded_by else name


def features(shown: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The units of a round for its map, each with its number in the walking order."""
    return [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [one["lon"], one["lat"]]},
            "properties": {
                "id": one["id"],
                "kind": present.KIND,
                "title": one["title"],
                "subtitle": one["what"],
                "url": one["url"],
                "status": one["state"],
                "status_label": one["state_label"],
                "is_example": one["is_example"],
                "mark": str(position),
                "note": f"Nr. {position}: {one['seen']['label']}" if one["seen"] else f"Nr. {position}: noch offen",
            },
        }
        for position, one in enumerate(shown, 1)
    ]


def type_options() -> list[tuple[str, str]]:
    """Object types for a unit found on the walk."""
    return [(code, label(OBJECT_TYPES, code)) for code in OBJECT_TYPES]
