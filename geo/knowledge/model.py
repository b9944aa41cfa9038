"""A best-practice card."""

from datetime import date, datetime

from geoalchemy2 import WKBElement
from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, SmallInteger, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.db import Base
from geo.core.geometry import COUNTRY_BOX, point_rule, point_type


class Card(Base):
    """What was done in a town of the register or in one that it names (`elsewhere`), and what came of it.

    `begins` and `ends` are years. `is_proposal`: a town wrote it for the office to look at; it is one until published.
    """

    __tablename__ = "knowledge_cards"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("register.municipalities.id"))
    elsewhere: Mapped[str | None]
    spot: Mapped[str | None]
    point: Mapped[WKBElement] = mapped_column(point_type())
    working_group_id: Mapped[int | None] = mapped_column(ForeignKey("register.working_groups.id"))
    title: Mapped[str]
    title_en: Mapped[str | None]
    result: Mapped[str]
    result_en: Mapped[str | None]
    description: Mapped[str]
    description_en: Mapped[str | None]
    fields_of_action: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    measures: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    begins: Mapped[int | None] = mapped_column(SmallInteger)
    ends: Mapped[int | None] = mapped_column(SmallInteger)
    source: Mapped[str]
    link: Mapped[str | None]
    is_checked: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    is_proposal: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    published_on: Mapped[date | None]
    is_sample: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        CheckConstraint(
            "num_nonnulls(municipality_id, elsewhere) = 1 AND length(trim(elsewhere)) BETWEEN 1 AND 120",
            name="knowledge_cards_town",
        ),
        CheckConstraint(point_rule("point", COUNTRY_BOX), name="knowledge_cards_point"),
        CheckConstraint(
            "length(trim(title)) > 0 AND length(trim(result)) > 0 AND length(trim(description)) > 0"
            " AND length(trim(source)) > 0",
            name="knowledge_cards_texts",
        ),
        CheckConstraint(
            "fields_of_action <@ ARRAY['ANGEBOT','IDENTITAET','OEFFENTLICHER_RAUM']", name="knowledge_cards_fields"
        ),
        CheckConstraint(
            "array_to_string(measures, ',') ~ '^([A-Z0-9]{1,10}(,[A-Z0-9]{1,10})*)?$'", name="knowledge_cards_measures"
        ),
        CheckConstraint(
            "begins BETWEEN 1900 AND 2099 AND ends BETWEEN 1900 AND 2099 AND ends >= begins",
            name="knowledge_cards_period",
        ),
        CheckConstraint(r"link ~ '^https?://\S+$'", name="knowledge_cards_link"),
        Index("knowledge_cards_municipality_id_idx", "municipality_id"),
        Index("knowledge_cards_point_idx", "point", postgresql_using="gist"),
    )

    @property
    def is_published(self) -> bool:
        return self.published_on is not None
