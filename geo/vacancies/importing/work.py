"""The long parts of an import as jobs: judging, taking over, taking back. The verbs are those of `service`."""

from typing import Any

from geo.jobs import Work, kind
from geo.vacancies.importing import service
from geo.vacancies.importing.files import Uploads


def uploads_of(work: Work) -> Uploads:
    """Where the files lie: beside the jobs' own."""
    return Uploads(work.store.root.parent / "imports")


@kind("units.stage", title="Liste prüfen")
def stage(work: Work) -> dict[str, Any]:
    """Judges the rows of an import."""
    counts = service.stage(
        work.session, work.actor, int(work.arguments["import"]), uploads_of(work), progress=work.progress
    )
    return {"counts": counts}


@kind("units.accept", title="Liste übernehmen")
def accept(work: Work) -> dict[str, Any]:
    """Takes the chosen rows over."""
    return service.accept(
        work.session,
        work.actor,
        int(work.arguments["import"]),
        [str(one) for one in work.arguments["classes"]],
        vanished_confirmed=bool(work.arguments.get("vanished_confirmed")),
        progress=work.progress,
    )


@kind("units.take_back", title="Import zurücknehmen")
def take_back(work: Work) -> dict[str, Any]:
    """Undoes an import."""
    left = service.take_back(work.session, work.actor, int(work.arguments["import"]), progress=work.progress)
    return {"left": len(left)}
