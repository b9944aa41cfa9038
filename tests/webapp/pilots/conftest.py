"""Pilot projects in the browser's eyes."""

from typing import Any

import pytest

from geo.core.access import SYSTEM
from tests.geo.pilots.conftest import a_phase, a_project, a_site


@pytest.fixture
def ids(db: Any, towns: Any) -> dict[str, int]:
    """A project with a site in each town; the own one with two phases."""
    with db.staff(SYSTEM, towns.own) as session:
        project = a_project(session)
        site = a_site(session, project, towns.own)
        first = a_phase(session, site, "UMSETZUNG", "21.08.2023", "Oktober 2023", note="Über <gabe>", source="Presse")
        a_phase(session, site, "WINTERPAUSE", "November 2023")
        late = a_site(session, project, towns.foreign, longitude="11,25", name="Fremdstadt", name_en="Foreign Town")
        session.commit()
        ids = {"project": project.id, "group": project.working_group_id}
        return ids | {"site": site.id, "phase": first.id, "late": late.id, "version": site.version}
