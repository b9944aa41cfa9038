"""What a town puts together and mediates, in a town of markers: a public package of hidden offers, a hidden one."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from geo.core.access import SYSTEM
from geo.vacancies.portfolio.packages import service as packages
from geo.vacancies.portfolio.packages.schemas import PackageInput


def some_portfolio(session: Session, town: Any) -> None:
    """Adds packages: one that is public and holds units on every level, one for the town alone."""
    until = date.today() + timedelta(days=50)
    levels = tuple(town.ids[f"Einheit{level}"] for level in range(5))
    shown = PackageInput("Markt als Ganzes", until, levels, "The market as a whole", is_public=True)
    town.ids["package"] = packages.create(session, SYSTEM, town.id, shown).id
    hidden = PackageInput(town.secret("PAKET"), until, levels[:2], description=town.secret("PAKETTEXT"))
    town.ids["package_hidden"] = packages.create(session, SYSTEM, town.id, hidden).id
    dark = PackageInput(town.secret("LEERPAKET"), until, levels[:2], is_public=True)
    town.ids["package_dark"] = packages.create(session, SYSTEM, town.id, dark).id
