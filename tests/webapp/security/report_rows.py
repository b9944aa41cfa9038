"""Citizens tell a town of markers something: what they wrote and who they are is the town's alone, or nobody's."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.access import SYSTEM
from geo.vacancies.citizens import queries, service
from geo.vacancies.citizens.schemas import DecisionInput, ReportInput


def some_reports(session: Session, town: Any, spot: tuple[float, float]) -> None:
    """Adds a decided report, one whose reporter waits for an answer, and ideas at an offer, some of them counted."""
    service.set_taking(session, SYSTEM, town.id, 0, takes_reports=True)
    now, today = datetime.now(UTC), clock.today()
    email = town.mail("HINWEISPOST", None)

    def send(kind: str, **more: Any) -> tuple[int, str | None]:
        words = town.secret(f"HINWEIS{kind}{len(town.words)}")
        data = ReportInput(kind, words, **more)
        token = service.send(
            session, town.id, data, request_id="", form_key=None, photo_sha256="e" * 64, now=now
        )  # fmt: skip
        return session.scalar(text("SELECT max(id) FROM register.citizen_reports")) or 0, token

    def decide(report_id: int, outcome: str, **more: Any) -> None:
        decision = DecisionInput(
            outcome,
            answer=town.secret(f"HINWEISANTWORT{report_id}"),
            note=town.secret(f"HINWEISNOTIZ{report_id}"),
            **more,
        )
        service.decide(session, SYSTEM, report_id, queries.get(session, report_id).version, decision, today)

    waiting, token = send("LEER", point=spot, address=town.secret("HINWEISORT"), email=email)
    service.confirm(session, str(token), request_id="", now=now)
    done, _ = send("LEER", point=spot)
    decide(done, "ZUGEORDNET", unit_id=town.ids["Einheit0"])
    for number in range(4):
        idea, _ = send("IDEE", unit_id=town.ids["Einheit3"], wish="KULTUR")
        if number:
            decide(idea, "GEZAEHLT", unit_id=town.ids["Einheit3"], wish="KULTUR")
    town.ids |= {"report": waiting, "decided_report": done}
