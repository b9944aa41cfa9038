"""Columns of rows as PostgreSQL's binary COPY takes them: the database has no text to take apart, and a whole batch is
written by the column.

A column's SQL type follows from its Arrow type (decimals are `numeric` with two digits), but for those that say otherwise:
`Form`.
"""

import enum
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_START = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END = b"\xff\xff"
_MISSING = b"\xff\xff\xff\xff"
_EPOCH_DAYS = 10_957  # of 2000-01-01, from which PostgreSQL counts, since 1970-01-01
_GROUP = 10_000  # a numeric's digits go by four
_TEXT_OID = 25


class Form(enum.Enum):
    """What the texts of a column are in the database."""

    JSON = enum.auto()
    CODES = enum.auto()  # an array of texts, written {A,B}
    HEX = enum.auto()  # bytes


def written(columns: Mapping[str, pa.Array], forms: Mapping[str, Form]) -> tuple[tuple[str, ...], bytes]:
    """The columns' names in the order in which they stand, and the bytes of all rows."""
    fixed = {name: one for name, one in columns.items() if one.null_count == 0 and _width(one, forms.get(name))}
    rows = len(next(iter(columns.values())))
    head = np.zeros(rows, np.dtype([("fields", ">i2"), *_places(fixed)]))
    head["fields"] = len(columns)
    for name, one in fixed.items():
        head[f"{name}/length"] = _width(one, None)
        head[name] = _numbers(one)
    parts = [_texts_of(head)]
    rest = [name for name in columns if name not in fixed]
    for name in rest:
        parts += _with_lengths(columns[name], forms.get(name))
    joined = pc.binary_join_element_wise(
        *parts, pa.scalar(b"", pa.binary()), null_handling="replace", null_replacement=b""
    )
    first, last = joined.offset, joined.offset + rows
    ends = np.frombuffer(joined.buffers()[1], np.int32)
    return (*fixed, *rest), b"".join((_START, memoryview(joined.buffers()[2])[ends[first] : ends[last]], _END))


def _places(fixed: Mapping[str, pa.Array]) -> list[tuple[str, Any]]:
    return [
        place
        for name, one in fixed.items()
        for place in ((f"{name}/length", ">i4"), (name, _dtype(one).newbyteorder(">")))
    ]


def _dtype(column: pa.Array) -> np.dtype[Any]:
    kind = column.type
    if pa.types.is_decimal(kind):
        return _numeric(_groups(_hundredths(column)))
    if pa.types.is_date32(kind):
        return np.dtype(np.int32)
    if pa.types.is_fixed_size_binary(kind):
        return np.dtype((np.void, kind.byte_width))
    return np.dtype(np.int8) if pa.types.is_boolean(kind) else np.dtype(kind.to_pandas_dtype())


def _width(column: pa.Array, form: Form | None) -> int:
    """Bytes of each value; 0 where they differ."""
    is_text = pa.types.is_string(column.type) or pa.types.is_binary(column.type)
    return 0 if form or is_text else _dtype(column).itemsize


def _numbers(column: pa.Array) -> np.ndarray:
    """The values of a column of fixed width, as they stand in the rows; anything where there is none."""
    if pa.types.is_decimal(column.type):
        return _decimals(column)
    if pa.types.is_fixed_size_binary(column.type):
        width = column.type.byte_width
        data = np.frombuffer(column.buffers()[1], np.dtype((np.void, width)))
        return data[column.offset : column.offset + len(column)]
    if pa.types.is_date32(column.type):
        return pc.fill_null(column.view(pa.int32()), 0).to_numpy(zero_copy_only=False) - _EPOCH_DAYS
    filled = (
        column if column.null_count == 0 else pc.fill_null(column, False if pa.types.is_boolean(column.type) else 0)
    )
    return filled.to_numpy(zero_copy_only=False)


def _hundredths(column: pa.Array) -> np.ndarray:
    whole = np.frombuffer(column.buffers()[1], np.int64)[::2][column.offset : column.offset + len(column)]
    return whole if column.null_count == 0 else np.where(column.is_valid().to_numpy(zero_copy_only=False), whole, 0)


def _groups(hundredths: np.ndarray) -> int:
    """How many groups of digits the largest has before the comma."""
    most = int(np.abs(hundredths).max(initial=0)) // 100
    return max(-(-len(str(most)) // 4), 1)


def _numeric(groups: int) -> np.dtype[Any]:
    head = [(name, ">i2") for name in ("n", "weight", "sign", "scale")]
    return np.dtype([*head, ("digits", ">i2", groups + 1)])


def _decimals(column: pa.Array) -> np.ndarray:
    hundredths = _hundredths(column)
    groups = _groups(hundredths)
    made = np.zeros(len(column), _numeric(groups))
    made["n"], made["weight"], made["scale"] = groups + 1, groups - 1, 2
    made["sign"] = np.where(hundredths < 0, 0x4000, 0)
    left = np.abs(hundredths)
    made["digits"][:, groups] = left % 100 * 100
    left = left // 100
    for group in range(groups - 1, -1, -1):
        made["digits"][:, group] = left % _GROUP
        left = left // _GROUP
    return made


def _texts_of(rows: np.ndarray) -> pa.Array:
    """Each row's bytes."""
    ends = np.arange(len(rows) + 1, dtype=np.int32) * np.int32(rows.dtype.itemsize)
    return pa.Array.from_buffers(pa.binary(), len(rows), [None, pa.py_buffer(ends), pa.py_buffer(rows)])


def _with_lengths(column: pa.Array, form: Form | None) -> list[pa.Array]:
    """The lengths of the values and the values."""
    if form is not None:
        coded = column.dictionary_encode()
        made = pa.array([_formed(word, form) for word in coded.dictionary.to_pylist()], pa.binary())
        column = made.take(coded.indices)
    elif width := _width(column, form):
        cells = np.zeros(len(column), np.dtype([("length", ">i4"), ("value", _dtype(column).newbyteorder(">"))]))
        cells["length"], cells["value"] = width, _numbers(column)
        return [pc.if_else(column.is_valid(), _texts_of(cells), pa.scalar(_MISSING, pa.binary()))]
    lengths = pc.fill_null(pc.binary_length(column), -1).to_numpy(zero_copy_only=False).astype(">i4")
    return [_texts_of(lengths), column.cast(pa.binary())]


def _formed(word: str, form: Form) -> bytes:
    match form:
        case Form.JSON:
            return b"\1" + word.encode()
        case Form.HEX:
            return bytes.fromhex(word)
        case Form.CODES:
            codes = [code.encode() for code in word.strip("{}").split(",") if code]
            head = (1, 0, _TEXT_OID, len(codes), 1) if codes else (0, 0, _TEXT_OID)
            return b"".join(_number(one) for one in head) + b"".join(_number(len(code)) + code for code in codes)


def _number(value: int) -> bytes:
    return value.to_bytes(4, "big", signed=True)
