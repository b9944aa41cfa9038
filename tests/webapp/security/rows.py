"""A town with one of everything, in which every text that is not public can be told again: `GEHEIM` and a word."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from shapely.geometry import LineString, box
from sqlalchemy import Connection, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from geo.accounts.model import AccountMembership
from geo.accounts.service import open_session
from geo.cluster import Cluster
from geo.core import clock, geometry
from geo.core.access import SYSTEM, Action
from geo.core.db import Database
from geo.core.history import perform
from geo.jobs import service as jobs
from geo.places.model import Photo, Zone
from geo.places.schemas import PlaceInput
from geo.places.streets import service as streets
from geo.places.streets.service import StreetInput
from geo.trees import service as trees
from geo.trees.planning.model import PlanRun
from geo.trees.schemas import FleetInput, ScheduleInput, StayInput, StopInput, TreeInput
from geo.trees.visits import service as visits
from geo.trees.visits.schemas import VisitInput, VisitWords
from geo.trees.wording import period
from geo.vacancies import service as vacancies
from geo.vacancies.bulk import plan as plans
from geo.vacancies.bulk import service as bulk
from geo.vacancies.bulk.schemas import parse_bulk
from geo.vacancies.exporting.jobs import KIND as EXPORT
from geo.vacancies.importing.model import ImportProfile, UnitImport
from geo.vacancies.portfolio.model import FloorPlan
from geo.vacancies.schemas import PublicationInput, SpellInput, UnitInput, VacancyInput
from geo.vacancies.stock import service as around
from geo.vacancies.stock.schemas import BuildingInput, ParcelInput
from geo.viewpoints import service as viewpoints
from geo.viewpoints.schemas import StatusInput, ViewpointInput
from tests import factories
from tests.conftest import SharedDatabase, an_outer_transaction
from tests.geo.viewpoints.conftest import made as a_viewpoint
from tests.webapp.security.alliance_rows import some_alliance
from tests.webapp.security.call_rows import some_calls
from tests.webapp.security.case_rows import some_cases
from tests.webapp.security.knowledge_rows import some_knowledge
from tests.webapp.security.kompass_rows import some_kompass
from tests.webapp.security.owner_rows import some_owners
from tests.webapp.security.pilot_rows import some_pilots
from tests.webapp.security.portfolio_rows import some_portfolio, some_seekers
from tests.webapp.security.report_rows import some_reports
from tests.webapp.security.resident_rows import some_residents
from tests.webapp.security.site_rows import some_site
from tests.webapp.security.survey_rows import some_surveys
from tests.webapp.security.synergy_rows import some_ranking
from tests.webapp.security.terrain_rows import some_terrain
from tests.webapp.security.upkeep_rows import some_upkeep
from tests.webapp.security.visit_rows import some_visit_papers

TODAY = clock.today()
SEASON = period(TODAY - timedelta(days=60), TODAY + timedelta(days=200))
# Hidden spots have these digits, which no public point has.
HIDDEN_LON, HIDDEN_LAT = 11.0543217, 50.9365437
HIDDEN_PRICE, HIDDEN_DAY = Decimal(987654321), date(2091, 2, 3)
HIDDEN_TERMS = ("987654321", "987.654.321", "987,654,321", "2091-02-03", "Februar 2091", "February 2091")
HIDDEN_DIGITS = (
    *HIDDEN_TERMS,
    *("11.05432", "50.93654", "11,05432", "50,93654"),
)


@dataclass
class Town:
    """Ids by name, and the words that nobody outside of the town may read.

    `words` says of each what whoever reads it must be allowed in the town (None: nobody reads it on a page); without
    more ado that is `asked`, the action of the part whose rows are being made.
    """

    id: int
    ids: dict[str, int] = field(default_factory=dict)
    words: dict[str, Action | None] = field(default_factory=dict)
    hashes: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    asked: Action = Action.VACANCY_VIEW

    def hide(self, word: str, *readers: Action | None) -> str:
        """What stands in a column that is not public."""
        self.words[word] = readers[0] if readers else self.asked
        return word

    def secret(self, word: str, *readers: Action | None) -> str:
        """The same, in words of ours."""
        return self.hide(f"GEHEIM{word}", *readers)

    def mail(self, word: str, *readers: Action | None) -> str:
        """The same as an address."""
        return self.hide(f"{self.secret(word, *readers).lower()}@beispiel.test", *readers)


def _unit(session: Session, town: Town, name: str, level: int, **how: Any) -> None:
    """A unit whose every internal text is marked; `how` says from when to when it is public."""
    hidden = level < 3 or how
    word = f"{name}{level}"
    place = PlaceInput(
        longitude=HIDDEN_LON if hidden else 11.07,
        latitude=HIDDEN_LAT if hidden else 50.93,
        street=f"Straße{word}" if level >= 2 and not how else town.secret(f"STRASSE{word}"),
        house_number=f"7{town.secret(f'NR{word}')}" if hidden else "7",
        locality="Musterstadt",
    )
    unit = UnitInput(
        name=town.secret(f"NAME{word}"),
        note=town.secret(f"NOTIZ{word}"),
        area_total_m2=Decimal("123.45" if hidden else "167.8"),
        external_source=town.secret(f"LISTE{word}"),
        external_id=town.secret(f"SCHLUESSEL{word}"),
        floor=0,
    )
    made = vacancies.create(session, SYSTEM, town.id, VacancyInput(place, unit, "LEER", TODAY - timedelta(days=400)))
    before = SpellInput(
        "GENUTZT",
        TODAY - timedelta(days=900),
        end=TODAY - timedelta(days=400),
        occupant=town.secret(f"NUTZER{word}"),
        note=town.secret(f"ABSCHNITT{word}"),
        source=town.secret(f"QUELLE{word}"),
        confidence="UNSICHER",
    )
    vacancies.add_spell(session, SYSTEM, made.id, made.version, before)
    session.refresh(made)
    spells = session.scalars(text("SELECT id FROM register.occupancy_spells WHERE unit_id = :id"), {"id": made.id})
    town.ids |= {f"spell{word}-{number}": spell for number, spell in enumerate(spells)}
    house = BuildingInput(name=town.secret(f"HAUS{word}"), note=town.secret(f"HAUSNOTIZ{word}"))
    town.ids[f"building{word}"] = around.create_building(session, SYSTEM, made.id, made.version, house).id
    session.refresh(made)
    key = f"16{len(town.ids) + 7000:04d}00100001______"
    town.hide(key)
    town.ids[f"parcel{word}"] = around.add_parcel(session, SYSTEM, made.id, made.version, ParcelInput(key)).id
    session.refresh(made)
    if level >= 2:
        shown = not hidden
        data = PublicationInput(
            level,
            TODAY + timedelta(days=100),
            "EIGENTUEMER",
            title=f"Titel{word}" if shown else town.secret(f"TITEL{word}"),
            title_en=f"Title{word}" if shown else town.secret(f"TITLE{word}"),
            text=f"Text{word}" if shown else town.secret(f"TEXT{word}"),
            text_en=f"English{word}" if shown else town.secret(f"ENGLISH{word}"),
            rent_eur_m2=Decimal("7.89"),
            price_eur=HIDDEN_PRICE if level < 4 or how else Decimal(5000),
            available_from=HIDDEN_DAY if hidden else TODAY,
            offer_kinds=["MIETE", "ZWISCHENNUTZUNG"],
        )
        vacancies.publish(session, SYSTEM, made.id, made.version, data)
        session.refresh(made)
    if how.get("during"):
        with perform(session, SYSTEM, Action.VACANCY_PUBLISH, town.id):
            made.published_during = how["during"]
    if how.get("withdrawn"):
        vacancies.withdraw(session, SYSTEM, made.id, made.version)
    _photo(session, town, made.place_id, word, is_public=level == 2 or bool(how))
    _plan(session, town, made.id, word, is_shown=level == 4 and not how)
    town.ids[word] = made.id


def _photo(session: Session, town: Town, place_id: int, word: str, *, is_public: bool) -> None:
    with perform(session, SYSTEM, Action.PHOTO_EDIT, town.id):
        sha256 = f"{len(town.hashes):064x}"
        row = Photo(
            municipality_id=town.id,
            place_id=place_id,
            sha256=sha256,
            width_px=10,
            height_px=10,
            alt_text=town.secret(f"BILD{word}"),
            author=town.secret(f"FOTOGRAF{word}"),
            licence="CC0",
            is_public=is_public,
        )
        session.add(row)
        session.flush()
    town.hashes.append(sha256)
    town.ids[f"photo{word}"] = row.id


def _plan(session: Session, town: Town, unit_id: int, word: str, *, is_shown: bool) -> None:
    """A floor plan that the town calls public: below the full exposé nobody sees it all the same."""
    with perform(session, SYSTEM, Action.VACANCY_EDIT, town.id):
        row = FloorPlan(municipality_id=town.id, unit_id=unit_id, sha256=f"{len(town.hashes):064x}", is_public=True)
        row.width_px, row.height_px, row.title = 10, 10, f"Plan{word}" if is_shown else town.secret(f"PLAN{word}")
        session.add(row)
        session.flush()
    town.hashes.append(row.sha256)
    town.ids[f"plan{word}"] = row.id


def _trees(session: Session, town: Town) -> None:
    fleet = trees.create_fleet(session, SYSTEM, town.id, FleetInput("Musterallee", home=town.secret("BAUHOF")))
    first = trees.create_tree(session, SYSTEM, fleet.id, TreeInput("B 1"))
    second = trees.create_tree(session, SYSTEM, fleet.id, TreeInput("B 2"))
    stops = {}
    for name, title, kind, spot in (
        ("stop", "Hauptmarkt", "STRASSE", (11.06, 50.92)),
        ("hidden_stop", town.secret("PLATZ"), "STRASSE", (HIDDEN_LON, HIDDEN_LAT)),
        ("winter", "Winterquartier", "WINTERQUARTIER", (HIDDEN_LON, HIDDEN_LAT)),
    ):
        shown = name == "stop"
        place = PlaceInput(*spot, street="Markt" if shown else town.secret(f"STRASSE{name}"), locality="Musterstadt")
        data = StopInput(name=title, place=place, capacity=4, kind=kind, note=town.secret(f"NOTIZ{name}"))
        data = replace(data, permit_office=town.secret(f"BEHOERDE{name}"))
        stops[name] = trees.create_stop(session, SYSTEM, town.id, data)
        town.ids[name] = stops[name].id
    plan = trees.create_schedule(session, SYSTEM, fleet.id, ScheduleInput("Saison", SEASON))
    now = period(TODAY - timedelta(days=10), TODAY + timedelta(days=10))
    for name, tree in (("stop", first), ("winter", second)):
        data = StayInput(plan.id, stops[name].id, (tree.id,), now, note=town.secret(f"STAND{name}"))
        town.ids[f"stay_{name}"] = trees.add_stays(session, SYSTEM, data)[0].id
    trees.publish(session, SYSTEM, plan.id, plan.version)
    later = TODAY + timedelta(days=20)
    draft = trees.create_schedule(
        session, SYSTEM, fleet.id, ScheduleInput(town.secret("PLAN"), SEASON, later.isoweekday())
    )
    data = StayInput(draft.id, stops["hidden_stop"].id, (second.id,), now, note=town.secret("ENTWURF"))
    town.ids["draft_stay"] = trees.add_stays(session, SYSTEM, data)[0].id
    words = VisitWords(1, title=town.secret("TITEL"), note=town.secret("BESUCH"), public_text=town.secret("TEXT"))
    weeks = period(later, later + timedelta(days=20))
    town.ids["visit"] = visits.add(session, SYSTEM, VisitInput(draft.id, stops["hidden_stop"].id, weeks, words)).id
    run = PlanRun(schedule_id=draft.id, fleet_id=fleet.id, municipality_id=town.id, seconds=9, weights={}, problem={})
    run.outcome = {"why": [{"stop": str(stops["hidden_stop"].id), "sentence": town.secret("GRUND")}], "lines": []}
    with perform(session, SYSTEM, Action.VISIT_EDIT, town.id):
        session.add(run)
    town.ids["run"] = run.id
    town.ids |= {
        "fleet": fleet.id,
        "tree": first.id,
        "second_tree": second.id,
        "schedule": draft.id,
        "published_schedule": plan.id,
    }


def _bulk(session: Session, town: Town) -> None:
    """A change of many units at once, whose words name what it was about."""
    data = parse_bulk({"action": "angaben", "fields": ["note"], "note": town.secret("SAMMELNOTIZ")})
    ids = [town.ids["Einheit0"], town.ids["Einheit1"]]
    plan = plans.make(session, town.id, ids, data)
    made = bulk.carry_out(session, SYSTEM, town.id, data, plan.versions, town.secret("SAMMELAUSWAHL"))
    town.ids["bulk"] = made.id


def _rest(session: Session, town: Town) -> None:
    open_one = a_viewpoint(session, town.id, name="Offener Blick")
    status = StatusInput("IDEE", TODAY - timedelta(days=30), note=town.secret("STATUS"))
    place = PlaceInput(HIDDEN_LON, HIDDEN_LAT, street=town.secret("BERG"))
    idea = ViewpointInput(town.secret("IDEE"), place, story=town.secret("GESCHICHTE"))
    hidden = viewpoints.create(session, SYSTEM, town.id, idea, status)
    _photo(session, town, hidden.place_id, "idee", is_public=True)
    some_pilots(session, town)
    town.asked = Action.VACANCY_VIEW
    with perform(session, SYSTEM, Action.SYSTEM_SETUP, town.id):
        person = factories.account(session, town.secret("PERSON", Action.PEOPLE_VIEW), "geheimpost@beispiel.test")
        session.add(AccountMembership(account_id=person.id, role="viewer", municipality_id=town.id))
        zone = Zone(municipality_id=town.id, kind="QUARTIER", name=town.secret("ZONE"), note=town.secret("ZONENOTIZ"))
        zone.during = Range(date(2020, 1, 1), None)
        zone.source = town.secret("ZONENQUELLE")
        zone.outline = geometry.stored(box(11.01, 50.91, 11.02, 50.92))
        session.add(zone)
        session.flush()
        town.ids["zone"] = zone.id
    with perform(session, SYSTEM, Action.VACANCY_IMPORT, town.id):
        _import(session, town)
    way = StreetInput(LineString([(11.03, 50.92), (HIDDEN_LON, HIDDEN_LAT)]), town.secret("WEG"))
    streets.replace(session, SYSTEM, town.id, town.secret("NETZ"), [way])
    town.hide("geheimpost", Action.PEOPLE_VIEW)
    member = session.scalar(text("SELECT id FROM register.memberships WHERE account_id = :id"), {"id": person.id})
    town.ids |= {"viewpoint": open_one.id, "idea": hidden.id}
    open_session(session, person.id, user_agent="GEHEIMGERÄT", ip_prefix="192.0.2.0/24")
    signed_in = session.scalar(text("SELECT id FROM register.sessions WHERE account_id = :id"), {"id": person.id})
    town.hide("GEHEIMGERÄT", None)
    town.hide("192.0.2.", None)
    town.ids |= {"account": person.id, "membership": member, "session": signed_in}


def _import(session: Session, town: Town) -> None:
    """A list that waits to be taken over, with a new, a faulty and an unplaced row."""
    reading = {"columns": [town.secret("SPALTE")], "samples": [[town.secret("PROBE")]], "row_count": 3, "layers": []}
    reading |= {"layer": "", "header_row": 1, "warnings": [], "problems": [], "problem_count": 0, "encoding": None}
    plan = {"columns": {"name": 0}, "constants": {}, "source": town.secret("LISTE"), "day": "2026-01-01", "srid": None}
    made = UnitImport(
        municipality_id=town.id,
        state="GEPRUEFT",
        file_name=town.secret("DATEI"),
        file_sha256="a" * 64,
        file_bytes=1,
        file_day=TODAY,
        reading=reading | {"separator": None, "swapped_axes": False, "has_geometry": False},
        plan=plan,
        source=plan["source"],
        counts={"NEU": 1, "FEHLERHAFT": 1, "OHNE_ORT": 1, "vanished": 0, "known": 0},
    )
    session.add(made)
    session.add(
        ImportProfile(municipality_id=town.id, name=town.secret("PROFIL"), source=plan["source"], plan={"columns": {}})
    )
    session.flush()
    for number, (kind, name) in enumerate((("OHNE_ORT", "A"), ("NEU", "B"), ("FEHLERHAFT", "C")), 900_001):
        session.execute(
            text(
                "INSERT INTO register.import_rows (import_id, municipality_id, row_number, class, name, cells)"
                " VALUES (:id, :town, :number, :kind, :name, ARRAY[:name])"
            ),
            {"id": made.id, "town": town.id, "number": number, "kind": kind, "name": town.secret(f"ZEILE{name}")},
        )
    town.ids |= {"import": made.id, "import_row": 900_001}


@pytest.fixture(scope="module")
def filled(cluster: Cluster, database: Database) -> Iterator[tuple[Connection, Town]]:
    """Musterstadt with units on every level of publication, trees, viewpoints, a pilot site, people; made once a module."""
    with an_outer_transaction(cluster) as connection:
        db = SharedDatabase(connection)
        with db.owner() as session:
            town = Town(factories.towns(session).own)
            town.ids["the_town"] = town.id
        with db.staff(SYSTEM, town.id) as session:
            for level in range(5):
                _unit(session, town, "Einheit", level)
            for level in (2, 3):
                _unit(session, town, "Bald", level, during=Range(TODAY + timedelta(days=1), TODAY + timedelta(days=9)))
                _unit(session, town, "Vorbei", level, during=Range(TODAY - timedelta(days=9), TODAY))
                _unit(session, town, "Zurück", level, withdrawn=True)
            some_surveys(session, town)
            some_kompass(session, town)
            some_reports(session, town, (HIDDEN_LON, HIDDEN_LAT))
            some_portfolio(session, town)
            some_seekers(session, town)
            some_owners(session, town)
            town.asked = Action.TREE_VIEW
            _trees(session, town)
            some_residents(session, town, (HIDDEN_LON, HIDDEN_LAT))
            some_site(session, town)
            some_visit_papers(session, town)
            town.asked = Action.VIEWPOINT_VIEW
            _rest(session, town)
            town.asked = Action.VIEWPOINT_VIEW
            some_upkeep(session, town)
            some_terrain(session, town)
            some_ranking(session, town)
            town.asked = Action.VACANCY_VIEW
            title = town.secret("VORGANG")
            job = jobs.start(session, SYSTEM, EXPORT, town.id, {}, action=Action.VACANCY_VIEW, title=title)
            town.ids["job"] = job.id
            _bulk(session, town)
            some_cases(session, town)
            some_alliance(session, town)
            some_knowledge(session, town)
            session.commit()
        some_calls(db, town)
        yield connection, town


@pytest.fixture
def whole_town(connection: Connection, filled: tuple[Connection, Town]) -> Town:
    """The town on the test's own connection: whoever asks for it takes `filled_connection` for theirs."""
    assert connection is filled[0]
    return filled[1]


@pytest.fixture
def filled_connection(filled: tuple[Connection, Town]) -> Iterator[Connection]:
    """Everything that a test does to the town is rolled back, the town stays."""
    savepoint = filled[0].begin_nested()
    yield filled[0]
    savepoint.rollback()
