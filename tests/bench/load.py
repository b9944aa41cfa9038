"""HTTP load: our application and pygeoapi as they are served, eight connections, and the bare statement beside them."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from tests.bench.million import ROOT, Million

PEER = ROOT / ".cache" / "peer" / "bin"  # made by `./dev bench`
CONNECTIONS = 8
_START_SECONDS = 120
_SCRIPT = """
local paths, at = {}, 0
for line in io.lines(os.getenv("BENCH_PATHS")) do paths[#paths + 1] = line end
request = function()
  at = at % #paths + 1
  return wrk.format("GET", paths[at], {["Accept-Encoding"] = os.getenv("BENCH_ENCODING"), ["If-None-Match"] = os.getenv("BENCH_TAG")})
end
"""


@contextmanager
def ours(million: Million, home: Path) -> Iterator[str]:
    """The register's address, served by gunicorn with two workers of four threads."""
    with _served(
        [sys.executable, "-m"], "tests.bench.application:application", million.settings(home).for_child()
    ) as url:
        yield url


@contextmanager
def pygeoapi(million: Million, table: str, home: Path) -> Iterator[str]:
    """The address of pygeoapi, served alike, with one collection `offers` from a table of the schema `published`."""
    config = home / "pygeoapi.yml"
    config.write_text(_CONFIG.format(socket=million.cluster.layout.socket, name=million.name, table=table))
    openapi = home / "openapi.yml"
    environment = os.environ | {
        "PYGEOAPI_CONFIG": str(config),
        "PYGEOAPI_OPENAPI": str(openapi),
        "PYTHONPATH": str(ROOT),
    }
    command = [str(PEER / "pygeoapi"), "openapi", "generate", str(config), "--output-file", str(openapi)]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    with _served([str(PEER / "python"), "-m"], "pygeoapi.flask_app:APP", environment) as url:
        yield url


@contextmanager
def _served(python: Sequence[str], application: str, environment: dict[str, str]) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["-w", "2", "-k", "gthread", "--threads", "4", "-b", f"127.0.0.1:{port}", "--no-control-socket"]
    server = subprocess.Popen(
        [*python, "gunicorn", *options, "--log-level", "error", application],
        cwd=ROOT,
        env=environment | {"PYTHONPATH": str(ROOT), "INNENSTADT_LOG_LEVEL": "ERROR"},
        stdout=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + _START_SECONDS
        while True:
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=1):
                    break
            except OSError:
                assert server.poll() is None and time.monotonic() < until, f"{application} does not start"
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


def rate(
    url: str, paths: Sequence[str], home: Path, seconds: int = 6, encoding: str = "identity", tag: str = ""
) -> float:
    """Requests a second of eight connections that ask for the paths in turns. Every answer must be a good one."""
    urlopen(url + paths[0], timeout=120).read()  # the first request makes the pools
    script, listed = home / "paths.lua", home / "paths.txt"
    script.write_text(_SCRIPT)
    listed.write_text("\n".join(paths))
    wrk = shutil.which("wrk")
    assert wrk, "wrk is missing; ./dev bench installs it"
    done = subprocess.run(
        [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "30s", "-s", str(script), url],
        env=os.environ | {"BENCH_PATHS": str(listed), "BENCH_ENCODING": encoding, "BENCH_TAG": tag},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Non-2xx" not in done.stdout and "Socket errors" not in done.stdout, done.stdout
    return float(re.findall(r"Requests/sec: +([0-9.]+)", done.stdout)[0])


def bare(million: Million, statement: str, values: Sequence[tuple], seconds: int = 6) -> float:
    """Times a second that two processes of four connections each run a statement through psycopg, as reg_public."""
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.bench.bare", million.conninfo("reg_public"), str(seconds)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write(repr((statement, list(values))))
        worker.stdin.close()
    return sum(float(worker.stdout.read()) for worker in workers if worker.stdout)


_CONFIG = """
server:
  bind: {{host: 127.0.0.1, port: 5000}}
  url: http://127.0.0.1:5000
  mimetype: application/json; charset=UTF-8
  encoding: utf-8
  language: en-US
  limits: {{default_items: 1000, max_items: 5000, on_exceed: throttle}}
  pretty_print: false
  map: {{url: /none, attribution: none}}
logging: {{level: ERROR}}
metadata:
  identification: {{title: peer, description: peer, keywords: [peer], keywords_type: theme, terms_of_service: none, url: none}}
  license: {{name: none, url: none}}
  provider: {{name: none, url: none}}
  contact: {{name: none, position: none, address: none, city: none, stateorprovince: none, postalcode: none, country: none, phone: none, fax: none, email: none, url: none, hours: none, instructions: none, role: none}}
resources:
  offers:
    type: collection
    title: offers
    description: offers
    keywords: [offers]
    links: []
    extents: {{spatial: {{bbox: [9.8, 50.1, 12.8, 51.7], crs: http://www.opengis.net/def/crs/OGC/1.3/CRS84}}}}
    providers:
      - type: feature
        name: tests.bench.peer.PsycopgProvider
        data: {{host: {socket}, port: 5432, dbname: {name}, user: reg_public, password: none, search_path: [published, public]}}
        id_field: id
        table: {table}
        geom_field: point
"""
