"""Reads of citizens' reports: the queue of a town, one report, what a unit has been told about; and what is public."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from geo.accounts import links
from geo.core import geometry
from geo.core.db import for_municipality
from geo.core.errors import Invalid, NotFound
from geo.core.paging import MOST_COUNTED, SIZE, Page, decode_key, encode_key
from geo.vacancies.citizens.model import Report, Reporter, ReportSettings
from geo.vacancies.citizens.schemas import NO_PLACE, NO_TOWN, ReportInput

NOT_HERE = "Diese Stadt nimmt hier noch keine Meldungen an. Bitte wenden Sie sich an die Stadtverwaltung."
# Fewer ideas than that about an offer are not told to the public: two of them could be a dialogue of neighbours.
LEAST_TOLD = 3
# The day of a moment, as the clocks in Germany show it.
RECEIVED_ON = "(r.received_at AT TIME ZONE 'Europe/Berlin')::date"


@dataclass(frozen=True)
class ReportTown:
    """A town that takes reports, and a spot amid it for the map of the form."""

    municipality_id: int
    ags: str
    name: str
    lon: float | None
    lat: float | None


@dataclass(frozen=True)
class About:
    """An offer that a form is about: what everybody may know of it, and its town."""

    unit_id: int
    municipality_id: int
    takes_reports: bool


# --- for everybody --------------------------------------------------------------------------

_TOWNS = text(
    """
    SELECT t.municipality_id, t.ags, t.municipality, round(ST_X(c.spot)::numeric, 5)::float8 AS lon,
           round(ST_Y(c.spot)::numeric, 5)::float8 AS lat
    FROM published.report_towns t
    CROSS JOIN LATERAL (SELECT coalesce(
        (SELECT ST_Centroid(ST_Collect(v.point)) FROM published.vacancies v
         WHERE v.municipality_id = t.municipality_id),
        (SELECT ST_PointOnSurface(o.outline) FROM published.municipality_outlines o
         WHERE o.municipality_id = t.municipality_id AND o.during @> current_date LIMIT 1)) AS spot) c
    ORDER BY t.municipality, t.ags
    """
)
_AT = text(
    f"""
    SELECT t.municipality_id FROM published.report_towns t
    JOIN published.municipality_outlines o ON o.municipality_id = t.municipality_id AND o.during @> current_date
    WHERE ST_DWithin(o.outline, {geometry.POINT}, :margin)
    ORDER BY ST_Distance(o.outline, {geometry.POINT}), t.municipality_id LIMIT 1
    """  # noqa: S608 (own expressions)
)
MARGIN_DEG = 0.001
_ABOUT = text(
    """
    SELECT v.id AS unit_id, v.municipality_id,
           EXISTS (SELECT FROM published.report_towns t WHERE t.municipality_id = v.municipality_id) AS takes_reports
    FROM published.vacancies v WHERE v.id = :id LIMIT 1
    """
)
_IDEAS = text(
    """
    SELECT i.wish, sum(i.ideas)::int AS ideas FROM published.unit_ideas i
    WHERE i.unit_id = :unit AND i.decided_on <= CAST(:day AS date) GROUP BY i.wish ORDER BY ideas DESC, i.wish
    """
)


def towns(session: Session) -> list[ReportTown]:
    """The towns that take reports; any role may ask."""
    return [ReportTown(*row) for row in session.execute(_TOWNS)]


def about(session: Session, unit_id: int) -> About:
    """The offer that a form is about; any role may ask. Raises `NotFound` for what is not public."""
    row = session.execute(_ABOUT, {"id": unit_id}).first()
    if row is None:
        raise NotFound("Der Leerstand", unit_id)
    return About(*row)


def town_of(session: Session, data: ReportInput) -> int:
    """The town that a report is for: that of the offer, or of the point, or the chosen one. Raises `Invalid`."""
    if data.unit_id is not None:
        row = session.execute(_ABOUT, {"id": data.unit_id}).first()
        if row is None or not row.takes_reports:
            raise Invalid({"address": NO_PLACE if row is None else NOT_HERE})
        return int(row.municipality_id)
    if data.point is not None:
        spot = {"x": data.point[0], "y": data.point[1], "margin": MARGIN_DEG}
        found = session.scalar(_AT, spot)
        if found is None:
            raise Invalid({"latitude": NOT_HERE})
        return int(found)
    for town in towns(session):
        if town.ags == data.ags:
            return town.municipality_id
    raise Invalid({"gemeinde": NO_TOWN})


def ideas(session: Session, unit_id: int, day: date) -> list[tuple[str, int]]:
    """What people miss where an offer is, as the town had released it on the day, most wanted first; any role may ask.

    Nothing while there are fewer than `LEAST_TOLD`.
    """
    found = [(row.wish, row.ideas) for row in session.execute(_IDEAS, {"unit": unit_id, "day": day})]
    return found if sum(number for _, number in found) >= LEAST_TOLD else []


# --- for the town ---------------------------------------------------------------------------


@dataclass(frozen=True)
class ReportRow:
    """A report in a list, as it was on a day."""

    id: int
    kind: str
    wish: str | None
    words: str | None
    place: str
    unit_id: int | None
    has_photo: bool
    received_at: datetime
    outcome: str | None
    decided_on: date | None
    wants_answer: bool
    is_example: bool


# What was decided after the day is still open on it.
_LIST = f"""
    SELECT * FROM (
        SELECT r.id, r.kind, r.wish, r.words,
               coalesce(nullif(concat_ws(' ', p.street, p.house_number), ''), r.address, '') AS place, r.unit_id,
               r.photo_sha256 IS NOT NULL AS has_photo, r.received_at,
               CASE WHEN r.decided_on <= CAST(:day AS date) THEN r.outcome END AS outcome,
               CASE WHEN r.decided_on <= CAST(:day AS date) THEN r.decided_on END AS decided_on,
               EXISTS (SELECT FROM register.citizen_reporters w WHERE w.report_id = r.id AND w.confirmed_at IS NOT NULL)
                   AS wants_answer,
               r.is_example
        FROM register.citizen_reports r
        LEFT JOIN register.units u ON u.id = r.unit_id
        LEFT JOIN register.places p ON p.id = u.place_id
        WHERE r.municipality_id = :town AND {RECEIVED_ON} <= CAST(:day AS date)
          AND (CAST(:kind AS text) IS NULL OR r.kind = :kind)
    ) r
    WHERE (CAST(:is_open AS boolean) IS NULL OR (r.outcome IS NULL) = :is_open)
"""  # noqa: S608 (own expression)
_PAGE = {
    order: text(
        f"{_LIST} AND (CAST(:at AS timestamptz) IS NULL"
        f" OR (r.received_at, r.id) {sign} (CAST(:at AS timestamptz), :id))"
        f" ORDER BY r.received_at {order}, r.id {order} LIMIT :limit"
    )
    for order, sign in (("ASC", ">"), ("DESC", "<"))
}
_COUNT = text(f"SELECT count(*) FROM ({_LIST}) found")  # noqa: S608 (own expression)


def listing(
    session: Session,
    municipality_id: int,
    day: date,
    *,
    is_open: bool | None,
    kind: str | None = None,
    after: str | None = None,
    size: int = SIZE,
) -> Page[ReportRow]:
    """A page of a town's reports as of the day (the session works in the town): open ones oldest first, else newest."""
    position = decode_key(after, (str, int))
    values: dict[str, Any] = {"town": municipality_id, "day": day, "is_open": is_open, "kind": kind}
    at: datetime | None = None
    if position is not None:
        try:
            at = datetime.fromisoformat(position[0])
        except ValueError:
            raise Invalid({"ab": "Diese Seite der Liste gibt es nicht."}) from None
    values |= {"at": at, "id": position[1] if position else 0, "limit": size + 1}
    rows = [ReportRow(**row._mapping) for row in session.execute(_PAGE["ASC" if is_open else "DESC"], values)]
    next_key = None
    if len(rows) > size:
        rows = rows[:size]
        next_key = encode_key([rows[-1].received_at.isoformat(), rows[-1].id])
    total = session.scalar(_COUNT, values) or 0
    return Page(rows, next_key, min(total, MOST_COUNTED), total > MOST_COUNTED)


def get(session: Session, report_id: int) -> Report:
    """A report of the town that the session works in. Raises `NotFound`."""
    found = session.get(Report, report_id, populate_existing=True)
    if found is None:
        raise NotFound("Die Meldung", report_id)
    return found


def reporter(session: Session, report: Report) -> Reporter | None:
    """Who waits for an answer to a report, if anybody."""
    with for_municipality(session, report.municipality_id):
        return session.get(Reporter, report.id, populate_existing=True)


def by_confirmation(session: Session, token: str, now: datetime) -> tuple[Report, Reporter]:
    """The report whose mail address a link confirms. Raises `NotFound` for a link that leads nowhere (any more)."""
    town, hashed = links.read(token)
    with for_municipality(session, town):
        found = session.scalar(
            select(Reporter)
            .where(Reporter.confirm_sha256 == hashed, Reporter.confirm_until > now)
            .execution_options(populate_existing=True)
        )
        report = None if found is None else session.get(Report, found.report_id)
    if found is None or report is None:
        raise NotFound(links.WHAT)
    return report, found


def settings_of(session: Session, municipality_id: int) -> ReportSettings:
    """What the town has set (the session works in it); version 0 where it has set nothing."""
    chosen = select(ReportSettings).where(ReportSettings.municipality_id == municipality_id)
    found = session.scalar(chosen.execution_options(populate_existing=True))
    return found or ReportSettings(municipality_id=municipality_id, takes_reports=False, version=0)


def open_reports(session: Session, municipality_id: int, day: date) -> int:
    """How many reports wait in a town on the day; the session works in it."""
    values = {"town": municipality_id, "day": day, "is_open": True, "kind": None}
    return session.scalar(_COUNT, values) or 0


_OF_UNIT = text(
    f"""
    SELECT r.id, r.kind, r.wish, r.words, r.received_at, r.is_example,
           CASE WHEN r.decided_on <= CAST(:day AS date) THEN r.outcome END AS outcome
    FROM register.citizen_reports r
    WHERE r.unit_id = :unit AND {RECEIVED_ON} <= CAST(:day AS date)
      AND (r.outcome IS NULL OR r.outcome <> 'UNZULAESSIG')
    ORDER BY r.received_at DESC, r.id DESC
    """  # noqa: S608 (own expression)
)


def of_unit(session: Session, unit_id: int, day: date) -> Sequence[Row[Any]]:
    """What citizens said about a unit until the day, newest first; the session works in its town."""
    return session.execute(_OF_UNIT, {"unit": unit_id, "day": day}).all()


_PHOTOS = text(
    "SELECT r.municipality_id, r.photo_sha256::text FROM register.citizen_reports r WHERE r.photo_sha256 IS NOT NULL"
)


def photos(session: Session) -> set[tuple[int, str]]:
    """Municipality and hash of every photo of a report; needs a session that sees all towns."""
    return {(row[0], row[1]) for row in session.execute(_PHOTOS)}
