"""The public map over 1,000,000 units: an old town, the whole state, and reloads."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from sqlalchemy import text

from tests.bench import load
from tests.bench.measure import Bench
from tests.bench.million import Million

BOXES = 40
ROUNDS = 2
ROWS = "bench_rows"
# What the application asks the database for an old town's features, a row each.
STATEMENT = (
    "SELECT v.feature_de FROM published.offers v"
    " WHERE v.since <= current_date AND v.until > current_date AND v.published_until > current_date"
    " AND v.point && ST_MakeEnvelope(%s, %s, %s, %s, 4326) ORDER BY v.unit_id LIMIT 5000"
)


@dataclass
class Served:
    """Both servers, and boxes that hold about 1,000 offers each."""

    ours: str
    peer: str
    boxes: list[tuple[float, float, float, float]]
    home: Path


@pytest.fixture(scope="module")
def served(million: Million, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The register and pygeoapi over the same rows: for pygeoapi one plain table, indexed, with the public columns."""
    home = tmp_path_factory.mktemp("served")
    with million.database.owner() as session:
        session.execute(
            text(
                f"CREATE TABLE published.{ROWS} AS SELECT v.* FROM published.vacancies v WHERE v.during @> current_date"
            )
        )
        session.execute(text(f"ALTER TABLE published.{ROWS} ADD PRIMARY KEY (id)"))
        session.execute(text(f"CREATE INDEX ON published.{ROWS} USING gist (point)"))
        session.execute(text(f"GRANT SELECT ON published.{ROWS} TO reg_public"))
        session.execute(text(f"ALTER TABLE published.{ROWS} DROP COLUMN during, DROP COLUMN published_during"))
        session.commit()
        session.execute(text(f"ANALYZE published.{ROWS}"))
        session.commit()
        spots = session.execute(
            text(
                f"SELECT ST_X(c.point) AS x, ST_Y(c.point) AS y, (SELECT max(n.d) FROM (SELECT o.point <-> c.point AS d"
                f" FROM published.{ROWS} o ORDER BY o.point <-> c.point LIMIT 790) n) AS reach"
                f" FROM (SELECT point FROM published.{ROWS} WHERE ags = '16051000' AND id % 17 = 0 ORDER BY id LIMIT {BOXES}) c"
            )
        ).all()
    boxes = [
        (round(s.x - s.reach, 6), round(s.y - s.reach, 6), round(s.x + s.reach, 6), round(s.y + s.reach, 6))
        for s in spots
    ]
    with load.ours(million, home) as ours, load.pygeoapi(million, ROWS, home) as peer:
        yield Served(ours, peer, boxes, home)


def query(box: tuple[float, ...]) -> str:
    return ",".join(map(str, box))


@pytest.mark.bench
def test_old_town(million: Million, served: Served, bench: Bench) -> None:
    mine = [f"/api/v1/leerstand?bbox={query(box)}" for box in served.boxes]
    drawn = [f"/api/v1/leerstand/karte?zoom=15&bbox={query(box)}" for box in served.boxes]
    theirs = [f"/collections/offers/items?f=json&limit=1200&bbox={query(box)}" for box in served.boxes]
    counts = [[len(json.load(urlopen(url + path))["features"]) for path in paths[:5]]
              for url, paths in ((served.ours, mine), (served.ours, drawn), (served.peer, theirs))]  # fmt: skip
    # A box of PostGIS is a hair wider than its numbers, so that a point on its edge may be on either side.
    assert counts[0] == counts[1] and all(abs(a - b) <= 2 for a, b in zip(counts[0], counts[2], strict=True)), counts
    bench.note(f"old town: features in five of the boxes: {counts[0]}")
    rates: dict[str, list[float]] = {"ours": [], "drawn": [], "peer": [], "bare": []}
    for _ in range(ROUNDS):
        rates["ours"].append(load.rate(served.ours, mine, served.home))
        rates["peer"].append(load.rate(served.peer, theirs, served.home))
        rates["drawn"].append(load.rate(served.ours, drawn, served.home))
        rates["bare"].append(load.bare(million, STATEMENT, served.boxes))
    best = {name: max(values) for name, values in rates.items()}
    geo = bench.rates("map-old-town-features/pygeoapi", best["ours"], best["peer"])
    drawn_ratio = bench.rates("map-old-town-drawn/pygeoapi", best["drawn"], best["peer"])
    bare = bench.rates("map-old-town-features/bare-sql", best["ours"], best["bare"])
    assert geo > 10 and drawn_ratio > 10 and bare > 0.5


@pytest.mark.bench
def test_state_at_every_zoom(served: Served, bench: Bench) -> None:
    town = [f"/api/v1/leerstand/karte?zoom=15&bbox={query(box)}" for box in served.boxes]
    sizes = {}
    for zoom in range(6, 19):
        for name, box in (("state", (9.8, 50.15, 12.75, 51.7)), ("screen", screen(10.98, 50.98, zoom))):
            body = urlopen(f"{served.ours}/api/v1/leerstand/karte?zoom={zoom}&bbox={query(box)}").read()
            if json.loads(body).get("clusters"):
                sizes[name, zoom] = len(body)
    bench.note(
        f"overview: largest answer with clusters {max(sizes.values())} bytes, at {max(sizes, key=sizes.__getitem__)}"
    )
    assert max(sizes.values()) < 20_000
    paths = [f"/api/v1/leerstand/karte?zoom={zoom}&bbox=9.8,50.15,12.75,51.7" for zoom in range(6, 15)]
    overview = max(load.rate(served.ours, paths, served.home) for _ in range(ROUNDS))
    old_town = max(load.rate(served.ours, town, served.home) for _ in range(ROUNDS))
    assert bench.rates("map-state/old-town", overview, old_town) > 0.5


def screen(longitude: float, latitude: float, zoom: int) -> tuple[float, float, float, float]:
    """What a window of 1400 by 800 pixels shows."""
    degrees = 360 / 256 / 2**zoom
    width, height = 700 * degrees, 400 * degrees * 0.63
    return longitude - width, latitude - height, longitude + width, latitude + height


@pytest.mark.bench
def test_reload(served: Served, bench: Bench) -> None:
    paths = [f"/api/v1/leerstand/karte?zoom=15&bbox={query(box)}" for box in served.boxes]
    with urlopen(Request(served.ours + paths[0], headers={"Accept-Encoding": "gzip"})) as answer:
        tag, packed = answer.headers["ETag"], len(answer.read())
    whole = len(urlopen(served.ours + paths[0]).read())
    bench.note(f"old town: {whole} bytes, {packed} compressed")
    fresh = load.rate(served.ours, paths, served.home)
    compressed = load.rate(served.ours, paths, served.home, encoding="gzip")
    known = load.rate(served.ours, paths, served.home, tag=tag)
    bench.rates("map-compressed/uncompressed", compressed, fresh)
    assert bench.rates("map-reload-304/first-load", known, fresh) > 1
