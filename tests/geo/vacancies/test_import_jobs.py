"""Imports as jobs: read, judged, taken over and taken back by workers that may be killed; two of a town at once."""

import io
import threading
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import text

from geo.core import clock
from geo.core.access import SYSTEM, Action
from geo.core.db import Context, set_context
from geo.core.errors import Conflict
from geo.imports.reading import ReadOptions
from geo.jobs import service as jobs
from geo.jobs.running import run
from geo.kinds import kinds
from geo.vacancies.importing import proposing, queries, service
from geo.vacancies.importing.files import Uploads
from tests.geo.jobs.conftest import queue, worker  # noqa: F401  (fixtures)
from tests.geo.jobs.workers import until

HEADER = "Fremdschlüssel;Straße;Hausnummer;Objektart;Nutzung;Seit;Breite;Länge"
MANY = 500
STEPS = ["units.stage", "units.accept", "units.take_back"]


def rows(count, prefix, more=()):
    """A list as a spreadsheet writes it; its keys begin with the prefix."""
    lines = [
        f"{prefix}{n};{prefix}gasse;{n};Gastronomie;leer;2019;{50.93 + n % 100 / 1e5:.5f};{11.05 + n // 100 / 1e5:.5f}"
        for n in range(1, count + 1)
    ]
    return "\n".join([HEADER, *lines, *more, ""]).replace(".", ",").encode()


class Town:
    """Imports of the queue's town, each step in a transaction of its own."""

    def __init__(self, queue, home):  # noqa: F811
        self.queue, self.home, self.town = queue, home, queue.towns.own
        self.uploads = Uploads(home / "imports")

    @contextmanager
    def session(self):
        with self.queue.database.staff(SYSTEM, self.town) as session:
            set_context(session, Context(municipality_id=self.town))
            yield session
            session.commit()

    def begun(self, content, name="liste.csv"):
        with self.session() as session:
            given = self.uploads.receive(self.town, io.BytesIO(content), name)
            return service.begin(session, SYSTEM, self.town, given).id

    def read(self, content, source):
        number = self.begun(content)
        with self.session() as session:
            imported = service.read_file(session, SYSTEM, number, self.uploads, ReadOptions())
            plan = proposing.propose(imported.reading, "liste.csv", clock.today())
            service.set_plan(session, SYSTEM, number, replace(plan, source=source))
        return number

    def ready_for(self, kind, content, source):
        """An import of the content that has gone through every step before this one, and what the step needs to know."""
        number = self.read(content, source)
        for step in STEPS[: STEPS.index(kind)]:
            assert self.run(step, number, **arguments(step)).state == "FERTIG"
        return number, arguments(kind)

    def start(self, kind, number, **more):
        return self.queue.start(kind, {"import": number, **more}, actor=SYSTEM, action=Action.VACANCY_IMPORT)

    def run(self, kind, number, **more):
        job = self.start(kind, number, **more)
        run(self.queue.database, self.home, job, self.town)
        return self.queue.job(job)

    def value(self, query, **values):
        with self.queue.database.owner() as session:
            return session.scalar(text(query), values)

    def units(self, prefix):
        return self.value("SELECT count(*) FROM register.units WHERE external_id LIKE :like", like=f"{prefix}%")

    def judged(self, number):
        return self.value("SELECT count(*) FROM register.import_rows WHERE import_id = :id", id=number)

    def state(self, number):
        return self.value("SELECT state FROM register.imports WHERE id = :id", id=number)

    def written(self):
        """Everything that an import writes, counted: what was half done would be in one of them."""
        tables = ("units", "places", "occupancy_spells", "buildings", "imported_units", "import_rows")
        return {table: self.value(f"SELECT count(*) FROM register.{table}") for table in tables}

    @contextmanager
    def held_up(self, kind):
        """Another transaction holds what the step needs, so that it is stopped in the middle of its work."""
        table = "import_rows" if kind == "units.stage" else "units"
        with self.queue.database.owner() as holder:
            holder.execute(text(f"LOCK TABLE register.{table} IN EXCLUSIVE MODE"))
            yield
            holder.rollback()

    def waiting(self, kind="relation"):
        """How many of the staff's sessions wait for such a lock."""
        query = (
            "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
            " WHERE NOT l.granted AND l.locktype = :kind AND a.usename = 'reg_staff' AND a.datname = current_database()"
        )
        return self.value(query, kind=kind)


def arguments(kind):
    return {"classes": ["NEU"]} if kind == "units.accept" else {}


@pytest.fixture
def town(queue, tmp_path):  # noqa: F811
    return Town(queue, tmp_path)


def test_a_list_goes_through_real_workers_from_reading_to_taking_back(town, worker):  # noqa: F811
    number = town.begun(rows(3, "Q"))
    worker()

    def done(kind, **more):
        job = town.start(kind, number, **more)
        until(lambda: town.queue.job(job).ended_at)
        assert town.queue.job(job).state == "FERTIG", town.queue.job(job).error
        return town.queue.job(job).result

    read = done("units.read", options={}, profile="", onward=f"/intern/leerstand/import/{number}/spalten")
    assert read["rows"] == 3 and read["url"] == f"/intern/leerstand/import/{number}/spalten"
    assert done("units.stage")["counts"]["NEU"] == 3
    assert done("units.accept", classes=["NEU"])["created"] == 3 and town.units("Q") == 3
    assert done("units.take_back")["left"] == 0 and town.units("Q") == 0
    assert town.state(number) == "ZURUECKGENOMMEN" and set(STEPS) < set(kinds)


def test_a_file_that_is_none_ends_the_job_with_its_sentence_and_can_be_discarded(town):
    number = town.begun(b"\x89PNG\r\n\x1a\n" + bytes(200), "bild.csv")
    job = town.run("units.read", number, options={}, profile="")
    assert job.state == "GESCHEITERT" and job.error.endswith(".")
    assert town.value("SELECT reading::text FROM register.imports WHERE id = :id", id=number) == "{}"
    with town.session() as session:
        service.discard(session, SYSTEM, number, town.uploads)
    assert town.state(number) == "VERWORFEN" and not any((town.home / "imports" / str(town.town)).iterdir())


@pytest.mark.parametrize("kind", STEPS)
def test_a_worker_killed_in_the_middle_leaves_nothing_half_and_another_ends_it(town, worker, kind):  # noqa: F811
    prefix = kind.replace("units.", "K").replace("_", "")
    number, more = town.ready_for(kind, rows(MANY, prefix), kind)
    before, state = town.written(), town.state(number)
    with town.held_up(kind):
        job = town.start(kind, number, **more)
        first = worker()
        until(town.waiting)
        first.kill()
        first.wait()
    assert (town.written(), town.state(number)) == (before, state)
    worker()
    until(lambda: town.queue.job(job).state == "FERTIG")
    assert town.queue.job(job).interruptions == 1
    assert (town.judged(number), town.units(prefix)) == (MANY, MANY if kind == "units.accept" else 0)


@pytest.mark.parametrize("kind", STEPS)
def test_cancelled_in_the_middle_nothing_is_changed_and_it_can_be_started_again(town, kind):
    prefix = kind.replace("units.", "C").replace("_", "")
    number, more = town.ready_for(kind, rows(200, prefix), f"ab {kind}")
    before, state = town.written(), town.state(number)
    job = town.start(kind, number, **more)
    working = threading.Thread(target=run, args=(town.queue.database, town.home, job, town.town))
    with town.held_up(kind):
        working.start()
        until(town.waiting)
        with town.session() as session:
            jobs.cancel(session, SYSTEM, job)
        working.join(30)
    assert (town.queue.job(job).state, town.written(), town.state(number)) == ("ABGEBROCHEN", before, state)
    assert town.run(kind, number, **more).state == "FERTIG"
    assert (town.judged(number), town.units(prefix)) == (200, 200 if kind == "units.accept" else 0)


def test_of_two_imports_of_a_town_at_once_one_waits_and_none_is_lost(town):
    numbers = {prefix: town.read(rows(300, prefix), prefix) for prefix in ("EINS", "ZWEI")}
    for number in numbers.values():
        assert town.run("units.stage", number).state == "FERTIG"
    ended = {}

    def accept(prefix):
        ended[prefix] = town.run("units.accept", numbers[prefix], classes=["NEU"])

    threads = [threading.Thread(target=accept, args=(prefix,)) for prefix in numbers]
    with town.held_up("units.accept"):
        for thread in threads:
            thread.start()
        until(lambda: (town.waiting("relation"), town.waiting("advisory")) == (1, 1))
    for thread in threads:
        thread.join(60)
    assert {prefix: (job.state, job.result["created"]) for prefix, job in ended.items()} == {
        "EINS": ("FERTIG", 300),
        "ZWEI": ("FERTIG", 300),
    }
    assert (town.units("EINS"), town.units("ZWEI")) == (300, 300)


def test_the_same_list_judged_twice_and_taken_over_twice_is_there_once(town):
    first, second = (town.read(rows(20, "DOPPELT"), "Doppelt") for _ in range(2))
    for number in (first, second):
        assert town.run("units.stage", number).result["counts"]["NEU"] == 20
    assert town.run("units.accept", first, classes=["NEU"]).result["created"] == 20
    late = town.run("units.accept", second, classes=["NEU"])
    assert late.state == "FERTIG" and (late.result["created"], late.result["late"]) == (0, 20), late.error
    assert town.units("DOPPELT") == 20
    with town.session() as session:
        assert {row.reason for row in queries.rows(session, second, "KONFLIKT").rows} == {"SCHON_DA"}
    assert town.run("units.stage", second).result["counts"]["UNVERAENDERT"] == 20  # whoever came late looks once more


def test_one_import_is_taken_over_once(town):
    number = town.read(rows(5, "MAL"), "Mal")
    town.run("units.stage", number)
    assert town.run("units.accept", number, classes=["NEU"]).state == "FERTIG"
    again = town.run("units.accept", number, classes=["NEU"])
    assert again.state == "GESCHEITERT" and "abgeschlossen" in again.error and town.units("MAL") == 5
    with pytest.raises(Conflict), town.session() as session:
        service.discard(session, SYSTEM, number, town.uploads)
