"""The report as a page to be set in type: the same blocks as in the DOCX."""

from html import escape

from geo.core import printing
from geo.yearly.blocks import MANY_COLUMNS, Block, Document, FillIn, Heading, Points, Sentence, Table
from geo.yearly.drawing import as_svg

# A table of so few rows stays on its page; a text of so few letters on its line.
SHORT_ROWS, SHORT_TEXT = 10, 14
_STYLE = """
@page { size: A4; margin: 22mm 24mm 24mm;
  @bottom-center { content: counter(page) " / " counter(pages); font: 9pt sans-serif; } }
html { font: 10.5pt/1.45 "Fira Sans", "Source Sans 3", "Noto Sans", "DejaVu Sans", sans-serif; color: #14233a; }
h1 { font-size: 26pt; margin: 0 0 2mm; line-height: 1.15; }
.sub { font-size: 12pt; color: #45526a; margin: 0 0 10mm; }
h2 { font-size: 16pt; margin: 9mm 0 2mm; break-after: avoid; }
h3 { font-size: 12.5pt; margin: 6mm 0 1.5mm; break-after: avoid; }
p { margin: 0 0 2.5mm; }
nav { margin: 0 0 6mm; } nav h2 { margin-top: 0; } nav ol { list-style: none; margin: 0; padding: 0; }
nav li { margin: 0 0 1mm; } nav .two { padding-left: 6mm; }
nav a { color: inherit; text-decoration: none; } nav a::after { content: leader(".") target-counter(attr(href), page); }
.fill { background: #fff3c4; border-left: 1.2mm solid #b07d00; padding: 2.5mm 3.5mm; font-style: italic; }
.fill { break-inside: avoid; }
.fill strong { font-style: normal; }
table { border-collapse: collapse; width: 100%; margin: 3mm 0 5mm; font-size: 9.5pt; }
caption { text-align: left; font-weight: bold; padding: 0 0 1.5mm; break-after: avoid; }
th, td { border: 0.2mm solid #ced4de; padding: 1.2mm 2mm; text-align: left; vertical-align: top; }
thead th { background: #e8edf3; } tbody th { font-weight: normal; } .n { text-align: right; }
.wide th, .wide td { padding: 1.2mm 1.3mm; } .wide { font-size: 8.5pt; hyphens: auto; }
.date, .n { white-space: nowrap; } thead .n { white-space: normal; }
tr { break-inside: avoid; } thead, thead tr, tbody tr:first-child { break-after: avoid; }
.short { break-inside: avoid; }
figure { margin: 3mm 0 5mm; break-inside: avoid; } figure img { width: 100%; }
figcaption { font-weight: bold; margin: 0 0 1.5mm; }
ul { margin: 0 0 3mm; padding-left: 6mm; }
.first { break-before: page; }
"""


def as_html(document: Document) -> str:
    """The page before it is laid out."""
    marked = [(f"k{number}", one) for number, one in enumerate(document.blocks) if isinstance(one, Heading)]
    contents = "".join(
        f'<li class="{"two" if one.level == 2 else "one"}"><a href="#{key}">{escape(one.text)}</a></li>'
        for key, one in marked
    )
    keys = {id(one): key for key, one in marked}
    body = "".join(_block(one, keys.get(id(one), "")) for one in document.blocks)
    return (
        f'<!doctype html><html lang="de"><head><meta charset="utf-8"><title>{escape(document.title)}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{escape(document.title)}</h1>"
        f'<p class="sub">{escape(document.subtitle)}</p><nav><h2>Inhalt</h2><ol>{contents}</ol></nav>'
        f'<main class="first">{body}</main></body></html>'
    )


def as_pdf(document: Document) -> bytes:
    """The document as PDF/UA. Raises `SetupError` when the machine cannot set it."""
    return printing.set_in_type(as_html(document))


def _block(block: Block, key: str) -> str:
    if isinstance(block, Heading):
        return f'<h{block.level + 1} id="{key}">{escape(block.text)}</h{block.level + 1}>'
    if isinstance(block, Sentence):
        return f"<p>{escape(block.text)}</p>"
    if isinstance(block, FillIn):
        return f'<p class="fill"><strong>Bitte ergänzen:</strong> {escape(block.text)}</p>'
    if isinstance(block, Points):
        return f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in block.items)}</ul>"
    if isinstance(block, Table):
        return _table(block)
    return (
        f"<figure><figcaption>{escape(block.caption)}</figcaption>"
        f'<img src="{printing.drawing(as_svg(block))}" alt="{escape(block.alt)}"></figure>'
    )


def _table(block: Table) -> str:
    def cell(tag: str, number: int, text: str, scope: str = "") -> str:
        kind = "n" if number in block.numeric else "date" if number in dates else ""
        marks = (f' scope="{scope}"' if scope else "") + (f' class="{kind}"' if kind else "")
        return f"<{tag}{marks}>{escape(text)}</{tag}>"

    dates = [
        number
        for number in range(len(block.head))
        if block.rows and all(len(row[number]) <= SHORT_TEXT for row in block.rows)
    ]
    classes = ("wide " if len(block.head) > MANY_COLUMNS else "") + ("short" if len(block.rows) <= SHORT_ROWS else "")

    head = "".join(cell("th", number, name, "col") for number, name in enumerate(block.head))
    rows = "".join(
        "<tr>"
        + "".join(
            cell("th" if number == 0 else "td", number, text, "row" if number == 0 else "")
            for number, text in enumerate(row)
        )
        + "</tr>"
        for row in block.rows
    )
    return (
        f'<table class="{classes.strip()}"><caption>{escape(block.caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )
