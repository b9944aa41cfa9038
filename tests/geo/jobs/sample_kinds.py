"""Kinds of jobs for tests; the test's worker process imports them as well."""

import time
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from geo.core import geometry
from geo.core.access import Action
from geo.core.errors import Conflict
from geo.core.history import perform
from geo.jobs import kind
from geo.places.model import Place


def _mark(work):
    """A write that can be counted afterwards."""
    spot = geometry.point(11.05, 50.93)
    with perform(work.session, work.actor, Action.VACANCY_EDIT, work.town):
        work.session.add(Place(municipality_id=work.town, street=work.arguments["note"], point=spot, public_point=spot))


@kind("test.write", title="Schreiben")
def write(work):
    """Writes one place and keeps a file."""
    _mark(work)
    work.progress(1, 2, "Die Hälfte")
    file = work.folder / "ergebnis.csv"
    file.write_text("a,b\n1,2\n")
    work.keep(file, "ergebnis.csv", "text/csv")
    return {"written": 1, "sentence": "Ein Ort geschrieben."}


@kind("test.slow", title="Langsam")
def slow(work):
    """Writes, then takes its time in many small steps; leaves a trace of each start."""
    _mark(work)
    work.session.flush()
    if "trace" in work.arguments:
        with Path(work.arguments["trace"]).open("a") as trace:
            trace.write("start\n")
    for step in range(work.arguments.get("steps", 300)):
        work.progress(step, work.arguments.get("steps", 300), "Es geht voran")
        time.sleep(work.arguments.get("pause", 0.05))
    return {"steps": work.arguments.get("steps", 300)}


@kind("test.statement", title="Eine lange Abfrage")
def statement(work):
    """One statement that is not asked whether it wants to go on."""
    work.progress(0, None, "Lange Abfrage")
    work.session.execute(text("SELECT pg_sleep(60)"))
    return {}


@kind("test.refuse", title="Weigern")
def refuse(work):
    _mark(work)
    raise Conflict("Das passt nicht zum Bestand.")


@kind("test.crash", title="Abstürzen")
def crash(work):
    _mark(work)
    file = work.folder / "geheim.txt"
    file.write_text("x")
    work.keep(file, "geheim.txt", "text/plain")
    raise RuntimeError("GEHEIMES aus dem Inneren")


@kind("test.rule", title="Eine Regel brechen")
def rule(work):
    work.session.execute(text("UPDATE register.jobs SET done = -1 WHERE id = :id"), {"id": work.job_id})
    return {}


@kind("test.passing", title="Fällt einmal aus")
def passing(work):
    """The database is away at the first try, or at every."""
    trace = Path(work.arguments["trace"])
    tries = len(trace.read_text()) if trace.exists() else 0
    trace.write_text("x" * (tries + 1))
    if tries < work.arguments["failures"]:
        raise OperationalError("SELECT 1", {}, Exception("connection lost"))
    _mark(work)
    return {"tries": tries + 1}


@kind("test.alliance", title="Für die Allianz")
def alliance(work):
    return {"town": work.municipality_id}


@kind("test.alone", title="Nie zweimal zugleich", alone=True)
def alone(work):
    trace = Path(work.arguments["trace"])
    with trace.open("a") as file:
        file.write("(")
    time.sleep(0.4)
    with trace.open("a") as file:
        file.write(")")
    return {}
