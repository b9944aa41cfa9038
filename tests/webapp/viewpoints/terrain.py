"""What tests of the terrain's pages do again and again: hand a model in, let the worker run, look at a point."""

import io

import numpy as np
from sqlalchemy import text

from geo.jobs.running import run_now
from tests.geo.viewpoints.terrain.models import tiff
from tests.webapp.vacancies.pages import form_of

HOME = "/intern/gelaende"
SOURCE = {"source": "Vermessungsamt", "licence": "dl-de/by-2-0"}
BEFORE = "Stand vor der letzten Änderung"
CHANGED = "Hier hat sich etwas geändert"


def model_file(folder):
    """A plain 6 km around the test's viewpoint, with a ridge of 80 m about 2 km to its east that runs north and south."""
    heights = np.full((60, 60), 300, np.float32)
    heights[:, 40] = 380
    return tiff(folder / "modell.tif", heights, (200, 200), west=638_000.0, north=5_650_000.0).read_bytes()


def handed_in(client, content, name="modell.tif", **fields):
    data = {**form_of(client.get(HOME), "/neu"), **SOURCE, **fields, "file": (io.BytesIO(content), name)}
    return client.post(f"{HOME}/neu", data=data, content_type="multipart/form-data")


def computed(db, client, point, home, **fields):
    """Press the button, and let the worker run."""
    page = client.get(f"/intern/blicke/{point}/gelaende")
    answer = client.post(
        f"/intern/blicke/{point}/gelaende/berechnen", data={**form_of(page, "/gelaende/berechnen"), **fields}
    )
    assert answer.status_code == 303, answer.text
    run_now(db, int(answer.location.rsplit("/", 1)[1]), home=home)
    job = client.get(answer.location).text
    assert "Fertig" in job, job
    return job


def seen(client, point):
    page = client.get(f"/intern/blicke/{point}/gelaende")
    assert page.status_code == 200
    return page.text


def waiting(db):
    """What the worker would do next: number and viewpoints of each job."""
    with db.owner() as session:
        rows = session.execute(
            text("SELECT id, municipality_id, arguments FROM register.jobs WHERE state = 'WARTET' ORDER BY id")
        ).all()
        session.commit()
    return [(row.id, row.municipality_id, row.arguments["viewpoints"]) for row in rows]


def let_run(db, home):
    """The worker does what waits."""
    for number, _, _ in waiting(db):
        run_now(db, number, home=home)
    assert waiting(db) == []
