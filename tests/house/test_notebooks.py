"""Notebooks carry no output, and run from the first cell to the last on a migrated database."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_stripped_and_runs(path, cluster, database, monkeypatch):
    notebook = nbformat.read(path, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert cells and all(not cell.outputs and cell.execution_count is None for cell in cells)
    for name, role in (("", "owner"), ("PUBLIC_", "public"), ("STAFF_", "staff")):
        monkeypatch.setenv(f"DATABASE_{name}URL", cluster.url(f"reg_{role}"))
    monkeypatch.setenv("PYTHONPATH", str(path.parents[1]))
    NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": path.parent}}
    ).execute()
    assert all(cell.execution_count for cell in cells)
