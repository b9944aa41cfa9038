"""Tables of survey rounds: the round with its walking order, what was seen, and the snapshot taken at its end."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CHAR, CheckConstraint, ForeignKey, ForeignKeyConstraint, Identity, Index, UniqueConstraint, func
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import BigInteger, Integer

from geo.core.db import Base
from geo.vacancies.codes import one_of
from geo.vacancies.surveys.codes import ENTRY_KINDS, ROUND_STATES, SCOPES


class SurveyRound(Base):
    """A walk through a zone (or the whole town) as of a reference day; `route` is the units in walking order."""

    __tablename__ = "survey_rounds"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    zone_id: Mapped[int | None]
    name: Mapped[str]
    reference_day: Mapped[date]
    scope: Mapped[str]
    state: Mapped[str] = mapped_column(default="OFFEN", server_default=sql("'OFFEN'"))
    route: Mapped[list[int]] = mapped_column(ARRAY(Integer()), default=list, server_default=sql("'{}'"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1, server_default=sql("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "municipality_id"], ["register.zones.id", "register.zones.municipality_id"]),
        UniqueConstraint("id", "municipality_id"),
        CheckConstraint("length(trim(name)) > 0", name="survey_rounds_name"),
        CheckConstraint(one_of("scope", SCOPES), name="survey_rounds_scope"),
        CheckConstraint(one_of("state", ROUND_STATES), name="survey_rounds_state"),
        CheckConstraint("(state = 'GESCHLOSSEN') = (closed_at IS NOT NULL)", name="survey_rounds_closed"),
        Index("survey_rounds_municipality_id_idx", "municipality_id"),
    )


class SurveyEntry(Base):
    """What somebody saw: `seen_at` by the clock of their device, `received_at` by the server's.

    `key` is made on the device, so that an entry that was sent twice is one row. `is_applied` is False when the
    person left the register as another had changed it meanwhile. `recorded_by` names who recorded it, if somebody
    else sent it.
    """

    __tablename__ = "survey_entries"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int]
    round_id: Mapped[int]
    unit_id: Mapped[int | None]
    key: Mapped[UUID]
    kind: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("register.accounts.id", ondelete="SET NULL"))
    recorded_by: Mapped[str | None]
    seen_at: Mapped[datetime]
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())
    is_applied: Mapped[bool] = mapped_column(default=True, server_default=sql("true"))
    change_id: Mapped[int | None] = mapped_column(BigInteger())
    photo_id: Mapped[int | None]
    undone_at: Mapped[datetime | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["round_id", "municipality_id"], ["register.survey_rounds.id", "register.survey_rounds.municipality_id"]
        ),
        ForeignKeyConstraint(
            ["unit_id", "municipality_id"],
            ["register.units.id", "register.units.municipality_id"],
            ondelete="SET NULL (unit_id)",
        ),
        UniqueConstraint("municipality_id", "key"),
        CheckConstraint(one_of("kind", ENTRY_KINDS), name="survey_entries_kind"),
        Index("survey_entries_round_id_idx", "round_id", "unit_id"),
        Index("survey_entries_unit_id_idx", "unit_id"),
    )


class SurveySnapshot(Base):
    """The frozen result of a round: canonical JSON and its SHA-256. The database refuses to change it."""

    __tablename__ = "survey_snapshots"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int]
    round_id: Mapped[int]
    reference_day: Mapped[date]
    content: Mapped[str]
    sha256: Mapped[str] = mapped_column(CHAR(64))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        ForeignKeyConstraint(
            ["round_id", "municipality_id"], ["register.survey_rounds.id", "register.survey_rounds.municipality_id"]
        ),
        UniqueConstraint("round_id"),
        CheckConstraint("sha256 = encode(sha256(convert_to(content, 'UTF8')), 'hex')", name="survey_snapshots_sha256"),
    )
