"""Letters to applicants about the decision: their texts, what they may name, and the pages that are laid out."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from geo.calls.judging.model import Letter
from geo.calls.judging.schemas import LetterInput
from geo.letters.language import blocks, filled

_GREETING = "Sehr geehrte Damen und Herren,\n\n"
_SIGNATURE = "Mit freundlichen Grüßen\n\nGeschäftsstelle der Allianz „Innenstädte mit Zukunft“"
_SENDER = "Allianz „Innenstädte mit Zukunft“\nGeschäftsstelle"
_REASON = "Die Entscheidung wurde so begründet:\n\n{begruendung}\n\n"
# What a letter says until the office has written its own.
_BODIES = {
    "AUSGEWAEHLT": (
        "Ihre Bewerbung ist ausgewählt",
        "wir freuen uns: Die Bewerbung der Gemeinde {gemeinde} zum Aufruf „{aufruf}“ mit dem Vorhaben „{vorhaben}“ ist"
        " ausgewählt.\n\n" + _REASON + "Über die nächsten Schritte sprechen wir gern bald mit Ihnen.",
    ),
    "WARTELISTE": (
        "Ihre Bewerbung steht auf der Warteliste",
        "die Bewerbung der Gemeinde {gemeinde} zum Aufruf „{aufruf}“ mit dem Vorhaben „{vorhaben}“ steht auf der"
        " Warteliste.\n\n" + _REASON + "Sobald ein Platz frei wird, melden wir uns bei Ihnen.",
    ),
    "ABGELEHNT": (
        "Ihre Bewerbung",
        "die Bewerbung der Gemeinde {gemeinde} zum Aufruf „{aufruf}“ mit dem Vorhaben „{vorhaben}“ ist diesmal nicht"
        " ausgewählt.\n\n" + _REASON + "Für Ihre Mühe danken wir Ihnen sehr.",
    ),
}
_STYLE = """
@page { size: A4; margin: 25mm 20mm 20mm 25mm }
* { box-sizing: border-box }
body { font: 11pt/1.45 "Fira Sans", "Liberation Sans", Arial, sans-serif; color: #14233a }
.letter + .letter { break-before: page }
.sender { font-size: 9pt; color: #44546a; margin: 0 0 12mm }
.address { margin: 0 0 14mm; min-height: 22mm }
.date { text-align: right; margin: 0 0 8mm }
h1 { font-size: 13pt; line-height: 1.25; margin: 0 0 6mm }
p { margin: 0 0 4mm }
ul { margin: 0 0 4mm; padding-left: 5mm }
.signature { margin-top: 10mm; white-space: pre-line }
.sample { border: 1px solid #8a6d00; padding: 2mm 3mm; font-size: 9pt; margin: 0 0 8mm }
"""


@dataclass(frozen=True)
class Addressed:
    """A letter to one town: the facts of `schemas.FACTS`, and the lines of the address."""

    letter: LetterInput
    address: tuple[str, ...]
    facts: dict[str, str]
    is_example: bool = False


def letter_of(outcome: str, stored: Letter | None) -> LetterInput:
    """The letter's texts, the ones it comes with if the office has not written any."""
    if stored is not None:
        return LetterInput(stored.sender, stored.subject, stored.body, stored.signature)
    subject, body = _BODIES[outcome]
    return LetterInput(_SENDER, subject, _GREETING + body, _SIGNATURE)


def page(letters: Sequence[Addressed]) -> str:
    """The page with all letters, each beginning on a sheet of its own."""
    written = "".join(_letter(one) for one in letters)
    title = (
        "Schreiben zum Aufruf"
        if len(letters) != 1
        else escape(filled(letters[0].letter.subject, letters[0].facts, ()).strip())
    )
    return (
        f'<!doctype html><html lang="de"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body>{written}</body></html>"
    )


def _letter(one: Addressed) -> str:
    letter = one.letter
    body = "".join(
        f"<ul>{''.join(f'<li>{_line(line)}</li>' for line in block.lines)}</ul>"
        if block.kind == "ul"
        else f"<{'h2' if block.kind in ('h1', 'h2') else 'p'}>{'<br>'.join(_line(line) for line in block.lines)}"
        f"</{'h2' if block.kind in ('h1', 'h2') else 'p'}>"
        for block in blocks(filled(letter.body, one.facts, ()), ())
    )
    sample = '<p class="sample">Beispiel: Aufruf und Bewerbung sind erfunden.</p>' if one.is_example else ""
    return (
        f'<section class="letter"><p class="sender">{_lines(letter.sender.splitlines())}</p>'
        f'<p class="address">{_lines(one.address)}</p><p class="date">{escape(one.facts["datum"])}</p>{sample}'
        f"<h1>{escape(filled(letter.subject, one.facts, ()).strip())}</h1>{body}"
        f'<p class="signature">{escape(letter.signature)}</p></section>'
    )


def _lines(lines: Sequence[str]) -> str:
    return "<br>".join(escape(line) for line in lines if line)


def _line(runs: Sequence[tuple[str, bool]]) -> str:
    return "".join(f"<strong>{escape(words)}</strong>" if strong else escape(words) for words, strong in runs)
