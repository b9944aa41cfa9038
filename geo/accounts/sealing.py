"""Seals what must be read again (the secret of an authenticator app) with a key made from the register's own."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from geo.core.errors import SetupError


class Seal:
    """Encrypts and decrypts under the register's secret key, for one purpose."""

    def __init__(self, secret_key: str, purpose: str = "totp"):
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"innenstadtregister/{purpose}".encode())
        self._fernet = Fernet(base64.urlsafe_b64encode(key.derive(secret_key.encode())))

    def close(self, text: str) -> bytes:
        return self._fernet.encrypt(text.encode())

    def open(self, sealed: bytes) -> str:
        """The text. Raises `SetupError` when it was sealed under another key."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            raise SetupError("The secret key has changed; second factors must be set up again (user reset).") from None
