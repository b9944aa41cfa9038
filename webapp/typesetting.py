"""Pages as PDF, one at a time: what was set once is not set again."""

import hashlib
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock

from geo.core.errors import TooManyTries
from geo.core.printing import set_in_type
from webapp.app import actor, end_reading

# So many pages are kept in type; one is set at a time, and nobody waits longer than this for their turn.
KEPT, WAIT_SECONDS = 40, 20
# Of visitors so many are set or wait at a time: the threads of the rest of the register are not theirs to fill.
VISITORS = 2
_kept: OrderedDict[str, bytes] = OrderedDict()
_setting = Lock()
_visitors = BoundedSemaphore(VISITORS)


def in_type(page: str) -> bytes:
    """The page as PDF. Raises `TooManyTries` when others' pages take too long, or too many visitors wait already."""
    end_reading()
    key = hashlib.sha256(page.encode()).hexdigest()
    made = _kept.get(key)
    if made is not None:
        return made
    with _turn():
        made = _kept.get(key)
        if made is None:
            made = _kept[key] = set_in_type(page)
            while len(_kept) > KEPT:
                _kept.popitem(last=False)
        return made


@contextmanager
def _turn() -> Iterator[None]:
    is_visitor = actor().account_id is None
    if is_visitor and not _visitors.acquire(blocking=False):
        raise TooManyTries(WAIT_SECONDS)
    try:
        if not _setting.acquire(timeout=WAIT_SECONDS):
            raise TooManyTries(WAIT_SECONDS)
        try:
            yield
        finally:
            _setting.release()
    finally:
        if is_visitor:
            _visitors.release()
