"""Which encoding a text is in."""

import codecs
import io
import re
from typing import IO

from geo.core.foreign.refused import Refused

_BLOCK = 1 << 20
MOST_LINE = 2_000_000
LONG = "Eine Zeile der Datei ist länger als 2 MB: das ist keine Tabelle."
NUL = "Die Datei enthält Nullzeichen: sie ist keine Textdatei oder beschädigt."
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"),
         (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
KNOWN = {
    "utf-8": "utf-8", "utf-8-sig": "utf-8-sig", "utf-16": "utf-16", "cp1252": "cp1252", "iso8859-1": "latin-1",
    "cp850": "cp850", "iso8859-15": "iso8859-15", "mac-roman": "mac_roman", "cp437": "cp437", "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be", "utf-32": "utf-32",
}  # fmt: skip
_DBF_MARKS = {b"\x01": "cp437", b"\x02": "cp850", b"\x03": "cp1252"}
_ONLY_LATIN1 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
# ä ö ü ß Ä Ö Ü as MS-DOS had them, and as Windows has them, between letters.
_DOS = re.compile(rb"[A-Za-z][\x84\x94\x81\xe1]|[\x84\x94\x81\x8e\x99\x9a][a-z]")
_WINDOWS = re.compile(rb"[A-Za-z][\xe4\xf6\xfc\xdf]|[\xe4\xf6\xfc\xc4\xd6\xdc][a-z]")


def encoding_of(file: IO[bytes], wanted: str | None, *, long_lines: bool = False) -> str:
    """Python's name of the encoding: as wanted, by the mark at the start, UTF-8 if all is, else by its letters."""
    file.seek(0)
    start = file.read(4096)
    if wanted:
        return known(wanted)
    for mark, name in _BOMS:
        if start.startswith(mark):
            return name
    if b"\0" in start:
        return _without_mark(start)
    return "utf-8" if _is_utf8(file, long_lines) else eight_bits(file)


def known(name: str) -> str:
    """The encoding of that name. Raises `Refused` for one that we do not read."""
    try:
        return KNOWN[codecs.lookup(name).name]
    except LookupError:
        raise Refused(f"Die Zeichenkodierung {name[:40]} ist unbekannt.") from None


def eight_bits(file: IO[bytes]) -> str:
    """`cp1252`, `latin-1` where bytes occur that Windows has no letter for, `cp850` where umlauts are those of DOS."""
    file.seek(0)
    dos = windows = odd = 0
    while block := file.read(_BLOCK):
        if b"\0" in block:
            raise Refused(NUL)
        dos += len(_DOS.findall(block))
        windows += len(_WINDOWS.findall(block))
        odd += len(_ONLY_LATIN1.findall(block))
    if dos > windows:
        return "cp850"
    return "latin-1" if odd else "cp1252"


def of_table(file: IO[bytes]) -> str:
    """The encoding of a DBF by its header's mark for it, else by its letters."""
    head = file.read(32)
    mark, start = head[29:30], int.from_bytes(head[8:10], "little")
    if mark in _DBF_MARKS:
        return _DBF_MARKS[mark]
    file.seek(start)
    raw = file.read(8 * _BLOCK).replace(b"\0", b" ")
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        if error.start < len(raw) - 4:
            return eight_bits(io.BytesIO(raw))
    return "utf-8"


def _without_mark(start: bytes) -> str:
    """UTF-16 without a mark: every second byte of Latin text is zero."""
    if len(start) >= 4 and start[1::2].count(0) > 0.7 * len(start[1::2]) and start[0::2].count(0) == 0:
        return "utf-16-le"
    if len(start) >= 4 and start[0::2].count(0) > 0.7 * len(start[0::2]) and start[1::2].count(0) == 0:
        return "utf-16-be"
    raise Refused(NUL)


class _Lines:
    """Refuses a line that no table has, before anything is made of it."""

    def __init__(self, long_lines: bool) -> None:
        self._open, self._are_long = 0, long_lines

    def see(self, block: bytes) -> None:
        if b"\0" in block:
            raise Refused(NUL)
        last = max(block.rfind(b"\n"), block.rfind(b"\r"))
        self._open = len(block) - last - 1 if last >= 0 else self._open + len(block)
        if self._open > MOST_LINE and not self._are_long:
            raise Refused(LONG)


def _is_utf8(file: IO[bytes], long_lines: bool) -> bool:
    lines = _Lines(long_lines)
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while block := file.read(_BLOCK):
            lines.see(block)
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
