"""Passwords: what is accepted, how it is hashed, and how it is checked without telling whether an account exists."""

import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from geo.core.errors import TooManyTries

SHORTEST, LONGEST = 12, 200

# A hash takes 64 MiB and two cores for a moment: two at a time, and whoever waits too long is told to come back.
_hasher = PasswordHasher()
_slots = threading.BoundedSemaphore(2)
_PATIENCE_S = 8

# Words that a guesser tries first; a password made of one of them and a few further characters is refused.
_OBVIOUS = (
    "passwort", "password", "kennwort", "geheim", "hallo", "willkommen", "welcome", "sommer", "winter", "fruehling",
    "frühling", "herbst", "qwertz", "qwerty", "asdfgh", "yxcvbn", "123456", "abcdef", "letmein", "iloveyou",
    "schatz", "dragon", "monkey", "master", "admin", "login", "thüringen", "thueringen", "innenstadt",
    "innenstadtregister", "register", "rathaus", "stadtverwaltung", "leerstand", "changeme", "test",
)  # fmt: skip
_FURTHER = 6


def refusal(password: str, *, email: str, name: str) -> str | None:
    """Why this password is not accepted for this person, as a sentence; None if it is."""
    if len(password) < SHORTEST:
        return f"Mindestens {SHORTEST} Zeichen. Gut geht ein Satz aus mehreren Wörtern."
    if len(password) > LONGEST:
        return f"Höchstens {LONGEST} Zeichen."
    low = password.casefold()
    letters = "".join(character for character in low if character.isalpha())
    if len(set(low)) < 5:
        return "Das Passwort besteht aus zu wenigen verschiedenen Zeichen."
    if any(word in low and len(low) - low.count(word) * len(word) <= _FURTHER for word in _OBVIOUS):
        return "Dieses Passwort wird oft benutzt und ist schnell erraten."
    own = [piece for piece in (email.split("@", maxsplit=1)[0], *name.split()) if len(piece) >= 4]
    if any(piece.casefold() in low and len(letters) - len(piece) <= _FURTHER for piece in own):
        return "Das Passwort besteht vor allem aus Ihrem Namen oder Ihrer E-Mail-Adresse."
    return None


def hash_password(password: str) -> str:
    """The Argon2id hash to store."""
    with _Slot():
        return _hasher.hash(_normal(password))


def matches(stored: str | None, password: str) -> bool:
    """Whether this is the password. Takes the same time when there is none to compare with."""
    with _Slot():
        try:
            _hasher.verify(stored or _NOBODY, _normal(password))
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(stored)


class _Slot:
    def __enter__(self) -> None:
        if not _slots.acquire(timeout=_PATIENCE_S):
            raise TooManyTries(60)

    def __exit__(self, *_: object) -> None:
        _slots.release()


def _normal(password: str) -> str:
    """The same password typed on two keyboards is the same text. Cut, so that no megabyte is hashed."""
    return unicodedata.normalize("NFC", password[: LONGEST * 2])


# Nobody's password, hashed once when the register starts with the parameters of every other.
_NOBODY = _hasher.hash("not the password of anybody")
