"""People at the desk and visitors of the map at once, while the database ends connections under them.

Every confirmation that was acknowledged must be in the history, once each; nobody may ever see an error of ours; the
server may not grow. `--minutes` says for how long (default 10); the first fifth is warming up.
"""

import random
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

import pytest
import requests

from geo.cluster import Cluster
from geo.cluster.provision import DATABASE, connect
from geo.core import clock
from geo.vacancies.codes import VERIFIED_BY
from tests.bench.measure import Bench, tree_megabytes
from tests.bench.million import CACHE
from tests.browser.conftest import Server, server  # noqa: F401  (a fixture)

EDITORS, VISITORS = 4, 6
# A clash, or no connection for a moment, is told in a sentence; anything else is a mistake.
FINE = {200, 303, 304, 409, 503}
MOST_GROWTH = 1.25
_ALERT = re.compile(r'<[a-z]+ [^>]*class="[^"]*(?:kern-error|kern-alert)[^>]*>(.{0,400})', re.DOTALL)
_HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">')


@dataclass
class Seen:
    """What all of them saw."""

    until: float
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        return time.monotonic() > self.until

    def note(self, answer: requests.Response) -> requests.Response:
        self.statuses[answer.status_code] += 1
        self.seconds.append(answer.elapsed.total_seconds())
        if answer.status_code not in FINE:
            self.broken.append(
                f"{answer.status_code} {answer.request.method} {answer.url}: {_ALERT.findall(answer.text)}"
            )
        return answer


def visitor(url: str, seen: Seen, number: int) -> None:
    """Moves the map, reads the list, loads what did not change again."""
    chance, session = random.Random(number), requests.Session()
    tags: dict[str, str] = {}
    while not seen.is_over:
        west, south = 9.8 + 2.5 * chance.random(), 50.3 + chance.random()
        zoom = chance.choice((8, 12, 15, 17))
        path = chance.choice(
            (
                f"/api/v1/leerstand/karte?zoom={zoom}&bbox={west:.2f},{south:.2f},{west + 0.2:.2f},{south + 0.1:.2f}",
                "/api/v1/leerstand/karte",
                "/api/v1/leerstand",
                "/leerstand/liste?suche=markt",
                "/leerstand",
            )
        )
        answer = seen.note(session.get(url + path, headers={"If-None-Match": tags.get(path, "")}, timeout=60))
        tags[path] = answer.headers.get("ETag", "")
        time.sleep(chance.uniform(0, 0.2))


def signed_in(url: str, address: str, password: str) -> requests.Session:
    session = requests.Session()
    session.headers["Origin"] = url
    form = dict(_HIDDEN.findall(session.get(f"{url}/intern/anmelden", timeout=60).text))
    answer = session.post(
        f"{url}/intern/anmelden", {**form, "email": address, "password": password}, allow_redirects=False, timeout=60
    )
    assert answer.status_code in (302, 303), answer.text[:300]
    return session


def editor(url: str, session: requests.Session, seen: Seen, number: int) -> None:
    """Reads the list and the figures, and confirms units, each form twice as after a double click."""
    chance = random.Random(1000 + number)
    while not seen.is_over:
        listed = seen.note(session.get(f"{url}/intern/leerstand?suche={chance.choice('aeimr')}", timeout=60))
        seen.note(session.get(f"{url}/intern/leerstand/zahlen", timeout=60))
        units = re.findall(r"/intern/leerstand/([0-9]+)\b", listed.text)
        if not units:
            continue
        unit = chance.choice(units)
        page = seen.note(session.get(f"{url}/intern/leerstand/{unit}", timeout=60)).text
        form = re.search(rf'action="(/intern/leerstand/{unit}/bestaetigen)"(.*?)</form>', page, re.DOTALL)
        if form is None:
            continue
        seen_on = {"verified_on": clock.today().isoformat(), "verified_by_kind": chance.choice([*VERIFIED_BY])}
        data = {**dict(_HIDDEN.findall(form[2])), **seen_on}
        for _ in range(2):
            sent = seen.note(session.post(url + form[1], data, allow_redirects=False, timeout=60))
            if sent.status_code == 303:
                seen.acknowledged.append(data["_key"])


def ends_connections(cluster: Cluster, seen: Seen) -> None:
    """Every few seconds the database ends one of the server's connections, whatever it is doing."""
    while not seen.is_over:
        time.sleep(2)
        with connect(cluster.layout.socket, DATABASE) as owner:
            owner.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE usename IN ('reg_public', 'reg_staff') ORDER BY random() LIMIT 1"
            )


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_nothing_is_lost_under_load_while_connections_end(server: Server, request: pytest.FixtureRequest) -> None:  # noqa: F811
    minutes = request.config.getoption("--minutes")
    seen = Seen(time.monotonic() + 60 * minutes)
    people = [(a, p) for a, p in server.passwords.items() if a.startswith(("leitung.", "sachbearbeitung."))][:EDITORS]
    assert people, server.passwords
    desks = [signed_in(server.url, *one) for one in people]
    work = [threading.Thread(target=editor, args=(server.url, desk, seen, n)) for n, desk in enumerate(desks)]
    work += [threading.Thread(target=visitor, args=(server.url, seen, n)) for n in range(VISITORS)]
    work.append(threading.Thread(target=ends_connections, args=(Cluster(server.home), seen)))
    for thread in work:
        thread.start()
    time.sleep(12 * minutes)
    warm = tree_megabytes(server.process.pid)
    for thread in work:
        thread.join()
    grown = tree_megabytes(server.process.pid) / warm
    slowest = sorted(seen.seconds)[int(0.95 * len(seen.seconds))]
    keys = set(seen.acknowledged)
    told = (
        f"soak: {minutes} min, {len(seen.seconds)} requests, {dict(seen.statuses)}, 95 % within {slowest:.2f} s,"
        f" {len(keys)} confirmations, memory x {grown:.2f}"
    )
    CACHE.mkdir(parents=True, exist_ok=True)
    Bench(CACHE / "report.txt").note(told)
    assert not seen.broken, seen.broken[:5]
    assert seen.statuses[503] < 0.02 * len(seen.seconds)
    assert len(keys) > 10 * minutes
    with connect(Cluster(server.home).layout.socket, DATABASE) as owner:
        kept = owner.execute(
            "SELECT count(*) FROM register.idempotency_keys WHERE key = ANY (%s)", (list(keys),)
        ).fetchone()
        doubled = owner.execute(
            "SELECT count(*) FROM (SELECT FROM history.changes WHERE table_name = 'units' AND operation = 'UPDATE'"
            " GROUP BY row_id, (new_values ->> 'version') HAVING count(*) > 1) d"
        ).fetchone()
    assert kept == (len(keys),), "an acknowledged write is not there"
    assert doubled == (0,)
    assert grown < MOST_GROWTH
