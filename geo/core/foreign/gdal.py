"""GDAL with the wanted drivers only: the others could read further files or ask other servers."""

import os
import sys
from collections.abc import Collection
from typing import Any

# Every driver of vector data that the library brings; one that is missing here is found when it starts (a test tells).
DRIVERS = (
    "ADBC", "AIVector", "AVCBin", "AVCE00", "AmigoCloud", "CSV", "CSW", "Carto", "DGN", "DXF", "EDIGEO", "EEDA",
    "ESRI Shapefile", "ESRIJSON", "Elasticsearch", "FlatGeobuf", "GDALG", "GML", "GPKG", "GPSBabel", "GPX", "GTFS",
    "GeoJSON", "GeoJSONSeq", "GeoRSS", "HTTP", "Idrisi", "JML", "JSONFG", "KML", "LIBKML", "LVBAG", "MBTiles", "MEM",
    "MVT", "MapInfo File", "MapML", "MiraMonVector", "NGW", "OAPIF", "ODS", "OGCAPI", "OGR_GMT", "OGR_PDS", "OGR_VRT",
    "OSM", "OpenFileGDB", "PCIDSK", "PDF", "PDS4", "PGDUMP", "PLSCENES", "PMTiles", "S57", "SQLite", "SXF", "Selafin",
    "TopoJSON", "VDV", "VFK", "VICAR", "WAsP", "WFS", "XLSX",
)  # fmt: skip


def before_start(wanted: Collection[str]) -> None:
    """Switch every other driver off, which GDAL reads only when it starts: before `pyogrio` is imported.

    Nor are pandas and geopandas loaded with it, which take longer than the rest together.
    """
    os.putenv("GDAL_SKIP", ",".join(name for name in DRIVERS if name not in wanted))
    os.putenv("OGR_GEOJSON_MAX_OBJ_SIZE", "50")
    os.putenv("GDAL_NUM_THREADS", "1")
    os.putenv("CPL_DEBUG", "OFF")
    for name in ("geopandas", "pandas"):
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # Python's way to say that there is none


def after_start(pyogrio: Any, wanted: Collection[str]) -> None:
    """End the process when a driver is on that should not be."""
    if not set(pyogrio.list_drivers()) <= set(wanted):
        raise SystemExit("other drivers are on")
