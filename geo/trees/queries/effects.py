"""What the avenues have done so far, counted from what was confirmed: nothing is estimated, and nothing is cooled.

Reads `published.*` only, as of a day. Only actual stays in streets count; three trees that stood for a week are three
tree-weeks. What is not measured (temperature, air, trade) has no number here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Effects:
    """Sums up to a day, the day included, of a town, a stop or a year. `answers`: what neighbours said, as released."""

    key: int
    name: str
    tree_days: int = 0
    visits: int = 0
    streets: int = 0
    planted: int = 0
    litres: int = 0
    answers: int = 0
    answers_good: int = 0
    answers_bothered: int = 0
    answers_plant: int = 0
    decided_plant: int = 0
    decided_not: int = 0
    has_examples: bool = False

    @property
    def tree_weeks(self) -> float:
        return self.tree_days / 7

    @property
    def is_empty(self) -> bool:
        return not (self.tree_days or self.visits or self.planted or self.litres)


# Days on which a confirmed tree stood in a street, up to the day asked for; a street by its name, or its stop's.
_STAYS = """
    SELECT s.municipality_id, s.municipality, s.id AS stop_id, s.name AS stop, coalesce(s.street, s.name) AS street,
           y.during * daterange(NULL, CAST(:day AS date), '[]') AS during, y.is_example
    FROM published.stays y JOIN published.stops s ON s.id = y.stop_id
    WHERE y.layer = 'TATSAECHLICH' AND s.kind = 'STRASSE' AND lower(y.during) <= CAST(:day AS date)
      AND (CAST(:ags AS text) IS NULL OR s.ags = :ags)
"""
_VISITS = """
    SELECT s.municipality_id, s.municipality, s.id AS stop_id, s.name AS stop, v.id, v.decision, upper(v.during) AS over
    FROM published.visits v JOIN published.stops s ON s.id = v.stop_id
    WHERE v.is_actual AND s.kind = 'STRASSE' AND lower(v.during) <= CAST(:day AS date)
      AND (CAST(:ags AS text) IS NULL OR s.ags = :ags)
"""
_COUNTS = """
    WITH stays AS ({stays}), visits AS ({visits}),
    stood AS (SELECT {key} AS key, min({name}) AS name, sum(upper(during) - lower(during)) AS tree_days,
                     count(DISTINCT street) AS streets, bool_or(is_example) AS has_examples FROM stays GROUP BY {key}),
    came AS (SELECT {key} AS key, min({name}) AS name, count(*) AS visits,
                    count(*) FILTER (WHERE decision = 'PFLANZEN' AND over <= CAST(:day AS date)) AS decided_plant,
                    count(*) FILTER (WHERE decision = 'NICHT_PFLANZEN' AND over <= CAST(:day AS date)) AS decided_not
             FROM visits GROUP BY {key}),
    water AS (SELECT s.{key} AS key, sum(w.litres) AS litres FROM published.waterings w
              JOIN published.stops s ON s.id = w.stop_id WHERE w.day <= CAST(:day AS date)
                AND (CAST(:ags AS text) IS NULL OR s.ags = :ags) GROUP BY s.{key}),
    said AS (SELECT v.{key} AS key, count(*) AS answers, count(*) FILTER (WHERE b.mood = 'GUT') AS good,
                    count(*) FILTER (WHERE b.mood = 'GESTOERT') AS bothered,
                    count(*) FILTER (WHERE b.plant = 'JA') AS plant
             FROM published.visit_feedback b JOIN visits v ON v.id = b.visit_id
             WHERE b.said_on <= CAST(:day AS date) GROUP BY v.{key})
    SELECT key, coalesce(stood.name, came.name) AS name, coalesce(stood.tree_days, 0)::int AS tree_days,
           coalesce(came.visits, 0)::int AS visits, coalesce(stood.streets, 0)::int AS streets, 0 AS planted,
           round(coalesce(water.litres, 0))::int AS litres, coalesce(said.answers, 0)::int AS answers,
           coalesce(said.good, 0)::int AS answers_good, coalesce(said.bothered, 0)::int AS answers_bothered,
           coalesce(said.plant, 0)::int AS answers_plant, coalesce(came.decided_plant, 0)::int AS decided_plant,
           coalesce(came.decided_not, 0)::int AS decided_not, coalesce(stood.has_examples, false) AS has_examples
    FROM stood FULL JOIN came USING (key) LEFT JOIN water USING (key) LEFT JOIN said USING (key)
    ORDER BY name, key
"""


def _statement(key: str, name: str) -> str:
    key_of_stop = {"stop_id": "id"}.get(key, key)
    query = _COUNTS.replace("s.{key}", f"s.{key_of_stop}")
    return query.format(stays=_STAYS, visits=_VISITS, key=key, name=name)


_BY_TOWN = text(_statement("municipality_id", "municipality"))
_BY_STOP = text(_statement("stop_id", "stop"))
_PLANTED = text(
    """
    SELECT f.municipality_id AS key, count(*) AS planted
    FROM published.planted_trees p
    JOIN published.trees t ON t.id = p.tree_id JOIN published.fleets f ON f.id = t.fleet_id
    WHERE p.planted_on <= CAST(:day AS date) AND p.stop_id IS NULL GROUP BY f.municipality_id
    UNION ALL
    SELECT s.municipality_id, count(*) FROM published.planted_trees p JOIN published.stops s ON s.id = p.stop_id
    WHERE p.planted_on <= CAST(:day AS date) GROUP BY s.municipality_id
    """
)
_BY_YEAR = text(
    f"""
    WITH stays AS ({_STAYS})
    SELECT y.year, sum(least(upper(during), make_date(y.year + 1, 1, 1))
                       - greatest(lower(during), make_date(y.year, 1, 1)))::int
    FROM stays CROSS JOIN LATERAL generate_series(extract(year FROM lower(during))::int,
                                                  extract(year FROM upper(during) - 1)::int) AS y(year)
    GROUP BY y.year ORDER BY y.year
    """  # noqa: S608 (own statement)
)


def by_town(session: Session, day: date, ags: str | None = None) -> list[Effects]:
    """Each town that trees have reached, by name."""
    asked = {"day": day, "ags": ags}
    planted: dict[int | None, int] = {}
    for row in session.execute(_PLANTED, {"day": day}):
        planted[row.key] = planted.get(row.key, 0) + row.planted
    found = [Effects(**row._mapping) for row in session.execute(_BY_TOWN, asked)]
    return [_with(one, planted=planted.get(one.key, 0)) for one in found]


def by_stop(session: Session, day: date, ags: str | None = None) -> list[Effects]:
    """Each stop that trees have reached. Where trees grow for good is told by town."""
    return [Effects(**row._mapping) for row in session.execute(_BY_STOP, {"day": day, "ags": ags})]


def tree_days_by_year(session: Session, day: date, ags: str | None = None) -> list[tuple[int, int]]:
    """The days on which confirmed trees stood in streets, by calendar year."""
    return [(int(row[0]), int(row[1])) for row in session.execute(_BY_YEAR, {"day": day, "ags": ags})]


def total(rows: Iterable[Effects], name: str = "") -> Effects:
    """The sum of towns (or of stops; their streets are then counted once a stop)."""
    several = list(rows)
    sums = {
        one.name: sum(getattr(row, one.name) for row in several)
        for one in fields(Effects)
        if one.name not in {"key", "name", "has_examples"}
    }
    return Effects(0, name, has_examples=any(row.has_examples for row in several), **sums)


def _with(row: Effects, *, planted: int) -> Effects:
    return Effects(**{**vars(row), "planted": planted})
