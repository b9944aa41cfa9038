"""A file that somebody hands in to replace a source of the town's addresses or streets, before it is looked into."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import request

from geo.core.parsing import Fields
from geo.core.systems import CHOICES

LONGEST_SOURCE = 120
SYSTEMS = [("", "aus der Datei"), *((str(number), name) for number, name in CHOICES.items())]


@dataclass(frozen=True)
class Upload:
    """The file under `path` for as long as it is looked at, its own name, the source it is said to be, its system."""

    path: Path
    name: str
    source: str
    srid: int | None


@contextmanager
def uploaded() -> Iterator[Upload]:
    """The file of the request's form. Raises `Invalid` at the fields. A source without a name gets the file's."""
    fields = Fields(request.form)
    sent = request.files.get("file")
    source = fields.text("source", longest=LONGEST_SOURCE)
    srid = fields.choice("srid", [code for code, _ in SYSTEMS if code])
    if sent is None or not sent.filename:
        fields.fail("file", "Bitte eine Datei wählen.")
    fields.check()
    assert sent is not None and sent.filename  # noqa: S101 (checked above)
    name = sent.filename.replace("\\", "/").rpartition("/")[2][:200]
    with tempfile.TemporaryDirectory(prefix="innenstadt-upload-") as folder:
        path = Path(folder) / "file"
        sent.save(path)
        source = source or (name.rpartition(".")[0] or name)[:LONGEST_SOURCE]
        yield Upload(path, name, source, int(srid) if srid else None)


def named_source() -> str:
    """The source that a form names. Raises `Invalid` at the field."""
    fields = Fields(request.form)
    source = fields.text("source", required=True, longest=LONGEST_SOURCE)
    fields.check()
    return source or ""
