"""A letter on paper: its text as a page, laid out as PDF; a notice large, a windscreen note small."""

from html import escape

from geo.core import printing
from geo.letters.language import DRAWING, Block, blocks
from geo.trees.visits.letters.model import VisitLetter

_PLAIN = {ord(one): other for one, other in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"))}
_COMMON = """
@page { size: A4; margin: 25mm 20mm 20mm 25mm }
@page drawing { size: A4 landscape; margin: 0 }
* { box-sizing: border-box }
body { font: 11pt/1.4 "Fira Sans", "Liberation Sans", Arial, sans-serif; color: #14233a }
h1 { font-size: 13pt; line-height: 1.25; margin: 0 0 5mm }
h2 { font-size: 12pt; margin: 4mm 0 2mm }
p { margin: 0 0 4mm }
ul { margin: 0 0 4mm; padding-left: 5mm }
li { margin: 0 0 1mm }
.drawing { page: drawing; break-before: page }
.drawing img { display: block; width: 297mm }
"""
# What the street reads from afar, and what fits behind a windscreen wiper.
_STYLES = {
    "AUSHANG": "@page { margin: 22mm } body { font-size: 17pt; line-height: 1.35 }"
    " h1 { font-size: 38pt; color: #17663a; margin-bottom: 10mm } h2 { font-size: 24pt } p { margin-bottom: 8mm }",
    "DANK": "@page { margin: 22mm } body { font-size: 15pt } h1 { font-size: 30pt; color: #17663a; margin-bottom: 9mm }"
    " p { margin-bottom: 7mm }",
    "WINDSCHUTZ": "@page { size: A5 landscape; margin: 12mm 15mm } body { font-size: 12pt } h1 { font-size: 20pt }",
}


def pdf(letter: VisitLetter) -> bytes:
    """The letter as PDF/UA. Raises `SetupError` when the machine cannot set it."""
    return printing.set_in_type(as_page(letter))


def file_name(letter: VisitLetter, stop: str) -> str:
    """antrag-erfurter-strasse-17.pdf"""
    plain = stop.casefold().translate(_PLAIN)
    kept = "-".join("".join(one if one.isascii() and one.isalnum() else " " for one in plain).split())
    return f"{letter.kind.lower()}-{kept or 'standplatz'}-{letter.id}.pdf"


def as_page(letter: VisitLetter) -> str:
    """The page before it is laid out."""
    parts = [_block(one, letter) for one in blocks(letter.body)]
    style = _COMMON + _STYLES.get(letter.kind, "")
    return (
        f'<!doctype html><html lang="de"><head><meta charset="utf-8"><title>{escape(letter.subject)}</title>'
        f"<style>{style}</style></head><body>{''.join(parts)}</body></html>"
    )


def _block(block: Block, letter: VisitLetter) -> str:
    lines = ["".join(_run(words, strong) for words, strong in line) for line in block.lines]
    if block.kind == DRAWING:
        if not letter.drawing:
            return ""
        words = escape(letter.drawing_words or "Lageplan")
        return f'<div class="drawing"><img src="{printing.drawing(letter.drawing)}" alt="{words}"></div>'
    if block.kind == "ul":
        return f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"
    return f"<{block.kind}>{'<br>'.join(lines)}</{block.kind}>"


def _run(words: str, strong: bool) -> str:
    return f"<strong>{escape(words)}</strong>" if strong else escape(words)
