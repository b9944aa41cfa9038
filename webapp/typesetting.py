"""Pages as PDF, one at a time: what was set once is not set again."""

import hashlib
from collections import OrderedDict
from threading import Lock

from geo.core.errors import TooManyTries
from geo.core.printing import set_in_type

# So many pages are kept in type; one is set at a time, and nobody waits longer than this for their turn.
KEPT, WAIT_SECONDS = 40, 20
_kept: OrderedDict[str, bytes] = OrderedDict()
_setting = Lock()


def in_type(page: str) -> bytes:
    """The page as PDF. Raises `TooManyTries` when others' pages take too long."""
    key = hashlib.sha256(page.encode()).hexdigest()
    if key in _kept:
        return _kept[key]
    if not _setting.acquire(timeout=WAIT_SECONDS):
        raise TooManyTries(WAIT_SECONDS)
    try:
        if key not in _kept:
            _kept[key] = set_in_type(page)
            while len(_kept) > KEPT:
                _kept.popitem(last=False)
        return _kept[key]
    finally:
        _setting.release()
