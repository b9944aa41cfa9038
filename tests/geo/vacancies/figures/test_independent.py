"""The figures again, by pandas and shapely from the rows alone: for 200 random days and zones both must agree.

Nothing here is shared with the register's SQL: the definitions are written down a second time, from the design.
"""

from datetime import date, timedelta
from random import Random

import pandas as pd
import pytest
import shapely
from shapely.geometry import Point, box
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import Range

from geo.core import geometry
from geo.core.access import SYSTEM, Action
from geo.core.history import perform
from geo.places.model import Zone
from geo.vacancies import queries
from geo.vacancies.figures import rates
from geo.vacancies.figures.rates import Area
from tests.geo.vacancies.figures.entered import Entered, enter

STATES = (
    ["GENUTZT"] * 6 + ["LEER"] * 4 + ["ZWISCHENGENUTZT", "LEER_VERMIETET", "IM_UMBAU", "DROHEND", "NICHT_MARKTAKTIV"]
)
FIRST, LAST = date(2015, 1, 1), date(2027, 1, 1)
GROSS = {"LEER", "ZWISCHENGENUTZT", "LEER_VERMIETET"}


def a_unit(rng: Random) -> Entered:
    """A unit with a life, gaps, a stock that may begin or end, and confirmations now and then."""
    day, spells = FIRST + timedelta(days=rng.randrange(500)), []
    for _ in range(rng.choice((0, *range(2, 9)))):
        end = day + timedelta(days=rng.randrange(10, 1200))
        seen = day + timedelta(days=rng.randrange(400)) if rng.random() < 0.7 else None
        spells.append((rng.choice(STATES), day, end, {"observed_on": seen}))
        day = end + timedelta(days=rng.choice((0, 0, 0, 0, 0, 0, 0, 60)))
    gone = None
    if spells and rng.random() < 0.1:
        gone = day
        spells.append(("ENTFALLEN", day, None, {}))
    elif spells and rng.random() < 0.95:
        spells[-1] = (*spells[-1][:2], None, spells[-1][3])
    begin = FIRST + timedelta(days=rng.randrange(1000)) if rng.random() < 0.3 else None
    area = rng.choice((None, *range(20, 400, 7)))
    return Entered(
        spells,
        at=(rng.uniform(11.01, 11.09), rng.uniform(50.91, 50.96)),
        during=(begin if gone is None or begin is None or begin < gone else None, gone),
        unit={
            "is_ground_floor_frontage": rng.random() < 0.9,
            "area_sales_m2": area,
            "area_total_m2": area,
            "frontage_m": rng.choice((None, 2.5, 4, 7.25, 11)),
            "verified_on": rng.choice((None, FIRST + timedelta(days=rng.randrange(4300)))),
        },
    )


@pytest.fixture
def random_town(staff, towns):
    """400 units, most of them walked by again every other year, and eight zones."""
    rng = Random(20260501)
    enter(staff, towns.own, [a_unit(rng) for _ in range(400)])
    with perform(staff, SYSTEM, Action.VACANCY_EDIT, towns.own):
        for walk in ("2017-05-01", "2019-06-01", "2020-05-01", "2022-05-01", "2023-04-01", "2025-05-01"):
            staff.execute(text(
                "UPDATE register.units SET verified_on = CAST(:walk AS date) + id % 30, version = version + 1"
                " WHERE id % 20 <> 0 AND (verified_on IS NULL OR verified_on < :walk)"
            ), {"walk": walk})  # fmt: skip
    with perform(staff, SYSTEM, Action.ZONE_EDIT, towns.own):
        for number in range(8):
            west, south = rng.uniform(11.0, 11.06), rng.uniform(50.9, 50.94)
            outline = shapely.affinity.rotate(
                box(west, south, west + rng.uniform(0.02, 0.05), south + 0.025), rng.uniform(0, 90)
            )
            staff.add(
                Zone(
                    municipality_id=towns.own,
                    kind="QUARTIER",
                    name=f"Q{number}",
                    during=Range(FIRST, None),
                    outline=geometry.stored(outline),
                )
            )
        staff.flush()
    return towns.own


def exported(session) -> dict[str, pd.DataFrame]:
    """The rows as they are, as an export would hold them."""
    tables = {
        "units": "SELECT u.id, lower(u.during) AS stock_from, upper(u.during) AS stock_to, u.is_ground_floor_frontage AS ground,"
        " u.area_sales_m2::float AS area, u.frontage_m::float AS front, u.verified_on, ST_X(p.point) AS x, ST_Y(p.point) AS y"
        " FROM register.units u JOIN register.places p ON p.id = u.place_id",
        "spells": "SELECT unit_id, state, lower(during) AS since, upper(during) AS until, observed_on FROM register.occupancy_spells",
        "confirmations": "SELECT unit_id, on_day FROM register.unit_confirmations",
        "zones": "SELECT id, ST_AsText(outline) AS outline FROM register.zones",
    }  # fmt: skip
    found = {}
    for name, query in tables.items():
        result = session.execute(text(query))
        found[name] = pd.DataFrame(result.all(), columns=list(result.keys()))
    return found


def recomputed(data: dict[str, pd.DataFrame], zone_id: int | None, day: date) -> dict:
    """All figures of a day by pandas."""
    units = data["units"][data["units"].ground].copy()
    if zone_id is not None:
        outline = shapely.from_wkt(data["zones"].set_index("id").outline[zone_id])
        units = units[[outline.covers(Point(x, y)) for x, y in zip(units.x, units.y, strict=True)]]
    in_stock = [
        (f is None or f <= day) and (t is None or t > day)
        for f, t in zip(units.stock_from, units.stock_to, strict=True)
    ]
    units = units[in_stock]
    spells = data["spells"]
    holds = [f <= day and (t is None or t > day) for f, t in zip(spells.since, spells.until, strict=True)]
    joined = units.merge(spells[holds][["unit_id", "state"]], how="left", left_on="id", right_on="unit_id")
    joined = joined[joined.state != "ENTFALLEN"]
    stock = joined[joined.state.notna()]
    days = pd.concat([
        data["units"][["id", "verified_on"]].set_axis(["id", "on"], axis=1),
        data["confirmations"].set_axis(["id", "on"], axis=1),
        spells[["unit_id", "observed_on"]].set_axis(["id", "on"], axis=1),
    ]).dropna()  # fmt: skip
    known = {row.id for row in days.itertuples() if day - timedelta(days=365) <= row.on <= day}
    share = stock.id.isin(known).sum() / len(joined) if len(joined) else None
    answer = {"unknown": int(joined.state.isna().sum()), "verified": int(stock.id.isin(known).sum()), "share": share}
    for reading in ("brutto", "netto", "marktaktiv"):
        base = stock[stock.state != "NICHT_MARKTAKTIV"] if reading == "marktaktiv" else stock
        empty = base[base.state.isin(GROSS) if reading == "brutto" else base.state == "LEER"]
        for measure, column in (("anzahl", None), ("flaeche", "area"), ("front", "front")):
            n, whole = (len(empty), len(base)) if column is None else (empty[column].sum(), base[column].sum())
            enough = len(base) if column is None else base[column].notna().sum()
            shown = enough >= 10 and share is not None and share >= 0.7 and whole > 0
            answer[measure, reading] = (
                round(float(n), 2),
                round(float(whole), 2),
                round(100 * n / whole, 6) if shown else None,
            )
    return answer


def test_figures_agree_with_pandas_for_200_random_days_and_zones(staff, random_town):
    data, rng = exported(staff), Random(7)
    assert len(data["confirmations"]) > 100
    zones = [None, *map(int, data["zones"].id)]
    cases = [(rng.choice(zones), FIRST + timedelta(days=rng.randrange((LAST - FIRST).days))) for _ in range(200)]
    asked = {zone: [day for chosen, day in cases if chosen == zone] for zone in zones}
    shown = hidden = 0
    for zone, days in asked.items():
        for day, found in zip(days, rates.series(staff, Area(random_town, zone), days), strict=True):
            expected = recomputed(data, zone, day)
            assert (found.unknown, found.verified) == (expected["unknown"], expected["verified"]), (zone, day)
            assert found.share_verified == pytest.approx(expected["share"])
            for rate in found.rates():
                mine = (
                    round(rate.empty, 2),
                    round(rate.stock, 2),
                    None if rate.percent is None else round(rate.percent, 6),
                )
                assert mine == expected[rate.measure, rate.reading], (zone, day, rate)
                shown, hidden = shown + (rate.percent is not None), hidden + (rate.percent is None)
    assert sum(map(len, asked.values())) == 200 and shown > 300 and hidden > 300


def test_figures_agree_with_the_list_on_random_days(staff, random_town):
    rng = Random(11)
    zones = [None, *(zone.id for zone in rates.zones(staff, random_town, LAST))]
    for _ in range(25):
        zone, day = rng.choice(zones), FIRST + timedelta(days=rng.randrange((LAST - FIRST).days))
        found = rates.on(staff, Area(random_town, zone), day)

        def listed(name, zone=zone, day=day):
            return queries.search(staff, random_town, queries.Filters(day, zone=zone, counted=name)).total

        gross, net, market = (found.rate("anzahl", reading) for reading in ("brutto", "netto", "marktaktiv"))
        assert (listed("brutto"), listed("bestand")) == (gross.empty, gross.stock)
        assert (listed("netto"), listed("marktaktiv")) == (net.empty, market.stock)
        assert (listed("geprueft"), listed("unbekannt")) == (found.verified, found.unknown)
        assert listed("ungeprueft") == found.stock + found.unknown - found.verified
