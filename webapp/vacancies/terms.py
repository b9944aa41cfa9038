"""On which terms an offer is to be had, in words: kind, day, duration, money."""

from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal

from geo.core.codes import label
from geo.vacancies.codes import OFFER_KINDS
from geo.vacancies.dates import in_words

Fact = tuple[str, str | None]


def facts(row: Any, lang: str) -> list[Fact]:
    """Label and text of the terms that are public; None for what is not said."""
    german = lang == "de"
    kinds = ", ".join(label(OFFER_KINDS, code, lang) for code in row.offer_kinds or ())
    return [
        ("Angeboten zur" if german else "Offered for", kinds),
        ("Verfügbar ab" if german else "Available from", in_words(row.available_from, "TAG", lang) or None),
        ("Laufzeit" if german else "Term", duration(row, lang)),
        ("Kaltmiete" if german else "Rent, without heating", _a_month(row.rent_eur_m2, row.area_total_m2, lang)),
        ("Nebenkosten" if german else "Service charges", _a_month(row.side_costs_eur_m2, row.area_total_m2, lang)),
        ("Kaufpreis" if german else "Price", None if row.price_eur is None else euros(row.price_eur, lang, "#,##0")),
    ]


def duration(row: Any, lang: str) -> str | None:
    """For how many months the premises are to be had at least and at most."""
    shortest, longest = row.min_term_months, row.max_term_months
    if shortest is None and longest is None:
        return None
    months = "Monate" if lang == "de" else "months"
    if shortest is not None and longest is not None:
        return f"{shortest} bis {longest} {months}" if lang == "de" else f"{shortest} to {longest} {months}"
    if longest is not None:
        return f"höchstens {longest} {months}" if lang == "de" else f"at most {longest} {months}"
    return f"mindestens {shortest} {months}" if lang == "de" else f"at least {shortest} {months}"


def euros(amount: Any, lang: str, pattern: str = "#,##0.00") -> str:
    """An amount of money as the language writes it."""
    text = format_decimal(amount, pattern, locale=lang)
    return f"{text} €" if lang == "de" else f"€{text}"


def _a_month(amount: Any, area_m2: Any, lang: str) -> str | None:
    """Euros a square metre, and what that is a month for the whole area where that is public."""
    if amount is None:
        return None
    text = f"{euros(amount, lang)}/m²" if lang == "de" else f"{euros(amount, lang)} per m²"
    if area_m2 is None:
        return text
    whole = euros(Decimal(str(amount)) * Decimal(str(area_m2)), lang, "#,##0")
    return f"{text} (rund {whole} im Monat)" if lang == "de" else f"{text} (about {whole} a month)"
