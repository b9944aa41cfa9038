"""Lays a page out as PDF/UA: HTML on standard input, the PDF on standard output.

A process of its own (`printing.set_in_type` starts it), because a server that never prints need not load this. Nothing
is fetched from anywhere: fonts are the machine's, drawings stand in the page itself.
"""

import base64
import os
import re
import sys

from weasyprint import CSS, HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from geo.core.printing import DRAWING, PHOTO

KINDS = {DRAWING: "image/svg+xml", PHOTO: "image/jpeg"}


class OwnPicturesOnly(URLFetcher):
    """Opens the drawings that stand in the page, and the photos in them; asked for anything else, nothing is made."""

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        for start, media_type in KINDS.items():
            if url.startswith(start):
                return URLFetcherResponse(url, base64.b64decode(url.removeprefix(start)), {"Content-Type": media_type})
        raise FatalURLFetchingError("A report fetches nothing.")


# What must fit on so many sheets says so, measures everything in rem, and is set smaller until it does.
MOST_PAGES = re.compile(r'<html[^>]* data-pages="(\d+)"')
SIZES_PERCENT = (100, 90, 80, 70)


def laid_out(page: str) -> bytes:
    """The page as PDF. A page that names an address outside of itself is refused."""
    html = HTML(string=page, url_fetcher=OwnPicturesOnly())
    wanted = MOST_PAGES.search(page)
    for percent in SIZES_PERCENT:
        size = CSS(string=f"html {{ font-size: {percent}% !important }}") if wanted else None
        document = html.render(stylesheets=[size] if size else None, pdf_variant="pdf/ua-1")
        if wanted is None or len(document.pages) <= int(wanted[1]):
            break
    return bytes(document.write_pdf(pdf_variant="pdf/ua-1") or b"")


if __name__ == "__main__":
    sys.stdout.buffer.write(laid_out(sys.stdin.buffer.read().decode()))
    sys.stdout.buffer.flush()
    # Not by way of Python's end: Pango's font thread may still run while its library is being unloaded, and then the
    # process dies of a segmentation fault after all is done.
    os._exit(0)
