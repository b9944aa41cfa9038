"""How streets and house numbers are compared: one rule, in Python and as SQL, so that both sides always agree.

„Bahnhofstraße“, „Bahnhof-Str.“, „BAHNHOFSTRASSE“ and „bahnhof strasse“ are the same street. Nothing depends on the
database's locale: every letter is named, and what is not named is left out.
"""

import re
import unicodedata
from string import ascii_lowercase, ascii_uppercase

_ACCENTED = "áàâãåāăąæéèêëēęíìîïīóòôõøőōúùûūűýÿñńçćčšśžźżłřťďěů"
_PLAIN = "aaaaaaaaaeeeeeeiiiiiooooooouuuuuyynncccsszzzlrtdeu"
_FROM = ascii_uppercase + "ÄÖÜẞ" + _ACCENTED.upper() + _ACCENTED
_TO = ascii_lowercase + "äöüß" + _PLAIN + _PLAIN
_LETTERS = str.maketrans(_FROM, _TO)
_PAIRS = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"))
_TYPED = re.compile(r"(?P<street>.*?\D)[\s,]*(?P<number>\d{1,5}\s*[a-zA-Z]?(?:\s*[-–/+]\s*\d{1,5}\s*[a-zA-Z]?)?)\s*,?$")


def street_key(street: str) -> str:
    """The street as it is compared: lower case, umlauts written out, "straße" as "str", letters and digits only."""
    text = unicodedata.normalize("NFC", street).translate(_LETTERS)
    for letter, written in _PAIRS:
        text = text.replace(letter, written)
    return re.sub("[^a-z0-9]", "", text).replace("strasse", "str")


def street_key_sql(column: str) -> str:
    """The same as a SQL expression of a text column or parameter."""
    text = f"translate(normalize({column}, NFC), '{_FROM}', '{_TO}')"
    for letter, written in _PAIRS:
        text = f"replace({text}, '{letter}', '{written}')"
    return f"replace(regexp_replace({text}, '[^a-z0-9]', '', 'g'), 'strasse', 'str')"


def house_key(number: str) -> str:
    """A house number as it is compared and kept: "12 A" is "12a"."""
    return re.sub(r"\s+", "", number).lower().replace("–", "-")


def house_key_sql(column: str) -> str:
    """The same as a SQL expression."""
    return f"replace(lower(regexp_replace({column}, '\\s+', '', 'g')), '–', '-')"


def taken_apart(typed: str) -> tuple[str, str]:
    """What somebody typed as street and house number: "Markt 5 a" is ("Markt", "5a"); the number may be missing."""
    text = " ".join(typed.split())
    found = _TYPED.fullmatch(text)
    if found is None:
        return text, ""
    return found["street"].strip(" ,"), house_key(found["number"])
