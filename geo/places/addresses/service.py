"""Writes of the address list: a source is replaced as a whole, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core.access import Actor
from geo.core.errors import Invalid
from geo.core.geometry import points_ewkb
from geo.places.addresses.keys import house_key, street_key
from geo.places.sources import Replaced, Sourced

MOST = 500_000


@dataclass(frozen=True)
class AddressInput:
    """One address of a list; longitude and latitude in degrees."""

    street: str
    house_number: str
    longitude: float
    latitude: float
    postcode: str | None = None
    locality: str | None = None


_INSERT = text(
    """
    INSERT INTO register.addresses
        (municipality_id, street, street_key, house_number, postcode, locality, point, source, is_example)
    SELECT :town, w.street, w.key, w.number, w.postcode, w.locality, ST_GeomFromEWKB(w.point), :source, :example
    FROM unnest(CAST(:streets AS text[]), CAST(:keys AS text[]), CAST(:numbers AS text[]),
                CAST(:postcodes AS text[]), CAST(:localities AS text[]), CAST(:points AS bytea[]))
         AS w(street, key, number, postcode, locality, point)
    """
)
_SOURCED = Sourced("addresses", _INSERT)


def replace(
    session: Session,
    actor: Actor,
    municipality_id: int,
    source: str,
    addresses: Sequence[AddressInput],
    *,
    is_example: bool = False,
) -> Replaced:
    """Put these addresses in the place of all that came from `source`; other sources stay.

    Raises `Invalid` for an empty list, so that a wrong file never empties the town's list.
    """
    if not addresses:
        raise Invalid({"file": "Die Datei enthält keine verwendbare Adresse; die Liste bleibt, wie sie ist."})
    if len(addresses) > MOST:
        raise Invalid({"file": f"Eine Liste hat höchstens {MOST:,} Adressen.".replace(",", ".")})
    return _SOURCED.replace(
        session, actor, municipality_id, source, addresses, lambda part: {"example": is_example, **_values(part)}
    )


def _values(part: Sequence[AddressInput]) -> dict[str, Any]:
    return {
        "streets": [one.street for one in part],
        "keys": [street_key(one.street) for one in part],
        "numbers": [house_key(one.house_number) for one in part],
        "postcodes": [one.postcode for one in part],
        "localities": [one.locality for one in part],
        "points": points_ewkb([(one.longitude, one.latitude) for one in part]),
    }


def remove(session: Session, actor: Actor, municipality_id: int, source: str) -> int:
    """Take a source out of the town's list; says how many addresses went."""
    return _SOURCED.remove(session, actor, municipality_id, source)
