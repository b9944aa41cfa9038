"""What everybody may read of viewpoints, and from when to when."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from geo.core.access import SYSTEM
from geo.core.errors import Invalid, NotFound
from geo.viewpoints import public, service
from geo.viewpoints.feature import VIEWPOINTS
from geo.viewpoints.public import Filters
from geo.viewpoints.schemas import StatusInput
from tests import factories
from tests.geo.viewpoints.conftest import TODAY, made


@pytest.fixture
def points(db, towns):
    """Three points that are public today, one for each question, and two that are not."""
    with db.staff(SYSTEM, towns.own) as session:
        ids = {
            "open": made(session, towns.own, name="Ärmelblick").id,
            "closed": made(session, towns.own, name="Bergblick", step_free="NEIN", toilet="", latitude="50,94").id,
            "idea": made(session, towns.own, name="Cblick", status="IDEE", since="2025-01-01").id,
            "applied": made(session, towns.own, name="Dblick", status="BEWORBEN", since="2025-01-01").id,
            "foreign": made(session, towns.foreign, name="Eblick", longitude="11,25", name_en="", direction="S").id,
        }
        closed = service.set_status(
            session, SYSTEM, ids["closed"], 1, StatusInput("GESCHLOSSEN", date(2026, 3, 1), "Darum.")
        )
        assert closed.version == 2
        session.commit()
    return ids


def names(db, day=TODAY, **filters):
    with db.public() as session:
        return [one.name for one in public.everything(session, Filters(**filters), day)]


def test_ideas_and_applications_are_nobodys_business(db, points):
    assert set(names(db)) == {"Bergblick", "Eblick", "Ärmelblick"}
    with db.public() as session:
        for key in ("idea", "applied"):
            with pytest.raises(NotFound):
                public.get(session, points[key], TODAY)
        for view in ("viewpoints", "viewpoint_sectors", "viewpoint_statuses"):
            column = "id" if view == "viewpoints" else "viewpoint_id"
            found = set(session.scalars(text(f"SELECT {column} FROM published.{view}")))
            assert not found & {points["idea"], points["applied"]}


def test_a_planned_selection_is_not_given_away(db, towns, points):
    soon = TODAY + timedelta(days=14)
    with db.staff(SYSTEM, towns.own) as session:
        service.set_status(session, SYSTEM, points["idea"], 1, StatusInput("AUSGEWAEHLT", soon, "Darum."))
        session.commit()
    assert "Cblick" not in names(db, soon)


def test_what_was_withdrawn_is_not_shown_again(db, towns, points):
    with db.staff(SYSTEM, towns.own) as session:
        service.set_status(session, SYSTEM, points["open"], 1, StatusInput("IDEE", TODAY, "Darum."))
        session.commit()
    assert "Ärmelblick" not in names(db)
    assert "Ärmelblick" not in names(db, date(2026, 1, 1))


def test_a_day_shows_the_status_of_that_day(db, points):
    with db.public() as session:
        assert public.get(session, points["closed"], TODAY).status == "GESCHLOSSEN"
        assert public.get(session, points["closed"], date(2026, 2, 28)).status == "OFFEN"
        with pytest.raises(NotFound):
            public.get(session, points["closed"], date(2025, 4, 30))
        assert [(row.status, row.since, row.until) for row in public.statuses(session, points["closed"])] == [
            ("GESCHLOSSEN", date(2026, 3, 1), None),
            ("OFFEN", date(2025, 5, 1), date(2026, 2, 28)),
        ]
    assert names(db, date(2025, 4, 30)) == []


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"status": "GESCHLOSSEN"}, {"Bergblick"}),
        ({"step_free": True}, {"Eblick", "Ärmelblick"}),
        ({"toilet": True}, {"Eblick", "Ärmelblick"}),
        ({"text": "armel"}, {"Ärmelblick"}),
        ({"text": "fremdstadt"}, {"Eblick"}),
        ({"text": "%"}, set()),
        ({"text": "_"}, set()),
        ({"text": "Test Hill"}, {"Bergblick", "Ärmelblick"}),
        ({"text": "' OR 1=1 --"}, set()),
    ],
)
def test_filters(db, points, filters, expected):
    assert set(names(db, **filters)) == expected


def test_filter_by_town(db, towns, points):
    assert names(db, ags=factories.FOREIGN_AGS) == ["Eblick"]
    with db.public() as session:
        assert public.towns(session, TODAY) == [
            (factories.FOREIGN_AGS, "Fremdstadt"),
            (factories.OWN_AGS, "Musterstadt"),
        ]
    assert Filters(status="OFFEN", toilet=True).count == 2


def test_pages_join_to_the_whole_list(db, points):
    with db.public() as session:
        seen, after = [], None
        while True:
            page = public.search(session, Filters(), TODAY, after, size=1)
            assert page.total == 3
            seen += [one.name for one in page.rows]
            after = page.next_key
            if after is None:
                break
        assert seen == names(db)
        with pytest.raises(Invalid):
            public.search(session, Filters(), TODAY, "kaputt")


def test_neighbours_say_how_far_and_where(db, points):
    with db.public() as session:
        near = public.neighbours(session, points["open"], TODAY)
    assert [one.point.name for one in near] == ["Bergblick", "Eblick"]
    assert near[0].distance_m == pytest.approx(1112, abs=5)
    assert near[0].bearing_deg == 0
    assert near[1].bearing_deg == pytest.approx(90, abs=1)


def test_texts_in_the_language_there_is(db, points):
    with db.public() as session:
        one = public.get(session, points["open"], TODAY)
        other = public.get(session, points["foreign"], TODAY)
    assert one.in_language("name", "en") == ("View from Test Hill", "en")
    assert one.in_language("story", "en") == ("Man sieht den Markt.", "de")
    assert other.title("en") == "Eblick"
    assert other.sectors[0].is_assumed
    with pytest.raises(AttributeError):
        _ = one.contact


def test_feature_lists_every_column_of_the_view_but_the_point(db):
    with db.owner() as session:
        columns = session.scalars(
            text(
                "SELECT column_name FROM information_schema.columns"
                " WHERE table_schema = 'published' AND table_name = 'viewpoints' ORDER BY ordinal_position"
            )
        ).all()
    assert {*VIEWPOINTS.columns, "point"} == set(columns)
