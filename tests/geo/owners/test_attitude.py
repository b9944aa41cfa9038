"""What owners' records answer of the Kompass: of several owners the one that hinders most."""

import pytest

from geo.owners.attitude import answer_of


@pytest.mark.parametrize(
    ("owners", "answer"),
    [
        ([], None),
        ([("PRIVAT", None)], None),
        ([("PRIVAT", "OFFEN")], "KOOP"),
        ([("PRIVAT", "OFFEN"), ("FONDS", "ABWARTEND")], "ABWARTEND"),
        ([("PRIVAT", "ABLEHNEND"), ("PRIVAT", "OFFEN")], "ABLEHNEND"),
        ([("KOMMUNE", None)], "KOMMUNAL"),
        ([("KOMMUNE", None), ("PRIVAT", "OFFEN")], "KOOP"),
        ([("UNBEKANNT", "OFFEN")], "UNBEKANNT"),
        ([("UNTERNEHMEN", "NICHT_ERREICHBAR")], None),
    ],
)
def test_the_answer_of_the_owners(owners, answer):
    assert answer_of(owners) == answer
