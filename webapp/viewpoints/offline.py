"""Points on the device: what is taken along without a network, the collecting pass, and the page to install.

What is kept lies in the browser alone and goes when the visitor clears it; the server learns nothing of it.
"""

from collections.abc import Callable, Sequence
from typing import Any, cast

from flask import Response, current_app, g, jsonify, make_response, render_template, url_for
from flask_babel import gettext as _

from geo.core import clock
from geo.viewpoints import public as queries
from geo.viewpoints.codes import VISITABLE
from geo.viewpoints.public import Point
from webapp.access import public
from webapp.app import public_session
from webapp.assets import assets_of
from webapp.headers import POLICY
from webapp.language import href
from webapp.viewpoints import present

# Pages of viewpoints have a service worker.
VISIT_POLICY = POLICY.replace("connect-src", "worker-src 'self'; connect-src")


def allow_worker(answer: Response) -> Response:
    """The answer of a page from which a visitor may take something along."""
    answer.headers["Content-Security-Policy"] = VISIT_POLICY
    return answer


def _addresses() -> dict[str, str]:
    return {
        "worker": href("viewpoints.worker"),
        "scope": href("viewpoints.overview"),
        "shared": href("viewpoints.along"),
        "trip": href("viewpoints.trip"),
    }


def config(point: Point, photos: Sequence[queries.Photo]) -> dict[str, Any]:
    """What the button of a point's page needs: which addresses are kept under which name."""
    files = [url_for("photos.picture", sha256=photo.sha256) for photo in photos]
    page = present.page(g.lang, point)
    return {
        **_addresses(),
        "key": f"punkt-{point.id}",
        "title": point.title(g.lang),
        "page": page,
        "urls": [page, href("viewpoints.stamp", viewpoint_id=point.id), *files],
    }


def tour_config(points: Sequence[Point], address: str) -> dict[str, Any]:
    """The same for a tour with all its points and their photos."""
    session = public_session()
    urls = [address, url_for("viewpoints.tour_data", punkte=",".join(str(point.id) for point in points))]
    if g.lang == "en":
        urls[1] += "&sprache=en"
    for point in points:
        urls += config(point, queries.photos(session, point.place_id))["urls"]
    numbers = "-".join(str(point.id) for point in points)
    title = _("Tour: %(names)s", names=", ".join(point.title(g.lang) for point in points))
    return {**_addresses(), "key": f"tour-{numbers}", "title": title, "page": address, "urls": urls}


@public
def along() -> Response:
    """What every trip needs whatever was chosen: the files of the pages, the base map, the list and its data."""
    base = cast(Callable[[], dict[str, Any]], current_app.jinja_env.globals["base_map"])()
    asked: dict[str, Any] = {"sprache": "en"} if g.lang == "en" else {}
    data = url_for("viewpoints.collection", **asked)
    pages = [href(f"viewpoints.{name}") for name in ("overview", "listing", "trip", "card")]
    files = [*assets_of(current_app).preload("visit-files"), *base["base"].values(), base["outline"]]
    return jsonify({"urls": [*pages, data, href("viewpoints.manifest"), *files]})


@public
def worker() -> Response:
    """The service worker; it may look after the viewpoints' pages in its language and nothing else."""
    assets = assets_of(current_app)
    answer = assets.send(assets.file("visit-sw.js"))
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["Service-Worker-Allowed"] = href("viewpoints.overview")
    return answer


@public
def manifest() -> Response:
    """What a phone needs to put the viewpoints on its home screen."""
    assets, address = assets_of(current_app), href("viewpoints.overview")
    icons = [{"src": assets.url("icon.svg"), "type": "image/svg+xml", "sizes": "any", "purpose": "any"}]
    icons += [
        {"src": assets.url(name), "type": "image/png", "sizes": f"{size}x{size}", "purpose": purpose}
        for name, size, purpose in (
            ("icon-192.png", 192, "any"),
            ("icon-512.png", 512, "any"),
            ("icon-maskable.png", 512, "maskable"),
        )
    ]
    answer = jsonify(
        {
            "id": address,
            "name": _("Schönste Blicke in Thüringen"),
            "short_name": _("Schönste Blicke"),
            "description": _("Wohin man schaut, wie man hinkommt, was dort steht: auch ohne Netz."),
            "lang": g.lang,
            "start_url": address,
            "scope": address,
            "display": "standalone",
            "background_color": "#ffffff",
            "theme_color": "#0a6480",
            "icons": icons,
        }
    )
    answer.mimetype = "application/manifest+json"
    return answer


@public
def trip() -> Response:
    """What lies on this device, to open without a network and to clear."""
    answer = make_response(render_template("viewpoints/trip.html", nav="viewpoints", addresses=_addresses()))
    return allow_worker(answer)


@public
def card() -> Response:
    """The collecting pass: the stamps lie on the device."""
    points = queries.everything(public_session(), queries.Filters(), clock.today())
    rows = [present.card(point, g.lang) for point in points if point.status in VISITABLE]
    return allow_worker(make_response(render_template("viewpoints/card.html", nav="viewpoints", rows=rows)))


@public
def stamp(viewpoint_id: int) -> Response:
    """Where the QR code at the point leads: take its stamp."""
    point = queries.get(public_session(), viewpoint_id, clock.today())
    shown = present.card(point, g.lang)
    page = render_template(
        "viewpoints/stamp.html", nav="viewpoints", card=shown, is_visitable=point.status in VISITABLE
    )
    return allow_worker(make_response(page))
