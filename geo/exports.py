"""Public collections as GeoDataFrames, for analysis in notebooks and for files."""

import geopandas
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core.features import Feature
from geo.core.geometry import WGS84


def as_frame(session: Session, feature: Feature) -> geopandas.GeoDataFrame:
    """Everything public of a collection: one row an object, the declared columns, geometry in EPSG:4326.

    Reads the published view, so a session of the public role is enough. Meant for analysis: it holds all rows in
    memory (about 1 kB each).
    """
    columns = dict.fromkeys((*feature.columns, feature.geometry))
    # The names come from the declaration in the code, never from a person.
    statement = text(f"SELECT {', '.join(filter(None, columns))} FROM {feature.view} ORDER BY 1")  # noqa: S608
    return geopandas.read_postgis(statement, session.connection(), geom_col=feature.geometry, crs=WGS84)
