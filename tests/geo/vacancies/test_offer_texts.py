"""The stored texts and counts of what is on offer are what the public view says, whatever has been written how."""

import json
import random
from datetime import timedelta

import pytest
from sqlalchemy import text

from geo.core import clock
from geo.core.access import SYSTEM, Action
from geo.core.errors import RegisterError
from geo.core.features import Feature
from geo.core.history import perform
from geo.core.undo import last_change
from geo.vacancies import cells, codes, service
from geo.vacancies.feature import VACANCIES
from geo.vacancies.schemas import parse_change, parse_publication, parse_spell
from tests.geo.vacancies.stock import FORM, acting, mark
from webapp.vacancies import present

TODAY = clock.today()
STATES = ("LEER", "GENUTZT", "ZWISCHENGENUTZT", "DROHEND", "IM_UMBAU", "ENTFALLEN")


def from_view(session, app, language):
    """The features as the pages would make them from the view, by unit and first day of the spell."""
    rows = session.execute(
        text(
            f"SELECT {VACANCIES.select_list('v')}, ST_X(v.point) AS longitude, ST_Y(v.point) AS latitude,"
            " upper(v.during) AS until FROM published.vacancies v"
        )
    ).all()
    with app.test_request_context("/en/" if language == "en" else "/"):
        return {
            (row.id, row.empty_since): json.loads(json.dumps(present.feature(row, VACANCIES, language, {})))
            for row in rows
        }


def stored(session, column):
    rows = session.execute(text(f"SELECT o.unit_id, o.since, o.{column} AS body FROM published.offers o"))
    return {(row.unit_id, row.since): json.loads(row.body) for row in rows}


def cells_from_view(session, level):
    """Offers of today by cell, computed from the view."""
    query = text(
        "SELECT ST_X(v.point) AS longitude, ST_Y(v.point) AS latitude FROM published.vacancies v"
        " WHERE v.during @> current_date"
    )
    counted: dict[tuple[int, int], int] = {}
    for row in session.execute(query):
        cell = cells.cell_at(row.longitude, row.latitude, level)
        counted[cell] = counted.get(cell, 0) + 1
    return counted


def stored_cells(session, level):
    query = text(
        "SELECT x, y, sum(offers) AS offers, sum(longitudes) AS longitudes FROM published.offer_cells"
        " WHERE level = :level GROUP BY x, y HAVING sum(offers) <> 0 OR sum(longitudes) <> 0"
    )
    return {(row.x, row.y): int(row.offers) for row in session.execute(query, {"level": level})}


def agree(db, app):
    """Texts of both languages, and the counts of every level, are those of the view; how many offers that were."""
    with db.public() as session:
        for language in ("de", "en"):
            assert stored(session, f"feature_{language}") == from_view(session, app, language)
        for level in (cells.LEVELS[0], cells.LEVELS[-1]):
            assert stored_cells(session, level) == cells_from_view(session, level)
        return len(stored(session, "map_de"))


class Writer:
    """Writes what a town might, at random: through the service, undone, and by statements over many rows."""

    def __init__(self, db, town, seed):
        self.db, self.town, self.chance = db, town, random.Random(seed)
        self.units = []

    def step(self):
        with self.db.staff(SYSTEM, self.town) as session:
            self.chance.choice((self.create, self.change, self.publish, self.publish, self.withdraw, self.use, self.undo,
                                self.delete, self.in_bulk, self.imported))(session)  # fmt: skip
            session.commit()

    def one(self, session):
        unit_id = self.chance.choice(self.units)
        return unit_id, service.queries.get(session, unit_id).version

    def create(self, session):
        form = {
            "house_number": str(900 + len(self.units)),
            "longitude": f"{11.03 + self.chance.random() / 25:.5f}",
            "latitude": f"{50.92 + self.chance.random() / 50:.5f}",
            "since": self.chance.choice(("2019", "03.2024", "vor 2015", "15.08.2025", "vor dem 03.02.2020")),
            "area_total_m2": self.chance.choice(("120", "75,25", "1234,5", "849,95", "")),
            "area_sales_m2": "",
            "state": self.chance.choice(("LEER", "DROHEND", "ZWISCHENGENUTZT")),
        }
        self.units.append(mark(session, self.town, **form).id)

    def change(self, session):
        unit_id, version = self.one(session)
        form = {**FORM, "street": self.chance.choice(("Neue Gasse", "„Zum Löwen“ \\ Hof", "")), "house_number": "3",
                "area_total_m2": str(self.chance.randint(81, 900)), "object_type": self.chance.choice(list(codes.OBJECT_TYPES)),
                "longitude": f"{11.03 + self.chance.random() / 25:.5f}"}  # fmt: skip
        service.update(session, acting(), unit_id, version, parse_change(form))

    def publish(self, session):
        unit_id, version = self.one(session)
        level = self.chance.choice((2, 3, 4))
        form = {"level": str(level), "until": (TODAY + timedelta(days=self.chance.randint(1, 300))).isoformat(),
                "title": self.chance.choice(("", "Eck\"laden mit <b>Blick</b>")), "rent_eur_m2": "7,5",
                "consent_kind": "KOMMUNAL" if level > 2 else ""}  # fmt: skip
        service.publish(session, acting(), unit_id, version, parse_publication(form))

    def withdraw(self, session):
        unit_id, version = self.one(session)
        service.withdraw(session, acting(), unit_id, version)

    def use(self, session):
        unit_id, version = self.one(session)
        form = {
            "state": self.chance.choice(STATES),
            "since": (TODAY - timedelta(days=self.chance.randint(-40, 200))).isoformat(),
        }
        service.set_state(session, acting(), unit_id, version, parse_spell(form, TODAY))

    def undo(self, session):
        unit_id, _ = self.one(session)
        change = last_change(session, "units", unit_id)
        service.undo(session, acting(), unit_id, change or 0)

    def delete(self, session):
        unit_id, version = self.one(session)
        service.delete(session, acting(), unit_id, version)

    def in_bulk(self, session):
        """Publications begin, end and move over many rows at once; some days are still to come."""
        begin, end = (
            TODAY + timedelta(days=self.chance.randint(-30, 10)),
            TODAY + timedelta(days=self.chance.randint(-5, 30)),
        )
        with perform(session, SYSTEM, Action.VACANCY_PUBLISH, self.town):
            session.execute(
                text("UPDATE register.units SET version = version + 1, publication_level = 2,"
                     " published_during = daterange(:begin, :end) WHERE municipality_id = :town AND id % 2 = :odd"),
                {"town": self.town, "odd": self.chance.randint(0, 1), "begin": begin, "end": max(end, begin + timedelta(days=1))},
            )  # fmt: skip
            session.execute(text("UPDATE register.places SET version = version + 1, locality = :word WHERE municipality_id = :town"),
                            {"town": self.town, "word": self.chance.choice(("Musterstadt", "Altstadt"))})  # fmt: skip

    def imported(self, session):
        """As an import writes: places, units and spells, each by one statement."""
        with perform(session, SYSTEM, Action.VACANCY_CREATE, self.town):
            places = session.scalars(text(
                "INSERT INTO register.places (municipality_id, street, house_number, point, public_point)"
                " SELECT :town, 'Importweg', n::text, ST_SetSRID(ST_MakePoint(11.05, 50.93 + n / 10000.0), 4326),"
                " ST_SetSRID(ST_MakePoint(11.05, 50.93 + n / 10000.0), 4326) FROM generate_series(1, 5) n RETURNING id"),
                {"town": self.town}).all()  # fmt: skip
            units = session.scalars(text(
                "INSERT INTO register.units (municipality_id, place_id, during, object_type, area_total_m2, publication_level,"
                " published_during, consent_kind) SELECT :town, p, daterange(NULL, NULL), 'GASTRO', 99.95, 3,"
                " daterange(current_date - 1, current_date + 5), 'KOMMUNAL' FROM unnest(CAST(:places AS int[])) p RETURNING id"),
                {"town": self.town, "places": list(places)}).all()  # fmt: skip
            session.execute(text(
                "INSERT INTO register.occupancy_spells (unit_id, municipality_id, during, state)"
                " SELECT u, :town, daterange(current_date - 100, NULL), 'LEER' FROM unnest(CAST(:units AS int[])) u"),
                {"town": self.town, "units": list(units)})  # fmt: skip
        self.units += units


@pytest.mark.parametrize("seed", range(6))
def test_stored_offers_follow_every_write(db, app, towns, seed):
    writer = Writer(db, towns.own, seed)
    done = seen = 0
    for _ in range(4):
        with db.staff(SYSTEM, towns.own) as session:
            writer.create(session)
            session.commit()
    for number in range(40):
        try:
            writer.step()
            done += 1
        except RegisterError:  # what may not be is refused, and nothing of it may be left
            pass
        if number % 5 == 4:
            seen += agree(db, app)
    assert done > 15
    assert seen > 10, "hardly anything was ever on offer: the test has seen nothing"


def test_names_of_codes_are_those_of_the_pages(db):
    with db.owner() as session:
        rows = session.execute(text("SELECT list, code, name_de, name_en FROM register.code_names")).all()
    lists = {"object_type": codes.OBJECT_TYPES, "state": codes.STATES, "size_class": codes.SIZE_CLASSES}
    wanted = {(name, str(code), *names) for name, known in lists.items() for code, names in known.items()}
    assert {tuple(row) for row in rows} == wanted


def test_stored_texts_hold_every_public_column(db):
    """A column that becomes public is in the stored text too, and none that is not."""
    assert isinstance(VACANCIES, Feature)
    with db.owner() as session:
        definition = session.scalar(text("SELECT pg_get_viewdef('register.offer_rows'::regclass)"))
    for column in set(VACANCIES.columns) - {"title", "id"}:
        assert f"o.{column}" in definition, column
