"""Files for GIS and analysis: GeoPackage, FlatGeobuf, GeoParquet, GeoJSON, with codes beside their names.

Columns carry the register's own keys. A code stands under its key, its German or English name under `…_label`; a day
that may be known to the month only stands as it would be typed, and as a real day under `…_date`. So the same file can
be filtered, and imported again as no change.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyogrio
from pyarrow import parquet

from geo.core.geometry import WGS84, WGS84_NAME
from geo.vacancies.columns import Kind
from geo.vacancies.exporting.fields import Field
from geo.vacancies.exporting.stream import points
from geo.vacancies.exporting.values import labels, last_day, period_text, several_labels

GEOMETRY = "geometry"
LAYER = "nutzungseinheiten"
_GROUP_ROWS = 100_000
_UNJOURNALED = {"OGR_SQLITE_SYNCHRONOUS": "OFF", "OGR_SQLITE_JOURNAL": "OFF", "OGR_SQLITE_CACHE": "128"}


def layout(fields: Sequence[Field]) -> pa.Schema:
    """The columns of such a file, without the point."""
    columns: list[pa.Field] = []
    for field in fields:
        match field.kind:
            case Kind.DEGREES:
                continue  # that is the point
            case Kind.CODE | Kind.CODES:
                columns += [pa.field(field.name, pa.string()), pa.field(f"{field.name}_label", pa.string())]
            case Kind.SINCE | Kind.UNTIL:
                columns += [pa.field(field.name, pa.string()), pa.field(f"{field.name}_date", pa.date32())]
            case _:
                columns.append(pa.field(field.name, field.arrow_type))
    return pa.schema(columns)


def _columns(batch: pa.RecordBatch, fields: Sequence[Field], language: str) -> list[pa.Array]:
    """The batch's values in that layout."""
    columns: list[pa.Array] = []
    for field in fields:
        column = batch.column(field.name)
        match field.kind:
            case Kind.DEGREES:
                continue
            case Kind.CODE:
                columns += [column, labels(column, field.codes or {}, language)]
            case Kind.CODES:
                columns += [column, several_labels(column, field.codes or {}, language)]
            case Kind.SINCE:
                columns += [period_text(field, batch), column]
            case Kind.UNTIL:
                columns += [period_text(field, batch), last_day(column)]
            case _:
                columns.append(column)
    return columns


def _with_points(
    rows: Iterator[pa.RecordBatch], fields: Sequence[Field], language: str, schema: pa.Schema
) -> Iterator[pa.RecordBatch]:
    for batch in rows:
        yield pa.record_batch([*_columns(batch, fields, language), points(batch)], schema=schema)


def write_gdal(path: Path, driver: str, rows: Iterator[pa.RecordBatch], fields: Sequence[Field], language: str) -> None:
    """By GDAL, which takes the batches as they come; a file that is broken off is thrown away and needs no journal."""
    pyogrio.set_gdal_config_options(_UNJOURNALED)
    schema = layout(fields).append(pa.field(GEOMETRY, pa.binary()))
    reader = pa.RecordBatchReader.from_batches(schema, _with_points(rows, fields, language, schema))
    pyogrio.write_arrow(
        reader,
        path,
        driver=driver,
        layer=LAYER,
        geometry_name=GEOMETRY,
        geometry_type="Point",
        crs=f"EPSG:{WGS84}",
        layer_options={"GEOMETRY_NAME": GEOMETRY} if driver == "GPKG" else None,
        dataset_options={"VERSION": "1.3"} if driver == "GPKG" else None,  # for GIS of some years ago
    )


def write_parquet(path: Path, rows: Iterator[pa.RecordBatch], fields: Sequence[Field], language: str) -> None:
    """GeoParquet 1.1: WKB points in longitude and latitude (OGC:CRS84, the default of the standard)."""
    about = {
        "version": "1.1.0",
        "primary_column": GEOMETRY,
        "columns": {GEOMETRY: {"encoding": "WKB", "geometry_types": ["Point"], "crs": WGS84_NAME}},
    }
    schema = layout(fields).append(pa.field(GEOMETRY, pa.binary()))
    schema = schema.with_metadata({"geo": json.dumps(about)})
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in _with_points(rows, fields, language, schema):
            writer.write_batch(batch, row_group_size=_GROUP_ROWS)


def write_geojson(path: Path, rows: Iterator[pa.RecordBatch], fields: Sequence[Field], language: str) -> None:
    """RFC 7946, a feature a line: whole columns are turned into JSON and joined, row by row nothing is done."""
    schema = layout(fields)
    with path.open("wb", buffering=1 << 20) as file:
        file.write(b'{"type":"FeatureCollection","name":"%s","features":[\n' % LAYER.encode())
        separator = ""
        for batch in rows:
            features = _features(batch, _columns(batch, fields, language), schema)
            joined = pc.binary_join(pa.ListArray.from_arrays([0, len(features)], features), ",\n")
            file.write(separator.encode())
            file.write(joined[0].as_buffer())
            separator = ",\n"
        file.write(b"\n]}\n")


def _features(batch: pa.RecordBatch, columns: Sequence[pa.Array], schema: pa.Schema) -> pa.Array:
    longitude, latitude = (_rounded(batch.column(name)) for name in ("point_x", "point_y"))
    parts: list[pa.Array | pa.Scalar] = [pa.scalar('{"type":"Feature",')]
    if schema.names[0] == "id":
        parts += [pa.scalar('"id":'), columns[0].cast(pa.string()), pa.scalar(",")]
    spot = pc.binary_join_element_wise(
        pa.scalar('{"type":"Point","coordinates":['), longitude, ",", latitude, pa.scalar("]}"), ""
    )
    parts += [pa.scalar('"geometry":'), pc.fill_null(spot, "null"), pa.scalar(',"properties":{')]
    for number, (name, column) in enumerate(zip(schema.names, columns, strict=True)):
        parts += [pa.scalar(f'{"," if number else ""}"{name}":'), _json(column)]
    return pc.binary_join_element_wise(*parts, pa.scalar("}}"), "")


def _rounded(column: pa.Array) -> pa.Array:
    return pc.round(column, 7).cast(pa.string())


def _json(column: pa.Array) -> pa.Array:
    """A column's values as JSON."""
    if pa.types.is_string(column.type):
        words = pc.binary_join_element_wise('"', _escaped(column), '"', "")
    elif pa.types.is_date(column.type):
        words = pc.binary_join_element_wise('"', column.cast(pa.string()), '"', "")
    else:
        words = column.cast(pa.string())
    return pc.fill_null(words, "null")


def _escaped(column: pa.Array) -> pa.Array:
    """Texts with what JSON does not take as it is; most columns hold nothing of the kind."""
    if not pc.any(pc.match_substring_regex(column, pattern=r'["\\\x00-\x1f]')).as_py():
        return column
    encoded = column.dictionary_encode()
    safe = [json.dumps(value, ensure_ascii=False)[1:-1] for value in encoded.dictionary.to_pylist()]
    return pa.array(safe, pa.string()).take(encoded.indices)
