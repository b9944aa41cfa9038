"""The public map and the public collection, as bytes that the database puts together from the stored texts.

Where a box of the map holds more than can be told apart, it holds clusters instead: for today without a filter from the
cells counted beforehand, for any other day or filter counted now, within the public role's time for a statement.
"""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core.geometry import STATE_BOX
from geo.vacancies.cells import LEVELS, MOST_ON_MAP, MOST_SINGLE, NEAR_ZOOM, BBox, Cells, cells_of, within_state
from geo.vacancies.offers import OfferFilters, conditions, count


def version(session: Session) -> str:
    """Changes with everything that may change what is on offer: a write anywhere, or a new day."""
    row = session.execute(text("SELECT v.changes, v.day FROM published.offer_version v")).one()
    return f"{row.changes}-{row.day:%Y%m%d}"


def features(session: Session, filters: OfferFilters, language: str, box: BBox | None, day: str) -> bytes:
    """A GeoJSON FeatureCollection of all that is public of the offers; `day` is put into their addresses."""
    where, values = conditions(filters, box)
    return _collection(
        session, f"feature_{language}", where, {**values, "day_kept": day}, '{"type":"FeatureCollection"'
    )


def _collection(session: Session, column: str, where: str, values: Mapping[str, Any], head: str) -> bytes:
    one = f"v.{column}"
    if values["day_kept"]:
        one = f"left({one}, -3) || :day_query || '\"}}}}'"
    query = text(
        "SELECT CAST(:head AS text) || ',\"features\":['"  # noqa: S608 (own expressions)
        " || coalesce(string_agg(f.body, ',' ORDER BY f.unit_id), '') || ']}' AS body"
        f" FROM (SELECT v.unit_id, {one} AS body FROM published.offers v WHERE {where}"
        " ORDER BY v.unit_id LIMIT :limit) f"
    )
    given = {**values, "head": head, "limit": MOST_ON_MAP, "day_query": f"?am={values['day_kept']}"}
    return str(session.scalar(query, given)).encode()


def on_map(session: Session, filters: OfferFilters, language: str, box: BBox | None, zoom: float, day: str) -> bytes:
    """What a map of this box and zoom shows: the offers, or `clusters` of [longitude, latitude, count].

    `complete` says that these are all there are for the filters, wherever the map moves to.
    """
    box = within_state(box or STATE_BOX)
    most = MOST_ON_MAP if zoom >= NEAR_ZOOM else MOST_SINGLE
    cells = cells_of(box, zoom)
    is_counted = filters.active == 0 and not day
    if is_counted:
        total, inside, clusters = _counted(session, cells)
    else:
        total = count(session, filters, MOST_SINGLE)
    column, values = f"map_{language}", {"day_kept": day}
    if total <= MOST_SINGLE:
        where, more = conditions(filters)
        return _collection(session, column, where, values | more, '{"type":"FeatureCollection","complete":true')
    if not is_counted:
        inside = count(session, filters, most, box)
    if inside <= most:
        where, more = conditions(filters, box)
        return _collection(session, column, where, values | more, '{"type":"FeatureCollection"')
    if not is_counted:
        inside, clusters = _counted_now(session, filters, cells)
    head = {"type": "FeatureCollection", "features": [], "total": inside}
    return f'{json.dumps(head)[:-1]}, "clusters": [{clusters}]}}'.encode()


_CLUSTERS = """
    SELECT {everything} coalesce(sum(c.offers), 0) AS total,
           coalesce(string_agg('[' || round(c.longitudes / c.offers / 1000000, 4) || ','
               || round(c.latitudes / c.offers / 1000000, 4) || ',' || c.offers || ']', ','), '') AS clusters
    FROM ({counts}) c
"""
_BEFOREHAND = text(
    _CLUSTERS.format(
        everything="(SELECT coalesce(sum(k.offers), 0) FROM published.offer_cells k WHERE k.level = :coarsest)"
        " AS everything,",
        counts="""
            SELECT sum(k.offers) AS offers, sum(k.longitudes) AS longitudes, sum(k.latitudes) AS latitudes
            FROM published.offer_cells k
            WHERE k.level = :level AND k.x BETWEEN :left AND :right AND k.y BETWEEN :top AND :bottom
            GROUP BY k.x, k.y HAVING sum(k.offers) > 0""",
    )
)


def _counted(session: Session, cells: Cells) -> tuple[int, int, str]:
    """How many offers there are today, how many these cells hold, and the cells as JSON."""
    row = session.execute(_BEFOREHAND, {**vars(cells), "coarsest": LEVELS[0]}).one()
    return int(row.everything), int(row.total), row.clusters


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
    row = session.execute(text(_CLUSTERS.format(everything="", counts=counts)), given).one()
    return int(row.total), row.clusters
