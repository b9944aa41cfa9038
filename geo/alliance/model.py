"""Members of the alliance, their contacts (a table that the office alone reads), who works in which working group."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, SmallInteger, func, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.db import Base

KIND_CHECK = (
    "kind IN ('MINISTERIUM','BEHOERDE','KAMMER','VERBAND','STADT','UNTERNEHMEN','HOCHSCHULE','INITIATIVE','SONSTIGES')"
)


class Member(Base):
    """An organisation in the alliance. Where its first day is not known, `known_on` says when it was named as one.

    A member from the first of the two on until the day before `left_on`.
    """

    __tablename__ = "alliance_members"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("register.municipalities.id"))
    website: Mapped[str | None]
    joined_on: Mapped[date | None]
    known_on: Mapped[date | None]
    left_on: Mapped[date | None]
    is_public: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    source: Mapped[str | None]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        CheckConstraint("length(trim(name)) > 0", name="alliance_members_name"),
        CheckConstraint(KIND_CHECK, name="alliance_members_kind"),
        CheckConstraint("municipality_id IS NULL OR kind = 'STADT'", name="alliance_members_town"),
        CheckConstraint("website LIKE 'https://_%' OR website LIKE 'http://_%'", name="alliance_members_website"),
        CheckConstraint(
            "coalesce(joined_on, known_on) IS NOT NULL AND (joined_on IS NULL OR known_on IS NULL)",
            name="alliance_members_since",
        ),
        CheckConstraint("left_on > coalesce(joined_on, known_on)", name="alliance_members_left"),
        ExcludeConstraint(
            (text("lower(trim(name))"), "="),
            (text("daterange(coalesce(joined_on, known_on), left_on)"), "&&"),
            name="alliance_members_once",
        ),
        ExcludeConstraint(
            ("municipality_id", "="),
            (text("daterange(coalesce(joined_on, known_on), left_on)"), "&&"),
            name="alliance_members_town_once",
        ),
    )


class Contact(Base):
    """A person to turn to in an organisation. Row level security shows it to the office and nobody else."""

    __tablename__ = "alliance_contacts"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("register.alliance_members.id", ondelete="CASCADE"))
    name: Mapped[str]
    function: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    note: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        CheckConstraint("length(trim(name)) > 0", name="alliance_contacts_name"),
        CheckConstraint("email = lower(email) AND email LIKE '%_@_%'", name="alliance_contacts_email"),
        Index("alliance_contacts_member_id_idx", "member_id"),
    )


class GroupMember(Base):
    """An organisation in a working group (`register.working_groups`), with what it does there."""

    __tablename__ = "alliance_group_members"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    working_group_id: Mapped[int] = mapped_column(ForeignKey("register.working_groups.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("register.alliance_members.id"))
    task: Mapped[str | None]
    leads: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    since: Mapped[date | None]
    until: Mapped[date | None]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    __table_args__ = (
        CheckConstraint("until > since", name="alliance_group_members_period"),
        ExcludeConstraint(
            ("working_group_id", "="),
            ("member_id", "="),
            (text("daterange(since, until)"), "&&"),
            name="alliance_group_members_once",
        ),
        Index("alliance_group_members_member_id_idx", "member_id"),
    )


class Count(Base):
    """How many members the alliance itself said it had on a day; `is_more`: more than that."""

    __tablename__ = "alliance_counts"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    day: Mapped[date]
    members: Mapped[int] = mapped_column(SmallInteger)
    is_more: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    source: Mapped[str]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    __table_args__ = (
        CheckConstraint("members BETWEEN 0 AND 10000", name="alliance_counts_members"),
        CheckConstraint("length(trim(source)) > 0", name="alliance_counts_source"),
        Index("alliance_counts_day_key", "day", unique=True),
    )
