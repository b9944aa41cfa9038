"""Links that people without an account get by mail: the town's number and a random secret, known by its hash only.

The number says under which town's rows to look, since row level security shows no others.
"""

from geo.accounts.tokens import new_token, token_hash
from geo.core.errors import NotFound

WHAT = "Ein gültiger Link"
_LONGEST = 100


def make(municipality_id: int) -> tuple[str, str]:
    """A new link's token and the hash that is stored."""
    token = f"{municipality_id}-{new_token()}"
    return token, token_hash(token)


def read(token: str) -> tuple[int, str]:
    """The town and the hash of a token. Raises `NotFound` for text that never was one."""
    number, dash, secret = token[:_LONGEST].partition("-")
    if not (dash and secret and number.isascii() and number.isdecimal() and len(number) <= 9):
        raise NotFound(WHAT)
    return int(number), token_hash(token[:_LONGEST])
