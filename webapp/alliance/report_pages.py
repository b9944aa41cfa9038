"""The yearly report: what stands in it, to read before it is fetched; as DOCX to go on with, and as PDF."""

from datetime import UTC, datetime

from flask import Response
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action
from geo.core.documents import KINDS
from geo.yearly import blocks, gathering, wording
from geo.yearly.office_document import as_docx
from geo.yearly.page import as_html
from webapp import parameters
from webapp.access import needs
from webapp.alliance import frame
from webapp.app import actor, staff_session
from webapp.typesetting import in_type


def _document(year: int) -> blocks.Document:
    return wording.report(gathering.gather(staff_session(), actor(), year, clock.today()))


@needs(Action.ALLIANCE_EDIT)
def overview() -> ResponseReturnValue:
    """The report of a year as it will be written."""
    today = clock.today()
    year = parameters.whole("jahr") or today.year
    made = _document(year)
    return frame.page(
        "yearly",
        year=year,
        years=gathering.years(today),
        document=made,
        fill_ins=blocks.fill_ins(made.blocks),
        kind_of=lambda one: type(one).__name__,
    )


@needs(Action.ALLIANCE_EDIT)
def as_word(year: int) -> Response:
    """The report to be edited."""
    return _file(as_docx(_document(year), datetime.now(UTC)), year, "docx", KINDS["docx"][1])


@needs(Action.ALLIANCE_EDIT)
def as_print(year: int) -> Response:
    """The report as it stands."""
    return _file(in_type(as_html(_document(year))), year, "pdf", "application/pdf")


def _file(content: bytes, year: int, extension: str, media_type: str) -> Response:
    answer = Response(content, mimetype=media_type)
    name = wording.file_name(year, extension)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
