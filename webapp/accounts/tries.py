"""Tries are counted before they are made, and kept whatever becomes of the request."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from geo.accounts.sealing import Seal
from geo.accounts.service import throttle
from geo.core.errors import Invalid
from webapp.app import autonomous, register_app
from webapp.sessions import network


def own_network() -> str:
    """Whom a network's tries are counted for: one address of IPv4, one customer's network of IPv6."""
    return network(32, 64)


@contextmanager
def counted(limits: Sequence[throttle.Limit]) -> Iterator[None]:
    """One try: counted first, given back when the block ends without an error. Raises `TooManyTries`."""
    with autonomous() as database:
        throttle.count(database, limits)
    yield
    with autonomous() as database:
        throttle.give_back(database, limits)


def refuse_json(sentence: str) -> Invalid:
    """The answer to a program that sent something unreadable."""
    return Invalid({"": sentence})


def seal() -> Seal:
    """What the secrets of authenticator apps are sealed with."""
    return Seal(str(register_app().settings.secret_key))
