"""The printed report as long work: started from the page with the figures, kept as a file to be fetched."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from geo.core import clock, printing
from geo.core.access import Action, Actor
from geo.jobs import Work, kind, service
from geo.jobs.model import Job
from geo.vacancies.figures import printed
from geo.vacancies.figures.rates import Area

REPORT = "vacancies.report"


@kind(REPORT, title="Leerstandsbericht")
def run_report(work: Work) -> dict[str, Any]:
    """Count, lay out, keep the PDF."""
    day = date.fromisoformat(work.arguments["day"])
    area = Area(work.town, work.arguments["zone_id"])
    work.progress(0, 2, "Die Zahlen werden gezählt.")
    page = printed.as_html(work.session, area, day, clock.today())
    work.progress(1, 2, "Der Bericht wird gesetzt.")
    path = work.folder / "bericht.pdf"
    path.write_bytes(printing.set_in_type(page))
    work.keep(path, printed.file_name(work.arguments["town"], day), "application/pdf")
    work.progress(2, 2)
    return {"sentence": "Der Bericht liegt als PDF bereit."}


def start_report(session: Session, actor: Actor, area: Area, day: date, *, town: str, origin: str) -> Job:
    """Have the report made; `origin` is the page that the job's page leads back to."""
    return service.start(
        session,
        actor,
        REPORT,
        area.municipality_id,
        {"day": day.isoformat(), "zone_id": area.zone_id, "town": town},
        action=Action.VACANCY_VIEW,
        title=f"Leerstandsbericht {town}, Stand {day:%d.%m.%Y}",
        origin=origin,
    )
