"""The report as long work."""

from datetime import date

from geo.core.access import Actor
from geo.jobs.files import Store
from geo.jobs.kinds import KINDS, Work
from geo.kinds import kinds
from geo.vacancies.figures.jobs import REPORT
from tests.geo.vacancies.figures.entered import Entered, enter

DAY = date(2026, 5, 1)


def test_a_worker_knows_the_kind_and_keeps_the_file(db, staff, towns, tmp_path):
    assert REPORT in kinds
    enter(staff, towns.own, [Entered([("LEER", date(2020, 1, 1), None)]) for _ in range(10)])
    told = []
    arguments = {"day": DAY.isoformat(), "zone_id": None, "town": "Musterstadt"}
    work = Work(
        1,
        staff,
        db,
        Actor(),
        towns.own,
        arguments,
        tmp_path,
        Store(tmp_path / "jobs"),
        lambda *words: told.append(words),
    )
    assert KINDS[REPORT].run(work) == {"sentence": "Der Bericht liegt als PDF bereit."}
    assert (work.kept.name, work.kept.media_type) == ("leerstandsbericht-musterstadt-2026-05-01.pdf", "application/pdf")
    assert work.store.path(work.kept.file).read_bytes().startswith(b"%PDF")
    assert [words[0] for words in told] == [0, 1, 2]
