"""A second process that makes the same plan better, so that both cores work; it hands over what it finds."""

import contextlib
import multiprocessing
import os
from collections.abc import Callable
from multiprocessing.connection import Connection

from geo.trees.planner.candidates import Chosen, candidates_of
from geo.trees.planner.formulation import Formulation
from geo.trees.planner.improving import Improver
from geo.trees.planner.model import Problem
from geo.trees.planner.relaxation import Relaxed

Found = tuple[int, Chosen]


class Helper:
    """The process, as the one that started it sees it."""

    def __init__(self, problem: Problem, relaxed: Relaxed, chosen: Chosen, seed: int):
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        arguments = theirs, os.getpid(), problem, relaxed, chosen, seed
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


def work(pipe: Connection, parent: int, problem: Problem, relaxed: Relaxed, chosen: Chosen, seed: int) -> None:
    """The second process: improves for as long as the first one lives."""
    form = Formulation(candidates_of(problem))
    improver = Improver(form, relaxed, chosen, seed)
    orphaned: Callable[[], bool] = lambda: os.getppid() != parent  # noqa: E731
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):
        while not orphaned():
            while pipe.poll():
                value, other = pipe.recv()
                improver.offer(other, value)
            if improver.round(orphaned):
                pipe.send((improver.value, improver.best))
