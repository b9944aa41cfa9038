"""What may be done with a photo, as a traffic light over its licence.

Green may be passed on as it is, amber with the names of author and licence, red stays in this register.
"""

from geo.places.photos import LICENCES

LIGHTS = {
    "CC0": "GRUEN",
    "CC-BY-4.0": "GELB",
    "CC-BY-SA-4.0": "GELB",
    "DL-DE-BY-2.0": "GELB",
    "ALLE-RECHTE": "ROT",
}
NAMES = {
    "GRUEN": ("grün: darf weitergegeben werden", "green: may be passed on"),
    "GELB": ("gelb: weitergeben mit Nennung", "amber: may be passed on with credit"),
    "ROT": ("rot: nur in diesem Register", "red: only in this register"),
}
# Where a licence can be read, for those who pass a photo on.
ADDRESSES = {
    "CC0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "DL-DE-BY-2.0": "https://www.govdata.de/dl-de/by-2-0",
}


def light(licence: str) -> str:
    """`GRUEN`, `GELB` or `ROT`; what is not known is red."""
    return LIGHTS.get(licence, "ROT")


def credit(author: str, licence: str) -> str:
    """The line to print beside a photo that is passed on."""
    address = ADDRESSES.get(licence, "")
    return f"Foto: {author}, {LICENCES[licence][0]}{f' ({address})' if address else ''}"
