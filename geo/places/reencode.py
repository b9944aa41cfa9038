"""Runs inside the sandbox: a photo from standard input comes out as two clean JPEGs, the picture and a preview.

The pixels are painted onto a fresh canvas, so that nothing else of the file survives: no position, no comment, no
second picture, no script behind the end. Imports nothing of `geo`, which the sandbox starts without.
"""

import io
import struct
import sys
import warnings
from typing import NoReturn

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

LONGEST_PX, PREVIEW_PX = 2000, 480
MOST_PIXELS = 50_000_000
REFUSED = 3


def refuse(reason: str) -> NoReturn:
    """End with one word for why."""
    sys.stderr.write(reason)
    sys.exit(REFUSED)


def read(raw: bytes) -> Image.Image:
    """The upright picture in sRGB, without transparency."""
    with Image.open(io.BytesIO(raw), formats=("JPEG", "PNG", "WEBP")) as opened:
        opened.draft("RGB", (LONGEST_PX, LONGEST_PX))
        opened.load()
        profile = opened.info.get("icc_profile")
        picture = ImageOps.exif_transpose(opened)
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        paper = Image.new("RGBA", picture.size, "white")
        paper.alpha_composite(picture)
        picture = paper
    if picture.mode.startswith("I") or picture.mode == "F":
        picture = picture.point(lambda value: value / 256).convert("L")
    picture = picture.convert("RGB")
    return in_srgb(picture, profile) if profile else picture


def in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """The same colours without the need for a profile; as they are where the profile is no good."""
    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        changed = ImageCms.profileToProfile(picture, given, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    return changed or picture


def clean(picture: Image.Image, longest_px: int) -> tuple[Image.Image, bytes]:
    """The picture at most so large, and its file."""
    small = picture.copy()
    small.thumbnail((longest_px, longest_px), Image.Resampling.LANCZOS)
    canvas = Image.new("RGB", small.size)
    canvas.paste(small)
    file = io.BytesIO()
    canvas.save(file, "JPEG", quality=84, optimize=True, progressive=True)
    return canvas, file.getvalue()


def main() -> None:
    """Read, clean, write: width, height, both lengths, both files."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    raw = sys.stdin.buffer.read()
    try:
        canvas, picture = clean(read(raw), LONGEST_PX)
        _, preview = clean(canvas, PREVIEW_PX)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        refuse("pixels")
    except UnidentifiedImageError:
        refuse("format")
    except (OSError, SyntaxError, ValueError, ArithmeticError, EOFError, struct.error, KeyError, IndexError, TypeError):
        refuse("broken")
    sys.stdout.buffer.write(struct.pack(">IIII", *canvas.size, len(picture), len(preview)) + picture + preview)


if __name__ == "__main__":
    main()
