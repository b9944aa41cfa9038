"""Made-up site packages (the offers of one street in each town that has enough of them), and who looks for premises."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.vacancies.portfolio.packages.model import SitePackage, SitePackageUnit
from geo.vacancies.portfolio.seekers.model import Seeker, SeekerPerson

LEAST, MOST = 3, 6

# The street of a town with most offers at present. All offers are asked for once: just after loading the database
# knows nothing of its rows yet, and asking unit by unit could take minutes.
_STREETS = text(
    """
    WITH offered AS MATERIALIZED (SELECT v.id FROM published.vacancies v)
    SELECT DISTINCT ON (u.municipality_id) u.municipality_id, p.street, array_agg(u.id ORDER BY u.id) AS units
    FROM register.units u JOIN register.places p ON p.id = u.place_id
    WHERE u.is_example AND u.publication_level >= 3 AND p.street IS NOT NULL
        AND u.id IN (SELECT o.id FROM offered o)
    GROUP BY u.municipality_id, p.street HAVING count(*) >= :least
    ORDER BY u.municipality_id, count(*) DESC, p.street
    """
)


def add(session: Session, today: date) -> dict[str, int]:
    """Adds them; how many of each. Call inside `perform`, once the units are there."""
    made = 0
    for row in session.execute(_STREETS, {"least": LEAST}).all():
        package = SitePackage(
            municipality_id=row.municipality_id,
            title=f"Räume in einer Straße: {row.street}",
            title_en=f"Premises in one street: {row.street}",
            description="Mehrere Räume nebeneinander, die sich zusammen entwickeln lassen. Ein erfundenes Beispiel.",
            description_en="Several premises side by side that can be developed together. A made-up example.",
            until=today + timedelta(days=170),
            is_public=True,
            is_example=True,
        )
        session.add(package)
        session.flush()
        for position, unit_id in enumerate(row.units[:MOST]):
            session.add(
                SitePackageUnit(
                    municipality_id=row.municipality_id,
                    package_id=package.id,
                    unit_id=unit_id,
                    position=position,
                    is_example=True,
                )
            )
        made += 1
    session.flush()
    return {"site_packages": made, "seekers": _seekers(session, today)}


# Towns that have something on offer, and what somebody there might look for.
_TOWNS = text("SELECT DISTINCT v.municipality_id FROM published.vacancies v WHERE v.is_example ORDER BY 1")
_WISHES: tuple[tuple[str, dict[str, Any]], ...] = (
    (
        "Café mit eigener Rösterei",
        {"object_types": ["LADEN_EG", "GASTRO"], "least_m2": 60, "most_m2": 140, "equipment": ["WC", "ABLUFT"]},
    ),
    (
        "Werkstattladen für Fahrräder",
        {"object_types": ["LADEN_EG", "WERKSTATT"], "least_m2": 80, "most_m2": 220, "step_free": True},
    ),
    ("Ausstellung für ein halbes Jahr", {"offer_kinds": ["ZWISCHENNUTZUNG"], "most_m2": 150, "ground_floor": True}),
)


def _seekers(session: Session, today: date) -> int:
    towns = session.scalars(_TOWNS).all()
    for town in towns:
        for number, (plan, wish) in enumerate(_WISHES, start=1):
            seeker = Seeker(
                municipality_id=town,
                origin="STADT",
                plan=plan,
                state="OFFEN",
                received_on=today - timedelta(days=9 * number),
                keep_until=today + timedelta(days=300),
                is_example=True,
                **wish,
            )
            session.add(seeker)
            session.flush()
            name = f"Gründerin {number} (Beispiel)"
            session.add(SeekerPerson(seeker_id=seeker.id, municipality_id=town, name=name))
    session.flush()
    return len(towns) * len(_WISHES)
