"""Who sends a town's letters, and the versions of their texts."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.db import Base

# Those of the trees' visits, and those to owners.
_KINDS = "('ANTRAG','VERSAMMLUNG','AUSHANG','WINDSCHUTZ','DANK','EIGENTUM')"


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
