"""A second process that makes the same plan better, so that both cores work; it hands over what it finds."""

import contextlib
import multiprocessing
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from geo.trees.planner.annealing.compiling import is_ready, kernel
from geo.trees.planner.annealing.runs import Annealer
from geo.trees.planner.candidates import Chosen, candidates_of
from geo.trees.planner.formulation import Formulation
from geo.trees.planner.improving import Improver
from geo.trees.planner.model import Problem
from geo.trees.planner.relaxation import Relaxed

COMPILING_S = 15  # at least that much time for it, or it is not begun

Found = tuple[int, Chosen]


@dataclass(frozen=True, slots=True)
class Cooling:
    """Until when (of `time.monotonic`, which is the machine's) a process anneals first; where the machine code lies."""

    until: float
    folder: Path | None

    @property
    def is_worth_it(self) -> bool:
        """Whether the machine code is there, or there is time to make it."""
        return is_ready(self.folder) or self.until - time.monotonic() > COMPILING_S


class Helper:
    """The process, as the one that started it sees it."""

    def __init__(self, problem: Problem, relaxed: Relaxed, chosen: Chosen, seed: int, cooling: Cooling | None = None):
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        arguments = theirs, os.getpid(), problem, relaxed, chosen, seed, cooling
        self.process = context.Process(target=work, args=arguments, daemon=True)
        self.process.start()
        theirs.close()

    def latest(self) -> Found | None:
        """The best plan that has come since the last call."""
        found = None
        with contextlib.suppress(EOFError, OSError):
            while self.pipe.poll():
                found = self.pipe.recv()
        return found

    def tell(self, value: int, chosen: Chosen) -> None:
        """Hands over a better plan."""
        with contextlib.suppress(OSError):
            self.pipe.send((value, chosen))

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


def work(
    pipe: Connection,
    parent: int,
    problem: Problem,
    relaxed: Relaxed,
    chosen: Chosen,
    seed: int,
    cooling: Cooling | None,
) -> None:
    """The second process: anneals, then improves for as long as the first one lives."""
    form = Formulation(candidates_of(problem))
    improver = Improver(form, relaxed, chosen, seed)
    orphaned: Callable[[], bool] = lambda: os.getppid() != parent  # noqa: E731

    def make_better(one: Improver | Annealer, step: Callable[[], bool]) -> None:
        """One step; what it finds is told, and what has come is taken over."""
        while pipe.poll():
            value, other = pipe.recv()
            one.offer(other, value)
        if step():
            pipe.send((one.value, one.best))

    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):
        if cooling and cooling.is_worth_it:
            machine_code = kernel(cooling.folder)
            if form.candidates.is_large and pipe.poll(max(0.0, cooling.until - time.monotonic())):
                _, chosen = pipe.recv()  # the first plan made from the relaxed one
            annealer = Annealer(form, relaxed, machine_code, chosen, seed)
            while time.monotonic() < cooling.until and not orphaned():
                make_better(annealer, annealer.block)
            improver.offer(annealer.best, annealer.value)
        while not orphaned():
            make_better(improver, lambda: improver.round(orphaned))
