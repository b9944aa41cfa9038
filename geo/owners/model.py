"""Owners, what they own, what they agreed to, how they were contacted, and what is left of somebody erased."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    SmallInteger,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.db import Base
from geo.owners.codes import ATTITUDES, CHANNELS, CONSENT_WAYS, CONSENTS, GROUNDS, KINDS, RESULTS, SALUTATIONS
from geo.vacancies.codes import one_of

# Heirs and joint owners: one third is 1 and 3. Both are unknown, or the part is no more than the whole.
_SHARE = (
    "(share_n IS NULL) = (share_d IS NULL) AND coalesce(share_n, 1) BETWEEN 1 AND coalesce(share_d, 1)"
    " AND coalesce(share_d, 1) <= 1000000"
)


def of_owner(table: str, column: str = "owner_id") -> ForeignKeyConstraint:
    """Goes when the owner goes."""
    return ForeignKeyConstraint(
        [column, "municipality_id"],
        ["register.owners.id", "register.owners.municipality_id"],
        name=f"{table}_{column}_municipality_id_fkey",
        ondelete="CASCADE",
    )


def of_unit(*, ondelete: str | None = "CASCADE") -> ForeignKeyConstraint:
    """Hangs on a unit of the same town."""
    units = ["register.units.id", "register.units.municipality_id"]
    return ForeignKeyConstraint(["unit_id", "municipality_id"], units, ondelete=ondelete)


class Owner(Base):
    """A person or body that owns units. `delete_on` is the day on which everything about them is erased."""

    __tablename__ = "owners"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    kind: Mapped[str]
    name: Mapped[str]
    salutation: Mapped[str | None]
    contact_name: Mapped[str | None]
    street: Mapped[str | None]
    postcode: Mapped[str | None]
    locality: Mapped[str | None]
    country: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    is_local: Mapped[bool | None]
    attitude: Mapped[str | None]
    do_not_contact: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    do_not_contact_on: Mapped[date | None]
    source: Mapped[str | None]
    informed_on: Mapped[date | None]
    delete_on: Mapped[date]
    note: Mapped[str | None]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("id", "municipality_id"),
        CheckConstraint(one_of("kind", KINDS), name="owners_kind"),
        CheckConstraint("length(trim(name)) > 0", name="owners_name"),
        CheckConstraint(one_of("salutation", SALUTATIONS), name="owners_salutation"),
        CheckConstraint(one_of("attitude", ATTITUDES), name="owners_attitude"),
        CheckConstraint("do_not_contact = (do_not_contact_on IS NOT NULL)", name="owners_do_not_contact"),
        Index("owners_municipality_id_idx", "municipality_id"),
        Index("owners_delete_on_idx", "delete_on"),
    )


class OwnerMember(Base):
    """An heir of a community, or a partner of another body; the representative gets its letters."""

    __tablename__ = "owner_members"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int]
    community_id: Mapped[int]
    member_id: Mapped[int]
    share_n: Mapped[int | None]
    share_d: Mapped[int | None]
    is_representative: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    __table_args__ = (
        UniqueConstraint("community_id", "member_id"),
        of_owner("owner_members", "community_id"),
        of_owner("owner_members", "member_id"),
        CheckConstraint("community_id <> member_id", name="owner_members_not_itself"),
        CheckConstraint(_SHARE, name="owner_members_share"),
        Index("owner_members_member_id_idx", "member_id"),
        Index(
            "owner_members_one_representative",
            "community_id",
            unique=True,
            postgresql_where=text("is_representative"),
        ),
    )


class Ownership(Base):
    """Who owns a unit, from when to when, and which part of it."""

    __tablename__ = "ownerships"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int]
    unit_id: Mapped[int]
    owner_id: Mapped[int]
    during: Mapped[Range[date]]
    share_n: Mapped[int | None]
    share_d: Mapped[int | None]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        of_unit(ondelete=None),
        of_owner("ownerships"),
        CheckConstraint("NOT isempty(during)", name="ownerships_period"),
        CheckConstraint(_SHARE, name="ownerships_share"),
        ExcludeConstraint(("unit_id", "="), ("owner_id", "="), ("during", "&&"), name="ownerships_once"),
        Index("ownerships_owner_id_idx", "owner_id"),
    )


class OwnerConsent(Base):
    """What an owner agreed to, when, how, and until when; for one unit or (unit_id None) for all of theirs."""

    __tablename__ = "owner_consents"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int]
    owner_id: Mapped[int]
    unit_id: Mapped[int | None]
    kind: Mapped[str]
    level: Mapped[int | None] = mapped_column(SmallInteger)
    given_on: Mapped[date]
    until: Mapped[date | None]
    how: Mapped[str]
    withdrawn_on: Mapped[date | None]
    note: Mapped[str | None]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        of_owner("owner_consents"),
        of_unit(),
        CheckConstraint(one_of("kind", CONSENTS), name="owner_consents_kind"),
        CheckConstraint(
            "(kind = 'VEROEFFENTLICHUNG') = (level IS NOT NULL) AND level BETWEEN 2 AND 4", name="owner_consents_level"
        ),
        CheckConstraint(one_of("how", CONSENT_WAYS), name="owner_consents_how"),
        CheckConstraint("until >= given_on AND withdrawn_on >= given_on", name="owner_consents_period"),
        Index("owner_consents_owner_id_idx", "owner_id"),
        Index("owner_consents_unit_id_idx", "unit_id"),
    )


class OwnerContact(Base):
    """A letter, a call, a visit: when, how, and what came of it."""

    __tablename__ = "owner_contacts"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int]
    owner_id: Mapped[int]
    campaign_id: Mapped[int | None]
    happened_on: Mapped[date]
    channel: Mapped[str]
    result: Mapped[str]
    note: Mapped[str | None]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("register.accounts.id", ondelete="SET NULL"))
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        of_owner("owner_contacts"),
        ForeignKeyConstraint(
            ["campaign_id", "municipality_id"],
            ["register.owner_campaigns.id", "register.owner_campaigns.municipality_id"],
            ondelete="CASCADE",
        ),
        CheckConstraint(one_of("channel", CHANNELS), name="owner_contacts_channel"),
        CheckConstraint(one_of("result", RESULTS), name="owner_contacts_result"),
        Index("owner_contacts_owner_id_idx", "owner_id"),
        Index("owner_contacts_campaign_id_idx", "campaign_id"),
    )


class OwnerSettings(Base):
    """How long a town keeps owners (months), how long they may answer (days), what its cost sheets assume."""

    __tablename__ = "owner_settings"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    keep_months: Mapped[int] = mapped_column(SmallInteger, default=24, server_default=text("24"))
    answer_days: Mapped[int] = mapped_column(SmallInteger, default=60, server_default=text("60"))
    assumptions: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("municipality_id"),
        CheckConstraint("keep_months BETWEEN 1 AND 120 AND answer_days BETWEEN 7 AND 365", name="owner_settings_days"),
    )


class OwnerErasure(Base):
    """That somebody was erased: when, on which ground, and how many rows of each kind; nothing of the person."""

    __tablename__ = "owner_erasures"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    owner_id: Mapped[int]
    ground: Mapped[str]
    erased_at: Mapped[datetime] = mapped_column(server_default=func.now())
    erased_by: Mapped[int | None] = mapped_column(ForeignKey("register.accounts.id", ondelete="SET NULL"))
    counts: Mapped[dict[str, Any]] = mapped_column(JSONB)

    __table_args__ = (
        CheckConstraint(one_of("ground", GROUNDS), name="owner_erasures_ground"),
        Index("owner_erasures_municipality_id_idx", "municipality_id"),
    )
