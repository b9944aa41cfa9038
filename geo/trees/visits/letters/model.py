"""Each letter about a visit as it was made."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.db import Base

_KINDS = "('ANTRAG','VERSAMMLUNG','AUSHANG','WINDSCHUTZ','DANK')"


class VisitLetter(Base):
    """A letter as it was made: its words, its drawing as SVG. `template_number` is None for the register's own text."""

    __tablename__ = "visit_letters"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("register.visits.id", ondelete="CASCADE"))
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    kind: Mapped[str]
    template_number: Mapped[int | None]
    subject: Mapped[str]
    body: Mapped[str]
    drawing: Mapped[str | None]
    drawing_words: Mapped[str | None]
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    made_by: Mapped[int | None] = mapped_column(ForeignKey("register.accounts.id", ondelete="SET NULL"))

    __table_args__ = (
        CheckConstraint(f"kind IN {_KINDS}", name="visit_letters_kind"),
        Index("visit_letters_visit_id_idx", "visit_id"),
    )
