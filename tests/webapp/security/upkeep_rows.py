"""A viewpoint is looked after, in a town of markers: what was seen, reported, written down and kept is the town's alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.access import SYSTEM, Action
from geo.core.history import perform
from geo.viewpoints.care import service
from geo.viewpoints.care.model import Document
from geo.viewpoints.care.schemas import CheckInput, DecisionInput, NoticeInput, ReportInput
from geo.viewpoints.model import Viewpoint


def some_upkeep(session: Session, town: Any) -> None:
    """Adds a check, a confirmed defect with a waiting reporter, a notice that is over, a document, a calendar."""
    here, now, today = town.ids["viewpoint"], datetime.now(UTC), clock.today()
    service.record_check(session, SYSTEM, here, CheckInput(today, "OFFEN_SICHT", note=town.secret("PRUEFNOTIZ")))
    email = town.mail("MELDERPOST", None)
    report = ReportInput("WEG", town.secret("MELDUNG"), email, "de")
    token = service.report(session, here, report, request_id="", form_key=None, photo_sha256="c" * 64, now=now)
    defect = service.confirm_mail(session, str(token), request_id="", now=now)
    decision = DecisionInput("BESTAETIGT", None, town.secret("MELDUNGSANTWORT"), town.secret("MANGELNOTIZ"))
    service.decide(session, SYSTEM, here, defect.id, defect.version, decision, today)
    words = NoticeInput(town.secret("HINWEIS"), town.secret("NOTICE"), today - timedelta(9), today - timedelta(1))
    notice = service.add_notice(session, SYSTEM, here, words)
    feed, _secret = service.make_feed(session, SYSTEM, town.id, town.secret("BLICKKALENDER"))
    with perform(session, SYSTEM, Action.VIEWPOINT_EDIT, town.id):
        document = Document(viewpoint_id=here, municipality_id=town.id, title=town.secret("UNTERLAGE"))
        document.file_name, document.media_type = town.secret("UNTERLAGENDATEI"), "application/pdf"
        document.size_bytes, document.sha256 = 1, "d" * 64
        session.add(document)
        viewpoint = session.get_one(Viewpoint, here)
        viewpoint.responsible_email = town.mail("STELLENPOST")
        session.flush()
    town.ids |= {"defect": defect.id, "notice": notice.id, "document": document.id, "view_feed": feed.id}
