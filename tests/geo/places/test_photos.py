import io
import os
import resource
import socket
import struct
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from geo.core import sandbox
from geo.core.access import SYSTEM, Action
from geo.core.errors import Conflict, Invalid, NotFound
from geo.core.history import perform
from geo.core.undo import last_change
from geo.places import photos, service
from geo.places.photos import PhotoInput, Store
from tests import factories

FACTS = PhotoInput(alt_text="Leeres Schaufenster", author="Stadt Musterstadt", licence="CC0")
MARKER = b"GEHEIMER-ORT-4711"


def picture(kind="JPEG", size=(640, 480), colour=(200, 30, 30), **options) -> bytes:
    file = io.BytesIO()
    image = Image.new("RGBA" if kind == "PNG" else "RGB", size, colour)
    image.save(file, kind, **options)
    return file.getvalue()


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def exif(orientation=1) -> bytes:
    data = Image.Exif()
    data[0x0112] = orientation
    data[0x010E] = MARKER.decode()
    data.get_ifd(0x8825)[1] = "N"
    data.get_ifd(0x8825)[2] = (50.0, 56.0, 51.7)
    return data.tobytes()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_each_format_becomes_a_clean_jpeg_with_a_preview(kind):
    clean = photos.clean(picture(kind, (3000, 1500)))
    assert (clean.width_px, clean.height_px) == (2000, 1000)
    assert opened(clean.picture).size == (2000, 1000) and opened(clean.preview).size == (480, 240)
    assert opened(clean.picture).format == "JPEG"
    red, green, blue = opened(clean.picture).getpixel((100, 100))
    assert red > 180 and green < 60 and blue < 60


def test_nothing_but_the_pixels_survives():
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", MARKER.decode())
    samples = [
        picture("JPEG", exif=exif(), comment=MARKER) + b"<script>" + MARKER + b"</script>",
        picture("PNG", pnginfo=info) + MARKER,
        picture("WEBP", exif=exif(), xmp=MARKER),
    ]
    for sample in samples:
        assert MARKER in sample
        clean = photos.clean(sample)
        for content in (clean.picture, clean.preview):
            assert MARKER not in content and b"Exif" not in content and b"<script" not in content
            assert not opened(content).getexif() and "comment" not in opened(content).info


def test_picture_is_turned_upright_before_its_orientation_goes():
    clean = photos.clean(picture("JPEG", (600, 400), exif=exif(orientation=6)))
    assert (clean.width_px, clean.height_px) == (400, 600)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_each_way_a_camera_can_be_held_ends_upright(orientation):
    """The upper left quarter of what a person sees is red, however the file turns or mirrors it."""
    upright = Image.new("RGB", (120, 80), "white")
    upright.paste("red", (0, 0, 60, 40))
    undone = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    held = upright.transpose(undone[orientation]) if orientation in undone else upright
    file = io.BytesIO()
    held.save(file, "JPEG", exif=exif(orientation=orientation), quality=95)
    clean = opened(photos.clean(file.getvalue()).picture)
    assert clean.size == (120, 80)
    quarters = [clean.getpixel(spot) for spot in ((30, 20), (90, 20), (30, 60), (90, 60))]
    assert [green < 100 for _, green, _ in quarters] == [True, False, False, False]


def test_transparent_parts_become_white_and_greys_stay_grey():
    assert opened(photos.clean(picture("PNG", colour=(0, 0, 0, 0))).picture).getpixel((9, 9)) == (255, 255, 255)
    file = io.BytesIO()
    Image.new("I;16", (64, 64), 32768).save(file, "PNG")
    assert abs(opened(photos.clean(file.getvalue()).picture).getpixel((9, 9))[0] - 128) < 4


def png_of_size(width: int, height: int) -> bytes:
    """A well-formed PNG of so many pixels in a few kilobytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = zlib.compress(bytes(width // 8 + 1) * height, 9)
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


DISGUISES = {
    "nothing": b"",
    "text": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "gif": picture("GIF"),
    "tiff": picture("TIFF"),
    "pdf": b"%PDF-1.7\n" + picture("JPEG"),
    "only the first bytes": b"\xff\xd8\xff" + b"<?php system($_GET['c']); ?>" * 50,
    "eps behind jpeg's first bytes": b"\xff\xd8\xff%!PS-Adobe-3.0 EPSF-3.0\n",
    "half a jpeg": picture("JPEG", (2000, 2000), quality=95)[:6000],
    "half a png": picture("PNG", (500, 500))[:200],
    "webp in name": b"RIFF\x10\x00\x00\x00WEBPVP8 " + bytes(40),
    "20000 x 20000": png_of_size(20_000, 20_000),
    "just over the limit": png_of_size(7_100, 7_100),
    "a size that lies": picture("JPEG")[:150] + b"\xff\xc0\x00\x11\x08\xff\xff\xff\xff" + picture("JPEG")[163:],
}


def _of_children() -> float:
    """Seconds of the processor that ended children took."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize("name", DISGUISES)
def test_bombs_and_disguises_are_refused_with_a_sentence_in_two_seconds(name):
    sandbox.sandbox_kind()  # the probe is once a process
    before = _of_children()
    with pytest.raises(Invalid) as refused:
        photos.clean(DISGUISES[name])
    assert _of_children() - before < 4
    assert refused.value.fields["photo"].endswith((".", "verkleinern."))


def test_file_over_15_mb_is_refused_unread():
    with pytest.raises(Invalid):
        photos.clean(picture("JPEG") + bytes(15_000_000))


def child(tmp_path: Path, code: str) -> Path:
    script = tmp_path / "child.py"
    script.write_text(code, encoding="utf-8")
    tmp_path.chmod(0o755)  # the child may be nobody
    return script


def run_visible(monkeypatch, tmp_path, code, **limits):
    monkeypatch.setattr(sandbox, "_visible", lambda: [*_before(), str(tmp_path)])
    sandbox._confinement.cache_clear()
    try:
        return sandbox.run(child(tmp_path, code), b"", sandbox.Limits(**limits))
    finally:
        monkeypatch.undo()
        sandbox._confinement.cache_clear()


_before = sandbox._visible
HARMS = {
    "network": "import socket; socket.create_connection(('127.0.0.1', PORT), 1)",
    "passwords": "open('/etc/passwd').read()",
    "data": "open(DATA).read()",
    "write": "open('/usr/x', 'w')",
    "environment": "import os; os.environ['PATH']",
    "memory": "b = bytearray(900_000_000)",
    "fork": "import os; os.fork()",
    "endless output": "import sys\nwhile True: sys.stdout.buffer.write(bytes(1_000_000))",
    "endless loop": "while True: pass",
}


@pytest.mark.parametrize("harm", HARMS)
def test_child_can_do_no_harm(monkeypatch, tmp_path, tmp_path_factory, harm):
    if harm in {"network", "passwords", "data"} and sandbox.sandbox_kind() == "limits":
        assert harm  # without namespaces only the limits hold, and /readyz says so
        return
    data = tmp_path_factory.mktemp("data") / "kept"
    data.write_text("kept")
    assert run_visible(monkeypatch, tmp_path, "print('runs')", memory_bytes=500_000_000) == b"runs\n"
    with socket.create_server(("127.0.0.1", 0)) as server:
        code = HARMS[harm].replace("PORT", str(server.getsockname()[1])).replace("DATA", repr(str(data)))
        with pytest.raises(sandbox.Refused):
            run_visible(monkeypatch, tmp_path, code, seconds=3, memory_bytes=500_000_000, output_bytes=1_000_000)


def test_limits_alone_hold_where_bubblewrap_does_not_work(monkeypatch, tmp_path):
    monkeypatch.setattr(sandbox.shutil, "which", lambda _name: None)
    sandbox._confinement.cache_clear()
    try:
        assert sandbox.sandbox_kind() == "limits"
        assert photos.clean(picture()).width_px == 640
        with pytest.raises(sandbox.Refused):
            sandbox.run(child(tmp_path, HARMS["memory"]), b"", sandbox.Limits(memory_bytes=500_000_000))
    finally:
        monkeypatch.undo()
        sandbox._confinement.cache_clear()


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "photos")


@pytest.fixture
def place(staff, towns):
    with perform(staff, SYSTEM, Action.VACANCY_CREATE, towns.own):
        return factories.place(staff, towns.own)


def add(staff, store, place, content=None, facts=FACTS):
    return service.add_photo(staff, SYSTEM, place.id, facts, photo=photos.clean(content or picture()), store=store)


def test_photo_lies_under_its_hash_in_its_town_s_folder(staff, store, place):
    row = add(staff, store, place)
    path = store.path(place.municipality_id, row.sha256)
    assert path.relative_to(store.root).parts[0] == str(place.municipality_id)
    assert store.missing({(place.municipality_id, row.sha256)}) == []
    assert sorted(file.suffix for file in path.parent.iterdir()) == [".jpg", ".jpg"]
    path.write_bytes(b"rot")
    assert store.missing({(place.municipality_id, row.sha256)}) == [(place.municipality_id, row.sha256)]


def test_same_photo_is_kept_once_at_a_place(staff, store, place):
    add(staff, store, place)
    with pytest.raises(Invalid):
        add(staff, store, place)


def test_row_is_not_written_when_the_disk_fails(staff, store, place, monkeypatch):
    def fail(_handle):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(photos.os, "fsync", fail)
    with pytest.raises(OSError):
        add(staff, store, place)
    assert photos.of_place(staff, place.id) == []
    assert [file for file in store.root.rglob("*") if file.is_file()] == []


def test_removed_photo_can_be_brought_back_and_its_file_is_swept_a_day_later(staff, store, place):
    row = add(staff, store, place)
    photo_id, sha256 = row.id, row.sha256
    with pytest.raises(Conflict):
        service.remove_photo(staff, SYSTEM, photo_id, 7)
    service.remove_photo(staff, SYSTEM, photo_id, row.version)
    with pytest.raises(NotFound):
        photos.get(staff, photo_id)
    assert store.sweep(photos.referenced(staff)) == 0
    path = store.path(place.municipality_id, sha256)
    old = time.time() - 2 * 24 * 3600
    os.utime(path, (old, old))
    assert store.sweep(photos.referenced(staff)) == 1 and not path.exists()
    assert last_change(staff, "photos", photo_id)


def test_photo_of_another_town_is_not_found(staff, store, db, towns, place):
    row = add(staff, store, place)
    with db.staff(SYSTEM, towns.foreign) as foreign:
        with pytest.raises(NotFound):
            photos.get(foreign, row.id)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"alt_text": " "}, "alt_text"),
        ({"author": ""}, "author"),
        ({"licence": "MEINE"}, "licence"),
        ({"taken_on": "gestern"}, "taken_on"),
        ({"taken_on": "2099-01-01"}, "taken_on"),
    ],
)
def test_wrong_input_beside_a_photo_has_a_sentence_at_its_field(change, field):
    form = {"alt_text": "Fenster", "author": "Stadt", "licence": "CC0"}
    with pytest.raises(Invalid) as refused:
        photos.parse_photo({**form, **change})
    assert list(refused.value.fields) == [field]


def test_script_needs_nothing_of_the_project():
    code = f"import sys; sys.argv=['x']; import runpy; runpy.run_path({str(photos._SCRIPT)!r}); assert 'geo' not in sys.modules"
    assert subprocess.run([sys.executable, "-I", "-c", code], check=False).returncode == 0
