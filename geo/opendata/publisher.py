"""Who publishes the data, and under which licence: from the operator's settings, with honest gaps."""

from dataclasses import dataclass

from geo.core.errors import SetupError
from geo.settings import Settings

LICENCES = "http://dcat-ap.de/def/licenses/"
CONTRIBUTORS = "http://dcat-ap.de/def/contributors/"
# What a licence of DCAT-AP.de's list is called, where its text stands, and whether it wants to be told whom to name.
KNOWN = {
    "dl-by-de/2.0": (
        "Datenlizenz Deutschland – Namensnennung – Version 2.0",
        "https://www.govdata.de/dl-de/by-2-0",
        True,
    ),
    "dl-zero-de/2.0": ("Datenlizenz Deutschland – Zero – Version 2.0", "https://www.govdata.de/dl-de/zero-2-0", False),
    "cc-by/4.0": ("Creative Commons Namensnennung 4.0", "https://creativecommons.org/licenses/by/4.0/deed.de", True),
    "cc-zero": ("Creative Commons CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/deed.de", False),
}
NAMELESS = "Betreiber dieses Innenstadtregisters (Name noch nicht angegeben)"


@dataclass(frozen=True)
class Licence:
    """A licence: its URI in DCAT-AP.de's list, its name, its text's address, whether its users must name somebody."""

    uri: str
    name: str
    text_url: str
    names_somebody: bool


@dataclass(frozen=True)
class Publisher:
    """Whoever runs this register; `name` is a placeholder where the operator has said nothing (`is_named`)."""

    url: str
    name: str
    is_named: bool
    mail: str | None
    contributor: str | None
    licence: Licence

    @property
    def attribution(self) -> str:
        """What users of the data write beside it."""
        return f"{self.name}, Innenstadtregister Thüringen"


def licence_of(code: str) -> Licence:
    """The licence of a setting. Raises `SetupError` for a code that DCAT-AP.de does not recommend."""
    if code not in KNOWN:
        raise SetupError(f"INNENSTADT_DATA_LICENCE must be one of {', '.join(KNOWN)}, not “{code}”.")
    return Licence(LICENCES + code, *KNOWN[code])


def publisher_of(settings: Settings) -> Publisher:
    """The publisher as the operator has set it."""
    given = settings.contributor_id
    contributor = None if not given else given if given.startswith("http") else CONTRIBUTORS + given
    return Publisher(
        settings.url,
        settings.operator_name or NAMELESS,
        bool(settings.operator_name),
        settings.operator_mail,
        contributor,
        licence_of(settings.data_licence),
    )
