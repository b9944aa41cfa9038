"""Letters to owners on paper: DIN 5008 with a window, a code to scan or to type, the sheets of costs behind it."""

import io
from collections.abc import Sequence
from html import escape

import segno

from geo.core.printing import drawing, set_in_type
from geo.letters.language import Block, blocks
from geo.owners.campaigns.costs import in_euro
from geo.owners.campaigns.printing import Printed
from geo.owners.campaigns.words import COSTS, LINK, MARKS
from geo.vacancies.dates import in_words

_STYLE = """
@page letter { size: A4; margin: 20mm 20mm 20mm 25mm }
@page letter { @bottom-right { content: counter(page); font: 8pt "Liberation Sans" } }
@page :nth(1 of letter) { counter-reset: page 1 }
@page :blank { @bottom-right { content: none } }
* { box-sizing: border-box }
body { font: 10.5pt/1.38 "Fira Sans", "Liberation Sans", Arial, sans-serif; color: #14233a; margin: 0 }
article { page: letter; break-before: recto } article:first-child { break-before: auto }
.window { position: relative; height: 70mm; padding-top: 27mm; margin-bottom: 8mm }
.window small { display: block; font-size: 7pt; margin-bottom: 4mm; text-decoration: underline }
.window p { width: 85mm; height: 27mm; margin: 0; overflow: hidden }
.mark { position: absolute; left: -21mm; width: 5mm; border-top: 0.2mm solid #14233a }
.mark.fold1 { top: 85mm } .mark.hole { top: 128.5mm; width: 8mm } .mark.fold2 { top: 190mm }
h1 { font-size: 12.5pt; line-height: 1.25; margin: 0 0 4mm } h2 { font-size: 11.5pt; margin: 4mm 0 2mm }
p { margin: 0 0 3mm } ul { margin: 0 0 3mm; padding-left: 5mm } li { margin: 0 0 1mm }
.answer { border: 0.4mm solid #14233a; border-radius: 2mm; padding: 4mm; margin: 2mm 0 4mm; break-inside: avoid }
.answer img { float: right; width: 28mm; height: 28mm; margin-left: 5mm }
.answer p { margin: 0 0 1.5mm } .answer a { color: inherit; white-space: nowrap }
.code { font: bold 12pt "Liberation Mono", monospace; white-space: nowrap }
table { width: 100%; border-collapse: collapse; margin: 0 0 4mm }
.sheet { break-inside: avoid } .enclosed { break-before: page }
th, td { border-bottom: 0.2mm solid #8a94a3; padding: 1.2mm 1mm; text-align: left; vertical-align: top; font-size: 9pt }
.euro { text-align: right; white-space: nowrap }
"""


def pdf(letters: Sequence[Printed], town: str, sender: str, offer: str, address: str) -> bytes:
    """The letters as one PDF/UA. `address` is where the code is typed; `offer`: of an interim use."""
    return set_in_type(as_page(letters, town, sender, offer, address))


def as_page(letters: Sequence[Printed], town: str, sender: str, offer: str, address: str) -> str:
    """The page before it is laid out."""
    parts = [_letter(one, sender, offer, address) for one in letters]
    title = f"Briefe aus {town}" if len(letters) > 1 else letters[0].subject
    return (
        f'<!doctype html><html lang="de"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>"
    )


def _letter(letter: Printed, sender: str, offer: str, address: str) -> str:
    found = blocks(letter.body, MARKS)
    window, rest = (found[0], found[1:]) if found and found[0].kind == "p" else (None, found)
    lines = "" if window is None else "<br>".join(_line(line) for line in window.lines)
    small = escape(" · ".join(sender.splitlines()))
    body = "".join(_block(one, letter, offer, address, is_last=one is rest[-1]) for one in rest)
    marks = "".join(f'<div class="mark {name}"></div>' for name in ("fold1", "hole", "fold2"))
    address_field = f'<small>{small}</small><p id="an-{letter.letter_id}">{lines}</p>'
    return f'<article><div class="window">{marks}{address_field}</div>{body}</article>'


def _block(block: Block, letter: Printed, offer: str, address: str, *, is_last: bool) -> str:
    if block.kind == LINK:
        return _answer(letter, address)
    if block.kind == COSTS:
        return _sheets(letter, offer, is_last)
    lines = [_line(line) for line in block.lines]
    if block.kind == "ul":
        return f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"
    return f"<{block.kind}>{'<br>'.join(lines)}</{block.kind}>"


def _line(line: tuple[tuple[str, bool], ...]) -> str:
    return "".join(f"<strong>{escape(words)}</strong>" if strong else escape(words) for words, strong in line)


def _answer(letter: Printed, address: str) -> str:
    drawn = io.BytesIO()
    link = f"{address}/{letter.code}"
    segno.make(link, error="m", micro=False).save(drawn, kind="svg", border=4, light="#ffffff", scale=4, xmldecl=False)
    picture = drawing(drawn.getvalue().decode())
    return (
        f'<div class="answer"><img src="{picture}" alt="QR-Code: {escape(link)}">'
        f"<p><strong>So antworten Sie ohne Anmeldung:</strong> den QR-Code scannen oder"
        f' <a href="{escape(link)}">{escape(address)}</a> aufrufen und diesen Code eingeben:</p>'
        f'<p class="code">{escape(letter.code)}</p>'
        f"<p>Zur Sicherheit fragen wir nach der Anschrift, an die dieses Schreiben ging. Der Code gilt einmal,"
        f" bis {escape(in_words(letter.until))}.</p></div>"
    )


def _sheets(letter: Printed, offer: str, is_last: bool) -> str:
    """The sheets of costs; at the end of a letter they are a page of their own."""
    if not letter.sheets:
        return ""
    tables = "".join(
        f'<div class="sheet"><h2>{escape(name)}</h2><table><thead><tr><th scope="col">Posten</th>'
        '<th scope="col">Wie gerechnet</th><th scope="col" class="euro">Betrag</th></tr></thead><tbody>'
        + "".join(
            f'<tr><th scope="row">{escape(line.what)}</th><td>{escape(line.how)}</td>'
            f'<td class="euro">{escape(in_euro(line.euro))}</td></tr>'
            for line in lines
        )
        + "</tbody></table></div>"
        for name, lines in letter.sheets
    )
    said = f"<p><strong>Zwischennutzung:</strong> {escape(offer)}</p>" if offer else ""
    note = "<p>Eine Rechnung mit den genannten Annahmen; Ihre eigenen Zahlen können andere sein.</p>"
    begin = '<section class="enclosed"><h1>Anlage: Was der Leerstand kostet</h1>' if is_last else "<section>"
    return f"{begin}{tables}{said}{note}</section>"
