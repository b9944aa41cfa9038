"""Pages as PDF: visitors who ask for many at once fill neither the server's threads nor the staff's turn."""

import threading
from collections import OrderedDict
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import replace

import pytest

from geo.core.access import ANONYMOUS
from geo.core.errors import TooManyTries
from webapp import turns, typesetting


@pytest.fixture
def asked(monkeypatch):
    """The press, busy until the test lets it go; pages asked of it in threads of their own, as visitor or as staff."""
    person = threading.local()
    monkeypatch.setattr(typesetting, "set_in_type", str.encode)
    monkeypatch.setattr(typesetting, "_kept", OrderedDict())
    monkeypatch.setattr(turns, "actor", lambda: person.is_it)
    monkeypatch.setattr(typesetting, "end_reading", lambda: None)  # there is no request in these threads

    def ask(page, who):
        person.is_it = who
        return typesetting.in_type(page)

    with ThreadPoolExecutor(9) as threads:
        yield lambda page, who=ANONYMOUS: threads.submit(ask, page, who)


def test_visitors_do_not_queue_up_and_staff_keep_their_turn(asked):
    with typesetting.TURNS.one:
        visitors = {asked(f"{number}") for number in range(typesetting.TURNS.visitors + 4)}
        refused: set = set()
        while len(refused) < 4:
            ended, _ = wait(visitors - refused, timeout=15, return_when=FIRST_COMPLETED)
            assert ended, "visitors fill the threads"
            refused |= ended
        staff = asked("letter", replace(ANONYMOUS, account_id=1))
    assert all(isinstance(one.exception(), TooManyTries) for one in refused)
    assert {one.result() for one in visitors - refused} <= {str(number).encode() for number in range(9)}
    assert staff.result() == b"letter"
    assert asked("again").result() == b"again"  # whoever was served has made room
