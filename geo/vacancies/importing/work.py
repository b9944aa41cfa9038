"""The long parts of an import as jobs: judging, taking over, taking back. The verbs are those of `service`."""

from typing import Any

from geo.imports.reading import ReadOptions
from geo.jobs import Work, kind
from geo.vacancies.importing import proposing, service
from geo.vacancies.importing.files import Uploads


def uploads_of(work: Work) -> Uploads:
    """Where the files lie: beside the jobs' own."""
    return Uploads(work.store.root.parent / "imports")


# The web names the kinds by these, and so has them registered.
READ, STAGE, ACCEPT, TAKE_BACK = "units.read", "units.stage", "units.accept", "units.take_back"


@kind(READ, title="Liste lesen")
def read(work: Work) -> dict[str, Any]:
    """Reads a large file, and proposes what its columns are."""
    imported = service.read_file(
        work.session,
        work.actor,
        int(work.arguments["import"]),
        uploads_of(work),
        ReadOptions(**work.arguments["options"]),
        progress=work.progress,
    )
    name = str(work.arguments.get("profile") or "")
    profile = proposing.find_profile(work.session, work.town, name) if name else None
    plan = proposing.propose(imported.reading, imported.file_name, imported.file_day, profile)
    service.set_plan(work.session, work.actor, imported.id, plan)
    return {"rows": imported.reading["row_count"], **_onward(work)}


def _onward(work: Work) -> dict[str, Any]:
    """Where the job's page leads on to."""
    return {"url": str(work.arguments["onward"]), "url_label": "Weiter"} if "onward" in work.arguments else {}


@kind(STAGE, title="Liste prüfen")
def stage(work: Work) -> dict[str, Any]:
    """Judges the rows of an import."""
    counts = service.stage(
        work.session, work.actor, int(work.arguments["import"]), uploads_of(work), progress=work.progress
    )
    return {"counts": counts, **_onward(work)}


@kind(ACCEPT, title="Liste übernehmen")
def accept(work: Work) -> dict[str, Any]:
    """Takes the chosen rows over."""
    done = service.accept(
        work.session,
        work.actor,
        int(work.arguments["import"]),
        [str(one) for one in work.arguments["classes"]],
        vanished_confirmed=bool(work.arguments.get("vanished_confirmed")),
        progress=work.progress,
    )
    return {**done, **_onward(work)}


@kind(TAKE_BACK, title="Import zurücknehmen")
def take_back(work: Work) -> dict[str, Any]:
    """Undoes an import."""
    left = service.take_back(work.session, work.actor, int(work.arguments["import"]), progress=work.progress)
    return {"left": len(left), **_onward(work)}
