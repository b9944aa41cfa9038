"""Real workers in processes of their own: killed, stopped, two at a time."""

from contextlib import contextmanager

from sqlalchemy import text

from geo.jobs import service
from geo.jobs.files import Store
from geo.jobs.running import run
from geo.jobs.tending import forget, sweep, take_up
from tests.geo.jobs.workers import until


@contextmanager
def _committed(queue):
    with queue.database.owner() as session:
        yield session
        session.commit()


def test_a_worker_takes_what_is_queued_and_keeps_the_result(queue, worker, tmp_path):
    early = queue.start("test.write", {"note": "Frühweg"})
    process = worker()
    until(lambda: queue.job(early).state == "FERTIG")
    late = queue.start("test.write", {"note": "Spätweg"})
    until(lambda: queue.job(late).state == "FERTIG")
    until(lambda: queue.queued(late) == "succeeded")
    process.terminate()
    assert process.wait(120) == 0
    assert Store(tmp_path / "jobs").path(queue.job(early).result_file).is_file()  # outlives the worker


def test_a_killed_workers_job_is_done_once_by_another(queue, worker, tmp_path):
    trace = tmp_path / "trace"
    number = queue.start("test.slow", {"note": "Mordweg", "trace": str(trace), "steps": 60})
    first = worker()
    until(lambda: queue.job(number).done > 5)
    first.kill()
    first.wait()
    second = worker()
    until(lambda: queue.job(number).state == "FERTIG")
    assert trace.read_text() == "start\nstart\n"
    assert queue.places("Mordweg") == 1 and queue.job(number).interruptions == 1
    until(lambda: queue.queued(number) == "succeeded")
    second.terminate()
    assert second.wait(120) == 0


def test_killed_after_the_end_and_before_the_queue_knew_it_is_not_done_again(queue, worker, tmp_path):
    number = queue.start("test.write", {"note": "Spätmord"})
    worker()
    until(lambda: queue.queued(number) == "succeeded")
    queue.sql(
        "UPDATE jobs.procrastinate_jobs SET status = 'doing', worker_id = NULL"
        " WHERE (args ->> 'job_id')::integer = :id",
        id=number,
    )
    until(lambda: queue.queued(number) == "succeeded")
    assert queue.places("Spätmord") == 1 and queue.job(number).attempt == 1


def test_a_worker_that_is_told_to_end_puts_its_job_back(queue, worker, tmp_path):
    number = queue.start("test.slow", {"note": "Feierabend", "steps": 100})
    first = worker()
    until(lambda: queue.job(number).done > 5)
    first.terminate()
    assert first.wait(120) == 0
    job = queue.job(number)
    assert (job.state, job.interruptions) == ("WARTET", 0) and "unterbrochen" in job.sentence
    assert queue.queued(number) == "todo" and queue.places("Feierabend") == 0
    worker()
    until(lambda: queue.job(number).state == "FERTIG")
    assert queue.places("Feierabend") == 1


def test_cancel_reaches_the_worker(queue, worker):
    number = queue.start("test.slow", {"note": "Fernabbruch"})
    worker()
    until(lambda: queue.job(number).done > 3)
    with queue.database.staff(queue.editor, queue.towns.own) as session:
        service.cancel(session, queue.editor, number)
        session.commit()
    until(lambda: queue.job(number).state == "ABGEBROCHEN")
    assert queue.places("Fernabbruch") == 0


def test_two_workers_share_and_what_stands_alone_is_never_two(queue, worker, tmp_path):
    trace = tmp_path / "alone"
    numbers = [queue.start("test.alone", {"trace": str(trace)}) for _ in range(4)]
    many = [queue.start("test.write", {"note": "Teilweg"}) for _ in range(12)]
    worker(), worker()
    until(lambda: all(queue.job(number).state == "FERTIG" for number in [*numbers, *many]))
    assert trace.read_text() == "()()()()" and queue.places("Teilweg") == 12


def test_a_database_that_goes_away_and_comes_back_finds_the_worker_there(queue, worker):
    process = worker()
    first = queue.start("test.write", {"note": "Vorher"})
    until(lambda: queue.job(first).state == "FERTIG")
    with queue.database.staff(queue.editor, queue.towns.own) as session:
        session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'reg_staff'"
                " AND datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    second = queue.start("test.write", {"note": "Nachher"})
    until(lambda: queue.job(second).state == "FERTIG")
    assert process.poll() is None


def test_a_job_that_the_queue_lost_says_so(queue):
    number = queue.start("test.write", {"note": "Verlorenweg"})
    queue.sql("DELETE FROM jobs.procrastinate_jobs WHERE (args ->> 'job_id')::integer = :id", id=number)
    queue.sql("UPDATE register.jobs SET created_at = now() - interval '5 minutes' WHERE id = :id", id=number)
    with _committed(queue) as session:
        take_up(session)
    job = queue.job(number)
    assert job.state == "GESCHEITERT" and "noch einmal starten" in job.error


def test_results_are_thrown_away_after_a_week_and_strays_after_two_days(queue, tmp_path):
    store = Store(tmp_path / "jobs")
    number = queue.start("test.write", {"note": "Kehrweg"})
    run(queue.database, tmp_path, number, queue.towns.own)
    file = queue.job(number).result_file
    stray = store.path("stray")
    stray.write_text("x")
    (store.root / "scratch" / "left").mkdir()
    with queue.database.owner() as session:
        assert sweep(session, store) == 0  # young
        assert store.sweep({file}, older_than_s=-1) == 2 and store.path(file).is_file()
    with _committed(queue) as session:
        assert forget(session) == []
    queue.sql("UPDATE register.jobs SET ended_at = now() - interval '8 days' WHERE id = :id", id=number)
    with _committed(queue) as session:
        assert forget(session) == [file]
    store.remove(file)
    job = queue.job(number)
    assert job.result_file is None and job.result_name == "ergebnis.csv" and job.state == "FERTIG"
