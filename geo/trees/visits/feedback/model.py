"""One answer of a neighbour about a visit."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.db import Base


class VisitFeedback(Base):
    """What somebody said, without a name. Internal until it is released; `form_key` lets a form count once."""

    __tablename__ = "visit_feedback"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("register.visits.id", ondelete="CASCADE"))
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    mood: Mapped[str]
    plant: Mapped[str]
    words: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="NEU", server_default=text("'NEU'"))
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())
    form_key: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("form_key"),
        CheckConstraint("mood IN ('GUT','EGAL','GESTOERT')", name="visit_feedback_mood"),
        CheckConstraint("plant IN ('JA','NEIN','UNSICHER')", name="visit_feedback_plant"),
        CheckConstraint("length(words) <= 1000", name="visit_feedback_words"),
        CheckConstraint("state IN ('NEU','FREIGEGEBEN','ABGELEHNT')", name="visit_feedback_state"),
        Index("visit_feedback_visit_id_idx", "visit_id"),
    )
