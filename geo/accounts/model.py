"""Tables of people. Personal columns stand in `accounts` alone; its history is a table of its own and can be erased."""

from datetime import datetime
from typing import Any

from sqlalchemy import CHAR, CheckConstraint, ForeignKey, Identity, Index, LargeBinary, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from geo.core.db import Base


class Account(Base):
    """A person who may sign in. `email` is kept in lower case."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    email: Mapped[str]
    name: Mapped[str]
    locale: Mapped[str] = mapped_column(default="de", server_default=text("'de'"))
    disabled_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    memberships: Mapped[list["AccountMembership"]] = relationship(lazy="raise", back_populates="account")

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("email"),
        CheckConstraint("email = lower(email) AND email LIKE '%_@_%'", name="accounts_email"),
        CheckConstraint("length(trim(name)) > 0", name="accounts_name"),
    )


class Credentials(Base):
    """How an account proves itself. Never in the history with values; the TOTP secret is encrypted."""

    __tablename__ = "account_credentials"

    account_id: Mapped[int] = mapped_column(ForeignKey("register.accounts.id", ondelete="CASCADE"), primary_key=True)
    password_hash: Mapped[str | None]
    password_changed_at: Mapped[datetime | None]
    totp_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_confirmed_at: Mapped[datetime | None]
    totp_last_step: Mapped[int | None]
    recovery_hashes: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))


class Passkey(Base):
    """A WebAuthn credential of an account."""

    __tablename__ = "account_passkeys"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("register.accounts.id", ondelete="CASCADE"))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_used_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("credential_id"),
        Index("account_passkeys_account_id_idx", "account_id"),
    )


class ExternalIdentity(Base):
    """A town's own account (OpenID Connect) that stands for an account here."""

    __tablename__ = "account_identities"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("register.accounts.id", ondelete="CASCADE"))
    issuer: Mapped[str]
    subject: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (UniqueConstraint("issuer", "subject"),)


class AccountMembership(Base):
    """A role of an account: town roles in one municipality, alliance roles in none."""

    __tablename__ = "memberships"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("register.accounts.id", ondelete="CASCADE"))
    role: Mapped[str]
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("register.municipalities.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    account: Mapped[Account] = relationship(lazy="raise", back_populates="memberships")

    __table_args__ = (
        UniqueConstraint("account_id", "municipality_id", "role"),
        CheckConstraint(
            "(role IN ('viewer','editor','manager') AND municipality_id IS NOT NULL)"
            " OR (role IN ('planner','curator','reviewer','office','admin') AND municipality_id IS NULL)",
            name="memberships_role_scope",
        ),
        Index(
            "memberships_one_per_town",
            "account_id",
            "municipality_id",
            unique=True,
            postgresql_where=text("municipality_id IS NOT NULL"),
        ),
        Index(
            "memberships_one_alliance_role",
            "account_id",
            "role",
            unique=True,
            postgresql_where=text("municipality_id IS NULL"),
        ),
    )


class SignInSession(Base):
    """A session on the server: known by the hash of its token only, so that the table opens no door."""

    __tablename__ = "sessions"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    token_sha256: Mapped[str] = mapped_column(CHAR(64))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("register.accounts.id", ondelete="CASCADE"))
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    user_agent: Mapped[str | None]
    ip_prefix: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("token_sha256"),
        Index("sessions_account_id_idx", "account_id"),
        Index("sessions_expires_at_idx", "expires_at"),
    )


class Throttle(Base):
    """Tries counted per key (account, network, whole register) in a window of time; shared by all processes."""

    __tablename__ = "throttles"

    key: Mapped[str] = mapped_column(primary_key=True)
    window_start: Mapped[datetime] = mapped_column(primary_key=True)
    tries: Mapped[int] = mapped_column(default=0)


class OneTimeLink(Base):
    """A link sent by mail (invitation, new password): single use, expiring, known by its hash only."""

    __tablename__ = "one_time_links"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("register.accounts.id", ondelete="CASCADE"))
    purpose: Mapped[str]
    token_sha256: Mapped[str] = mapped_column(CHAR(64))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("token_sha256"),
        CheckConstraint("purpose IN ('invitation','password')", name="one_time_links_purpose"),
        Index("one_time_links_account_id_idx", "account_id"),
    )


class IdempotencyKey(Base):
    """A form or request that was already carried out: the same key again gets the same answer and writes nothing.

    A form is answered by where it led (`location`), a program by what it was told (`answer`, JSON).
    """

    __tablename__ = "idempotency_keys"

    key: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("register.accounts.id", ondelete="CASCADE"), primary_key=True)
    body_sha256: Mapped[str] = mapped_column(CHAR(64))
    status: Mapped[int]
    location: Mapped[str | None]
    answer: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
