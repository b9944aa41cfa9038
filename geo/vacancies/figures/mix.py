"""What the used ground floors are used for: the mix of branches, and the share of chains."""

import math
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from geo.vacancies.branches import GROUPS, KINDS
from geo.vacancies.counted import USED, in_states
from geo.vacancies.figures.rates import LEAST_UNITS, Area
from geo.vacancies.figures.reading import read


@dataclass(frozen=True)
class Branches:
    """Used units by retail group, the most frequent first. Shannon's index is over the groups that are known."""

    groups: list[tuple[str, int]]
    without: int

    @property
    def known(self) -> int:
        return sum(units for _, units in self.groups)

    @property
    def shannon(self) -> float | None:
        """Shannon's index H = -sum(p ln p): 0 where there is one group only; None below ten units."""
        if self.known < LEAST_UNITS:
            return None
        shares = [units / self.known for _, units in self.groups]
        return -sum(share * math.log(share) for share in shares) + 0.0

    @property
    def evenness(self) -> float | None:
        """The index as a share of the most that so many groups could reach (Pielou)."""
        if self.shannon is None or len(self.groups) < 2:
            return None
        return self.shannon / math.log(len(self.groups))

    @property
    def kinds(self) -> list[tuple[str, int]]:
        """The same, by the four large kinds of use."""
        sums = dict.fromkeys(KINDS, 0)
        for code, units in self.groups:
            sums[GROUPS[code].kind] += units
        return list(sums.items())


@dataclass(frozen=True)
class Operators:
    """Used units by who runs them; `without` says of how many that is not known."""

    counts: dict[str, int]
    without: int

    @property
    def known(self) -> int:
        return sum(self.counts.values())

    @property
    def chains(self) -> int:
        return self.counts.get("FILIALE", 0) + self.counts.get("FRANCHISE", 0)

    @property
    def share(self) -> float | None:
        """The share of chains and franchises among those of which it is known; None below ten."""
        return self.chains / self.known if self.known >= LEAST_UNITS else None


_USED = """
SELECT {column} AS code, count(*) AS units
FROM register.units u
JOIN register.places p ON p.id = u.place_id
JOIN register.occupancy_spells s ON s.unit_id = u.id AND s.municipality_id = :municipality_id
    AND s.during @> CAST(:day AS date)
WHERE {area} AND u.is_ground_floor_frontage AND u.during @> CAST(:day AS date) AND {used}
GROUP BY 1 ORDER BY 2 DESC, 1
"""


def branches(session: Session, area: Area, day: date) -> Branches:
    """The branch mix of an area on a day."""
    counts = _used(session, area, day, "s.sortiment")
    groups = [(code, units) for code, units in counts.items() if code is not None]
    return Branches(groups, counts.get(None, 0))


def operators(session: Session, area: Area, day: date) -> Operators:
    """Owner-run, chains and franchises of an area on a day."""
    counts = _used(session, area, day, "s.operator_kind")
    return Operators({code: units for code, units in counts.items() if code is not None}, counts.get(None, 0))


def _used(session: Session, area: Area, day: date, column: str) -> dict[str | None, int]:
    query = _USED.format(column=column, area=area.condition, used=in_states(USED))
    return {row.code: row.units for row in read(session, query, {**area.values(), "day": day})}
