"""Work that holds a processor for a while is done one at a time, and visitors wait in a short line only."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock

from geo.core.errors import TooManyTries
from webapp.app import actor


class Turns:
    """One turn at a time; nobody waits longer than `wait_seconds`, and of visitors no more than `visitors` at a time.

    The threads of the rest of the register are not the visitors' to fill.
    """

    def __init__(self, visitors: int, wait_seconds: int):
        self.visitors, self.wait_seconds = visitors, wait_seconds
        self.one = Lock()
        self._visitors = BoundedSemaphore(visitors)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """The turn for the time of the block. Raises `TooManyTries` when it takes too long, or the line is full."""
        is_visitor = actor().account_id is None
        if is_visitor and not self._visitors.acquire(blocking=False):
            raise TooManyTries(self.wait_seconds)
        try:
            if not self.one.acquire(timeout=self.wait_seconds):
                raise TooManyTries(self.wait_seconds)
            try:
                yield
            finally:
                self.one.release()
        finally:
            if is_visitor:
                self._visitors.release()
