"""All viewpoints of a town are brought up to date with as many statements as two of them are, and each rightly."""

from contextlib import contextmanager

import numpy as np
import pytest
from sqlalchemy import event, select, text

from geo.core.access import SYSTEM
from geo.jobs.model import Job
from geo.viewpoints.landmarks import service as landmarks
from geo.viewpoints.landmarks.model import ViewpointLandmark
from geo.viewpoints.landmarks.schemas import LandmarkInput
from geo.viewpoints.skylines import queries, renewing, service
from geo.viewpoints.skylines.files import Store
from geo.viewpoints.skylines.model import Renewal
from geo.viewpoints.skylines.renewing import renew
from tests.geo.viewpoints.conftest import made
from tests.geo.viewpoints.terrain.models import tiff


@contextmanager
def statements(session):
    """How many statements go to the database; one for many rows is one."""
    said = []

    def note(_connection, _cursor, statement, *_more):
        said.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    yield said
    event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def model(staff, tmp_path):
    heights = np.full((60, 60), 300, np.float32)
    path = tiff(tmp_path / "modell.tif", heights, (200, 200), west=638_000.0, north=5_650_000.0)
    return service.add_model(staff, SYSTEM, Store(tmp_path / "terrain"), path, path.name, "Amt", "frei")


def church(longitude, height=30):
    return LandmarkInput("Kirche", "KIRCHE", longitude, 50.93, height_m=height)


def counts(staff, town, longitude):
    """Statements of a change of the landmark (for all points of the town), and of the terrain's list."""
    (found,) = landmarks.queries.of_town(staff, town)
    with statements(staff) as change:
        landmarks.update(staff, SYSTEM, found.landmark.id, found.landmark.version, church(longitude))
    with statements(staff) as listing:
        queries.of_town(staff, SYSTEM, town)
    return len(change), len(listing)


def test_many_points_take_no_more_statements_than_two(staff, towns, model, monkeypatch):
    landmarks.create(staff, SYSTEM, towns.own, church(11.06))
    ids = [made(staff, towns.own, name=f"Blick {number}").id for number in range(2)]
    staff.flush()
    few = counts(staff, towns.own, 11.07)
    ids += [made(staff, towns.own, name=f"Blick {number}", longitude=f"11,05{number}").id for number in range(2, 8)]
    staff.flush()
    assert counts(staff, towns.own, 11.08) == few

    rows = staff.scalars(select(ViewpointLandmark)).all()
    alone = {one: queries.inputs_of(staff, SYSTEM, one) for one in ids}
    assert {row.viewpoint_id: (float(row.azimuth_deg), row.distance_m) for row in rows} == {
        one: (sight.azimuth_deg, sight.distance_m)
        for one, inputs in alone.items()
        for sight in renewing.compute(inputs, []).sights
    }
    assert {one.id: one.inputs for one in queries.briefs(staff, SYSTEM, towns.own)} == alone
    assert set(staff.scalars(select(Renewal.viewpoint_id))) == set(ids)
    assert sorted(number for job in staff.scalars(select(Job)) for number in job.arguments["viewpoints"]) == ids

    staff.execute(text("DELETE FROM register.jobs"))
    staff.expire_all()
    monkeypatch.setattr(renewing, "MOST_AT_ONCE", 3)
    renew(staff, SYSTEM, towns.own, ids[:4])
    renew(staff, SYSTEM, towns.own)
    queued = [job.arguments["viewpoints"] for job in staff.scalars(select(Job).order_by(Job.id))]
    assert [len(one) for one in queued] == [3, 3, 2] and sorted(one for ids_of in queued for one in ids_of) == ids
