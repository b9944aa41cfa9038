"""The quick way through a text gives the same rows as the csv module, whatever quotes, separators and blanks it has."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.imports.child import columnwise, stream
from geo.imports.child.request import Found

CELL = st.text(alphabet='ab ä,;"\n.0-', max_size=6)
ROW = st.lists(CELL, min_size=1, max_size=4)


def written(raw, separator, width, skip=1):
    found = Found("CSV", [], "x", [], iter(()))
    target = io.BytesIO()
    count = stream.Stream(io.BytesIO(raw), "utf-8", separator, skip, 0, width, found).write(target)
    rows = list(csv.reader(io.StringIO(target.getvalue().decode(), newline="")))
    assert len(rows) == count
    return rows, found


def expected(raw, separator, width, skip=1):
    text = raw.decode().replace("\r\n", "\n").replace("\r", "\n")
    rows = []
    for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator), 1):
        if number > skip and any(map(str.strip, cells)):
            rows.append([str(number), *(cells + [""] * width)[:width]])
    return rows


@settings(max_examples=300, deadline=None)
@given(
    st.lists(ROW, max_size=8),
    st.sampled_from(";,\t"),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.integers(1, 4),
)
def test_what_the_csv_module_writes_is_read_as_it_reads_it(rows, separator, quoting, width):
    made = io.StringIO(newline="")
    csv.writer(made, delimiter=separator, quoting=quoting, lineterminator="\r\n").writerows([["Kopf"] * width, *rows])
    raw = made.getvalue().encode()
    assert written(raw, separator, width)[0] == expected(raw, separator, width)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet='a;,"\n ', max_size=60), st.integers(1, 4))
def test_quotes_where_they_do_not_belong_are_read_as_the_csv_module_reads_them(text, width):
    raw = f"Kopf\n{text}".encode()
    assert written(raw, ";", width)[0] == expected(raw, ";", width)


FILLED = st.text(alphabet='ab ä,;"\n.0-', max_size=6).map(lambda cell: cell.replace('"', "") if len(cell) % 2 else cell)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["a", "ä b", "1,5", "x\ny"]), FILLED, FILLED), min_size=1, max_size=8),
    st.sampled_from(";,\t"),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["\n", ""]),
)
def test_regular_rows_all_at_once_are_read_as_the_csv_module_reads_them(rows, separator, quoting, end):
    made = io.StringIO(newline="")
    csv.writer(made, delimiter=separator, quoting=quoting, lineterminator="\n").writerows([["Kopf"] * 3, *rows])
    raw = (made.getvalue().removesuffix("\n") + end).encode()
    quick = columnwise.finished(raw, separator, 3, 1, 1, None, None)
    if quick is None:  # only a quote within a cell makes such rows irregular
        assert any('"' in cell for row in rows for cell in row)
    else:
        found = list(csv.reader(io.StringIO(quick.lines.decode(), newline="")))
        assert found == expected(raw, separator, 3) and (quick.rows, quick.records) == (len(rows), len(rows) + 1)


@pytest.mark.parametrize(
    "odd",
    [
        'a;"b"c;d',
        'a;b"c;d',
        'a; "b";c',
        'a;"b""c";d',
        "a;b",
        "a;b;c;d",
        ";;",
        " ; ; ",
        "",
        'a;"b\n\\.";c',
        'a;"b;c',
    ],
)
def test_a_block_with_anything_odd_is_left_to_the_csv_module(odd, monkeypatch):
    raw = f"Kopf;b;c\na;1,5;2\n{odd}\nx;y;z\n".encode()
    assert columnwise.finished(raw, ";", 3, 1, 1, None, None) is None
    monkeypatch.setattr(stream, "_LEAST", 0)
    cleaned = [[cell.replace("\n\\.", "\n\\ .") for cell in row] for row in expected(raw, ";", 3)]
    assert written(raw, ";", 3)[0] == cleaned


def test_rows_all_at_once_and_one_by_one_follow_each_other(monkeypatch):
    raw = b"n;x;y\n" + b"a;1,5;2\n" * 60 + b'b;3;4;5\n\nc;"6";7\n' + b'"d";8;"9"\n' * 60
    slow = written(raw, ";", 3)
    monkeypatch.setattr(stream, "_LEAST", 0)
    for size in (64, 150, 1 << 20):
        monkeypatch.setattr(stream, "_BLOCK", size)
        rows, found = written(raw, ";", 3)
        assert (rows, found.problems) == (slow[0], slow[1].problems) and len(rows) == 122 and found.problem_count == 1


def test_blocks_end_within_records_and_letters(monkeypatch):
    raw = 'Kopf;b\n"ä\nö";ü\nä,;"ß"\n'.encode() * 40
    whole = written(raw, ";", 2)[0]
    for size in (3, 7, 16, 61):
        monkeypatch.setattr(stream, "_BLOCK", size)
        assert written(raw, ";", 2)[0] == whole == expected(raw, ";", 2)


def test_a_quote_that_never_closes_is_read_to_the_end():
    raw = b'Kopf;b\n"a;b\n' + b"c;d\n" * 1_000
    assert written(raw, ";", 2)[0] == expected(raw, ";", 2)


def test_finished_lines_end_with_what_is_made_of_two_cells():
    found = Found("CSV", [], "x", [], iter(()))
    lines = stream.Stream(io.BytesIO(b'n;x;y\na;1,5;2\n"b";3;4\n;;\nc;5;6\n'), "utf-8", ";", 1, 0, 3, found)
    text = lambda cell: cell.decode() if isinstance(cell, bytes) else cell  # noqa: E731
    lines.places = (1, 2)
    lines.shaper = lambda xs, ys, numbers: [
        f"{n}:{text(x)}/{text(y)}".replace(",", ".") for x, y, n in zip(xs, ys, numbers, strict=True)
    ]
    target = io.BytesIO()
    assert lines.write(target) == 3
    rows = list(csv.reader(io.StringIO(target.getvalue().decode())))
    assert [row[-1] for row in rows] == ["2:1.5/2", "3:3/4", "5:5/6"] and [row[0] for row in rows] == ["2", "3", "5"]
