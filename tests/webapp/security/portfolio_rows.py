"""What a town puts together and mediates, in a town of markers: a public package of hidden offers, a hidden one."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.access import SYSTEM, Action
from geo.vacancies.portfolio.packages import service as packages
from geo.vacancies.portfolio.packages.schemas import PackageInput
from geo.vacancies.portfolio.seekers import service as seekers
from geo.vacancies.portfolio.seekers.schemas import MatchInput, Who, Wish


def some_portfolio(session: Session, town: Any) -> None:
    """Adds packages: one that is public and holds units on every level, one for the town alone."""
    until = clock.today() + timedelta(days=50)
    levels = tuple(town.ids[f"Einheit{level}"] for level in range(5))
    shown = PackageInput("Markt als Ganzes", until, levels, "The market as a whole", is_public=True)
    town.ids["package"] = packages.create(session, SYSTEM, town.id, shown).id
    hidden = PackageInput(town.secret("PAKET"), until, levels[:2], description=town.secret("PAKETTEXT"))
    town.ids["package_hidden"] = packages.create(session, SYSTEM, town.id, hidden).id
    dark = PackageInput(town.secret("LEERPAKET"), until, levels[:2], is_public=True)
    town.ids["package_dark"] = packages.create(session, SYSTEM, town.id, dark).id


def some_seekers(session: Session, town: Any) -> None:
    """Adds a seeker with every word marked, and how far it has come with a unit on level 2."""
    wish = Wish(town.secret("VORHABEN"), ["LADEN_EG"], [], [], least_m2=100)
    town.asked = Action.SEEKER_EDIT
    email = town.mail("GESUCHPOST")
    who = Who(town.secret("GESUCHNAME"), email, town.secret("GESUCHTELEFON"), town.secret("GESUCHKONZEPT"))
    town.asked = Action.VACANCY_VIEW
    seeker = seekers.record(session, SYSTEM, town.id, wish, who, town.secret("GESUCHNOTIZ"), clock.today())
    town.ids["seeker"] = seeker.id
    match = seekers.propose(session, SYSTEM, seeker.id, town.ids["Einheit2"], clock.today())
    seekers.decide(session, SYSTEM, match.id, match.version, MatchInput("ANFRAGE", result=town.secret("ERGEBNIS")))
    town.ids["match"] = match.id
