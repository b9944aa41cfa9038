"""What other parts of the register show near a spot: the viewpoints that a founder's guests could walk to."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from geo.core import geometry

MOST = 5

_VIEWPOINTS = text(
    f"""
    SELECT v.id, v.name, v.name_en, public.ST_Distance(v.point::public.geography, here.spot) AS distance_m, v.is_example
    FROM published.viewpoints v,
         (SELECT CAST({geometry.POINT.replace("ST_", "public.ST_")} AS public.geography) AS spot) here
    WHERE public.ST_DWithin(v.point::public.geography, here.spot, :far)
    ORDER BY distance_m, v.id LIMIT :most
    """  # noqa: S608 (own expressions)
)


def viewpoints(session: Session, longitude: float, latitude: float, far_m: float) -> Sequence[Row[Any]]:
    """The public viewpoints within `far_m` metres of the spot (degrees), the nearest first."""
    return session.execute(_VIEWPOINTS, {"x": longitude, "y": latitude, "far": far_m, "most": MOST}).all()
