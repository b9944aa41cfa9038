"""Public pages of open data, the aggregates as files, and the catalogue that portals read."""

import time
from typing import Any

from flask import Blueprint, Response, g, render_template
from flask_babel import gettext as _

from geo.core import clock
from geo.core.errors import NotFound
from geo.opendata import catalogue, tables
from geo.opendata.catalogue import Entry
from geo.opendata.datasets import BY_KEY
from geo.opendata.publisher import Publisher, publisher_of
from webapp import taking_away
from webapp.access import public
from webapp.app import public_session, register_app
from webapp.language import N_

open_data = Blueprint("open_data", __name__)
# One address for both languages: texts in files are in both.
open_catalogue = Blueprint("open_catalogue", __name__)

# Counting reads every unit of the towns that publish; what was counted for a visitor before is told for so long.
KEPT_SECONDS = 300
FREQUENCIES = {"IRREG": N_("wenn sich etwas ändert"), "QUARTERLY": N_("jedes Quartal")}


@open_data.get("/offene-daten")
@public
def overview() -> str:
    """All datasets with their files, the licence, and the catalogue's addresses."""
    return _page("opendata/overview.html", entries=catalogue.entries(public_session()))


@open_data.get("/offene-daten/<dataset>")
@public
def show(dataset: str) -> str:
    """One dataset: its address in the catalogue."""
    entry = _entry(dataset)
    return _page("opendata/dataset.html", entry=entry, columns=tables.TABLES.get(dataset, {}))


@open_catalogue.get("/offene-daten/<dataset>.<any(csv,json):extension>")
@public
def file(dataset: str, extension: str) -> Response:
    """An aggregate as a file."""
    if dataset not in tables.TABLES:
        raise NotFound(_("Die Auswertung"), dataset[:40])
    content = tables.written(dataset, _rows(dataset), extension)
    return _open(content, tables.MEDIA_TYPES[extension], f"{dataset}.{extension}", is_attached=extension == "csv")


@open_catalogue.get("/dcat.<any(ttl,jsonld,rdf):extension>")
@public
def dcat(extension: str) -> Response:
    """The catalogue as DCAT-AP.de."""
    made = catalogue.graph(catalogue.entries(public_session()), _publisher())
    return _open(catalogue.written(made, extension), catalogue.FORMATS[extension][1], f"dcat.{extension}")


def _page(template: str, **values: Any) -> str:
    return render_template(
        template,
        language=int(g.lang == "en"),
        publisher=_publisher(),
        frequencies={code: _(words) for code, words in FREQUENCIES.items()},
        made_up=catalogue.MADE_UP,
        site_url=register_app().settings.url,
        catalogues=[(extension, media_type) for extension, (_name, media_type) in catalogue.FORMATS.items()],
        **values,
    )


def _publisher() -> Publisher:
    return publisher_of(register_app().settings)


def _entry(key: str) -> Entry:
    if key not in BY_KEY:
        raise NotFound(_("Der Datensatz"), key[:40])
    return next(entry for entry in catalogue.entries(public_session()) if entry.dataset.key == key)


def _rows(key: str) -> list[dict[str, Any]]:
    kept: dict[Any, tuple[float, list[dict[str, Any]]]] = register_app().extensions.setdefault("open_tables", {})
    known = kept.get(key)
    if known is None or known[0] < time.monotonic() - KEPT_SECONDS:
        known = kept[key] = (time.monotonic(), tables.rows(public_session(), key, clock.today()))
    return known[1]


def _open(content: bytes, media_type: str, name: str, *, is_attached: bool = False) -> Response:
    """A file that any page may read."""
    answer = taking_away.file(content, media_type, name, is_attached=is_attached)
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer
