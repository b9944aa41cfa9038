"""The kinds of long work, and what a run of one is given."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from geo.core.access import Actor
from geo.core.db import Database
from geo.jobs.files import KeptFile, Store

Report = Callable[[int, int | None, str | None], None]


class Cancelled(Exception):
    """The person does not want the result any more. Let it pass: the worker rolls back and says so."""


@dataclass
class Work:
    """One run of a job.

    `session` is a staff session in the job's town for the person who started it: what is written in it is committed
    together with the job's own end, once, or not at all. `database` is for what must not be one transaction; work
    done there is done again when a worker dies, and so must be harmless when repeated. `folder` is scratch space.
    """

    job_id: int
    session: Session
    database: Database
    actor: Actor
    municipality_id: int | None
    arguments: dict[str, Any]
    folder: Path
    store: Store
    report: Report = field(repr=False)
    kept: KeptFile | None = None

    @property
    def town(self) -> int:
        """The job's town, for kinds that always have one."""
        if self.municipality_id is None:
            raise ValueError("a job of the alliance has no town")
        return self.municipality_id

    def progress(self, done: int, total: int | None = None, sentence: str | None = None) -> None:
        """Says how far it is, visible at once. Call it often; most calls cost nothing. Raises `Cancelled`."""
        self.report(done, total, sentence)

    def keep(self, path: Path, name: str, media_type: str) -> None:
        """Makes a file (best one in `folder`: it is moved) the job's result, to be downloaded as `name`."""
        if self.kept is not None:
            self.store.remove(self.kept.file)
        self.kept = self.store.take(path, f"{self.job_id}-{uuid.uuid4().hex}", name, media_type)


@dataclass(frozen=True)
class Kind:
    """A function under a name; `alone`: never two at once in the same town."""

    name: str
    title: str
    run: Callable[[Work], dict[str, Any]]
    alone: bool = False


KINDS: dict[str, Kind] = {}


def kind(
    name: str, *, title: str, alone: bool = False
) -> Callable[[Callable[[Work], dict[str, Any]]], Callable[[Work], dict[str, Any]]]:
    """Registers `run(work) -> dict` (a result for JSON). `title` is what people read, unless a start says more."""

    def register(run: Callable[[Work], dict[str, Any]]) -> Callable[[Work], dict[str, Any]]:
        known = KINDS.get(name)
        if known is not None and known.run.__module__ != run.__module__:
            raise ValueError(f"there are two kinds {name}")
        KINDS[name] = Kind(name, title, run, alone)
        return run

    return register
