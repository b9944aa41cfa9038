"""What a town has set for itself."""

from sqlalchemy import CheckConstraint, ForeignKey, Identity, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.db import Base
from geo.vacancies.freshness.rules import COLUMNS, DAYS, MOST_DAYS

_DEFAULTS = dict(DAYS.values())


def _days(column: str) -> Mapped[int]:
    days = _DEFAULTS[column]
    return mapped_column(SmallInteger, default=days, server_default=text(str(days)))


class TownSettings(Base):
    """For how many days a confirmation holds, by state; whether the public may read the town's rate; whom founders ask;
    whether the town may be named where measures worked.

    A town without a row has the defaults.
    """

    __tablename__ = "town_settings"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    fresh_used_days: Mapped[int] = _days("fresh_used_days")
    fresh_empty_days: Mapped[int] = _days("fresh_empty_days")
    fresh_interim_days: Mapped[int] = _days("fresh_interim_days")
    fresh_let_days: Mapped[int] = _days("fresh_let_days")
    fresh_rebuilt_days: Mapped[int] = _days("fresh_rebuilt_days")
    fresh_threatened_days: Mapped[int] = _days("fresh_threatened_days")
    fresh_off_market_days: Mapped[int] = _days("fresh_off_market_days")
    fresh_unknown_days: Mapped[int] = _days("fresh_unknown_days")
    rates_public: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    contact_office: Mapped[str | None]
    contact_email: Mapped[str | None]
    contact_phone: Mapped[str | None]
    outcomes_shared: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("municipality_id"),
        CheckConstraint(
            f"least({', '.join(COLUMNS)}) >= 1 AND greatest({', '.join(COLUMNS)}) <= {MOST_DAYS}",
            name="town_settings_fresh_days",
        ),
        CheckConstraint(
            "contact_email = lower(contact_email) AND contact_email LIKE '%_@_%'", name="town_settings_contact_email"
        ),
    )
