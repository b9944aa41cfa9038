"""Pages as PDF, one at a time: what was set once is not set again."""

import hashlib
from collections import OrderedDict

from geo.core.printing import set_in_type
from webapp.app import end_reading
from webapp.turns import Turns

# So many pages are kept in type.
KEPT = 40
TURNS = Turns(visitors=2, wait_seconds=20)
_kept: OrderedDict[str, bytes] = OrderedDict()


def in_type(page: str) -> bytes:
    """The page as PDF. Raises `TooManyTries` when others' pages take too long, or too many visitors wait already."""
    end_reading()
    key = hashlib.sha256(page.encode()).hexdigest()
    made = _kept.get(key)
    if made is not None:
        return made
    with TURNS.taken():
        made = _kept.get(key)
        if made is None:
            made = _kept[key] = set_in_type(page)
            while len(_kept) > KEPT:
                _kept.popitem(last=False)
        return made
