"""The town's address list: replaced by source, asked by what is typed, by a spot, and by many addresses at once."""

import pytest

from geo.core.errors import Invalid, NotPermitted
from geo.places.addresses import queries, service
from geo.places.addresses.service import AddressInput
from tests import factories
from tests.geo.vacancies.stock import acting

LIST = [
    AddressInput("Marktstraße", "5", 11.05, 50.93, "99999", "Musterstadt"),
    AddressInput("Marktstraße", "5 A", 11.0501, 50.93),
    AddressInput("Marktstraße", "10", 11.0504, 50.93),
    AddressInput("Marktstraße", "2", 11.0503, 50.93),
    AddressInput("Neue Marktstraße", "5", 11.06, 50.94),
    AddressInput("Brühl", "1", 11.055, 50.935),
]


def put(session, town, addresses=LIST, source="Hauskoordinaten 2026"):
    return service.replace(session, acting(), town, source, addresses)


def labels(found):
    return [f"{one.street} {one.house_number}" for one in found]


def test_a_source_is_replaced_as_a_whole_and_others_stay(staff, towns):
    assert vars(put(staff, towns.own)) == {"before": 0, "now": 6}
    put(staff, towns.own, LIST[:1], "Nachtrag")
    assert vars(put(staff, towns.own, LIST[:2])) == {"before": 6, "now": 2}
    assert [(row.source, row.addresses, row.streets) for row in queries.sources(staff, towns.own)] == [
        ("Hauskoordinaten 2026", 2, 1),
        ("Nachtrag", 1, 1),
    ]
    assert service.remove(staff, acting(), towns.own, "Nachtrag") == 1
    with pytest.raises(Invalid, match="keine verwendbare Adresse"):
        put(staff, towns.own, [])
    assert len(queries.sources(staff, towns.own)) == 1


def test_suggestions_fit_what_is_typed(staff, towns):
    put(staff, towns.own)
    assert labels(queries.suggest(staff, towns.own, "markt str. 5")) == [
        "Marktstraße 5",
        "Marktstraße 5a",
        "Neue Marktstraße 5",
    ]
    assert labels(queries.suggest(staff, towns.own, "Marktstr"))[:4] == [
        "Marktstraße 2",
        "Marktstraße 5",
        "Marktstraße 5a",
        "Marktstraße 10",
    ]
    assert labels(queries.suggest(staff, towns.own, "BRUEHL 1")) == ["Brühl 1"]
    assert queries.suggest(staff, towns.own, "Ring 5") == [] == queries.suggest(staff, towns.own, "%%")
    (first, *_) = queries.suggest(staff, towns.own, "Marktstraße 5")
    assert (first.label, first.source) == ("Marktstraße 5, 99999 Musterstadt", "Hauskoordinaten 2026")


def test_the_nearest_address(staff, towns):
    put(staff, towns.own)
    found = queries.nearest(staff, towns.own, 11.05031, 50.93)
    assert found.house_number == "2" and found.distance_m < 2
    assert queries.nearest(staff, towns.own, 11.07, 50.93) is None


def test_many_are_located_at_once(staff, towns):
    put(staff, towns.own)
    put(staff, towns.own, [AddressInput("Marktstraße", "5", 11.09, 50.95, "99998")], "Ortsteil")
    wanted = [("Markt-Str.", "5", "99998"), ("Marktstraße", "5a", None), ("Weg", "1", None), ("Marktstr", "5", "99999")]
    found = queries.locate(staff, towns.own, wanted)
    assert [one and round(one.longitude, 4) for one in found] == [11.09, 11.0501, None, 11.05]


def test_only_a_manager_and_only_the_own_town(db, staff, towns):
    with pytest.raises(NotPermitted):
        service.replace(staff, factories.actor(db, "editor", towns.own), towns.own, "x", LIST)
    put(staff, towns.own)
    with db.staff(None, towns.foreign) as session:
        assert queries.sources(session, towns.foreign) == [] == queries.suggest(session, towns.own, "Marktstraße 5")
