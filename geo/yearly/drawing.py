"""The report's chart: a picture for DOCX, a drawing for PDF, of the same columns."""

import io
from collections.abc import Iterator
from html import escape

from PIL import Image, ImageDraw, ImageFont

from geo.yearly.blocks import Chart

_WIDTH, _HEIGHT, _EDGE, _TOP, _FOOT, _SIZE = 1600, 640, 40, 70, 80, 30
_BASE = _HEIGHT - _FOOT
_INK, _BAR, _LINE = "#1b2433", "#0a6480", "#ced4de"


def _columns(chart: Chart) -> Iterator[tuple[float, float, float, str, str]]:
    """Each column's middle, half its width and its height in pixels, its value in words and its name."""
    most = max((value for _name, value in chart.columns), default=0) or 1
    step = (_WIDTH - 2 * _EDGE) / max(1, len(chart.columns))
    for number, (name, value) in enumerate(chart.columns):
        height = (_BASE - _TOP) * value / most
        yield _EDGE + step * (number + 0.5), min(70.0, step * 0.3), height, f"{value:g}".replace(".", ","), name


def as_png(chart: Chart) -> bytes:
    """The columns as PNG, 1600 by 640 pixels; each with its value above and its name below."""
    picture = Image.new("RGB", (_WIDTH, _HEIGHT), "white")
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(_SIZE)
    for middle, half, height, value, name in _columns(chart):
        pen.rectangle((middle - half, _BASE - height, middle + half, _BASE), fill=_BAR)
        pen.text((middle, _BASE - height - 12), value, fill=_INK, font=font, anchor="ms")
        pen.text((middle, _BASE + 48), name, fill=_INK, font=font, anchor="ms")
    pen.line((_EDGE, _BASE, _WIDTH - _EDGE, _BASE), fill=_LINE, width=3)
    kept = io.BytesIO()
    picture.save(kept, "PNG", optimize=True)
    return kept.getvalue()


def as_svg(chart: Chart) -> str:
    """The same as SVG."""
    parts = []
    for middle, half, height, value, name in _columns(chart):
        parts.append(
            f'<rect x="{middle - half:.1f}" y="{_BASE - height:.1f}" width="{2 * half:.1f}" height="{height:.1f}"'
            f' fill="{_BAR}"/><text x="{middle:.1f}" y="{_BASE - height - 12:.1f}">{escape(value)}</text>'
            f'<text x="{middle:.1f}" y="{_BASE + 48}">{escape(name)}</text>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}"><g fill="{_INK}"'
        f' font-family="sans-serif" font-size="{_SIZE}" text-anchor="middle">{"".join(parts)}</g>'
        f'<path d="M{_EDGE} {_BASE}H{_WIDTH - _EDGE}" stroke="{_LINE}" stroke-width="3"/></svg>'
    )
