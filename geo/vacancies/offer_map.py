"""The public map and the public collection, as bytes that the database puts together from the stored texts.

Where a box of the map holds more than can be told apart, it holds clusters instead: for today without a filter from the
cells counted beforehand, for any other day or filter counted now, within the public role's time for a statement.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from geo.core.db import bytes_columns
from geo.core.geometry import STATE_BOX
from geo.vacancies.cells import LEVELS, MOST_ON_MAP, MOST_SINGLE, NEAR_ZOOM, BBox, Cells, cells_of, within_state
from geo.vacancies.offers import OfferFilters, conditions, count

# A version, and the bytes that belong to it; None for who has them.
Answer = tuple[str, bytes | None]
# Changes with everything that may change what is on offer: a write anywhere, or a new day.
_VERSION = "(SELECT v.changes || '-' || to_char(v.day, 'YYYYMMDD') FROM published.offer_version v)"
_COLLECTION = '{"type":"FeatureCollection"'
_NEW_TO_THEM = "n.version <> ALL (CAST(:known AS text[]))"


def features(
    session: Session, filters: OfferFilters, language: str, box: BBox | None, day: str, known: Sequence[str] = ()
) -> Answer:
    """A GeoJSON FeatureCollection of all that is public of the offers; `day` is put into their addresses.

    One statement, which reads the offers only for who does not have their version: none of the `known`.
    """
    only = f"(SELECT {_NEW_TO_THEM} FROM n) AND"  # noqa: S608 (own expressions)
    query, values = _offers(f"feature_{language}", filters, box, day, only)
    with_version = f"WITH n AS MATERIALIZED (SELECT {_VERSION} AS version) SELECT n.version FROM n UNION ALL ({query})"  # noqa: S608 (own expressions)
    (first, *texts) = bytes_columns(session, with_version, {**values, "known": list(known)})[0]
    version = _text(first)
    return version, None if version in known else _joined(_COLLECTION, texts)


def _offers(
    column: str, filters: OfferFilters, box: BBox | None, day: str, first: str = ""
) -> tuple[str, dict[str, Any]]:
    """The query of the stored texts, a row each: to put them together costs the database more than to find them."""
    where, values = conditions(filters, box)
    one = f"v.{column}"
    if day:
        one = f"left({one}, -3) || CAST(:day_query AS text) || '\"}}}}'"
        values["day_query"] = f"?am={day}"
    query = f"SELECT {one} FROM published.offers v WHERE {first} {where} ORDER BY v.unit_id LIMIT :limit"  # noqa: S608 (own expressions)
    return query, {**values, "limit": MOST_ON_MAP}


def _joined(head: str, texts: Sequence[bytes | None]) -> bytes:
    return b"".join((head.encode(), b',"features":[', b",".join(texts), b"]}"))  # type: ignore[arg-type]  # none is NULL


def _text(value: bytes | None) -> str:
    return (value or b"").decode()


def on_map(
    session: Session,
    filters: OfferFilters,
    language: str,
    box: BBox | None,
    zoom: float,
    day: str,
    known: Sequence[str] = (),
) -> Answer:
    """What a map of this box and zoom shows: the offers, or `clusters` of [longitude, latitude, count].

    `complete` says that these are all there are for the filters, wherever the map moves to.
    """
    box = within_state(box or STATE_BOX)
    most = MOST_ON_MAP if zoom >= NEAR_ZOOM else MOST_SINGLE
    cells = cells_of(box, zoom)
    is_counted = filters.active == 0 and not day
    version, total, inside, clusters = _counted(session, cells, known if is_counted else None)
    if version in known:
        return version, None
    if not is_counted:
        total = count(session, filters, MOST_SINGLE)

    def drawn(within: BBox | None, head: str) -> Answer:
        return version, _joined(head, bytes_columns(session, *_offers(f"map_{language}", filters, within, day))[0])

    if total <= MOST_SINGLE:
        return drawn(None, f'{_COLLECTION},"complete":true')
    if not is_counted:
        inside = count(session, filters, most, box)
    if inside <= most:
        return drawn(box, _COLLECTION)
    if not is_counted:
        inside, clusters = _counted_now(session, filters, cells)
    head = {"type": "FeatureCollection", "features": [], "total": inside}
    return version, f'{json.dumps(head)[:-1]}, "clusters": [{clusters}]}}'.encode()


_CLUSTERS = """
    SELECT {everything} coalesce(sum(c.offers), 0) AS total,
           coalesce(string_agg('[' || round(c.longitudes / c.offers / 1000000, 4) || ','
               || round(c.latitudes / c.offers / 1000000, 4) || ',' || c.offers || ']', ','), '') AS clusters
    FROM ({counts}) c
"""
_BEFOREHAND = (
    f"SELECT n.version, c.* FROM (SELECT {_VERSION} AS version) n LEFT JOIN LATERAL ("  # noqa: S608 (own expressions)
    + _CLUSTERS.format(
        everything="(SELECT coalesce(sum(k.offers), 0) FROM published.offer_cells k WHERE k.level = :coarsest)"
        " AS everything,",
        counts="""
            SELECT sum(k.offers) AS offers, sum(k.longitudes) AS longitudes, sum(k.latitudes) AS latitudes
            FROM published.offer_cells k
            WHERE k.level = :level AND k.x BETWEEN :left AND :right AND k.y BETWEEN :top AND :bottom
            GROUP BY k.x, k.y HAVING sum(k.offers) > 0""",
    )
    + f") c ON {_NEW_TO_THEM}"
)


def _counted(session: Session, cells: Cells, known: Sequence[str] | None) -> tuple[str, int, int, str]:
    """The version, how many offers there are today, how many these cells hold, and the cells as JSON.

    The version alone for who knows it, and with `known` None.
    """
    if known is None:
        return _text(bytes_columns(session, f"SELECT {_VERSION}", {})[0][0]), 0, 0, ""
    values = {**vars(cells), "coarsest": LEVELS[0], "known": list(known)}
    version, everything, total, clusters = (column[0] for column in bytes_columns(session, _BEFOREHAND, values))
    return _text(version), int(everything or 0), int(total or 0), _text(clusters)


def _counted_now(session: Session, filters: OfferFilters, cells: Cells) -> tuple[int, str]:
    """The same for any day and filter; the middle of a cluster is that of its finest cells: an index has those."""
    where, values = conditions(filters)
    counts = (
        "SELECT f.offers, f.offers * (360 * f.x - 180) * 1000000 AS longitudes,"  # noqa: S608 (own expressions)
        " f.offers * degrees(atan(sinh(pi() * (1 - 2 * f.y))))::numeric * 1000000 AS latitudes"
        " FROM (SELECT count(*) AS offers, (avg(v.cell_x) + 0.5) / :finest AS x, (avg(v.cell_y) + 0.5) / :finest AS y"
        f" FROM published.offers v WHERE {where}"
        " AND v.cell_x >> :shift BETWEEN :left AND :right AND v.cell_y >> :shift BETWEEN :top AND :bottom"
        " GROUP BY v.cell_x >> :shift, v.cell_y >> :shift) f"
    )
    given = {**values, **vars(cells), "shift": cells.shift, "finest": 2 ** LEVELS[-1]}
    query = _CLUSTERS.format(everything="", counts=counts)
    total, clusters = (column[0] for column in bytes_columns(session, query, given))
    return int(total or 0), _text(clusters)
