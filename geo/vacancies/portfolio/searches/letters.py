"""The mail that tells of new offers, in German or English. Its headers let a mail program end the search by itself."""

from collections.abc import Sequence
from typing import Any

from geo.accounts.mail import Message
from geo.core.codes import label
from geo.vacancies.codes import OBJECT_TYPES, SIZE_CLASSES

_SUBJECTS = {"de": "Neue Räume zu Ihrer Suche", "en": "New premises for your search"}
_BODIES = {
    "de": """Guten Tag,

zu Ihrer gespeicherten Suche gibt es neue Angebote:

{lines}{rest}

Alle Angebote dieser Suche:
{whole}

Keine E-Mails mehr zu dieser Suche (ein Klick, dann ist Ihre Adresse gelöscht):
{end}

Innenstadtregister Thüringen
""",
    "en": """Hello,

there are new offers for your saved search:

{lines}{rest}

All offers of this search:
{whole}

No more mails for this search (one click, and your address is deleted):
{end}

Innenstadtregister Thüringen
""",
}


def end_address(base_url: str, language: str, token: str) -> str:
    """The page that ends a search, in the language."""
    return f"{base_url}{'/en' if language == 'en' else ''}/leerstand/suche/ende/{token}"


def headers(base_url: str, language: str, token: str) -> dict[str, str]:
    """What RFC 8058 asks for: an address to which a mail program posts, without a question, to end the search."""
    return {
        "List-Unsubscribe": f"<{end_address(base_url, language, token)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def new_offers(
    email: str, language: str, query: str, named: Sequence[Any], left: int, base_url: str, token: str
) -> Message:
    """The mail that names these offers and counts those that are left; `token` ends the search."""
    prefix = f"{base_url}{'/en' if language == 'en' else ''}/leerstand"
    lines = "\n\n".join(f"- {_title(row, language)}\n  {prefix}/{row.id}" for row in named)
    rest = {"de": f"\n\nund {left} weitere", "en": f"\n\nand {left} more"}[language] if left else ""
    body = _BODIES[language].format(
        lines=lines,
        rest=rest,
        whole=f"{prefix}/liste{f'?{query}' if query else ''}",
        end=end_address(base_url, language, token),
    )
    return Message(email, _SUBJECTS[language], body, headers(base_url, language, token))


def _title(row: Any, language: str) -> str:
    """What an offer is called: its own title, or what it is, how large and where, as far as that is public."""
    own = row.title_en if language == "en" else row.title
    where = " ".join(part for part in (row.street, row.house_number) if part)
    size = label(SIZE_CLASSES, row.size_class, language) if row.size_class else ""
    named = own or ", ".join(part for part in (label(OBJECT_TYPES, row.object_type, language), size, where) if part)
    return f"{' '.join(named.split())}, {row.municipality}"
