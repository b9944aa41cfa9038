"""Judges a transfer by the operator's own schema file. The schema is licensed: it is not part of the register.

It is read by a process of its own: what the file and its parser need goes with it, and a server without one loads none.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from geo.core.errors import SetupError

# So many mistakes are named; whoever has mended these asks again.
MOST = 50
SECONDS = 60
# What libxml2 calls a mistake, and what a person is told of it; anything else is "does not fit".
_PLACE = (
    "steht nicht an dieser Stelle, oder davor fehlt etwas",
    "does not belong here, or something is missing before it",
)
_FORM = ("der Wert hat nicht die verlangte Form", "the value is not of the required form")
_REASONS = {
    "SCHEMAV_ELEMENT_CONTENT": _PLACE,
    "SCHEMAV_CVC_COMPLEX_TYPE_2_4": _PLACE,
    "SCHEMAV_CVC_COMPLEX_TYPE_4": ("ein vorgeschriebenes Attribut fehlt", "a required attribute is missing"),
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": ("ein Attribut ist nicht vorgesehen", "an attribute is not allowed"),
    "SCHEMAV_CVC_DATATYPE_VALID_1_2_1": _FORM,
    "SCHEMAV_CVC_PATTERN_VALID": _FORM,
    "SCHEMAV_CVC_ENUMERATION_VALID": ("der Wert ist keiner der erlaubten", "the value is none of those allowed"),
    "SCHEMAV_CVC_MAXLENGTH_VALID": ("der Text ist zu lang", "the text is too long"),
    "SCHEMAV_CVC_MINLENGTH_VALID": ("der Text ist zu kurz oder fehlt", "the text is too short or missing"),
    "SCHEMAV_CVC_MAXINCLUSIVE_VALID": ("der Wert ist zu groß", "the value is too large"),
    "SCHEMAV_CVC_MININCLUSIVE_VALID": ("der Wert ist zu klein", "the value is too small"),
}
_OTHER = ("entspricht nicht dem Schema", "does not match the schema")


@dataclass(frozen=True)
class Mistake:
    """What the schema refuses: in which unit's offer (None: in the file's frame), in which element, and why."""

    unit_id: int | None
    element: str
    reason: tuple[str, str]

    def sentence(self, language: str = "de") -> str:
        if language == "en":
            where = "In the file's frame" if self.unit_id is None else f"Offer {self.unit_id}"
            return f"{where}, field “{self.element}”: {self.reason[1]}."
        where = "Im Kopf der Datei" if self.unit_id is None else f"Angebot {self.unit_id}"
        return f"{where}, Feld „{self.element}“: {self.reason[0]}."


def mistakes(transfer: bytes, schema: Path) -> list[Mistake]:
    """Everything (up to `MOST`) that the schema refuses in the transfer, each thing once. Raises `SetupError`."""
    command = [sys.executable, "-m", "geo.vacancies.portfolio.openimmo.checking_child", str(schema)]
    try:
        done = subprocess.run(command, input=transfer, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise SetupError(
            f"INNENSTADT_OPENIMMO_SCHEMA: nach {SECONDS} Sekunden war die Datei noch nicht geprüft."
        ) from None
    if done.returncode:
        raise SetupError(f"INNENSTADT_OPENIMMO_SCHEMA: {schema} ist keine lesbare Schema-Datei (XSD).")
    found = json.loads(done.stdout)[:MOST]
    return [Mistake(unit_id, element, _REASONS.get(name, _OTHER)) for unit_id, element, name in found]
