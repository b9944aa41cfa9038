"""The register with 1,000,000 units, and what a measurement needs. Each bench file uses this and no other harness.

    @pytest.mark.bench
    def test_something(million: Million, bench: Bench) -> None:
        ours, peer = bench.pair(lambda: …, lambda: …, runs=5)     # seconds, run in turns
        bench.line("something", ours, peer)                       # prints and files: bench something ours=… peer=… ratio=…
        assert ours.best <= 2 * peer.best                         # generous: other work runs on the machine too

The fixture `million` is a database of its own for the session (a copy; what a bench writes is gone afterwards), `scratch`
one for a single test; both are a `Million`: `.database` (geo.core.db.Database with the register's own roles and pools),
`.url(role)` for SQLAlchemy, `.conninfo(role)` for libpq, GDAL (`PG:` + it) and psycopg, `.large_town` (Erfurt, 100,000
units), `.town` (about 1,000 units), `.settings(home)` for an application. `bench` has `pair`, `line`, `note`, and
`peak(process)`: the largest memory of a child and its children together. `tests/bench/load.py` drives HTTP.

The rows are made by `filling.py`. While it fills, and only then, the cluster's superuser has every trigger disabled:
history, version, distance to the boundary, which cost a row each where nobody edits, and foreign keys, which hold by the
way the rows are made; checks, unique keys and exclusions hold. It takes
some minutes once and is kept under `.cache/bench`. Newer migrations run on what is there, as on a register in use; it
is made anew when the filling or a migration that has run is another one.
"""

import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from psycopg import sql
from sqlalchemy import text

from geo.cluster import Cluster
from geo.cluster.provision import connect
from geo.core.access import SYSTEM
from geo.core.db import Database
from geo.migrations import upgrade
from geo.places.reference import load_reference
from geo.settings import Settings
from tests.bench import filling

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "bench"
_MASTER, _UNFINISHED = "million", "million_unfinished"
# A server of one's own would have as much; the embedded default is made for small machines.
_LOCAL = "max_wal_size = '8GB'\nmaintenance_work_mem = '512MB'\n"


@dataclass(frozen=True)
class Million:
    """A database with 1,000,000 units."""

    cluster: Cluster
    name: str
    database: Database
    large_town: int
    town: int

    def url(self, role: str) -> str:
        """The address for SQLAlchemy; `role` is reg_owner, reg_staff, reg_public or reg_super."""
        return self.cluster.url(role, self.name)

    def conninfo(self, role: str = "reg_owner") -> str:
        """The same for libpq."""
        return f"host={self.cluster.layout.socket} port=5432 user={role} dbname={self.name}"

    def settings(self, home: Path) -> Settings:
        """Settings of an application on this database, which keeps its files in `home`."""
        urls = {f"database_{role}url": _libpq_url(self.url(f"reg_{name}")) for role, name in _ROLES.items()}
        return Settings(home=home, secret_key="only-for-measuring", **urls)  # type: ignore[arg-type]


_ROLES = {"": "owner", "public_": "public", "staff_": "staff"}


def _libpq_url(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")


@contextmanager
def million_cluster() -> Iterator[Cluster]:
    """The running cluster with the filled database, made now if there is none of these migrations and this filling."""
    CACHE.mkdir(parents=True, exist_ok=True)
    home = CACHE / _key()
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for other in CACHE.iterdir():
            if other.is_dir() and other != home and not Cluster(other).status().running:
                shutil.rmtree(other)
        cluster = Cluster(home)
        cluster.create()
        cluster.layout.local_config.write_text(_LOCAL)
        with cluster.running():
            if not (_exists(cluster, _MASTER) and _brought_up_to_date(cluster)):
                _make(cluster)
            fcntl.flock(lock, fcntl.LOCK_UN)
            yield cluster


@contextmanager
def copy_of_million(cluster: Cluster, name: str) -> Iterator[Million]:
    """A copy of the filled database, file by file; gone at the end of the block."""
    name = f"{name}_{os.getpid()}"
    with connect(cluster.layout.socket, "postgres") as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER reg_owner TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(_MASTER)
            )
        )
    made = Database(*(cluster.url(role, name) for role in ("reg_owner", "reg_public", "reg_staff")), pool_size=8)
    try:
        with made.owner() as session:
            query = text("SELECT id FROM register.municipalities WHERE ags = :ags")
            large = session.scalar(query, {"ags": filling.LARGE_TOWN})
            usual = session.scalar(
                text(
                    "SELECT municipality_id FROM register.places GROUP BY 1"
                    " ORDER BY abs(count(*) - 500), municipality_id LIMIT 1"
                )
            )
        yield Million(cluster, name, made, large, usual)
    finally:
        made.dispose()
        cluster.drop_database(name)


def _key() -> str:
    """A hash of what fills the database."""
    return hashlib.sha256(Path(filling.__file__).read_bytes()).hexdigest()[:16]


def _migrations() -> list[list[str]]:
    """Each migration with a hash of its text, in their order."""
    files = sorted((ROOT / "geo" / "migrations" / "versions").glob("0*.py"))
    return [[file.stem, hashlib.sha256(file.read_bytes()).hexdigest()] for file in files]


def _brought_up_to_date(cluster: Cluster) -> bool:
    """Run the migrations that are new since it was filled; False when one that has run has changed."""
    note, wanted = cluster.home / "migrations.json", _migrations()
    done = json.loads(note.read_text()) if note.exists() else None
    if not done or wanted[: len(done)] != done:
        cluster.drop_database(_MASTER)
        return False
    if len(wanted) > len(done):
        print(f"\nbench: migrating from {done[-1][0]} to {wanted[-1][0]}")
        note.unlink()  # broken off in between, it is made anew
        _migrate(cluster, _MASTER)
        note.write_text(json.dumps(wanted))
    return True


def _migrate(cluster: Cluster, name: str) -> None:
    made = Database(*(cluster.url(role, name) for role in ("reg_owner", "reg_public", "reg_staff")))
    try:
        upgrade(made.owner_engine)
    finally:
        made.dispose()
    with connect(cluster.layout.socket, name) as connection:
        connection.execute("VACUUM (ANALYZE)")


def _exists(cluster: Cluster, name: str) -> bool:
    with connect(cluster.layout.socket, "postgres") as connection:
        return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone() is not None


def _make(cluster: Cluster) -> None:
    """Fill a database under another name, and give it its own when it is whole."""
    began = time.monotonic()
    print(f"\nbench: making 1,000,000 units in {cluster.home}, once")
    cluster.drop_database(_UNFINISHED)
    cluster.create_database(_UNFINISHED)
    made = Database(*(cluster.url(role, _UNFINISHED) for role in ("reg_owner", "reg_public", "reg_staff")))
    try:
        upgrade(made.owner_engine)
        with made.owner() as session:
            load_reference(session, SYSTEM)
            session.commit()
    finally:
        made.dispose()
    with connect(cluster.layout.socket, _UNFINISHED) as connection, connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        rule = connection.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", (filling.NO_OVERLAP,)
        ).fetchone()
        connection.execute(f"ALTER TABLE register.occupancy_spells DROP CONSTRAINT {filling.NO_OVERLAP}")
        again = f"ALTER TABLE register.occupancy_spells ADD CONSTRAINT {filling.NO_OVERLAP} {rule[0] if rule else ''}"
        for step in (*filling.STEPS, again):
            connection.execute(step)
            print(f"bench: {time.monotonic() - began:4.0f} s {step.strip().splitlines()[0][:60]}")
    with connect(cluster.layout.socket, _UNFINISHED, "reg_owner") as connection:
        connection.execute("ANALYZE")
        connection.execute("SELECT register.rebuild_offers()")
        print(f"bench: {time.monotonic() - began:4.0f} s texts and counts of what is on offer")
    with connect(cluster.layout.socket, _UNFINISHED) as connection:
        connection.execute("VACUUM (ANALYZE)")
    with connect(cluster.layout.socket, "postgres") as connection:
        names = (sql.Identifier(_UNFINISHED), sql.Identifier(_MASTER))
        connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*names))
        connection.execute("CHECKPOINT")
    (cluster.home / "migrations.json").write_text(json.dumps(_migrations()))
    print(f"bench: {time.monotonic() - began:4.0f} s made")
