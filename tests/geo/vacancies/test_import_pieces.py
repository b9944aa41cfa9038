"""Rows that are settled without a look at the register end as all others do, and pieces are made ahead without a trace."""

import gc
import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from geo.vacancies.importing import direct, pieces, staging
from geo.vacancies.importing.model import IMPORT_ROWS
from tests.geo.vacancies.lists import COLUMNS, FIRST, accepted, plan, staged, write

MANY = [{**FIRST, "external_id": f"A{number}", "house_number": str(number), "floor": "0"} for number in range(60)]
SHOWN = "row_number, class, reason, problems, unit_id, spell_step, spell_start, spell_start_precision, outside_m"


@pytest.fixture
def here(staff, towns, tmp_path):
    return staff, towns.own, tmp_path


def rows_of(session, imported, shown=SHOWN):
    query = text(f"SELECT {shown} FROM register.import_rows WHERE import_id = :id ORDER BY row_number")
    return [tuple(row) for row in session.execute(query, {"id": imported.id})]


def judged_all(monkeypatch):
    """From here on every row is judged beside the register."""
    monkeypatch.setattr(direct.Sorter, "sort", lambda self, batch: direct.settled_none(len(batch)))


def test_new_rows_are_settled_as_they_would_be_judged(here, monkeypatch):
    session = here[0]
    odd = [
        {**FIRST, "external_id": "ohne Art", "object_type": ""},
        {**FIRST, "external_id": "ohne Ort", "latitude": "", "longitude": "", "street": ""},
        {**FIRST, "external_id": "weit weg", "latitude": "51,4", "longitude": "10,2"},
        {**FIRST, "external_id": "ohne Tag", "since": ""},
        {**FIRST, "external_id": "falsch", "area_total_m2": "viel"},
        {**FIRST, "external_id": ""},
    ]
    quick, counts, _ = staged(*here, MANY + odd)
    judged_all(monkeypatch)
    slow, counts_slow, _ = staged(*here, MANY + odd)
    assert counts == counts_slow and counts["NEU"] == 62 and counts["FEHLERHAFT"] == 2
    shown = ", ".join(column.name for column in IMPORT_ROWS.columns if column.name not in {"import_id", "content"})
    assert rows_of(session, quick, shown) == rows_of(session, slow, shown)


def test_the_same_rows_again_are_settled_and_changed_ones_judged(here):
    session = here[0]
    accepted(*here, MANY)
    changed = [{**MANY[0], "area_sales_m2": "81"}, *MANY[1:50]]
    imported, counts, _ = staged(*here, changed)
    assert (counts["GEAENDERT"], counts["UNVERAENDERT"], counts["vanished"]) == (1, 49, 10)
    seen = rows_of(session, imported, "class, unit_id IS NOT NULL, unit_version")
    assert seen[0][0] == "GEAENDERT" and set(seen[1:]) == {("UNVERAENDERT", True, 1)}


def test_none_is_missing_where_all_are_the_same_and_one_is_where_one_less_comes(here):
    accepted(*here, MANY)
    assert staged(*here, MANY)[1]["vanished"] == 0
    assert staged(*here, MANY[1:])[1]["vanished"] == 1
    new = {**MANY[0], "external_id": "neu"}
    assert staged(*here, [*MANY[1:], new])[1]["vanished"] == 1


def test_a_key_that_stands_twice_is_found_wherever_its_rows_are(here, monkeypatch):
    monkeypatch.setattr(pieces.parsing, "_BLOCK", 900)  # so that the two are far apart
    session = here[0]
    imported, counts, _ = staged(*here, [*MANY, {**MANY[3], "floor": "1"}])
    doubled = [row[0] for row in rows_of(session, imported) if row[2] == "DOPPELT"]
    assert doubled == [5, 62] and counts["NEU"] == 59 and counts["KONFLIKT"] == 2


def test_what_goes_wrong_while_pieces_are_made_ahead_is_said(here):
    broken = write(here[2] / "rows.csv", MANY)
    broken.write_text(broken.read_text().replace("2,", "zwei,", 1))
    with pytest.raises(ValueError, match="zwei"):
        staging.stage(here[0], 999_999, here[1], plan(), staging.Source(broken, len(COLUMNS)))


def test_whoever_stops_while_pieces_are_made_leaves_no_thread(here, monkeypatch):
    monkeypatch.setattr(pieces.parsing, "_BLOCK", 900)

    def stop(_done, _total, sentence):
        if "(" in sentence:
            raise InterruptedError

    source = staging.Source(write(here[2] / "rows.csv", MANY), len(COLUMNS))
    with pytest.raises(InterruptedError):
        staging.stage(here[0], 999_999, here[1], plan(), source, stop)
    gc.collect()
    assert not [one for one in threading.enumerate() if one.name.startswith("pieces")]


def test_rows_come_in_for_the_transactions_own_town_only(db, towns):
    """The part of the table that COPY fills: the staff adds rows and does nothing else, and never says whose they are."""
    add = "INSERT INTO inlet.import_rows (import_id, row_number, class{more}) VALUES (1, 1, 'NEU'{value})"
    with db.staff(None, towns.own) as session:
        session.execute(text(add.format(more="", value="")))
        found = session.execute(text("SELECT municipality_id FROM register.import_rows WHERE import_id = 1")).all()
        assert [row[0] for row in found] == [towns.own]
        session.rollback()
    for statement in (
        add.format(more=", municipality_id", value=f", {towns.foreign}"),
        "SELECT * FROM inlet.import_rows",
        "UPDATE inlet.import_rows SET class = 'NEU'",
        "DELETE FROM inlet.import_rows",
        "TRUNCATE inlet.import_rows",
    ):
        with db.staff(None, towns.own) as session, pytest.raises(ProgrammingError, match="permission denied"):
            session.execute(text(statement))
