"""The few ways in which the register says no. `webapp/errors.py` gives each one its HTTP status and its page."""

from collections.abc import Mapping
from typing import Any

STALE = "Jemand anderes hat dies in der Zwischenzeit geändert."


class RegisterError(Exception):
    """Anything the register refuses on purpose; `str(error)` is a sentence for a person."""


class Invalid(RegisterError):
    """Input that breaks a rule. `fields` maps a field's name to the sentence beside it ("": the whole form)."""

    def __init__(self, fields: Mapping[str, str]):
        self.fields = dict(fields)
        super().__init__(" ".join(self.fields.values()))


class NeedsConfirmation(Invalid):
    """A warning: the same input passes when the person confirms it. `confirm` names the field that says so."""

    def __init__(self, confirm: str, fields: Mapping[str, str]):
        self.confirm = confirm
        super().__init__(fields)


class NotFound(RegisterError):
    """What was asked for is not there, or not visible to the one who asks: both look the same from outside."""

    def __init__(self, what: str, key: object = None):
        self.what, self.key = what, key
        super().__init__(f"{what} wurde nicht gefunden." if key is None else f"{what} {key} wurde nicht gefunden.")


class NotPermitted(RegisterError):
    """The actor may not do `action` here."""

    def __init__(self, action: str, needs: str = ""):
        self.action, self.needs = action, needs
        super().__init__(
            f"Dafür fehlt Ihnen die Berechtigung. Nötig ist: {needs}."
            if needs
            else "Dafür fehlt Ihnen die Berechtigung."
        )


class Conflict(RegisterError):
    """Somebody else changed the same thing first, or the new state collides with what stands in the register.

    `theirs` holds the values stored now, by field name, so that both versions can be shown side by side.
    """

    def __init__(self, message: str, theirs: Mapping[str, Any] | None = None, version: int | None = None):
        self.theirs, self.version = dict(theirs or {}), version
        super().__init__(message)


class TooManyTries(RegisterError):
    """A throttle holds; `retry_after_s` says for how many seconds."""

    def __init__(self, retry_after_s: int):
        self.retry_after_s = retry_after_s
        super().__init__(f"Zu viele Versuche. Bitte in {max(1, round(retry_after_s / 60))} Minuten erneut versuchen.")


class SetupError(RegisterError):
    """The installation itself is not as it must be; the sentence says what to do."""
