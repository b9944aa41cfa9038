"""Reads of best-practice cards for everybody: from the published view alone."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core.errors import NotFound
from geo.core.translated import Translated
from geo.knowledge.feature import CARDS


@dataclass(frozen=True)
class PublishedCard(Translated):
    """A published card; `values` are the columns its feature declares, coordinates are degrees."""

    longitude: float
    latitude: float

    def name(self, lang: str) -> str:
        return str(self.in_language("title", lang)[0])


@dataclass(frozen=True)
class Filters:
    """What a visitor looks for; None: everything. `town` is a key (AGS) or the name of a town outside Thuringia."""

    field: str | None = None
    group: str | None = None
    measure: str | None = None
    town: str | None = None

    @property
    def count(self) -> int:
        return sum(bool(getattr(self, name)) for name in self.__dataclass_fields__)


_CARDS = text(
    f"""
    SELECT {CARDS.select_list("c")}, public.ST_X(c.point) AS longitude, public.ST_Y(c.point) AS latitude
    FROM published.knowledge_cards c
    WHERE (CAST(:field AS text) IS NULL OR :field = ANY(c.fields_of_action))
      AND (CAST(:group AS text) IS NULL OR c.group_slug = :group)
      AND (CAST(:measure AS text) IS NULL OR :measure = ANY(c.measures))
      AND (CAST(:town AS text) IS NULL OR coalesce(c.ags, c.town) = :town)
      AND (CAST(:id AS integer) IS NULL OR c.id = :id)
      AND (CAST(:project AS integer) IS NULL OR c.working_group =
           (SELECT p.working_group FROM published.pilot_projects p WHERE p.id = :project))
    ORDER BY c.town, c.title, c.id
    """  # noqa: S608 (columns from the declaration)
)
_TOWNS = text(
    "SELECT DISTINCT coalesce(c.ags, c.town) AS key, c.town FROM published.knowledge_cards c ORDER BY c.town, key"
)
_GROUPS = text(
    "SELECT DISTINCT c.group_slug, c.working_group, c.working_group_en FROM published.knowledge_cards c"
    " WHERE c.group_slug IS NOT NULL ORDER BY c.working_group"
)
_MEASURES = text("SELECT DISTINCT unnest(c.measures) AS code FROM published.knowledge_cards c ORDER BY code")


def cards(
    session: Session, filters: Filters, card_id: int | None = None, project_id: int | None = None
) -> list[PublishedCard]:
    """The published cards that pass the filters, by town; of a public project: those of its working group."""
    bound = {name: getattr(filters, name) for name in filters.__dataclass_fields__}
    return [
        PublishedCard({name: row._mapping[name] for name in CARDS.columns}, row.longitude, row.latitude)
        for row in session.execute(_CARDS, {**bound, "id": card_id, "project": project_id})
    ]


def card(session: Session, card_id: int) -> PublishedCard:
    """A published card. Raises `NotFound`."""
    found = cards(session, Filters(), card_id)
    if not found:
        raise NotFound("Das Beispiel", card_id)
    return found[0]


def towns(session: Session) -> list[tuple[str, str]]:
    """The towns that have a card: key for the filter, and name."""
    return [(row.key, row.town) for row in session.execute(_TOWNS)]


def groups(session: Session, lang: str) -> list[tuple[str, str]]:
    """The working groups that have a card: short name and name."""
    found = session.execute(_GROUPS)
    return [(row.group_slug, row.working_group_en if lang == "en" else row.working_group) for row in found]


def measures(session: Session) -> list[str]:
    """The codes of the measures that some card shows."""
    return list(session.scalars(_MEASURES))
