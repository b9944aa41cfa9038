"""Who gets into the cluster, how, and with which settings."""

import subprocess
from pathlib import Path

import psycopg
import pytest
import sqlalchemy

from geo.cluster import Cluster, temporary_cluster
from geo.cluster.account import server_account
from geo.cluster.process import servers_on
from geo.cluster.provision import connect

ROLES = {
    "reg_owner": ("register, published, public", "0", "off"),
    "reg_public": ("published, public", "2s", "on"),
    "reg_staff": ("register, published, public", "10s", "off"),
    "reg_backup": ("register, published, public", "0", "on"),
}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_signs_in_with_its_own_settings(cluster: Cluster, role: str) -> None:
    engine = sqlalchemy.create_engine(cluster.url(role), poolclass=sqlalchemy.NullPool)
    ask = sqlalchemy.text(
        "SELECT current_user, current_setting('search_path'), "
        "current_setting('statement_timeout'), current_setting('default_transaction_read_only')"
    )
    with engine.connect() as connection:
        assert tuple(connection.execute(ask).one()) == (role, *ROLES[role])


def test_no_role_of_the_register_is_a_superuser_and_only_backup_sees_past_policies(
    cluster: Cluster,
) -> None:
    with connect(cluster.layout.socket, "innenstadt") as connection:
        rows = connection.execute(
            "SELECT rolname, rolsuper OR rolcreaterole OR rolcreatedb, rolbypassrls "
            "FROM pg_roles WHERE rolname = ANY(%s) ORDER BY 1",
            (list(ROLES),),
        ).fetchall()
    assert rows == [
        ("reg_backup", False, True),
        ("reg_owner", False, False),
        ("reg_public", False, False),
        ("reg_staff", False, False),
    ]


@pytest.mark.parametrize("role", ["reg_public", "reg_staff", "reg_backup"])
def test_only_the_owner_makes_schemas_and_tables(cluster: Cluster, role: str) -> None:
    with connect(cluster.layout.socket, "innenstadt", role) as connection:
        connection.execute("SET default_transaction_read_only = off")
        for statement in ("CREATE SCHEMA own", "CREATE TABLE public.own ()"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
    with connect(cluster.layout.socket, "innenstadt", "reg_owner") as connection:
        connection.execute("CREATE SCHEMA own; DROP SCHEMA own")


def test_the_extensions_are_there(cluster: Cluster) -> None:
    with connect(cluster.layout.socket, "innenstadt", "reg_public") as connection:
        names = {row[0] for row in connection.execute("SELECT extname FROM pg_extension")}
        distance = connection.execute("SELECT ST_Distance(ST_Point(0, 0), ST_Point(3, 4))").fetchone()
    assert names >= {"postgis", "btree_gist", "pg_trgm", "unaccent"}
    assert distance == (5.0,)


def test_nobody_may_ask_where_secret_geometry_lies(cluster: Cluster) -> None:
    with (
        connect(cluster.layout.socket, "innenstadt", "reg_public") as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("SELECT ST_EstimatedExtent('register', 'place', 'point')")


def test_it_listens_on_its_socket_and_nowhere_else(cluster: Cluster) -> None:
    with connect(cluster.layout.socket, "innenstadt") as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    assert cluster.layout.socket.stat().st_mode & 0o777 == 0o700
    data = cluster.status().data
    assert data is not None
    assert data.stat().st_mode & 0o777 == 0o700
    inodes = {
        line.split()[9]
        for table in ("tcp", "tcp6", "udp", "udp6")
        for line in Path("/proc/net", table).read_text().splitlines()[1:]
    }
    for pid in servers_on(data):
        links = {str(fd.readlink()) for fd in Path(f"/proc/{pid}/fd").iterdir()}
        assert not links & {f"socket:[{inode}]" for inode in inodes}


def test_it_runs_without_privileges_and_keeps_what_it_acknowledges(cluster: Cluster) -> None:
    data = cluster.status().data
    assert data is not None
    uids = {Path(f"/proc/{pid}").stat().st_uid for pid in servers_on(data)}
    assert uids == {server_account().uid}
    assert 0 not in uids
    with connect(cluster.layout.socket, "innenstadt") as connection:
        for name in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums"):
            assert connection.execute(f"SHOW {name}").fetchone() == ("on",)
        assert connection.execute("SHOW timezone").fetchone() == ("Europe/Berlin",)


def test_psql_is_called_with_everything_it_needs(cluster: Cluster) -> None:
    command = [*cluster.psql_command("reg_staff"), "-Atc", "SELECT current_user"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "reg_staff\n"


def test_check_finds_nothing_wrong(cluster: Cluster) -> None:
    findings = {finding.name: finding for finding in cluster.check()}
    assert all(finding.ok for finding in findings.values()), findings
    assert "tables and indexes" in findings
    cluster.stop()
    assert [finding.name for finding in cluster.check() if finding.ok] == ["checksums", "disk"]


def test_a_damaged_page_is_found(home: Path) -> None:
    cluster = Cluster(home, durable=False)
    cluster.create()
    data = cluster.status().data
    assert data is not None
    table = max((data / "base" / "5").glob("[0-9]*[0-9]"), key=lambda f: f.stat().st_size)
    with table.open("r+b") as file:
        file.seek(5000)
        file.write(b"\xff" * 40)
    (finding,) = (one for one in cluster.check() if one.name == "checksums")
    assert not finding.ok


def test_upgrade_says_when_there_is_nothing_newer(cluster: Cluster) -> None:
    assert "is the newest on this machine" in cluster.upgrade()
    assert cluster.status().running


def test_an_unsafe_setting_is_refused(home: Path) -> None:
    cluster = Cluster(home)
    cluster.create()
    cluster.layout.local_config.write_text("fsync = off\nwork_mem = '7MB'\n")
    cluster.start()  # ours are read last
    with connect(cluster.layout.socket, "innenstadt") as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        assert connection.execute("SHOW work_mem").fetchone() == ("7MB",)
        connection.execute("ALTER SYSTEM SET fsync = off")
    cluster.stop()
    with pytest.raises(Exception, match="setting fsync is not on"):
        cluster.start()
    assert cluster.status().state == "stopped"


def test_a_further_database_is_a_copy() -> None:
    with temporary_cluster() as cluster:
        with connect(cluster.layout.socket, "innenstadt", "reg_owner") as connection:
            connection.execute("CREATE SCHEMA register; CREATE TABLE register.one (n int)")
        cluster.create_database("copy")
        with connect(cluster.layout.socket, "copy", "reg_owner") as connection:
            assert connection.execute("SELECT count(*) FROM one").fetchone() == (0,)
        cluster.drop_database("copy")
        home = cluster.home
        data = cluster.layout.base
    assert not home.exists()
    assert not data.exists()
