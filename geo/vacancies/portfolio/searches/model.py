"""Saved searches, with the hashes of their links. Deleted by one click, or after a year."""

from datetime import datetime
from typing import Any

from sqlalchemy import CHAR, CheckConstraint, ForeignKey, Identity, Index, Integer, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from geo.core.db import Base


class SavedSearch(Base):
    """A search of somebody without an account. `query` is the address of the same list, `told_units` what they know.

    It belongs to no town (`municipality_id` is NULL): whoever looks for premises looks in several.
    """

    __tablename__ = "saved_searches"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("register.municipalities.id"))
    email: Mapped[str]
    language: Mapped[str] = mapped_column(default="de", server_default=text("'de'"))
    filters: Mapped[dict[str, Any]] = mapped_column(JSONB)
    query: Mapped[str]
    form_key: Mapped[str | None]
    confirm_sha256: Mapped[str | None] = mapped_column(CHAR(64))
    confirm_until: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    link_hashes: Mapped[list[str]] = mapped_column(ARRAY(Text()), default=list, server_default=text("'{}'"))
    told_units: Mapped[list[int]] = mapped_column(ARRAY(Integer()), default=list, server_default=text("'{}'"))
    told_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("form_key"),
        CheckConstraint("email = lower(email) AND email LIKE '%_@_%'", name="saved_searches_email"),
        CheckConstraint("language IN ('de', 'en')", name="saved_searches_language"),
        CheckConstraint("confirmed_at IS NOT NULL OR confirm_until IS NOT NULL", name="saved_searches_confirmed"),
        Index("saved_searches_link_hashes_idx", "link_hashes", postgresql_using="gin"),
    )
