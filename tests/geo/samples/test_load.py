from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text

from geo.accounts.model import Account, Credentials
from geo.core.access import SYSTEM, Action
from geo.core.errors import SetupError
from geo.core.history import perform
from geo.kompass.schema import shipped as shipped_matrix
from geo.places.model import Place
from geo.places.reference import load_reference
from geo.samples import generate
from geo.samples.load import is_loaded, load
from geo.samples.people import DOMAIN, PEOPLE, renew_passwords
from geo.samples.remove import TABLES, remove
from geo.trees.queries import public
from geo.trees.queries.public import Filters
from geo.vacancies.kompass.editions import take_shipped

TODAY = date(2026, 11, 22)
DAYS_OF_2023 = ((8, 20), (8, 21), (10, 31), (11, 1))
SKELETON = ("districts", "municipalities", "municipality_outlines")


@pytest.fixture
def register(db):
    """The owner's session with the reference data."""
    with db.owner() as session:
        load_reference(session, SYSTEM)
        yield session


@pytest.fixture(scope="module")
def whole():
    return generate.build(TODAY)


@pytest.fixture
def small(monkeypatch, whole):
    """The sample with thirty units only, so that a test takes no time."""
    monkeypatch.setattr(generate, "build", lambda today: replace(whole, units=whole.units[:30]))


def counts(session):
    """Rows by table; what the map counts beforehand is added up, and that it was written to is no row of anybody.

    The search's vocabulary keeps a word when the last text that had it goes.
    """
    tables = set(session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'register'")))
    rows = dict.fromkeys(sorted(tables - {"offer_changes", "search_words"}), "count(*)") | {
        "offer_cells": "coalesce(sum(offers), 0)"
    }
    return {table: session.scalar(text(f"SELECT {sum_} FROM register.{table}")) for table, sum_ in rows.items()}


def marked(session):
    """Every row that carries a mark, over all tables."""
    return sum(
        session.scalar(text(f"SELECT count(*) FROM register.{table.name} WHERE {table.mark}")) for table in TABLES
    )


def test_the_whole_sample_register_loads_once_and_leaves_nothing_behind(register, db):
    take_shipped(register, SYSTEM)
    empty = counts(register)
    loaded = load(register, TODAY, with_passwords=False)
    filled = counts(register)
    invited = register.scalars(text("SELECT invited_on FROM register.alliance_meetings WHERE invited_on IS NOT NULL"))
    assert max(invited) <= TODAY
    assert filled["units"] > 1000 and filled["viewpoints"] >= 15 and filled["fleets"] == 3
    assert loaded.counts["units"] == filled["units"]
    again = load(register, TODAY, with_passwords=False)
    assert again.was_there and counts(register) == filled
    with db.public() as visitor:
        assert is_loaded(visitor)
        for view in ("vacancies", "viewpoints", "stays", "stops", "pilot_sites", "pilot_phases", "project_milestones"):
            assert visitor.scalar(text(f"SELECT count(*) FROM published.{view}")) > 5, view
        assert not visitor.scalar(text("SELECT bool_or(NOT is_example) FROM published.vacancies"))
    register.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    assert remove(register).kept == {}
    assert counts(register) == empty
    with db.public() as visitor:
        assert not is_loaded(visitor)


def test_landmarks_are_facts_with_a_source_and_nobody_says_from_where_they_are_seen(register, small):
    """Their directions are measured; without an elevation model no more is known."""
    load(register, TODAY, with_passwords=False)
    rows = register.execute(
        text("SELECT name, source, external_id, is_example, height_m FROM register.landmarks ORDER BY name")
    ).all()
    assert len(rows) > 25 and {row.is_example for row in rows} == {False} and all(row.source for row in rows)
    assert register.scalar(text("SELECT count(*) FROM register.viewpoint_landmarks")) > 15
    assert not register.scalar(text("SELECT bool_or(is_visible IS NOT NULL) FROM register.viewpoint_landmarks"))
    assert register.scalar(text("SELECT count(*) FROM register.jobs")) == 0
    towards = register.execute(
        text("SELECT w.azimuth_deg, w.distance_m FROM register.viewpoint_landmarks w JOIN register.landmarks l"
             " ON l.id = w.landmark_id WHERE l.name = 'JenTower'")
    ).one()  # fmt: skip
    assert float(towards.azimuth_deg) == pytest.approx(157, abs=3) and towards.distance_m == pytest.approx(920, abs=60)


def test_gothas_fifteen_maples_are_a_fact_with_a_source_and_no_day_is_made_up(register, small):
    """Handed over on 21 August 2023 in Erfurter Straße; of their end the month is known, of today nothing."""
    load(register, TODAY, with_passwords=False)
    fleet = next(one for one in public.fleets(register) if "2023" in one[1])
    page = public.get_fleet(register, fleet[0])
    assert not page.is_example and "15. November 2023" in page.source
    assert [(tree.species, tree.state) for tree in page.trees] == [("Bergahorn", "UNBEKANNT")] * 15
    there = {day: public.standing_on(register, date(2023, *day), Filters(fleet_id=page.id)) for day in DAYS_OF_2023}
    assert {day: len(trees) for day, trees in there.items()} == {(8, 20): 0, (8, 21): 15, (10, 31): 15, (11, 1): 0}
    assert {(one.stop, one.municipality, one.to_month) for one in there[8, 21]} == {("Erfurter Straße", "Gotha", True)}


def test_removing_without_a_sample_does_nothing(register):
    before = counts(register)
    result = remove(register)
    assert (result.removed, result.kept) == ({}, {})
    assert counts(register) == before


def test_passwords_are_made_at_random_and_stored_as_argon2_only(register, small):
    loaded = load(register, TODAY, with_passwords=True)
    assert len(loaded.passwords) == len(PEOPLE) == len(set(loaded.passwords.values()))
    assert all(email.endswith("@" + DOMAIN) for email in loaded.passwords)
    hashes = register.scalars(
        text(
            "SELECT password_hash FROM register.account_credentials JOIN register.accounts ON id = account_id"
            " WHERE is_example"
        )
    ).all()
    assert len(hashes) == len(PEOPLE) and all(one.startswith("$argon2id$") for one in hashes)
    known = register.scalar(
        text("SELECT string_agg(coalesce(new_values::text, ''), ' ') FROM history.personal_changes")
    )
    assert not any(password in known for password in loaded.passwords.values())
    anew = renew_passwords(register)
    assert {one.email for one in anew} == set(loaded.passwords)
    assert not {one.password for one in anew} & set(loaded.passwords.values())


def test_without_passwords_nobody_can_sign_in(register, small):
    loaded = load(register, TODAY, with_passwords=False)
    assert loaded.passwords == {}
    examples = register.query(Account.id).where(Account.is_example)
    assert examples.count() == len(PEOPLE)
    assert register.query(Credentials).where(Credentials.account_id.in_(examples)).count() == 0


def test_without_reference_data_the_sentence_says_so(db):
    with db.owner() as session, pytest.raises(SetupError, match="16067029"):
        load(session, TODAY, with_passwords=False)


def test_a_town_that_was_merged_takes_the_samples_of_its_old_key(register, small):
    ends, takes = (
        register.scalar(text("SELECT id FROM register.municipalities WHERE ags = :ags"), {"ags": ags})
        for ags in ("16075085", "16067029")
    )
    with perform(register, SYSTEM, Action.MUNICIPALITY_IMPORT):
        register.execute(
            text(
                "UPDATE register.municipalities SET during = daterange(lower(during), '2024-01-01'),"
                " successor_id = :takes, version = version + 1 WHERE id = :ends"
            ),
            {"ends": ends, "takes": takes},
        )
        register.execute(
            text("DELETE FROM register.municipality_outlines WHERE municipality_id IN (:ends, :takes)"),
            {"ends": ends, "takes": takes},
        )
    load(register, TODAY, with_passwords=False)
    towns = set(register.scalars(text("SELECT DISTINCT municipality_id FROM register.stops")))
    assert takes in towns and ends not in towns


def test_what_a_real_row_needs_stays_and_loses_its_mark(register, small):
    load(register, TODAY, with_passwords=False)
    with perform(register, SYSTEM, Action.SYSTEM_SETUP):
        stop = register.execute(text("SELECT id, place_id, municipality_id FROM register.stops LIMIT 1")).one()
        register.execute(
            text(
                "INSERT INTO register.units (municipality_id, place_id, during, object_type)"
                " VALUES (:town, :place, '[2020-01-01,)', 'LADEN_EG')"
            ),
            {"town": stop.municipality_id, "place": stop.place_id},
        )
        unit = register.execute(text("SELECT id, municipality_id FROM register.units WHERE is_example LIMIT 1")).one()
        register.execute(text("DELETE FROM register.occupancy_spells WHERE unit_id = :unit"), {"unit": unit.id})
        register.execute(
            text(
                "INSERT INTO register.occupancy_spells (municipality_id, unit_id, during, state)"
                " VALUES (:town, :unit, '[2020-01-01,)', 'LEER')"
            ),
            {"town": unit.municipality_id, "unit": unit.id},
        )
        stay = register.scalar(text("SELECT min(id) FROM register.stays"))
        register.execute(
            text("UPDATE register.stays SET is_example = false, version = version + 1 WHERE id = :stay"), {"stay": stay}
        )
    result = remove(register)
    assert result.kept == {
        "units": 1, "visits": 1,
        "buildings": 1, "schedules": 1, "trees": 1, "stops": 1, "fleets": 1,
        "places": register.query(Place).count(),
    }  # fmt: skip
    assert register.scalar(text("SELECT count(*) FROM register.stays WHERE id = :stay"), {"stay": stay}) == 1
    assert register.scalar(text("SELECT count(*) FROM register.units")) == 2
    assert register.scalar(text("SELECT count(*) FROM register.occupancy_spells")) == 1
    assert marked(register) == 0
    assert remove(register).removed == {}
    assert not load(register, TODAY, with_passwords=False).was_there


def test_real_rows_beside_the_sample_are_not_touched(register, small, towns):
    with perform(register, SYSTEM, Action.SYSTEM_SETUP):
        register.execute(
            text(
                "INSERT INTO register.places (municipality_id, street, point, public_point) VALUES (:town, 'Echt',"
                " ST_SetSRID(ST_Point(11.05, 50.93), 4326), ST_SetSRID(ST_Point(11.05, 50.93), 4326))"
            ),
            {"town": towns.own},
        )
        group = register.scalar(
            text("INSERT INTO register.working_groups (slug, name, name_en) VALUES ('klima', 'K', 'C') RETURNING id")
        )
        register.execute(
            text(
                "INSERT INTO register.pilot_projects (working_group_id, slug, part, name, name_en, summary, summary_en)"
                " VALUES (:group, 'wanderbaumallee', 'trees', 'Eigene', 'Own', 's', 's')"
            ),
            {"group": group},
        )
    before = counts(register)
    load(register, TODAY, with_passwords=False)
    assert register.scalar(text("SELECT name FROM register.pilot_projects WHERE slug = 'wanderbaumallee'")) == "Eigene"
    assert register.scalar(text("SELECT count(*) FROM register.pilot_sites")) == 0
    remove(register)
    shipped = {"kompass_editions": 1}  # the matrix as it came is no example: what was assessed with it names it
    shipped["search_texts"] = before["search_texts"] + 2 * len(shipped_matrix().measures)
    assert counts(register) == before | shipped


def test_every_reference_to_a_marked_row_is_known_to_remove(db):
    """A later table that hangs on a sample row must be named in TABLES, or go with it (CASCADE) or without it (SET NULL)."""
    query = text(
        "SELECT child.relname, parent.relname, a.attname, c.confdeltype FROM pg_constraint c"
        " JOIN pg_class child ON child.oid = c.conrelid JOIN pg_class parent ON parent.oid = c.confrelid"
        " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]"
        " WHERE c.contype = 'f' AND parent.relnamespace = 'register'::regnamespace"
    )
    tables = {table.name: table for table in TABLES}
    with db.owner() as session:
        references = session.execute(query).all()
    for child, parent, column, on_delete in references:
        if parent in tables and (child in tables or on_delete not in {"c", "n"}):
            assert (child, column) in tables[parent].held_by, f"{child}.{column} hangs on {parent}"
    with db.owner() as session:
        columns = session.execute(
            text(
                "SELECT table_name, column_name FROM information_schema.columns"
                " WHERE table_schema = 'register' AND column_name IN ('is_example', 'is_sample')"
            )
        )
        assert {tuple(row) for row in columns} == {(table.name, table.mark) for table in TABLES}
