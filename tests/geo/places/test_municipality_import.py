from datetime import date

import pytest
from shapely.geometry import box
from sqlalchemy import text

from geo.accounts.model import AccountMembership
from geo.core.access import SYSTEM, Action, Actor
from geo.core.errors import Invalid, NotPermitted
from geo.core.history import perform
from geo.places.boundary_changes import differs_by, union
from geo.places.boundary_files import Boundary
from geo.places.municipality_import import import_municipalities
from tests import factories
from tests.factories import FOREIGN_AGS, FOREIGN_BOX, OWN_AGS, OWN_BOX

DAY = date(2024, 1, 1)
OWN, FOREIGN = box(*OWN_BOX), box(*FOREIGN_BOX)
GAP = box(OWN_BOX[2], 50.90, FOREIGN_BOX[0], 50.97)


def town(ags, outline, name="Musterstadt", district=None):
    return Boundary(ags, None, name, "Stadt", district, outline)


SAME = (town(OWN_AGS, OWN), town(FOREIGN_AGS, FOREIGN, "Fremdstadt"))


@pytest.fixture
def run(db):
    """Imports the boundaries; `run.session` sees the result."""
    with db.owner() as session:

        def imported(*boundaries, day=DAY, **options):
            return import_municipalities(session, SYSTEM, boundaries, day, **options)

        imported.session = session
        yield imported


def state(session, day):
    query = text(
        "SELECT m.ags::text, m.name, round(ST_Area(o.outline)::numeric, 4) FROM register.municipalities m"
        " JOIN register.municipality_outlines o ON o.municipality_id = m.id AND o.during @> CAST(:day AS date)"
        " WHERE m.during @> CAST(:day AS date) ORDER BY m.ags"
    )
    return [(ags, name, float(area)) for ags, name, area in session.execute(query, {"day": day})]


def test_the_same_state_changes_nothing(run):
    before = state(run.session, DAY)
    done = run(*SAME)
    assert done.changes.is_empty and done.changes.unchanged == 2
    assert state(run.session, DAY) == before


def test_a_merger_ends_the_key_on_the_day_and_names_who_took_over(run, towns):
    done = run(town(OWN_AGS, union([OWN, GAP, FOREIGN])))
    (ended,) = done.changes.ended
    assert (ended.known.ags, ended.successor) == (FOREIGN_AGS, OWN_AGS)
    assert ended.overlaps[0].share == pytest.approx(1.0, abs=0.001)
    (changed,) = done.changes.outlines
    assert not changed.is_redrawn_only and changed.share == pytest.approx(2 / 3, abs=0.01)
    assert [row[0] for row in state(run.session, date(2023, 12, 31))] == [OWN_AGS, FOREIGN_AGS]
    assert state(run.session, DAY) == [(OWN_AGS, "Musterstadt", 0.021)]
    successor = run.session.scalar(
        text("SELECT successor_id FROM register.municipalities WHERE ags = :ags"), {"ags": FOREIGN_AGS}
    )
    assert successor == towns.own


def test_a_new_key_begins_and_the_district_is_drawn_anew(run):
    done = run(*SAME, town("16999003", GAP, "Lückenstadt"))
    assert [one.ags for one in done.changes.new] == ["16999003"]
    assert done.districts == ("16999",)
    done = run(
        *SAME,
        town("16999003", GAP, "Lückenstadt"),
        town("16998001", box(11.3, 50.9, 11.4, 50.97), "Neu", "Neukreis"),
        day=date(2025, 1, 1),
    )
    assert done.districts == ("16998",)
    rows = run.session.execute(
        text("SELECT m.name, m.district, lower(m.during) FROM published.municipalities m ORDER BY lower(during), ags")
    ).all()
    assert tuple(rows[-2]) == ("Lückenstadt", "Musterkreis", DAY)
    assert tuple(rows[-1]) == ("Neu", "Neukreis", date(2025, 1, 1))


def test_a_new_name_keeps_the_row(run, towns):
    done = run(town(OWN_AGS, OWN, "Bad Musterstadt"), SAME[1])
    assert [(known.name, one.name) for known, one in done.changes.renamed] == [("Musterstadt", "Bad Musterstadt")]
    name = run.session.scalar(text("SELECT name FROM register.municipalities WHERE id = :id"), {"id": towns.own})
    assert name == "Bad Musterstadt"
    old = run.session.scalar(
        text(
            "SELECT old_values ->> 'name' FROM history.changes WHERE table_name = 'municipalities' AND row_id = :id"
            " AND action = 'municipality.import'"
        ),
        {"id": towns.own},
    )
    assert old == "Musterstadt"


def test_a_divided_town_waits_for_the_operator(run, towns):
    west, east = box(11.20, 50.90, 11.25, 50.97), box(11.25, 50.90, 11.30, 50.97)
    parts = (town(OWN_AGS, union([OWN, GAP, west])), town("16999009", east, "Ostheim"))
    done = run(*parts)
    (ended,) = done.changes.ended
    assert ended.successor is None
    assert {overlap.ags: round(overlap.share, 1) for overlap in ended.overlaps} == {OWN_AGS: 0.5, "16999009": 0.5}
    again = run(*parts, successors={FOREIGN_AGS: OWN_AGS})
    assert again.changes.is_empty
    assert (
        run.session.scalar(
            text("SELECT successor_id FROM register.municipalities WHERE ags = :ags"), {"ags": FOREIGN_AGS}
        )
        == towns.own
    )


def test_a_file_of_one_district_leaves_the_others_alone(run):
    done = run(SAME[0])
    assert done.changes.is_empty and [one.ags for one in done.changes.outside] == [FOREIGN_AGS]


def test_what_stands_in_an_ended_town_moves_only_when_accepted(run, towns):
    session = run.session
    with perform(session, SYSTEM, Action.SYSTEM_SETUP, towns.foreign):
        place = factories.place(session, towns.foreign, longitude=11.25)
        unit = session.scalar(
            text(
                "INSERT INTO register.units (municipality_id, place_id, during, object_type)"
                " VALUES (:town, :place, '[2020-01-01,)', 'LADEN_EG') RETURNING id"
            ),
            {"town": towns.foreign, "place": place.id},
        )
        session.execute(
            text(
                "INSERT INTO register.occupancy_spells (municipality_id, unit_id, during, state)"
                " VALUES (:town, :unit, '[2020-01-01,)', 'LEER')"
            ),
            {"town": towns.foreign, "unit": unit},
        )
        person = factories.account(session)
        session.add(AccountMembership(account_id=person.id, role="editor", municipality_id=towns.foreign))
    merged = town(OWN_AGS, union([OWN, GAP, FOREIGN]))
    done = run(merged)
    assert [(one.ags, one.places) for one in done.waiting] == [(FOREIGN_AGS, 1)] and done.moved == ()
    assert done.people_left == 1
    done = run(merged, accept=True)
    assert [(one.name, one.successor, one.places, one.far) for one in done.moved] == [
        ("Fremdstadt", "Musterstadt", 1, 0)
    ]
    assert done.waiting == () and done.people_left == 1, "a role is not handed over"
    for table in ("places", "units", "occupancy_spells"):
        assert session.scalar(text(f"SELECT municipality_id FROM register.{table}")) == towns.own, table


def test_a_place_far_from_the_successor_moves_and_is_reported(run, towns):
    with perform(run.session, SYSTEM, Action.SYSTEM_SETUP, towns.foreign):
        factories.place(run.session, towns.foreign, longitude=11.25)
    west = union([OWN, GAP, box(11.20, 50.90, 11.22, 50.97)])
    done = run(
        town(OWN_AGS, west),
        town("16999009", box(11.22, 50.90, 11.30, 50.97), "Ostheim"),
        successors={FOREIGN_AGS: OWN_AGS},
        accept=True,
    )
    assert [(one.places, one.far) for one in done.moved] == [(1, 1)]


def test_a_day_before_what_is_known_is_refused_and_nothing_changed(run):
    before = state(run.session, DAY)
    with pytest.raises(Invalid, match="muss danach liegen"):
        run(town(OWN_AGS, OWN, "Anders"), SAME[1], day=date(1994, 7, 1))
    assert state(run.session, DAY) == before


def test_successors_must_exist(run):
    with pytest.raises(Invalid, match="keine Gemeinde, die endet"):
        run(*SAME, successors={OWN_AGS: FOREIGN_AGS})
    with pytest.raises(Invalid, match="steht nicht in der Datei"):
        run(town(OWN_AGS, union([OWN, GAP, FOREIGN])), successors={FOREIGN_AGS: "16999777"})


def test_only_the_system_administration_may_import(db):
    with db.owner() as session, pytest.raises(NotPermitted):
        import_municipalities(session, Actor(account_id=1), SAME, DAY)


def test_rounded_corners_are_the_same_border():
    assert differs_by(OWN, box(11.0000003, 50.9000002, 11.1, 50.97)) == (False, 0.0)
    moved, share = differs_by(OWN, box(11.0, 50.9, 11.1005, 50.97))
    assert moved and 0.004 < share < 0.006
