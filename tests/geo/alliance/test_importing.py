"""The office's list of members from a file: what becomes of each row, what is known already, all or none, and back."""

from datetime import date

import pytest

from geo.alliance import importing, queries, service
from geo.alliance.importing import Listed, guessed, judged, look_into
from geo.alliance.schemas import ContactInput, WorkInput
from geo.core.errors import Conflict, Invalid, NotPermitted
from tests import factories
from tests.geo.alliance.conftest import a_member

COLUMNS = ("Organisation", "Art", "Gemeinde", "Homepage", "Mitglied seit")
DAY = date(2025, 1, 1)


def _judged(desk, *rows, kind=None, known_on=DAY, columns=COLUMNS):
    listed = Listed(columns, tuple((number, tuple(row)) for number, row in enumerate(rows, 2)))
    return judged(desk, listed, guessed(columns), kind, known_on, "Liste der Probe")


def test_columns_are_known_by_their_names():
    assert guessed(COLUMNS) == {"name": 0, "kind": 1, "town": 2, "website": 3, "joined_on": 4}
    assert guessed(("Name", "Name", "Ort", "Kategorie")) == {"name": 0, "kind": 3, "town": 2}
    assert guessed(("a", "b")) == {}


def test_a_row_becomes_a_member(desk, towns):
    one, other = _judged(
        desk,
        ("Stadt Musterstadt", "Stadt", "Musterstadt", "musterstadt.de", "08.06.2021"),
        ("Kammer der Probe", "KAMMER", "Erfurt", "", ""),
    )
    assert (one.data.name, one.data.kind, one.data.municipality_id) == ("Stadt Musterstadt", "STADT", towns.own)
    assert (one.data.website, one.data.joined_on, one.data.known_on) == (
        "https://musterstadt.de",
        date(2021, 6, 8),
        None,
    )
    assert (other.data.kind, other.data.municipality_id, other.data.known_on) == ("KAMMER", None, DAY)
    assert one.data.source == "Liste der Probe" and not one.data.is_public


def test_a_towns_name_is_enough_to_know_it(desk, towns):
    (one,) = _judged(desk, ("Stadt Musterstadt", "Stadt oder Gemeinde", "", "", ""))
    assert one.data.municipality_id == towns.own and one.town == "Musterstadt"


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (("", "Kammer", "", "", ""), "Name der Organisation: Bitte ausfüllen"),
        (("X", "", "", "", ""), "Art: Bitte"),
        (("X", "Stammtisch", "", "", ""), "„Stammtisch“ gibt es im Register nicht"),
        (("X", "Stadt", "Nirgendheim", "", ""), "„Nirgendheim“ ist nicht zu finden"),
        (("X", "Kammer", "", "kein netz", ""), "Bitte eine Adresse"),
        (("X", "Kammer", "", "", "irgendwann"), "kein Datum"),
    ],
)
def test_a_mistake_in_a_row_is_said_in_a_sentence(desk, row, sentence):
    (one,) = _judged(desk, row)
    assert one.data is None and not one.is_known and sentence in one.problem


def test_what_is_known_is_left_out(desk, office, towns):
    a_member(desk, office, name="Stadt Musterstadt", kind="STADT", municipality_id=str(towns.own))
    a_member(desk, office, name="Ging vorher", joined_on="2022-01-01", left_on="2023-01-01")
    rows = _judged(
        desk,
        ("stadt  MUSTERSTADT", "Stadt", "", "", ""),
        ("Kammer", "Kammer", "", "", ""),
        ("Kammer", "Kammer", "", "", ""),
        ("Rathaus Musterstadt", "Stadt", "Musterstadt", "", ""),
        ("Ging vorher", "Kammer", "", "", ""),
    )
    assert [(one.data is not None, one.is_known) for one in rows] == [
        (False, True), (True, False), (False, True), (False, False), (True, False),
    ]  # fmt: skip
    assert [one.problem for one in rows] == [
        "Steht schon im Register.",
        "",
        "Steht schon in Zeile 3.",
        "Musterstadt ist unter einem anderen Namen schon Mitglied.",
        "",
    ]


def test_members_come_all_or_none_and_go_again(desk, office, db, towns, group):
    rows = [("Stadt Musterstadt", "Stadt", "", "", ""), ("Kammer", "Kammer", "", "", "")]
    given = [one.data for one in _judged(desk, *rows)]
    with pytest.raises(NotPermitted):
        service.create_members(desk, factories.actor(db, "planner"), given)
    made = [(one.id, one.version) for one in service.create_members(desk, office, given)]
    assert [one.name for one in queries.members(desk, DAY)] == ["Kammer", "Stadt Musterstadt"]
    desk.commit()
    with pytest.raises(Invalid, match="„Kammer“"):
        service.create_members(desk, office, [given[1]])
    desk.rollback()
    assert [one.is_known for one in _judged(desk, *rows)] == [True, True]
    contact = service.add_contact(desk, office, made[1][0], ContactInput("Person"))
    with pytest.raises(Conflict, match="nichts zurückgenommen"):
        service.take_back_members(desk, office, made)
    service.erase_contact(desk, office, contact.id)
    work = service.put_to_work(desk, office, group.id, made[0][0], WorkInput())
    with pytest.raises(Conflict, match="„Stadt Musterstadt“"):
        service.take_back_members(desk, office, made)
    service.remove_work(desk, office, work.id)
    with pytest.raises(Conflict):
        service.take_back_members(desk, office, [made[0], (made[1][0], 2)])
    assert service.take_back_members(desk, office, made) == 2
    assert queries.members(desk, DAY) == []


def test_a_list_is_read_from_a_file(tmp_path):
    path = tmp_path / "liste"
    path.write_bytes("Organisation;Art\nKammer für Grün;Kammer\n;\nVerein;Verein\n".encode("cp1252"))
    found = look_into(path, "liste.csv")
    assert found.columns == ("Organisation", "Art")
    assert [texts for _number, texts in found.rows] == [("Kammer für Grün", "Kammer"), ("Verein", "Verein")]
    with pytest.raises(Invalid) as refused:
        look_into(path, "liste.exe") if path.write_bytes(b"MZ\x00\x01") else None
    assert list(refused.value.fields) == ["file"]


def test_a_list_is_not_endless(tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "MOST_ROWS", 2)
    path = tmp_path / "liste"
    path.write_text("Name\nA\nB\nC\n")
    with pytest.raises(Invalid, match="Mehr als 2"):
        look_into(path, "liste.csv")
