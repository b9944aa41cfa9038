"""Random tokens of sessions and mailed links: the database keeps their hash, so that a copy of it opens nothing."""

import hashlib
import secrets


def new_token() -> str:
    """256 random bits, as a cookie or a link can carry them."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
