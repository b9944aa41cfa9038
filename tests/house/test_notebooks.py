"""Notebooks carry no output, and run from the first cell to the last: on a migrated register, and on the sample's."""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.conftest import load_sample, register_apart

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))
EVERY = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
# What a cell says on the sample, and on a register without data: nothing is empty without a word.
SAID = {
    "public_register": ("offers", ""),
    "vacancy_development": (r"3 towns record units; chosen: Gotha", r"chosen: none"),
    "tree_schedule": (r"[1-9]\d* visits in \d+ weeks", r"There is no schedule yet"),
    "viewpoints_and_light": (r"[1-9]\d* viewpoints", r"\b0 viewpoints"),
    "pilot_effect": (r", opened 20\d\d", r"Nothing has been opened here yet"),
}


@pytest.fixture(scope="module")
def sample_register(cluster, database):
    """The sample register in a database of its own, through its real roles."""
    with register_apart(cluster, "notebooks") as register:
        load_sample(register)
        register.dispose()
        yield "notebooks"


def run(path, cluster, monkeypatch, name=None):
    """Executes the notebook; what its cells said, and their tables."""
    notebook = nbformat.read(path, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for short, role in (("", "owner"), ("PUBLIC_", "public"), ("STAFF_", "staff")):
        named = (f"reg_{role}", name) if name else (f"reg_{role}",)
        monkeypatch.setenv(f"DATABASE_{short}URL", cluster.url(*named))
    monkeypatch.setenv("PYTHONPATH", str(path.parents[1]))
    NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": path.parent}}
    ).execute()
    assert all(cell.execution_count for cell in cells)
    outputs = [output for cell in cells for output in cell.outputs]
    assert not [one for one in outputs if one.get("name") == "stderr" and "Warning" in one.text]
    return "\n".join(str(one.get("text", "")) + str(one.get("data", {}).get("text/plain", "")) for one in outputs)


@EVERY
def test_a_notebook_is_stripped_and_asks_no_sql(path):
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert cells and all(not cell.outputs and cell.execution_count is None for cell in cells)
    code = "\n".join(cell.source for cell in cells)
    assert not re.search(r"\bSELECT\b|sqlalchemy|read_sql|read_postgis|\.execute\(", code)
    assert path.stem in SAID and "geopandas" in code


@EVERY
def test_a_notebook_runs_on_an_empty_register(path, cluster, database, monkeypatch):
    assert re.search(SAID[path.stem][1], run(path, cluster, monkeypatch))


@EVERY
def test_a_notebook_says_something_of_the_sample(path, cluster, sample_register, monkeypatch):
    assert re.search(SAID[path.stem][0], run(path, cluster, monkeypatch, sample_register))


def test_the_new_ones_draw_maps(monkeypatch):
    for path in NOTEBOOKS:
        code = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
        assert ("folium.Map" in code) is (path.stem != "public_register")
