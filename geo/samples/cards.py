"""Best-practice cards: facts with their sources (`is_sample`), published as of the day."""

from collections.abc import Callable
from datetime import date

from sqlalchemy import insert
from sqlalchemy.orm import Session

from geo.core import geometry
from geo.knowledge.model import Card
from geo.samples.content import Record, read
from geo.samples.inserting import Row

_TEXTS = (
    *("title", "title_en", "result", "result_en", "description", "description_en"),
    *("elsewhere", "spot", "begins", "ends", "source", "link"),
)


def add(session: Session, town: Callable[[str], int], today: date) -> dict[str, int]:
    """The cards; says how many. Call inside of a `perform`."""
    rows = [_row(record, town, today) for record in read("cards")["cards"]]
    session.execute(insert(Card), rows)
    return {"knowledge_cards": len(rows)}


def _row(record: Record, town: Callable[[str], int], today: date) -> Row:
    return {
        **{name: record.get(name) for name in _TEXTS},
        "municipality_id": town(record["ags"]) if "ags" in record else None,
        "point": geometry.point_in_country(record["lon"], record["lat"]),
        "fields_of_action": record["fields_of_action"],
        "measures": record["measures"],
        "is_checked": record["checked"],
        "published_on": today,
        "is_sample": True,
    }
