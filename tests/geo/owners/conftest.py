"""Where the printed letters of a test lie."""

import pytest

from geo.jobs.files import Store


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "jobs")
