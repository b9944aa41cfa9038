"""The report as DOCX, ready to be edited: real styles, a field for the contents, tables with heading rows."""

import io
from datetime import UTC, datetime
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from geo.yearly.blocks import MANY_COLUMNS, Block, Chart, Document, FillIn, Heading, Points, Sentence, Table
from geo.yearly.drawing import as_png

FILL_IN_STYLE = "Auszufüllen"
FILL_IN = "Bitte ergänzen: "
LANGUAGE = "de-DE"
_INK, _SHADE, _HEAD = RGBColor(0x14, 0x23, 0x3A), "FFF3C4", "E8EDF3"
_FONT = "Calibri"
# The width of the text between the margins, of a letter in the tables (bold, ten points), of a cell's own margins.
TEXT_CM, LETTER_CM, PADDING_CM = 16.0, 0.22, 0.55
SHORT_TEXT = 13


def as_docx(document: Document, made_at: datetime) -> bytes:
    """The document as a file that Word and LibreOffice open."""
    made = docx.Document()
    _set_up(made, document, made_at)
    made.add_paragraph(document.title, style="Title")
    made.add_paragraph(document.subtitle, style="Subtitle")
    _contents(made, [one for one in document.blocks if isinstance(one, Heading)])
    marks = iter(range(1, len(document.blocks) + 1))
    for block in document.blocks:
        _add(made, block, marks)
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()


def _set_up(made: Any, document: Document, made_at: datetime) -> None:
    about = made.core_properties
    about.title, about.subject = document.title, document.subtitle
    about.author = about.last_modified_by = "Innenstadtregister"
    about.language, about.comments, about.keywords = LANGUAGE, "", "Jahresbericht, Allianz, Innenstädte mit Zukunft"
    about.created = about.modified = made_at.astimezone(UTC).replace(tzinfo=None)
    section = made.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.3)
    hyphens = OxmlElement("w:autoHyphenation")
    hyphens.set(qn("w:val"), "true")
    made.settings.element.find(qn("w:defaultTabStop")).addprevious(hyphens)
    _languages(made)
    _styles(made)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer.add_run(f"{document.title}, Seite ")
    _field(footer, "PAGE", "1")
    footer.add_run(" von ")
    _field(footer, "NUMPAGES", "1")


def _languages(made: Any) -> None:
    """The language of every text that says nothing else, for spelling and for screen readers."""
    styles = made.styles.element
    defaults = styles.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for old in styles.iter(qn("w:lang")):
        old.getparent().remove(old)
    language = OxmlElement("w:lang")
    for name in ("val", "eastAsia"):
        language.set(qn(f"w:{name}"), LANGUAGE)
    defaults.append(language)


def _styles(made: Any) -> None:
    styles = made.styles
    for name, size, before, after in (
        ("Normal", 11, 0, 6),
        ("Title", 28, 0, 4),
        ("Subtitle", 13, 0, 18),
        ("Heading 1", 18, 22, 6),
        ("Heading 2", 14, 14, 4),
        ("Caption", 10, 8, 4),
        ("List Bullet", 11, 0, 3),
    ):
        style = styles[name]
        style.font.name, style.font.size, style.font.color.rgb = _FONT, Pt(size), _INK
        for tight in style.element.get_or_add_rPr().findall(qn("w:spacing")):
            style.element.rPr.remove(tight)
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FONT)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        for fonts in styles.element.iter(qn("w:rFonts")):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
    styles["Caption"].paragraph_format.keep_with_next = True
    styles["Caption"].font.bold, styles["Caption"].font.italic = True, False
    styles["Subtitle"].font.italic = False
    styles["Title"].font.bold = True
    for line in styles["Title"].element.get_or_add_pPr().findall(qn("w:pBdr")):
        styles["Title"].element.pPr.remove(line)
    fill_in = styles.add_style(FILL_IN_STYLE, WD_STYLE_TYPE.PARAGRAPH)
    fill_in.base_style = styles["Normal"]
    fill_in.font.italic = True
    fill_in.paragraph_format.left_indent = fill_in.paragraph_format.right_indent = Cm(0.3)
    fill_in.paragraph_format.space_before = Pt(6)
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", _SHADE)):
        shade.set(qn(f"w:{name}"), value)
    fill_in.element.get_or_add_pPr().append(shade)
    for level in (1, 2):
        contents = styles.add_style(f"toc {level}", WD_STYLE_TYPE.PARAGRAPH)
        contents.base_style = styles["Normal"]
        contents.paragraph_format.left_indent = Cm(0.6 * (level - 1))
        contents.paragraph_format.space_after = Pt(2)
        contents.paragraph_format.tab_stops.add_tab_stop(Cm(TEXT_CM), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)


def _contents(made: Any, headings: list[Heading]) -> None:
    """A field for the contents that already says what it will: names now, page numbers when it is updated (F9)."""
    title = made.add_paragraph(style=made.styles["Subtitle"])
    title.paragraph_format.space_after = Pt(6)
    said = title.add_run("Inhalt")
    said.bold, said.font.size = True, Pt(18)
    last = None
    for number, heading in enumerate(headings, 1):
        line = made.add_paragraph(style=f"toc {heading.level}")
        if number == 1:
            _begin(line, r' TOC \o "1-2" \h \z \u ', dirty=True)
        link = OxmlElement("w:hyperlink")
        link.set(qn("w:anchor"), f"_Toc{number:06d}")
        run = line.add_run(heading.text)
        link.append(run._r)
        line._p.append(link)
        last = line
    if last is not None:
        _mark(last.add_run(), "end")
    made.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _field(paragraph: Any, code: str, shown: str) -> None:
    _begin(paragraph, f" {code} ")
    paragraph.add_run(shown)
    _mark(paragraph.add_run(), "end")


def _begin(paragraph: Any, code: str, *, dirty: bool = False) -> None:
    _mark(paragraph.add_run(), "begin", dirty=dirty)
    instruction = OxmlElement("w:instrText")
    instruction.set(qn("xml:space"), "preserve")
    instruction.text = code
    paragraph.add_run()._r.append(instruction)
    _mark(paragraph.add_run(), "separate")


def _mark(run: Any, kind: str, *, dirty: bool = False) -> None:
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    if dirty:
        mark.set(qn("w:dirty"), "true")
    run._r.append(mark)


def _add(made: Any, block: Block, marks: Any) -> None:
    if isinstance(block, Heading):
        _heading(made, block, marks)
    elif isinstance(block, Sentence):
        made.add_paragraph(block.text)
    elif isinstance(block, FillIn):
        paragraph = made.add_paragraph(style=FILL_IN_STYLE)
        paragraph.add_run(FILL_IN).bold = True
        paragraph.add_run(block.text)
    elif isinstance(block, Points):
        for item in block.items:
            made.add_paragraph(item, style="List Bullet")
    elif isinstance(block, Table):
        _table(made, block)
    else:
        _chart(made, block)


def _heading(made: Any, block: Heading, marks: Any) -> None:
    """A heading with the mark that the contents lead to."""
    paragraph = made.add_paragraph(style=f"Heading {block.level}")
    number = next(marks)
    for kind in ("bookmarkStart", "bookmarkEnd"):
        mark = OxmlElement(f"w:{kind}")
        mark.set(qn("w:id"), str(number))
        if kind == "bookmarkStart":
            mark.set(qn("w:name"), f"_Toc{number:06d}")
        paragraph._p.append(mark)
        if kind == "bookmarkStart":
            paragraph.add_run(block.text)


def _table(made: Any, block: Table) -> None:
    made.add_paragraph(block.caption, style="Caption")
    table = made.add_table(rows=1, cols=len(block.head))
    table.style = made.styles["Table Grid"]
    table.alignment = WD_TABLE_ALIGNMENT.LEFT
    table.autofit = False
    _describe(table, block.caption)
    head = table.rows[0]
    _repeat(head)
    for number, name in enumerate(block.head):
        cell = head.cells[number]
        _fill(cell, name, _size(block), is_numeric=number in block.numeric, bold=True)
        shade = OxmlElement("w:shd")
        for key, value in (("val", "clear"), ("color", "auto"), ("fill", _HEAD)):
            shade.set(qn(f"w:{key}"), value)
        cell._tc.get_or_add_tcPr().append(shade)
    for row in block.rows:
        cells = table.add_row().cells
        for number, value in enumerate(row):
            _fill(cells[number], value, _size(block), is_numeric=number in block.numeric)
    for number, width in enumerate(widths(block)):
        table.columns[number].width = Cm(width)
        for row in table.rows:
            row.cells[number].width = Cm(width)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    made.add_paragraph()


def widths(block: Table) -> list[float]:
    """How wide each column is, in cm: its longest word always fits, the rest goes to columns with much to say."""
    columns = [[block.head[number], *(row[number] for row in block.rows)] for number in range(len(block.head))]
    letter = LETTER_CM * _size(block) / 10
    least = [letter * max(map(_longest_piece, texts)) + PADDING_CM for texts in columns]
    wanted = [letter * max(map(len, texts)) + PADDING_CM for texts in columns]
    room = TEXT_CM - sum(least)
    more = [max(want - have, 0) for want, have in zip(wanted, least, strict=True)]
    if room <= 0:
        return [TEXT_CM * one / sum(least) for one in least]
    if sum(more) <= room:  # everything on one line; what is left widens the first column, as far as the page goes
        return [wanted[0] + (room - sum(more)), *wanted[1:]]
    return [have + room * extra / sum(more) for have, extra in zip(least, more, strict=True)]


def _longest_piece(text: str) -> int:
    """The letters of what is not parted: a word, or a text as short as a day."""
    return len(text) if len(text) <= SHORT_TEXT else max(map(len, text.split()))


def _size(block: Table) -> float:
    """The size of the type in a table, in points: smaller where there are many columns."""
    return 8.5 if len(block.head) > MANY_COLUMNS else 10


def _fill(cell: Any, text: str, size: float, *, is_numeric: bool, bold: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(2)
    paragraph.paragraph_format.space_before = Pt(2)
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold, Pt(size)
    if is_numeric:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _repeat(row: Any) -> None:
    """The first row heads the table, on each page that it reaches."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _describe(table: Any, words: str) -> None:
    """What a screen reader says of the table before it is entered."""
    properties = table._tbl.tblPr
    for name in ("tblCaption", "tblDescription"):
        element = OxmlElement(f"w:{name}")
        element.set(qn("w:val"), words)
        properties.append(element)


def _chart(made: Any, block: Chart) -> None:
    made.add_paragraph(block.caption, style="Caption")
    shown = made.add_picture(io.BytesIO(as_png(block)), width=Cm(16))
    about = shown._inline.docPr
    about.set("descr", block.alt)
    about.set("title", block.caption)
    about.set("name", block.caption)
