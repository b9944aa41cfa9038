"""What the trees' map and list show, as a file."""

import os
import tempfile
from pathlib import Path

from flask import Response, g, send_file
from flask_babel import gettext as _

from geo.core.errors import NotFound
from geo.trees import exporting
from geo.trees.queries.public import Filters
from webapp import parameters
from webapp.access import public
from webapp.app import public_session


@public
def file(extension: str) -> Response:
    """The visits of the season that the day lies in, with the filters of the pages."""
    if extension not in exporting.FORMATS:
        raise NotFound(_("Das Format"), extension[:20])
    filters = Filters(
        ags=parameters.text("gemeinde", 8), fleet_id=parameters.whole("allee", 1), only_taken=parameters.flag("belegt")
    )
    sheet = exporting.sheet(public_session(), parameters.day(), filters)
    name = f"{'mobile-trees' if g.lang == 'en' else 'wanderbaeume'}-{sheet.day.isoformat()}.{extension}"
    with tempfile.TemporaryDirectory(prefix="innenstadt-export-") as folder:
        path = Path(folder) / name
        exporting.write(sheet, path, g.lang)
        written = path.open("rb")
    mimetype = exporting.FORMATS[extension][1]
    answer = send_file(written, mimetype=mimetype, as_attachment=True, download_name=name, etag=False)
    answer.content_length = os.fstat(written.fileno()).st_size
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "no-store"
    return answer
