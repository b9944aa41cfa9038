"""Campaigns, their letters, the links in them, and what came back; nothing of it is written to a unit by itself."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CHAR,
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
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.db import Base
from geo.owners.codes import CAMPAIGN_STATES, LETTER_STATES, OBJECTIONS, PROPOSAL_STATES, RESULTS
from geo.owners.model import of_owner, of_unit
from geo.vacancies.codes import one_of


def _of_letter() -> ForeignKeyConstraint:
    letters = ["register.owner_letters.id", "register.owner_letters.municipality_id"]
    return ForeignKeyConstraint(["letter_id", "municipality_id"], letters, ondelete="CASCADE")


class Campaign(Base):
    """A group of vacant units (`filter_query` as the list has it, on a day), and the letter to their owners."""

    __tablename__ = "owner_campaigns"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    name: Mapped[str]
    day: Mapped[date]
    filter_query: Mapped[str]
    filter_words: Mapped[str]
    units_n: Mapped[int]
    left_out: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    subject: Mapped[str]
    body: Mapped[str]
    template_number: Mapped[int | None]
    assumptions: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    answer_until: Mapped[date]
    state: Mapped[str] = mapped_column(default="ENTWURF", server_default=text("'ENTWURF'"))
    sent_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    made_by: Mapped[int | None] = mapped_column(ForeignKey("register.accounts.id", ondelete="SET NULL"))
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("id", "municipality_id"),
        CheckConstraint("length(trim(name)) > 0", name="owner_campaigns_name"),
        CheckConstraint(one_of("state", CAMPAIGN_STATES), name="owner_campaigns_state"),
        CheckConstraint("(state = 'ENTWURF') = (sent_on IS NULL)", name="owner_campaigns_sent"),
        Index("owner_campaigns_municipality_id_idx", "municipality_id"),
    )


class Letter(Base):
    """One owner's letter in a campaign. `owner_id` and `body` are empty once the owner is erased."""

    __tablename__ = "owner_letters"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int]
    campaign_id: Mapped[int]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("register.owners.id", ondelete="SET NULL"))
    state: Mapped[str] = mapped_column(default="ENTWURF", server_default=text("'ENTWURF'"))
    body: Mapped[str | None]
    printed_at: Mapped[datetime | None]
    sent_on: Mapped[date | None]
    answered_on: Mapped[date | None]
    result: Mapped[str | None]
    wrong_tries: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("id", "municipality_id"),
        UniqueConstraint("campaign_id", "owner_id"),
        ForeignKeyConstraint(
            ["campaign_id", "municipality_id"],
            ["register.owner_campaigns.id", "register.owner_campaigns.municipality_id"],
            ondelete="CASCADE",
        ),
        CheckConstraint(one_of("state", LETTER_STATES), name="owner_letters_state"),
        CheckConstraint(one_of("result", RESULTS), name="owner_letters_result"),
        CheckConstraint("(state = 'BEANTWORTET') = (answered_on IS NOT NULL)", name="owner_letters_answered"),
        Index("owner_letters_owner_id_idx", "owner_id"),
    )


class LetterUnit(Base):
    """A unit that a letter is about."""

    __tablename__ = "owner_letter_units"

    letter_id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int]

    __table_args__ = (_of_letter(), of_unit(), Index("owner_letter_units_unit_id_idx", "unit_id"))


class Link(Base):
    """A secret address: of a printed letter (BRIEF), or of the form behind it (ANTWORT). Known by its hash alone."""

    __tablename__ = "owner_links"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int]
    letter_id: Mapped[int]
    purpose: Mapped[str]
    token_sha256: Mapped[str] = mapped_column(CHAR(64))
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("token_sha256"),
        _of_letter(),
        CheckConstraint("purpose IN ('BRIEF', 'ANTWORT')", name="owner_links_purpose"),
        Index("owner_links_letter_id_idx", "letter_id"),
        Index(
            "owner_links_one_code",
            "letter_id",
            unique=True,
            postgresql_where=text("purpose = 'BRIEF' AND used_at IS NULL"),
        ),
    )


class Answer(Base):
    """What an owner sent by the link. What it would change stands in its proposals."""

    __tablename__ = "owner_answers"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int]
    letter_id: Mapped[int]
    owner_id: Mapped[int]
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())
    objection: Mapped[str | None]
    wants_call: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    call_phone: Mapped[str | None]
    call_when: Mapped[str | None]
    message: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="OFFEN", server_default=text("'OFFEN'"))
    done_at: Mapped[datetime | None]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("register.accounts.id", ondelete="SET NULL"))
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("id", "municipality_id"),
        UniqueConstraint("letter_id"),
        _of_letter(),
        of_owner("owner_answers"),
        CheckConstraint(one_of("objection", OBJECTIONS), name="owner_answers_objection"),
        CheckConstraint("state IN ('OFFEN', 'ERLEDIGT')", name="owner_answers_state"),
        CheckConstraint("wants_call = (call_phone IS NOT NULL)", name="owner_answers_call"),
        Index("owner_answers_owner_id_idx", "owner_id"),
        Index("owner_answers_municipality_id_idx", "municipality_id"),
    )


class Proposal(Base):
    """One value that an owner would change, of a unit or (unit_id None) of what is known of themselves."""

    __tablename__ = "owner_proposals"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int]
    answer_id: Mapped[int]
    unit_id: Mapped[int | None]
    field: Mapped[str]
    before: Mapped[str | None]
    after: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="OFFEN", server_default=text("'OFFEN'"))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("register.accounts.id", ondelete="SET NULL"))
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        ForeignKeyConstraint(
            ["answer_id", "municipality_id"],
            ["register.owner_answers.id", "register.owner_answers.municipality_id"],
            ondelete="CASCADE",
        ),
        of_unit(),
        CheckConstraint(one_of("state", PROPOSAL_STATES), name="owner_proposals_state"),
        Index("owner_proposals_answer_id_idx", "answer_id"),
        Index("owner_proposals_unit_id_idx", "unit_id"),
    )
