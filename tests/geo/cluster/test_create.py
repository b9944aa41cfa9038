"""Making a cluster: whole or not at all, with checksums, under its major version's name."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from geo.cluster import Cluster, ClusterError
from geo.cluster.find import find, installations
from geo.cluster.layout import Layout
from geo.cluster.process import servers_on
from geo.cluster.provision import connect


def test_a_cluster_is_made_once(home: Path) -> None:
    cluster = Cluster(home, durable=False)
    assert cluster.status().state == "absent"
    assert cluster.create() is True
    major = find().major
    assert cluster.status().state == "stopped"
    assert cluster.status().major == major
    assert (home / "postgres" / str(major) / "PG_VERSION").read_text().strip() == str(major)
    assert cluster.create() is False


def test_a_creation_that_is_killed_leaves_nothing_half_made(home: Path) -> None:
    """Killed at several moments; the next one finishes and clears up."""
    program = "import sys; from geo.cluster import Cluster; Cluster(sys.argv[1]).create()"
    for moment in (0.5, 0.9):
        maker = subprocess.Popen([sys.executable, "-c", program, str(home)])
        time.sleep(moment)
        maker.send_signal(signal.SIGKILL)
        maker.wait()
        base = home / "postgres"
        finished = [f for f in base.glob("*") if f.name.isdigit()] if base.exists() else []
        assert not finished or maker.returncode == 0
    cluster = Cluster(home)
    cluster.create()
    assert not list((home / "postgres").glob("*.new-*"))
    cluster.start()
    assert cluster.status().running
    cluster.stop()


def test_a_long_path_gets_a_short_socket_elsewhere(home: Path) -> None:
    deep = home / ("langer-name-" * 8)
    deep.mkdir()
    deep.chmod(0o711)
    cluster = Cluster(deep, durable=False)
    socket = cluster.layout.socket
    assert len(os.fsencode(socket)) < 80
    cluster.start()
    try:
        with connect(socket, "innenstadt", "reg_owner") as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        cluster.stop()
        socket.rmdir()


def test_a_home_that_the_account_cannot_enter_is_named(home: Path) -> None:
    if os.geteuid() != 0:
        home.chmod(0o500)
        with pytest.raises(ClusterError, match="may not be written by this user"):
            Cluster(home).create()
        return
    home.chmod(0o700)
    with pytest.raises(ClusterError, match=rf"may not enter {home}: choose another home"):
        Cluster(home).create()


def test_a_file_in_the_way_is_named(home: Path) -> None:
    (home / "postgres").write_text("")
    with pytest.raises(ClusterError, match=f"{home}/postgres is a file"):
        Cluster(home).create()


def test_a_damaged_data_directory_is_named(home: Path) -> None:
    (home / "postgres" / "15").mkdir(parents=True)
    with pytest.raises(ClusterError, match="is not a PostgreSQL data directory"):
        Cluster(home).start()


def test_an_installation_without_postgis_is_refused_with_the_packages_to_install() -> None:
    with pytest.raises(ClusterError, match=r"PostgreSQL 99 .* not found.*postgresql-15-postgis-3"):
        find(99)


def test_the_installation_found_lacks_nothing() -> None:
    assert find() in installations()
    assert find().lacks() == []


def test_a_busy_home_says_so(home: Path) -> None:
    """While one process makes the cluster another one is told to wait."""
    layout = Layout(home)
    layout.base.mkdir()
    program = (
        "import sys, time; from pathlib import Path; from geo.cluster.lock import HomeLock\n"
        "HomeLock(Path(sys.argv[1])).take('creating'); print('{}', flush=True); time.sleep(60)"
    )
    other = subprocess.Popen([sys.executable, "-c", program, str(layout.lock)], stdout=subprocess.PIPE)
    assert other.stdout is not None
    with other.stdout as pipe:
        json.loads(pipe.readline())
    try:
        with pytest.raises(ClusterError, match=rf"busy \(creating, process {other.pid}\)"):
            Cluster(home).create()
        assert Cluster(home).status().state == "creating"
    finally:
        other.kill()
        other.wait()
    assert Cluster(home).status().state == "absent"
    assert servers_on(home) == []
