"""What is written for PostgreSQL's binary COPY comes out of the database as it went in, whatever is missing."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest
import shapely
from sqlalchemy import text

from geo.vacancies.importing.rowbytes import Form, written

KINDS = {
    "id": (pa.int32(), "integer"),
    "content": (pa.int64(), "bigint"),
    "condition": (pa.int16(), "smallint"),
    "amount": (pa.decimal128(18, 2), "numeric"),
    "is_so": (pa.bool_(), "boolean"),
    "day": (pa.date32(), "date"),
    "word": (pa.string(), "text"),
    "fixed": (pa.binary(3), "text"),
    "problems": (pa.string(), "jsonb"),
    "codes": (pa.string(), "text[]"),
    "spot": (pa.string(), "geometry"),
}
FORMS = {"problems": Form.JSON, "codes": Form.CODES, "spot": Form.HEX}
AMOUNTS = ["0.00", "-0.01", "0.10", "99.99", "100.00", "9999.99", "10000.00", "-123456.78", "1234567890123456.78"]
SPOT = shapely.to_wkb(shapely.set_srid(shapely.Point(11.05, 50.93), 4326), hex=True, include_srid=True)
VALUES = {
    "content": [0, 1, -1, 2**63 - 1, -(2**63)],
    "condition": [1, 5, -32768],
    "amount": [Decimal(one) for one in AMOUNTS],
    "is_so": [True, False],
    "day": [date(2000, 1, 1), date(1899, 12, 31), date(2026, 5, 1)],
    "word": ["", "Straße", "a\nb\t\\.", "„x“", "x" * 5000],
    "fixed": [b"NEU"],
    "problems": ['{"floor": "Bitte eine Zahl angeben."}', "[]"],
    "codes": ["{}", "{WC}", "{KELLER,WC}"],
    "spot": [SPOT],
}


def cells(name, rows, chance, missing):
    return [None if chance.random() < missing else chance.choice(VALUES[name]) for _ in range(rows)]


def expected(name, value):
    if value is None:
        return None
    return {
        "fixed": lambda: value.decode(),
        "codes": lambda: [code for code in value.strip("{}").split(",") if code],
        "problems": lambda: value,
    }.get(name, lambda: value)()


@pytest.mark.parametrize("missing", [0, 0.3, 1])
def test_rows_come_out_as_they_went_in(staff, missing):
    chance, rows = random.Random(7), 300
    given = {"id": list(range(rows))} | {name: cells(name, rows, chance, missing) for name in VALUES}
    given["day"] = [one and one + timedelta(chance.randrange(9)) for one in given["day"]]
    # A part out of the middle: what was filtered or sliced holds more than it shows.
    columns = {name: pa.array(values, KINDS[name][0])[5:] for name, values in given.items()}
    names, data = written(columns, FORMS)
    staff.execute(text(f"CREATE TEMP TABLE came ({', '.join(f'{name} {kind}' for name, (_, kind) in KINDS.items())})"))
    driver = staff.connection().connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY came ({', '.join(names)}) FROM STDIN (FORMAT binary)") as copy:
        copy.write(data)
    shown = [
        {"problems": "problems::text", "spot": "upper(encode(ST_AsEWKB(spot), 'hex'))"}.get(name, name)
        for name in KINDS
    ]
    found = staff.execute(text(f"SELECT {', '.join(shown)} FROM came ORDER BY id")).all()
    wanted = [tuple(expected(name, given[name][row]) for name in KINDS) for row in range(5, rows)]
    assert [tuple(row) for row in found] == wanted
    assert {len(str(row[3]).partition(".")[2]) for row in found if row[3] is not None} <= {2}
