"""Zip files from outside: looked at with limits before anything is unpacked, and unpacked under names of our own."""

import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from geo.core.foreign.refused import Refused

BROKEN = "Das Archiv ist beschädigt oder verschlüsselt."
_BLOCK = 1 << 20
_SMALL = 1_000_000  # up to this size no ratio is suspicious
_KINDS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ARCHIVES = {".zip", ".7z", ".rar", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".kmz"}
_ERRORS = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    RuntimeError,
    NotImplementedError,
    EOFError,
    OSError,
    ValueError,  # a name that is not in the encoding it says
    LookupError,
)
_RESERVED = {"con", "prn", "aux", "nul", *(f"{name}{digit}" for name in ("com", "lpt") for digit in range(1, 10))}


@dataclass(frozen=True)
class ZipLimits:
    """What an archive may be: entries, bytes unpacked, and times its packed size."""

    entries: int = 50
    unpacked_bytes: int = 200_000_000
    ratio: int = 100


class Archive:
    """A zip file whose table of contents keeps the limits. Raises `Refused`, as every method does."""

    def __init__(self, file: IO[bytes], limits: ZipLimits = ZipLimits()):
        self.limits = limits
        file.seek(0)
        if file.read(4) != b"PK\x03\x04":
            raise Refused(BROKEN)
        _count_first(file, limits.entries)
        try:
            self._zip = zipfile.ZipFile(file)
            self.entries = [entry for entry in self._zip.infolist() if not entry.is_dir()]
        except _ERRORS:
            raise Refused(BROKEN) from None
        if len(self._zip.infolist()) > limits.entries:
            raise Refused(_too_many(limits.entries))
        for entry in self.entries:
            self._check(entry)
        if sum(entry.file_size for entry in self.entries) > limits.unpacked_bytes:
            raise Refused(_too_large(limits.unpacked_bytes))
        self._check_side_by_side()
        self._left = limits.unpacked_bytes

    def names(self) -> list[str]:
        """The names of the files in it."""
        return [entry.filename for entry in self.entries]

    def _check(self, entry: zipfile.ZipInfo) -> None:
        name = entry.orig_filename
        if entry.flag_bits & 0x1:
            raise Refused("Das Archiv ist mit einem Kennwort geschützt. Bitte ohne Kennwort packen.")
        if stat.S_IFMT(entry.external_attr >> 16) not in {0, stat.S_IFREG}:
            raise Refused("Das Archiv enthält Verknüpfungen statt Dateien. Bitte die Dateien selbst packen.")
        parts = name.replace("\\", "/").split("/")
        if name.startswith(("/", "\\")) or ".." in parts or any(_is_odd(part) for part in parts):
            raise Refused("Das Archiv enthält unzulässige Dateinamen, die aus ihm hinausführen.")
        if PurePosixPath(name).suffix.lower() in _ARCHIVES:
            raise Refused("Das Archiv enthält ein weiteres Archiv. Bitte die Dateien unmittelbar packen.")
        if entry.compress_type not in _KINDS:
            raise Refused("Das Archiv ist auf ungewohnte Weise gepackt. Bitte als gewöhnliches ZIP packen.")
        if entry.file_size > self.limits.unpacked_bytes:
            raise Refused(_too_large(self.limits.unpacked_bytes))
        if entry.file_size > _SMALL and entry.file_size > self.limits.ratio * max(1, entry.compress_size):
            raise Refused("Das Archiv ist verdächtig stark gepackt.")

    def _check_side_by_side(self) -> None:
        """Entries share no bytes, and nothing stands in front of the first."""
        end = 0
        for entry in sorted(self._zip.infolist(), key=lambda one: one.header_offset):
            if entry.header_offset < end or (end == 0 and entry.header_offset != 0):
                raise Refused(BROKEN)
            end = entry.header_offset + 30 + entry.compress_size

    def blocks(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        """The unpacked content of one entry, which is no longer than its header says."""
        seen = 0
        try:
            with self._zip.open(entry) as packed:
                while block := packed.read(_BLOCK):
                    seen += len(block)
                    self._left -= len(block)
                    if seen > entry.file_size or self._left < 0:
                        raise Refused(_too_large(self.limits.unpacked_bytes))
                    yield block
        except _ERRORS:
            raise Refused(BROKEN) from None
        if seen != entry.file_size:
            raise Refused(BROKEN)

    def start(self, entry: zipfile.ZipInfo, length: int) -> bytes:
        """The first bytes of an entry."""
        try:
            with self._zip.open(entry) as packed:
                return packed.read(length)
        except _ERRORS:
            raise Refused(BROKEN) from None

    def unpack(self, entry: zipfile.ZipInfo, path: Path) -> None:
        """Write one entry to a path that we choose."""
        with path.open("wb") as plain:
            for block in self.blocks(entry):
                plain.write(block)


def _count_first(file: IO[bytes], most: int) -> None:
    """Refuse by the count at the archive's end, before a table of 65,535 entries is read."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 66_000))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        raise Refused(BROKEN)
    count, comment = (
        int.from_bytes(tail[at + 10 : at + 12], "little"),
        int.from_bytes(tail[at + 20 : at + 22], "little"),
    )
    if at + 22 + comment != len(tail):
        raise Refused(BROKEN)
    if count > most:
        raise Refused(_too_many(most))


def _is_odd(part: str) -> bool:
    """Names with control characters, drives, streams (`a:b`), device names."""
    return any(ord(sign) < 32 or sign == ":" for sign in part) or _stem(part) in _RESERVED


def _stem(part: str) -> str:
    return part.split(".", maxsplit=1)[0].strip().lower()


def _too_many(most: int) -> str:
    return f"Das Archiv hat mehr als {most} Einträge."


def _too_large(most: int) -> str:
    return f"Das Archiv ist entpackt zu groß (höchstens {most // 1_000_000} MB)."
