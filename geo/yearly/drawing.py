"""The report's chart as a picture, for DOCX and PDF alike."""

import io

from PIL import Image, ImageDraw, ImageFont

from geo.yearly.blocks import Chart

_WIDTH, _HEIGHT, _EDGE = 1600, 640, 40
_INK, _BAR, _LINE = (27, 36, 51), (10, 100, 128), (206, 212, 222)


def as_png(chart: Chart) -> bytes:
    """The columns as PNG, 1600 by 640 pixels; each with its value above and its name below."""
    picture = Image.new("RGB", (_WIDTH, _HEIGHT), "white")
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(30)
    most = max((value for _name, value in chart.columns), default=0) or 1
    base, top = _HEIGHT - 80, 70
    step = (_WIDTH - 2 * _EDGE) / max(1, len(chart.columns))
    for number, (name, value) in enumerate(chart.columns):
        middle = _EDGE + step * (number + 0.5)
        half = min(70.0, step * 0.3)
        height = (base - top) * value / most
        pen.rectangle((middle - half, base - height, middle + half, base), fill=_BAR)
        pen.text((middle, base - height - 12), f"{value:g}".replace(".", ","), fill=_INK, font=font, anchor="ms")
        pen.text((middle, base + 48), name, fill=_INK, font=font, anchor="ms")
    pen.line((_EDGE, base, _WIDTH - _EDGE, base), fill=_LINE, width=3)
    kept = io.BytesIO()
    picture.save(kept, "PNG", optimize=True)
    return kept.getvalue()
