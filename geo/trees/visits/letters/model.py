"""Who sends a town's letters, the versions of their texts, and each letter as it was made."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.db import Base

_KINDS = "('ANTRAG','VERSAMMLUNG','AUSHANG','WINDSCHUTZ','DANK')"


class LetterSender(Base):
    """A town's office as it stands on its letters. Internal, but for what stands on the notices in the street."""

    __tablename__ = "letter_senders"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    office: Mapped[str]
    address: Mapped[str | None]
    person: Mapped[str | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    insurance: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("municipality_id"),
        CheckConstraint("length(trim(office)) > 0", name="letter_senders_office"),
    )


class LetterTemplate(Base):
    """One version of a text of a town; the highest number of its kind holds. Never changed."""

    __tablename__ = "letter_templates"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    kind: Mapped[str]
    number: Mapped[int]
    subject: Mapped[str]
    body: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    made_by: Mapped[int | None] = mapped_column(ForeignKey("register.accounts.id", ondelete="SET NULL"))

    __table_args__ = (
        UniqueConstraint("municipality_id", "kind", "number", name="letter_templates_municipality_id_kind_number_key"),
        CheckConstraint(f"kind IN {_KINDS}", name="letter_templates_kind"),
        CheckConstraint("length(trim(subject)) > 0 AND length(trim(body)) > 0", name="letter_templates_text"),
    )


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
