"""What citizens' forms say, and what the town's form says; mistakes are short sentences that the pages translate."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from geo.accounts.schemas import is_email, normal_email
from geo.core.parsing import Fields
from geo.core.public_fields import optional_spot, short_line, short_text
from geo.vacancies.citizens.codes import KINDS, OUTCOMES, WISHES
from geo.vacancies.citizens.model import LONGEST_ADDRESS, LONGEST_WORDS
from geo.vacancies.citizens.rules import POSSIBLE, SPOKEN_OF, WITH_UNIT

NO_EMAIL = "Bitte eine gültige E-Mail-Adresse angeben."
NO_TOWN = "Bitte die Stadt wählen."
NO_WORDS = "Bitte in einem Satz beschreiben."
NO_PLACE = "Bitte sagen Sie, wo das ist: mit Ihrem Standort, auf der Karte oder als Adresse."
NO_UNIT = "Bitte die Nutzungseinheit wählen, um die es geht."
NO_ANSWER = "Bitte begründen: die Person liest diesen Satz."
NO_UNIT_FOR_PHOTO = "Übernommen wird das Foto an eine Nutzungseinheit; bei diesem Ergebnis gibt es keine."
FUTURE = "Das Datum liegt in der Zukunft."


@dataclass(frozen=True)
class ReportInput:
    """A report as a citizen sends it. `point` is longitude and latitude; `ags` the town where there is no point."""

    kind: str
    words: str | None = None
    wish: str | None = None
    unit_id: int | None = None
    point: tuple[float, float] | None = None
    ags: str | None = None
    address: str | None = None
    email: str | None = None
    language: str = "de"
    photo_consent: bool = False


@dataclass(frozen=True)
class DecisionInput:
    """What the town makes of a report. `since` is the first day of the new state; `with_case`: work begins on it.

    `photo_words` describe the report's photo, which is then kept at the unit as well.
    """

    outcome: str
    unit_id: int | None = None
    since: date | None = None
    with_case: bool = False
    wish: str | None = None
    answer: str | None = None
    note: str | None = None
    photo_words: str | None = None


def parse_report(data: Mapping[str, Any], language: str) -> ReportInput:
    """The public form: a kind, and where it is; all else may be left out. Raises `Invalid`."""
    fields = Fields(data)
    kind = fields.choice("kind", KINDS, required=True)
    words = short_text(fields, "words", LONGEST_WORDS)
    if kind in ("FEHLER", "IDEE") and words is None:
        fields.fail("words", NO_WORDS)
    unit_id, point = _unit(fields), optional_spot(fields)
    ags, address = short_line(fields, "gemeinde", 8), short_line(fields, "address", LONGEST_ADDRESS)
    if unit_id is None and point is None and "latitude" not in fields.errors:
        if address is None and "address" not in fields.errors:
            fields.fail("address", NO_PLACE)
        elif ags is None:
            fields.fail("gemeinde", NO_TOWN)
    email = _email(fields)
    fields.check()
    return ReportInput(
        kind or "",
        words,
        unit_id=unit_id,
        point=point,
        ags=ags,
        address=address,
        email=email,
        language=language,
        photo_consent=fields.flag("photo_consent"),
    )


def parse_idea(data: Mapping[str, Any], unit_id: int, language: str) -> ReportInput:
    """What somebody misses, from the form at an offer; without a mail address. Raises `Invalid`."""
    fields = Fields(data)
    wish = fields.choice("wish", WISHES, required=True)
    words = short_text(fields, "words", LONGEST_WORDS)
    if wish == "SONSTIGES" and words is None:
        fields.fail("words", NO_WORDS)
    fields.check()
    return ReportInput("IDEE", words, wish=wish, unit_id=unit_id, language=language)


def parse_decision(data: Mapping[str, Any], kind: str, today: date) -> DecisionInput:
    """The town's form for a report of a kind. Raises `Invalid`."""
    fields = Fields(data)
    outcome = fields.choice("outcome", POSSIBLE.get(kind, OUTCOMES), required=True)
    chosen = str(data.get("unit_id") or "").strip()
    unit_id = fields.whole("other_unit" if chosen == "other" else "unit_id", least=1, most=2**31 - 1)
    if unit_id is None and (chosen == "other" or outcome in WITH_UNIT):
        fields.fail("other_unit" if chosen == "other" else "unit_id", NO_UNIT)
    since = fields.day("since", required=outcome == "GEAENDERT")
    if since is not None and since > today:
        fields.fail("since", FUTURE)
    wish = fields.choice("wish", WISHES, required=outcome == "GEZAEHLT") if kind == "IDEE" else None
    answer, note = fields.text("answer", longest=LONGEST_WORDS), fields.text("note", longest=LONGEST_WORDS)
    if outcome == "UNZUTREFFEND" and answer is None:
        fields.fail("answer", NO_ANSWER)
    photo_words = None
    if fields.flag("take_photo"):
        photo_words = fields.text("photo_words", required=True, longest=300)
        if outcome is not None and outcome not in WITH_UNIT:
            fields.fail("take_photo", NO_UNIT_FOR_PHOTO)
    fields.check()
    with_case = fields.flag("with_case") and kind in SPOKEN_OF and outcome in WITH_UNIT
    return DecisionInput(outcome or "", unit_id, since, with_case, wish, answer, note, photo_words)


def _email(fields: Fields) -> str | None:
    raw = short_line(fields, "email", 254)
    if raw is None:
        return None
    email = normal_email(raw)
    if not is_email(email):
        fields.fail("email", NO_EMAIL)
        return None
    return email


def _unit(fields: Fields) -> int | None:
    raw = str(fields.data.get("unit_id") or "").strip()
    return int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 10 else None
