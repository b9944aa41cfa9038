"""The history that a statement writes for all its rows at once is, row by row, the one that a row's trigger wrote."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from geo.core.access import SYSTEM, Action
from geo.core.history import perform
from tests.geo.vacancies.stock import mark

TABLES = ("places", "units", "occupancy_spells")
ROWS = text(
    "SELECT table_name, row_id, municipality_id, operation, action, actor_id, request_id, old_values, new_values"
    " FROM history.changes WHERE id > :since ORDER BY table_name, row_id, id"
)


def compared(db, towns, change):
    """The history rows of a change: as the statement writes them, and as a row trigger beside it does."""
    with db.owner() as session:
        since = session.scalar(text("SELECT coalesce(max(id), 0) FROM history.changes"))
        for table in TABLES:
            session.execute(
                text(
                    f"CREATE TRIGGER {table}_twin AFTER INSERT OR UPDATE OR DELETE ON register.{table}"
                    " FOR EACH ROW EXECUTE FUNCTION history.record('personal_changes')"
                )
            )
        twin_since = session.scalar(text("SELECT coalesce(max(id), 0) FROM history.personal_changes"))
        session.commit()
    with db.staff(SYSTEM, towns.own) as session:
        change(session)
        session.commit()
    with db.owner() as session:
        rows = session.execute(ROWS, {"since": since}).all()
        twins = session.execute(
            text(str(ROWS).replace("history.changes", "history.personal_changes")), {"since": twin_since}
        ).all()
        for table in TABLES:
            session.execute(text(f"DROP TRIGGER {table}_twin ON register.{table}"))
        session.commit()
    return [tuple(row) for row in rows], [tuple(row) for row in twins]


def test_new_changed_and_deleted_rows_are_told_alike(db, towns):
    def change(session):
        for street in ("Marktstraße", "Kirchgasse", "O'Reilly-Weg"):
            mark(session, towns.own, street=street)
        with perform(session, SYSTEM, Action.VACANCY_CREATE, towns.own):
            session.execute(
                text(
                    "INSERT INTO register.places (municipality_id, street, point, public_point, outline)"
                    " SELECT p.municipality_id, 'Mit Umriss', ST_Translate(p.point, 1.0 / 3000000, 0), p.public_point,"
                    " ST_Multi(ST_Buffer(p.point, 0.0001)) FROM register.places p LIMIT 1"
                )
            )
        with perform(session, SYSTEM, Action.VACANCY_EDIT, towns.own):
            session.execute(
                text(
                    "UPDATE register.units SET note = CASE WHEN id % 2 = 0 THEN NULL ELSE 'ä\"' END, equipment = '{WC}',"
                    " version = version + 1"
                )
            )
            session.execute(
                text("UPDATE register.places SET point = ST_Translate(point, 0.001, 0), version = version + 1")
            )
            session.execute(text("UPDATE register.units SET name = name, version = version + 1 WHERE false"))
        with perform(session, SYSTEM, Action.VACANCY_DELETE, towns.own):
            session.execute(text("DELETE FROM register.units WHERE id = (SELECT min(id) FROM register.units)"))

    rows, twins = compared(db, towns, change)
    assert rows == twins and {row[3] for row in rows} == {"INSERT", "UPDATE", "DELETE"} and len(rows) > 12


@pytest.mark.parametrize("table", TABLES)
def test_no_statement_passes_without_an_action(db, towns, staff, table):
    mark(staff, towns.own)
    staff.commit()
    with db.owner() as session, pytest.raises(DBAPIError, match="without an action"):
        session.execute(text("SELECT set_config('app.action', '', true)"))
        session.execute(text(f"UPDATE register.{table} SET version = version + 1"))


def test_an_id_is_never_changed(db, towns, staff):
    mark(staff, towns.own)
    with pytest.raises(DBAPIError, match="never changed"), perform(staff, SYSTEM, Action.VACANCY_EDIT, towns.own):
        staff.execute(text("UPDATE register.occupancy_spells SET id = id + 100000, version = version + 1"))


def test_a_distance_that_is_said_wrongly_is_refused(db, towns, staff):
    with pytest.raises(DBAPIError, match="not what it is"), perform(staff, SYSTEM, Action.VACANCY_CREATE, towns.own):
        staff.execute(
            text(
                "INSERT INTO register.places (municipality_id, point, public_point, outside_m)"
                " SELECT :town, p, p, 0 FROM (SELECT ST_SetSRID(ST_MakePoint(11.2, 50.93), 4326) AS p) s"
            ),
            {"town": towns.own},
        )
