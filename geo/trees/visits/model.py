"""A visit: a stop, a period, so many modules of each class, in one of three layers that never mix."""

import uuid
from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    SmallInteger,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.db import Base


class Visit(Base):
    """Trees at a stop for a period.

    `during` is half open. `plane` is what a stay's is: the database keeps visits of a stop apart in a draft, among the
    decided ones, and among the actual ones. An actual visit that fulfils a decided one names it in `planned_visit_id`:
    permit, rota, feedback and verdict stay with the decided one, the actual one says when the trees really came and
    left. One without it was recorded as it was and has all of that itself. `uid` outlives a move into another town.
    """

    __tablename__ = "visits"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    uid: Mapped[uuid.UUID] = mapped_column(server_default=text("gen_random_uuid()"))
    schedule_id: Mapped[int] = mapped_column(ForeignKey("register.schedules.id", ondelete="CASCADE"))
    stop_id: Mapped[int]
    municipality_id: Mapped[int]
    during: Mapped[Range[date]]
    modules_s: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    modules_l: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    layer: Mapped[str] = mapped_column(default="ENTWURF", server_default=text("'ENTWURF'"))
    planned_visit_id: Mapped[int | None] = mapped_column(ForeignKey("register.visits.id"))
    is_pinned: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    exception_reason: Mapped[str | None]
    title: Mapped[str | None]
    note: Mapped[str | None]
    public_text: Mapped[str | None]
    opening_at: Mapped[datetime | None]
    permit_state: Mapped[str] = mapped_column(default="OFFEN", server_default=text("'OFFEN'"))
    permit_applied_on: Mapped[date | None]
    permit_decided_on: Mapped[date | None]
    permit_reference: Mapped[str | None]
    has_parade: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    parade_filed_on: Mapped[date | None]
    signs_up_on: Mapped[date | None]
    decision: Mapped[str] = mapped_column(default="OFFEN", server_default=text("'OFFEN'"))
    decision_note: Mapped[str | None]
    end_precision: Mapped[str] = mapped_column(default="TAG", server_default=text("'TAG'"))
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    plane: Mapped[int] = mapped_column(
        Computed("CASE layer WHEN 'ENTWURF' THEN schedule_id WHEN 'BESCHLOSSEN' THEN 0 ELSE -1 END", persisted=True)
    )
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("uid", deferrable=True, initially="DEFERRED"),
        UniqueConstraint("id", "stop_id", "plane", name="visits_id_stop_id_plane_key"),
        UniqueConstraint("planned_visit_id"),
        ForeignKeyConstraint(
            ["stop_id", "municipality_id"],
            ["register.stops.id", "register.stops.municipality_id"],
            name="visits_stop_id_municipality_id_fkey",
        ),
        ExcludeConstraint(
            ("plane", "="),
            ("stop_id", "="),
            ("during", "&&"),
            name="visits_one_at_a_time",
            deferrable=True,
            initially="DEFERRED",
        ),
        CheckConstraint(
            "NOT isempty(during) AND NOT lower_inf(during) AND NOT upper_inf(during)", name="visits_period"
        ),
        CheckConstraint(
            "modules_s BETWEEN 0 AND 200 AND modules_l BETWEEN 0 AND 200 AND modules_s + modules_l BETWEEN 1 AND 200",
            name="visits_modules",
        ),
        CheckConstraint("layer IN ('ENTWURF','BESCHLOSSEN','TATSAECHLICH')", name="visits_layer"),
        CheckConstraint("planned_visit_id IS NULL OR layer = 'TATSAECHLICH'", name="visits_planned"),
        CheckConstraint(
            "permit_state IN ('NICHT_NOETIG','OFFEN','BEANTRAGT','GENEHMIGT','ABGELEHNT')", name="visits_permit_state"
        ),
        CheckConstraint("permit_decided_on >= permit_applied_on", name="visits_permit_days"),
        CheckConstraint("decision IN ('OFFEN','PFLANZEN','NICHT_PFLANZEN','WIEDERHOLEN')", name="visits_decision"),
        CheckConstraint("end_precision IN ('TAG', 'MONAT')", name="visits_end_precision"),
        Index("visits_schedule_id_idx", "schedule_id"),
        Index("visits_during_idx", "during", postgresql_using="gist"),
    )
