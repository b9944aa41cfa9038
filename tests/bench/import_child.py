"""One list into the register in a process of its own, so that its memory can be told: read, judged, taken over, judged
again, each committed. Arguments: the staff's address, the town's id, a folder, file. Prints seconds and counts as JSON.
"""

import json
import sys
import time
from pathlib import Path

import geo.models  # noqa: F401 (the tables that others refer to)
from geo.core import clock
from geo.core.access import SYSTEM
from geo.core.db import Database
from geo.imports.reading import ReadOptions
from geo.vacancies.importing import proposing, service
from geo.vacancies.importing.files import Uploads

if __name__ == "__main__":
    url, town, folder, file = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4])
    database, uploads, said = Database(url, url, url, patient=True), Uploads(folder), {}
    with database.staff(SYSTEM, town) as session:

        def timed(name, work):
            began = time.perf_counter()
            result = work()
            session.commit()
            said[name] = {"seconds": time.perf_counter() - began, "result": result}

        def prepared():
            with file.open("rb") as handed_in:
                made = service.begin(session, SYSTEM, town, uploads.receive(town, handed_in, file.name))
            began = time.perf_counter()
            service.read_file(session, SYSTEM, made.id, uploads, ReadOptions())
            said.setdefault("read", {"seconds": time.perf_counter() - began})
            service.set_plan(session, SYSTEM, made.id, proposing.propose(made.reading, "Liste", clock.today(), None))
            session.commit()
            return made.id

        one = prepared()
        timed("stage", lambda: service.stage(session, SYSTEM, one, uploads))
        timed("accept", lambda: service.accept(session, SYSTEM, one, ["NEU", "GEAENDERT"]))
        two = prepared()
        timed("again", lambda: service.stage(session, SYSTEM, two, uploads))
    database.dispose()
    print(json.dumps(said))
