"""What everybody may read of pilot projects, as of a day."""

from datetime import date

import pytest
from sqlalchemy import text

from geo.core.access import SYSTEM
from geo.core.errors import NotFound
from geo.pilots import public
from geo.pilots.feature import ALL
from geo.pilots.projects import public as projects
from geo.pilots.public import Filters
from tests import factories
from tests.geo.pilots.conftest import a_phase, a_project, a_site


@pytest.fixture
def ids(db, towns):
    with db.staff(SYSTEM, towns.own) as session:
        project, other = a_project(session), a_project(session, "anderes")
        site = a_site(session, project, towns.own)
        a_phase(session, site, "UMSETZUNG", "21.08.2023", "31.10.2023", note="Übergabe", note_en="Handed over")
        a_phase(session, site, "WINTERPAUSE", "01.11.2023")
        late = a_site(session, other, towns.foreign, longitude="11,25", name="Fremdstadt", note_en="")
        a_phase(session, late, "UMSETZUNG", "01.06.2025", "31.12.2025")
        session.commit()
        return {"site": site.id, "late": late.id}


def found(db, day, **filters):
    with db.public() as session:
        return [one.name for one in public.sites(session, Filters(**filters), day)]


def test_sites_appear_with_their_first_phase(db, ids):
    assert found(db, date(2023, 8, 20)) == []
    assert found(db, date(2023, 8, 21)) == ["Musterstadt, Marktstraße"]
    assert found(db, date(2026, 11, 22)) == ["Musterstadt, Marktstraße", "Fremdstadt"]


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"project": "probe"}, ["Musterstadt, Marktstraße"]),
        ({"project": "keins"}, []),
        ({"phase": "WINTERPAUSE"}, ["Musterstadt, Marktstraße"]),
        ({"phase": "UMSETZUNG"}, []),
        ({"ags": factories.FOREIGN_AGS}, ["Fremdstadt"]),
    ],
)
def test_filters(db, ids, filters, names):
    assert found(db, date(2026, 11, 22), **filters) == names
    assert Filters(**filters).count == 1


def test_phase_of_the_day(db, ids):
    with db.public() as session:
        site = public.site(session, ids["site"], date(2023, 9, 1))
        late = public.site(session, ids["late"], date(2026, 11, 22))
    assert site.phase(date(2023, 9, 1)).phase == "UMSETZUNG"
    assert site.phase(date(2024, 9, 1)).when("de") == "ab 1. November 2023, Ende offen"
    assert late.phase(date(2026, 11, 22)) is None
    assert site.phases[0].in_language("note", "en") == ("Handed over", "en")
    assert late.in_language("note", "en") == ("Bäume in Kübeln", "de")


def test_projects_with_group_and_milestones(db, ids):
    with db.public() as session:
        first, second = projects.projects(session)
        assert first.working_group == "AG probe"
        assert first.working_group_text == "Sucht Wege."
        assert [(one.title("en"), one.when("en"), one.was_planned) for one in first.milestones] == [
            ("Handed over", "second half of 2023", True)
        ]
        assert projects.project(session, "anderes").slug == second.slug
        for call in (lambda: projects.project(session, "keins"), lambda: public.site(session, 0, date(2024, 1, 1))):
            with pytest.raises(NotFound):
                call()
        assert public.towns(session) == [
            (factories.FOREIGN_AGS, "Fremdstadt"),
            (factories.OWN_AGS, "Musterstadt"),
        ]


@pytest.mark.parametrize("feature", ALL, ids=lambda one: one.name)
def test_feature_lists_every_column_of_its_view_but_the_point(db, feature):
    with db.owner() as session:
        columns = session.scalars(
            text(
                "SELECT column_name FROM information_schema.columns"
                " WHERE table_schema = 'published' AND table_name = :name"
            ),
            {"name": feature.view.removeprefix("published.")},
        ).all()
    assert {*feature.columns, *(["point"] if feature.geometry else [])} == set(columns)
