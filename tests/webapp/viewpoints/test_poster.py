"""A silhouette on the poster: wide enough for its words, whole, and never higher than the page has room."""

import io
from decimal import Decimal

import pytest
from PIL import Image

from geo.core.printing import drawing, set_in_type
from geo.viewpoints.direction import Sector
from geo.viewpoints.terrain.strip import WIDE_PX, strip_svg
from webapp.viewpoints import poster

FLAT = [0.5] * 3600


def sector(start, end):
    return Sector(Decimal(start), Decimal(end))


@pytest.mark.parametrize(
    ("sectors", "pixels"),
    [([sector(90, 180)], 760), ([sector(0, 300)], 954), ([sector(0, 360)], WIDE_PX), ([], 1116)],
)
def test_a_strip_for_paper_has_few_pixels_and_one_row(sectors, pixels):
    assert poster.strip_px(sectors) == pixels
    strip = strip_svg(FLAT, [FLAT], [], sectors, name="Blick", width=pixels, standalone=True)
    assert strip.count('stroke="currentColor" stroke-width="1.5"') == max(1, len(sectors))
    assert 200 < poster.strip_height(strip) <= poster.STRIP_HIGH


def test_a_photo_in_a_drawing_is_printed():
    """The PDF of a poster with a photo was an empty page: the child that sets it opened no photo."""
    made = io.BytesIO()
    Image.new("RGB", (30, 20), "teal").save(made, "JPEG")
    address = poster.Picture(made.getvalue(), "Foto: Stadt").address
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50"><image href="{address}" width="90" height="40"/></svg>'
    page = (
        '<!doctype html><html lang="de"><head><title>Plakat</title></head><body><img src="{}" alt="Foto"></body></html>'
    )
    assert b"/DCTDecode" in set_in_type(page.format(drawing(svg)))


def test_what_would_be_too_high_is_made_smaller():
    assert poster.strip_height('<svg viewBox="0 0 340 900"></svg>') == poster.STRIP_HIGH
    assert poster.strip_height('<svg viewBox="0 0 1860 100"></svg>') == 100
