"""The built front end: `asset("public.js")` in a template gives the address of the hashed file of that name.

`npm run build` writes webapp/static/dist with manifest.json, which is read here once a build. Hashed files never
change, so they may be kept for a year; the build lays a brotli and a gzip copy beside each text file, and the best one
that a client takes is sent.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from flask import Flask, Response, request, send_from_directory, url_for

from webapp.access import public

MARKS = Path(__file__).parent / "static" / "src" / "shared" / "marks.json"
DIST = Path(__file__).parent / "static" / "dist"
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
YEAR = 365 * 24 * 3600


class FrontEndNotBuilt(RuntimeError):
    """There is no bundle to serve."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"The front end is not built: {folder / 'manifest.json'} is missing. Run `npm ci && npm run build`."
        )


@dataclass
class Assets:
    """Knows which hashed file stands for a name; notices a new build by the manifest's time."""

    folder: Path = DIST
    _names: dict[str, str | list[str]] = field(default_factory=dict)
    _stamp: int = 0

    def names(self) -> dict[str, str | list[str]]:
        manifest = self.folder / "manifest.json"
        try:
            stamp = manifest.stat().st_mtime_ns
        except FileNotFoundError:
            raise FrontEndNotBuilt(self.folder) from None
        if stamp != self._stamp:
            self._names = json.loads(manifest.read_text(encoding="utf-8"))
            self._stamp = stamp
        return self._names

    def url(self, name: str) -> str:
        return self.preload(name)[0]

    def file(self, name: str) -> str:
        """The file that stands for a name of a single file."""
        file = self.names()[name]
        return file if isinstance(file, str) else file[0]

    def preload(self, name: str) -> list[str]:
        """The files a page will need with this one, so that the browser asks for them all at once."""
        files = self.names()[name]
        return [url_for("dist", filename=file) for file in ([files] if isinstance(files, str) else files)]

    def send(self, filename: str) -> Response:
        sent, encoding = filename, None
        for name, suffix in ENCODINGS:
            if request.accept_encodings[name] > 0 and (self.folder / f"{filename}{suffix}").is_file():
                sent, encoding = f"{filename}{suffix}", name
                break
        response = send_from_directory(self.folder, sent, mimetype=mimetype(filename), max_age=YEAR)
        response.cache_control.public = True
        response.cache_control.immutable = True
        response.vary.add("Accept-Encoding")
        if encoding:
            response.content_encoding = encoding
        return response


def mimetype(filename: str) -> str | None:
    return {
        ".js": "text/javascript",
        ".css": "text/css",
        ".svg": "image/svg+xml",
        ".png": "image/png",
        ".woff2": "font/woff2",
        ".json": "application/json",
    }.get(Path(filename).suffix)


def assets_of(app: Flask) -> Assets:
    """The application's front end, for a view that hands out a file of it under an address of its own."""
    return cast(Assets, app.extensions["assets"])


def register(app: Flask, folder: Path = DIST) -> None:
    """Adds the route /static/dist/<file>, and to templates `asset`, `preload` and `MARKS` (icons and status shapes)."""
    assets = Assets(folder)
    app.extensions["assets"] = assets

    @public
    def dist(filename: str) -> Response:
        return assets.send(filename)

    app.add_url_rule("/static/dist/<path:filename>", endpoint="dist", view_func=dist)
    app.jinja_env.globals["asset"] = assets.url
    app.jinja_env.globals["preload"] = assets.preload
    app.jinja_env.globals["MARKS"] = json.loads(MARKS.read_text(encoding="utf-8"))
