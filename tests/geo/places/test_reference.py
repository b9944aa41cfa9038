from sqlalchemy import text

from geo.core.access import SYSTEM
from geo.places.reference import CREDIT, REFERENCE_DAY, load_reference

COUNTS = text("SELECT count(*), count(DISTINCT ags), min(lower(during)) FROM published.municipalities WHERE id > :last")
LAST = text("SELECT max(id) FROM register.municipalities")
GOTHA = text(
    "SELECT m.id, m.name, m.kind, m.district, o.source FROM published.municipalities m"
    " JOIN published.municipality_outlines o ON o.municipality_id = m.id WHERE m.ags = '16067029'"
)


def test_loading_twice_changes_nothing_the_second_time(db):
    with db.owner() as session:
        last = session.scalar(LAST)
        first = load_reference(session, SYSTEM)
        before = session.execute(GOTHA).one()
        second = load_reference(session, SYSTEM)
        after = session.execute(GOTHA).one()
        counted = session.execute(COUNTS, {"last": last}).one()
    assert (first.districts, first.municipalities) == (23, 849)
    assert (second.districts, second.municipalities) == (0, 0)
    assert before == after
    assert before[1:] == ("Gotha", "Stadt", "Gotha", CREDIT)
    assert tuple(counted) == (849, 849, REFERENCE_DAY)


def test_every_municipality_has_a_district_and_an_outline(db):
    with db.owner() as session:
        last = session.scalar(LAST)
        load_reference(session, SYSTEM)
        bare = session.scalar(
            text(
                "SELECT count(*) FROM register.municipalities m WHERE id > :last AND (district_id IS NULL"
                " OR NOT EXISTS (SELECT FROM register.municipality_outlines o"
                " WHERE o.municipality_id = m.id AND o.during = m.during))"
            ),
            {"last": last},
        )
    assert bare == 0
