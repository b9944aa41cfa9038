"""A made-up site package: the published offers of one street in each town that has enough of them."""

from datetime import date, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.vacancies.portfolio.packages.model import SitePackage, SitePackageUnit

LEAST, MOST = 3, 6

# The street of a town with most offers at present.
_STREETS = text(
    """
    SELECT DISTINCT ON (u.municipality_id) u.municipality_id, p.street, array_agg(u.id ORDER BY u.id) AS units
    FROM register.units u JOIN register.places p ON p.id = u.place_id
    WHERE u.is_example AND u.publication_level >= 3 AND p.street IS NOT NULL
        AND EXISTS (SELECT FROM published.vacancies v WHERE v.id = u.id)
    GROUP BY u.municipality_id, p.street HAVING count(*) >= :least
    ORDER BY u.municipality_id, count(*) DESC, p.street
    """
)


def add(session: Session, today: date) -> dict[str, int]:
    """Adds the packages; how many. Call inside `perform`, once the units are there."""
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
    return {"site_packages": made}
