"""Public pages of trees: where they stand on a day, where they go next, and what stood where when."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, render_template, url_for

from geo.core import clock
from geo.pilots import public as pilot_sites
from geo.trees import exporting, season
from geo.trees.fleet import photos as tree_photos
from geo.trees.queries import lives, positions
from geo.trees.queries import public as reads
from geo.trees.queries.public import Filters
from geo.trees.visits.feedback import queries as feedback
from geo.trees.watering import queries as watering
from webapp import geojson, parameters
from webapp.access import public
from webapp.app import public_session
from webapp.trees import downloads, embed_pages, photo_pages, printable, street_pages, strips, words

trees = Blueprint("trees", __name__)

# The alliance's pilot project, whose towns and dates are facts of the part of the pilot projects.
PROJECT = "wanderbaumallee"
# So long before they come people may sign up to water the trees.
HELP_AHEAD = timedelta(days=60)


def _filters() -> Filters:
    return Filters(
        ags=parameters.text("gemeinde", 8), fleet_id=parameters.whole("allee", 1), only_taken=parameters.flag("belegt")
    )


def _overview() -> dict[str, Any]:
    """What the map page and the table page both show."""
    session, day, today, filters = public_session(), parameters.day(), clock.today(), _filters()
    return {
        "nav": "trees",
        "day": day,
        "today": today,
        "filters": filters,
        "query": words.query(filters, day, today),
        "stops": reads.stops_on(session, day, filters),
        "summary": reads.summary(session, day, filters),
        "season": reads.season_of(session, day, filters.fleet_id),
        "towns": reads.towns(session),
        "fleets": reads.fleets(session),
        "sites": pilot_sites.sites(session, pilot_sites.Filters(project=PROJECT), today),
        "words": words,
    }


@trees.get("/baeume")
@public
def overview() -> str:
    """The map of the stops with the trees that stand there on the day, and the same as a list."""
    page = _overview()
    lang = words.page_language()
    language: dict[str, Any] = {"sprache": "en"} if lang == "en" else {}
    source = url_for("trees.collection", **page["query"], **language)
    data = url_for("trees.data_of_season", **language)
    rows = [words.row(stop, page["day"], lang) for stop in page["stops"]]
    return render_template("trees/overview.html", map_screen=True, source=source, positions=data, rows=rows, **page)


@trees.get("/baeume/liste")
@public
def listing() -> str:
    """The same without a map."""
    return render_template("trees/listing.html", formats=exporting.FORMATS, **_overview())


@trees.get("/baeume/<int:stop_id>")
@public
def show(stop_id: int) -> str:
    """A stop: what stands here on the day, what comes next, what stood when."""
    session, day = public_session(), parameters.day()
    stop = reads.get_stop(session, stop_id, day)
    life = reads.stop_life(session, stop_id)
    feature = words.feature(stop, day, words.page_language())
    return render_template(
        "trees/stop.html",
        nav="trees",
        stop=stop,
        helping=watering.visits_between(session, clock.today(), clock.today() + HELP_AHEAD, stop=stop_id),
        visits=words.split_by_day(reads.visits(life), day),
        years=strips.years(life, day),
        asked=feedback.asked_at_stop(session, stop_id, clock.today()),
        feature=feature,
        day=day,
        today=clock.today(),
        words=words,
    )


@trees.get("/baeume/baum/<int:tree_id>")
@public
def tree(tree_id: int) -> str:
    """The life of a tree: all its stays in order."""
    session = public_session()
    found = reads.get_tree(session, tree_id)
    planted = lives.planted(session, tree_id)
    return render_template(
        "trees/tree.html",
        nav="trees",
        tree=found,
        source=reads.get_fleet(session, found.fleet_id).source,
        life=words.life(found.life, lives.states(session, tree_id)),
        planted=planted,
        care=lives.care(session, tree_id, parameters.day()),
        feature=words.planted_feature(found, planted) if planted else None,
        years=strips.years(found.life, parameters.day()),
        photos=tree_photos.published(session, tree_id),
        day=parameters.day(),
        today=clock.today(),
        words=words,
    )


@trees.get("/baeume/allee/<int:fleet_id>")
@public
def fleet(fleet_id: int) -> str:
    """A fleet with its season as a table."""
    session, day = public_session(), parameters.day()
    found = reads.get_fleet(session, fleet_id)
    first, last = reads.season_of(session, day, fleet_id)
    standings = reads.fleet_standings(session, fleet_id, first, last)
    return render_template(
        "trees/fleet.html",
        nav="trees",
        fleet=found,
        season=season.table(standings, first, last),
        visits=reads.visits(standings),
        places={one.tree_id: one for one in reads.standing_on(session, day, Filters(fleet_id=fleet_id))},
        day=day,
        today=clock.today(),
        words=words,
    )


@public
def collection() -> Response:
    """The stops of the map as GeoJSON, with the same parameters as the page."""
    day, filters = parameters.day(), _filters()
    stops = reads.stops_on(public_session(), day, filters)
    with words.language_of_data() as lang:
        features = [words.feature(stop, day, lang) for stop in stops]
    return geojson.answer({"type": "FeatureCollection", "as_of": day.isoformat(), "features": features})


@public
def item(stop_id: int) -> Response:
    """One stop as GeoJSON."""
    day = parameters.day()
    stop = reads.get_stop(public_session(), stop_id, day)
    with words.language_of_data() as lang:
        return geojson.answer(words.feature(stop, day, lang))


@public
def data_of_season() -> Response:
    """The season that the day lies in, at once: every stop and who stands where when; parameters as on the page."""
    session, day, filters = public_session(), parameters.day(), _filters()
    season_days = reads.season_of(session, day, filters.fleet_id)
    with words.language_of_data() as lang:
        return geojson.plain(words.season_data(positions.positions(session, season_days, filters), lang))


trees.add_url_rule("/baeume/datei/<string(maxlength=10):extension>", "file", downloads.file)
trees.add_url_rule("/baeume/kalender", "calendar", printable.show)
trees.add_url_rule("/baeume/kalender.pdf", "calendar_file", printable.as_pdf)
trees.add_url_rule("/baeume/einbetten", "embed_how", embed_pages.how)
trees.add_url_rule("/baeume/einbetten/<string(length=8):ags>", "embedded", embed_pages.embedded)
trees.add_url_rule("/baeume/strassen", "streets", street_pages.overview)
trees.add_url_rule("/baeume/strasse/<string(length=8):ags>/<path:name>", "street", street_pages.show)


@trees.record
def data_at_one_address(state: Any) -> None:
    """JSON and photos stand at the German address only; `sprache=en` asks for English."""
    if state.url_prefix is None:
        state.add_url_rule("/baeume/foto/<string(length=64):sha256>.jpg", "picture", photo_pages.picture)
        state.add_url_rule("/baeume/foto/<string(length=64):sha256>-480.jpg", "preview", photo_pages.preview)
        state.add_url_rule("/api/v1/baeume", "collection", collection)
        state.add_url_rule("/api/v1/baeume/<int:stop_id>", "item", item)
        state.add_url_rule("/api/v1/baeume/saison", "data_of_season", data_of_season)
        state.add_url_rule("/api/v1/baeume/strassen", "collection_of_streets", street_pages.collection)
        street = "/api/v1/baeume/strasse/<string(length=8):ags>/<path:name>"
        state.add_url_rule(street, "item_of_street", street_pages.item)
