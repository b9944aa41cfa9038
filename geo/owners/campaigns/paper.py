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
@page { size: A4; margin: 20mm 20mm 20mm 25mm; @bottom-right { content: counter(page); font: 8pt "Liberation Sans" } }
@page :first { margin-top: 45mm }
* { box-sizing: border-box }
body { font: 10.5pt/1.38 "Fira Sans", "Liberation Sans", Arial, sans-serif; color: #14233a; margin: 0 }
article { break-before: page } article:first-child { break-before: auto }
.window { height: 45mm; margin-bottom: 8mm }
.window small { display: block; font-size: 7pt; margin-bottom: 2mm; text-decoration: underline }
h1 { font-size: 12.5pt; line-height: 1.25; margin: 0 0 4mm } h2 { font-size: 11.5pt; margin: 4mm 0 2mm }
p { margin: 0 0 3mm } ul { margin: 0 0 3mm; padding-left: 5mm } li { margin: 0 0 1mm }
.answer { border: 0.4mm solid #14233a; border-radius: 2mm; padding: 4mm; margin: 2mm 0 4mm; break-inside: avoid }
.answer img { float: right; width: 28mm; height: 28mm; margin-left: 5mm }
.answer p { margin: 0 0 1.5mm } .code { font: bold 12pt "Liberation Mono", monospace; white-space: nowrap }
table { width: 100%; border-collapse: collapse; margin: 0 0 4mm }
.sheet { break-inside: avoid }
th, td { border-bottom: 0.2mm solid #8a94a3; padding: 1.2mm 1mm; text-align: left; vertical-align: top; font-size: 9pt }
td.euro { text-align: right; white-space: nowrap }
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
    body = "".join(_block(one, letter, offer, address) for one in rest)
    return f'<article><div class="window"><small>{small}</small>{lines}</div>{body}</article>'


def _block(block: Block, letter: Printed, offer: str, address: str) -> str:
    if block.kind == LINK:
        return _answer(letter, address)
    if block.kind == COSTS:
        return _sheets(letter, offer)
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


def _sheets(letter: Printed, offer: str) -> str:
    if not letter.sheets:
        return ""
    tables = "".join(
        f'<div class="sheet"><h2>{escape(name)}</h2><table><thead><tr><th>Was der Leerstand kostet</th>'
        "<th>Wie gerechnet</th><th>Euro</th></tr></thead><tbody>"
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
    return f"{tables}{said}{note}"
