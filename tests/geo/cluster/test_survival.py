"""What a cluster lives through: kills, stale and reused pid files, second starts, old data."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from geo.cluster import AlreadyRunning, Cluster, ClusterError
from geo.cluster.account import server_account
from geo.cluster.lock import holder
from geo.cluster.process import servers_on
from geo.cluster.provision import connect

SERVER = (
    "import sys, time; from geo.cluster import Cluster\n"
    "cluster = Cluster(sys.argv[1]); cluster.start(); print('ready', flush=True); time.sleep(600)"
)


def postmaster(cluster: Cluster) -> int:
    """The process id of the running server."""
    return int((data(cluster) / "postmaster.pid").read_text().split()[0])


def data(cluster: Cluster) -> Path:
    """The data directory."""
    current = cluster.layout.current()
    assert current is not None
    return current[1]


def answers(cluster: Cluster) -> bool:
    """Whether it takes connections."""
    try:
        with connect(cluster.layout.socket, "innenstadt", "reg_owner") as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def within(seconds: float, condition: Callable[[], bool]) -> float:
    """How long it took until the condition held."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "it did not happen in time"
        time.sleep(0.05)
    return time.monotonic() - began


@contextmanager
def server_process(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that runs the cluster, as `innenstadt serve` does."""
    server = subprocess.Popen([sys.executable, "-c", SERVER, str(home)], stdout=subprocess.PIPE)
    assert server.stdout is not None
    with server.stdout as pipe:
        assert pipe.readline() == b"ready\n"
    try:
        yield server
    finally:
        server.kill()
        server.wait()


def test_a_killed_server_comes_back_with_everything_acknowledged(cluster: Cluster) -> None:
    owner = connect(cluster.layout.socket, "innenstadt", "reg_owner")
    with owner:
        owner.execute("CREATE SCHEMA IF NOT EXISTS register")
        owner.execute("DROP TABLE IF EXISTS register.written")
        owner.execute("CREATE TABLE register.written (n int)")
    for n in range(3):
        with connect(cluster.layout.socket, "innenstadt", "reg_owner") as connection:
            connection.execute("INSERT INTO register.written VALUES (%s)", (n,))
        victims = servers_on(data(cluster)) if n % 2 else [postmaster(cluster)]
        for pid in victims:
            with suppress(ProcessLookupError):  # a backend whose connection has just ended, or went with its server
                os.kill(pid, signal.SIGKILL)
        within(60, lambda dead=victims[0]: answers(cluster) and postmaster(cluster) != dead)
    with connect(cluster.layout.socket, "innenstadt", "reg_owner") as connection:
        rows = connection.execute("SELECT n FROM register.written ORDER BY n").fetchall()
        connection.execute("DROP TABLE register.written")
    assert rows == [(0,), (1,), (2,)]
    within(60, lambda: cluster.status().running)


def test_stop_leaves_no_process_and_no_pid_file(cluster: Cluster) -> None:
    status = cluster.status()
    assert status.pid is not None
    assert cluster.stop() is True
    assert servers_on(data(cluster)) == []
    assert not Path(f"/proc/{status.pid}").exists()
    assert not (data(cluster) / "postmaster.pid").exists()
    assert cluster.status().state == "stopped"
    assert cluster.stop() is False


def test_the_database_ends_with_a_killed_server_process(made_home: Path) -> None:
    cluster = Cluster(made_home)
    with server_process(made_home) as server:
        assert answers(cluster)
        server.kill()
        server.wait()
        within(60, lambda: not servers_on(data(cluster)))
    within(60, lambda: cluster.status().state == "stopped")


def test_a_start_right_after_a_kill_waits_for_the_end_of_the_old_one(made_home: Path) -> None:
    with server_process(made_home) as server:
        server.kill()
        server.wait()
        cluster = Cluster(made_home)
        cluster.start()
        assert answers(cluster)
        cluster.stop()


def test_the_server_ends_with_a_killed_supervisor_and_starts_anew(made_home: Path) -> None:
    cluster = Cluster(made_home)
    cluster.start()
    supervisor = cluster.status().pid
    assert supervisor
    old = postmaster(cluster)
    os.kill(supervisor, signal.SIGKILL)
    again = Cluster(made_home)
    again.start()
    assert answers(again)
    assert postmaster(again) != old
    assert old not in servers_on(data(again))
    again.stop()
    cluster.stop()


def test_an_orphan_that_still_runs_is_ended_by_the_next_start(made_home: Path) -> None:
    """A server without the wish to die with its parent: stopped (SIGSTOP), it cannot hear it."""
    cluster = Cluster(made_home)
    cluster.start()
    old = postmaster(cluster)
    supervisor = cluster.status().pid
    assert supervisor
    os.kill(old, signal.SIGSTOP)
    os.kill(supervisor, signal.SIGKILL)
    within(60, lambda: holder(cluster.layout.lock) is None)
    waker = subprocess.Popen(["sh", "-c", f"sleep 1; kill -CONT {old}"])
    again = Cluster(made_home)
    again.start()
    waker.wait()
    assert answers(again)
    assert old not in servers_on(data(again))
    again.stop()
    cluster.stop()


@pytest.mark.parametrize("kind", ["dead", "foreign", "zombie"])
def test_a_stale_pid_file_is_no_obstacle(made_home: Path, kind: str) -> None:
    """Its pid is free, belongs to a living process of another kind, or to a zombie."""
    cluster = Cluster(made_home)
    cluster.start()
    lines = (data(cluster) / "postmaster.pid").read_text().splitlines()
    cluster.stop()
    account = server_account()
    command = {"dead": "true", "foreign": "sleep 60", "zombie": "true"}[kind]
    other = subprocess.Popen(command.split(), **account.popen())
    if kind == "dead":
        other.wait()
    if kind == "zombie":
        within(60, lambda: Path(f"/proc/{other.pid}/stat").read_text().split()[2] == "Z")
    pid_file = data(cluster) / "postmaster.pid"
    pid_file.write_text("\n".join([str(other.pid), *lines[1:]]) + "\n")
    account.give(pid_file)
    try:
        cluster.start()
        assert answers(cluster)
        cluster.stop()
        if kind == "foreign":
            assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_a_second_start_is_one_sentence_with_the_process(made_home: Path) -> None:
    with server_process(made_home) as server:
        second = Cluster(made_home)
        with pytest.raises(AlreadyRunning, match=f"server process {server.pid}") as caught:
            second.start()
        assert caught.value.pid == server.pid
        assert not caught.value.background
        assert "\n" not in caught.value.sentence
        with pytest.raises(AlreadyRunning, match="ends with it"):
            second.stop()
        with pytest.raises(AlreadyRunning), second.running(alone=True):
            pass
        with second.running() as joined:
            assert answers(joined)
        assert answers(second)


def test_the_one_who_started_waits_for_those_who_joined(made_home: Path) -> None:
    program = (
        "import sys, time; from geo.cluster import Cluster\n"
        "with Cluster(sys.argv[1]).running() as c:\n"
        "    print(c.status().server_pid, flush=True); time.sleep(1.5)\n"
        "    assert c.status().running"
    )
    with Cluster(made_home).running(alone=True):
        guest = subprocess.Popen([sys.executable, "-c", program, str(made_home)], stdout=subprocess.PIPE)
        assert guest.stdout is not None
        with guest.stdout as pipe:
            assert pipe.readline() == f"{os.getpid()}\n".encode()
    assert guest.wait() == 0
    assert Cluster(made_home).status().state == "stopped"


def test_a_cluster_in_the_background_outlives_its_starter(made_home: Path) -> None:
    program = "import sys; from geo.cluster import Cluster\n"
    program += "Cluster(sys.argv[1]).start(background=True)"
    subprocess.run([sys.executable, "-c", program, str(made_home)], check=True)
    cluster = Cluster(made_home)
    assert cluster.status().background
    assert answers(cluster)
    with cluster.running(alone=True):
        assert answers(cluster)
    with pytest.raises(AlreadyRunning, match="in the background") as caught:
        cluster.start()
    assert caught.value.background
    assert cluster.stop() is True
    assert servers_on(data(cluster)) == []


def test_two_homes_run_side_by_side(cluster: Cluster, home: Path) -> None:
    other = Cluster(home, durable=False)
    with other.running():
        assert answers(other)
        assert answers(cluster)
    assert other.status().state == "stopped"
    assert answers(cluster)


def test_data_of_another_major_version_are_refused_with_the_way_out(home: Path) -> None:
    old = home / "postgres" / "14"
    old.mkdir(parents=True)
    (old / "PG_VERSION").write_text("14\n")
    with pytest.raises(ClusterError, match=r"belong to PostgreSQL 14.*innenstadt .* db upgrade"):
        Cluster(home).start()
    with pytest.raises(ClusterError, match=r"PostgreSQL 14 with PostGIS 3.3 or later was not found"):
        Cluster(home).upgrade()


def test_a_server_that_cannot_start_says_why(made_home: Path) -> None:
    cluster = Cluster(made_home)
    cluster.layout.local_config.write_text("shared_buffers = 'many'\n")
    try:
        with pytest.raises(ClusterError, match=r"did not start: .*configuration file"):
            cluster.start()
    finally:
        cluster.layout.local_config.unlink()
    assert cluster.status().state == "stopped"
