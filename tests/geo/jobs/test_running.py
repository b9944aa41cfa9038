"""One run of a job: its effects and its end are one; what people are told of every other end."""

import json
import threading
import time

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from geo.core.access import SYSTEM, Action, Actor
from geo.core.errors import Conflict, NotFound, NotPermitted
from geo.jobs import queries, run_now, service
from geo.jobs.files import Store
from geo.jobs.running import run


def test_row_and_place_in_the_queue_are_one_transaction(queue):
    with queue.database.staff(queue.editor, queue.towns.own) as session:
        job = service.start(
            session, queue.editor, "test.write", queue.towns.own, {"note": "nie"}, action=Action.VACANCY_EDIT
        )
        number = job.id
        assert job.state == "WARTET" and job.title == "Schreiben" and job.queue_id
        session.rollback()
    with queue.database.owner() as session:
        assert session.scalar(text("SELECT count(*) FROM register.jobs WHERE id = :id"), {"id": number}) == 0
        asked = text("SELECT count(*) FROM jobs.procrastinate_jobs WHERE (args ->> 'job_id')::integer = :id")
        assert session.scalar(asked, {"id": number}) == 0


def test_starting_asks_the_callers_own_permission(queue):
    with queue.database.staff(queue.editor, queue.towns.own) as session:
        with pytest.raises(NotPermitted):
            service.start(session, queue.editor, "test.write", queue.towns.own, {}, action=Action.ZONE_EDIT)


def test_a_run_writes_keeps_a_file_and_says_so(queue, tmp_path):
    number = queue.start("test.write", {"note": "Laufweg"}, title="Zwei Zeilen", origin="/intern/leerstand?art=LADEN")
    assert run(queue.database, tmp_path, number, queue.towns.own) is None
    job = queue.job(number)
    assert (job.state, job.title, job.done, job.total) == ("FERTIG", "Zwei Zeilen", 2, 2)
    assert job.result == {"written": 1, "sentence": "Ein Ort geschrieben."} and job.error is None
    assert (job.result_name, job.result_media_type, job.result_bytes) == ("ergebnis.csv", "text/csv", 8)
    assert Store(tmp_path / "jobs").path(job.result_file).read_text() == "a,b\n1,2\n"
    assert queue.places("Laufweg") == 1
    assert list((tmp_path / "jobs" / "scratch").iterdir()) == []
    run(queue.database, tmp_path, number, queue.towns.own)  # once more does nothing
    assert queue.places("Laufweg") == 1


def test_the_history_names_the_person_and_the_request(queue, tmp_path):
    number = queue.start("test.write", {"note": "Verlaufsweg"})
    run(queue.database, tmp_path, number, queue.towns.own)
    with queue.database.owner() as session:
        row = session.execute(
            text(
                "SELECT actor_id, action, request_id, municipality_id FROM history.changes"
                " WHERE table_name = 'places' AND new_values ->> 'street' = 'Verlaufsweg'"
            )
        ).one()
    assert tuple(row) == (queue.editor.account_id, "vacancy.edit", "anfrage-1", queue.towns.own)


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("test.refuse", "Das passt nicht zum Bestand."),
        ("test.crash", "Der Vorgang ist an einem Fehler gescheitert, der vermerkt ist"),
        ("test.rule", "Das verträgt sich nicht mit dem, was schon im Register steht."),
    ],
)
def test_an_error_leaves_nothing_and_is_one_sentence(queue, tmp_path, kind, sentence):
    number = queue.start(kind, {"note": f"Weg {kind}"})
    assert run(queue.database, tmp_path, number, queue.towns.own) is None
    job = queue.job(number)
    assert job.state == "GESCHEITERT" and job.error.startswith(sentence) and job.ended_at
    assert "GEHEIM" not in json.dumps(list(map(str, job)))
    assert queue.places(f"Weg {kind}") == 0
    assert job.result_file is None and not any((tmp_path / "jobs").glob("results/*"))
    assert job.error_rule == ("jobs_progress" if kind == "test.rule" else None)


def test_the_log_says_where_and_not_what(queue, tmp_path):
    number = queue.start("test.crash", {"note": "Logweg"})
    with capture_logs() as lines:
        run(queue.database, tmp_path, number, queue.towns.own)
    mark = queue.job(number).error.split("Kennung ")[1][:8]
    line = next(line for line in lines if line.get("mark") == mark)
    assert line["error"] == "RuntimeError" and "sample_kinds.py" in line["where"][-1]
    assert "GEHEIM" not in str(lines)


def test_a_passing_failure_is_tried_again_and_a_lasting_one_given_up(queue, tmp_path):
    number = queue.start("test.passing", {"note": "Ausfall", "trace": str(tmp_path / "t"), "failures": 1})
    again = run(queue.database, tmp_path, number, queue.towns.own)
    assert again and again > 0
    job = queue.job(number)
    assert job.state == "WARTET" and "noch einmal versucht" in job.sentence and job.interruptions == 1
    assert run(queue.database, tmp_path, number, queue.towns.own) is None
    assert queue.job(number).state == "FERTIG" and queue.places("Ausfall") == 1

    number = queue.start("test.passing", {"note": "Aus", "trace": str(tmp_path / "u"), "failures": 99})
    tries = 0
    while run(queue.database, tmp_path, number, queue.towns.own) is not None:
        tries += 1
    assert tries == 2 and queue.job(number).state == "GESCHEITERT" and "später" in queue.job(number).error


def test_somebody_who_lost_the_role_meanwhile_changes_nothing(queue, tmp_path):
    number = queue.start("test.write", {"note": "Rollenweg"})
    queue.sql("UPDATE register.jobs SET action = 'zone.edit' WHERE id = :id", id=number)
    run(queue.database, tmp_path, number, queue.towns.own)
    job = queue.job(number)
    assert job.state == "GESCHEITERT" and "Berechtigung" in job.error and queue.places("Rollenweg") == 0


def test_progress_is_seen_at_once_and_a_wish_to_end_is_heard(queue, tmp_path):
    number = queue.start("test.slow", {"note": "Abbruchweg"})
    running = threading.Thread(target=run, args=(queue.database, tmp_path, number, queue.towns.own))
    running.start()
    _until(lambda: queue.job(number).done > 0)
    job = queue.job(number)
    assert job.state == "LAEUFT" and job.total == 300 and job.sentence == "Es geht voran"
    assert queue.places("Abbruchweg") == 0  # nobody sees half of it
    _cancel(queue, number)
    running.join(10)
    assert not running.is_alive()
    job = queue.job(number)
    assert job.state == "ABGEBROCHEN" and job.cancelled_by == queue.editor.account_id
    assert queue.places("Abbruchweg") == 0


def test_a_long_statement_is_broken_off_too(queue, tmp_path):
    number = queue.start("test.statement")
    began = time.monotonic()
    running = threading.Thread(target=run, args=(queue.database, tmp_path, number, queue.towns.own))
    running.start()
    _until(lambda: queue.job(number).sentence == "Lange Abfrage")
    _cancel(queue, number)
    running.join(50)
    assert queue.job(number).state == "ABGEBROCHEN" and time.monotonic() - began < 50  # of the statement's sixty


def test_a_job_that_waits_is_cancelled_at_once(queue, tmp_path):
    number = queue.start("test.write", {"note": "Warteweg"})
    _cancel(queue, number)
    assert queue.job(number).state == "ABGEBROCHEN" and queue.queued(number) == "cancelled"
    run(queue.database, tmp_path, number, queue.towns.own)
    assert queue.places("Warteweg") == 0
    with pytest.raises(Conflict, match="schon beendet"):
        _cancel(queue, number)


def test_a_worker_thought_dead_can_neither_report_nor_commit(queue, tmp_path):
    """It froze, another one took the job up and finished it, then the first one goes on."""
    number = queue.start("test.slow", {"note": "Scheintot", "steps": 40, "pause": 0.1})
    first = threading.Thread(target=run, args=(queue.database, tmp_path, number, queue.towns.own))
    first.start()
    _until(lambda: queue.job(number).done > 0)
    run(queue.database, tmp_path, number, queue.towns.own)  # another worker
    first.join(20)
    job = queue.job(number)
    assert job.state == "FERTIG" and job.attempt == 2 and queue.places("Scheintot") == 1


def test_three_deaths_are_enough(queue, tmp_path):
    number = queue.start("test.write", {"note": "Todesweg"})
    queue.sql("UPDATE register.jobs SET state = 'LAEUFT', interruptions = 2 WHERE id = :id", id=number)
    run(queue.database, tmp_path, number, queue.towns.own)
    job = queue.job(number)
    assert job.state == "GESCHEITERT" and "dreimal unterbrochen" in job.error and queue.places("Todesweg") == 0


def test_a_job_of_the_alliance_has_no_town(queue, tmp_path):
    number = queue.start("test.alliance", actor=SYSTEM, action=Action.PILOT_EDIT, town=False)
    run(queue.database, tmp_path, number, None)
    assert queue.job(number).result == {"town": None}
    with queue.database.staff(None, queue.towns.own) as session:
        with pytest.raises(NotFound):
            queries.get(session, SYSTEM, number)


def test_only_the_town_sees_it_and_only_who_may_do_the_same(queue):
    number = queue.start("test.write", {"note": "Sichtweg"})
    viewer = Actor(queue.editor.account_id, "V", (), "x")
    with queue.database.staff(queue.editor, queue.towns.own) as session:
        assert queries.get(session, queue.editor, number).id == number
        assert number in [job.id for job in queries.newest(session, queue.editor)]
        assert queries.newest(session, viewer) == []
        with pytest.raises(NotFound):
            queries.get(session, viewer, number)
    with queue.database.staff(SYSTEM, queue.towns.foreign) as session:
        assert queries.newest(session, SYSTEM) == []
        with pytest.raises(NotFound):
            queries.get(session, SYSTEM, number)


def test_run_now_works_on_a_shared_connection(db, towns, editor, tmp_path):
    with db.staff(editor, towns.own) as session:
        job = service.start(session, editor, "test.write", towns.own, {"note": "Sofortweg"}, action=Action.VACANCY_EDIT)
        session.commit()
    run_now(db, job.id, home=tmp_path)
    with db.staff(editor, towns.own) as session:
        done = queries.get(session, editor, job.id)
        assert (done.state, done.error) == ("FERTIG", None) and done.result["written"] == 1
        assert session.scalar(text("SELECT count(*) FROM register.places WHERE street = 'Sofortweg'")) == 1


def _cancel(queue, number):
    with queue.database.staff(queue.editor, queue.towns.own) as session:
        service.cancel(session, queue.editor, number)
        session.commit()


def _until(holds, seconds=120):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)
