"""A full case: a neighbour reports, the town checks and asks the Kompass, the owner agrees, a founder moves in.

By the services come what other journeys prove: who owns the shop, the letter's code, the founder's confirmed request.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, text

from geo.cluster import Cluster
from geo.core import clock
from geo.core.access import SYSTEM
from geo.core.db import Database
from geo.owners import service as owners
from geo.owners.campaigns import printing
from geo.owners.campaigns import service as campaigns
from geo.owners.campaigns.model import Letter
from geo.owners.schemas import OwnerInput, OwnershipInput
from geo.places.schemas import PlaceInput
from geo.vacancies import service as units
from geo.vacancies.portfolio.seekers import service as seekers
from geo.vacancies.portfolio.seekers.schemas import Who, Wish
from geo.vacancies.queries import Filters
from geo.vacancies.schemas import UnitInput, VacancyInput
from tests.browser import checks
from tests.browser.forms import fill, follow, photo, save

pytestmark = pytest.mark.browser
STREET = "Vollfallgasse"
HERE = {"latitude": 50.9555, "longitude": 10.7255}
SECRETS = (
    "GEHEIMWORT",
    "Eigentümerin Vollfall",
    "Gründerin Vollfall",
    "Bank hat zugesagt",
    "vollfall@beispiel.example",
)
TODAY = clock.today()


@dataclass
class Street:
    """The town, the shop and its owner, and what the services do beside the pages."""

    database: Database
    town: int
    unit: int
    owner: int

    def letter_code(self):
        """The code of the letter that the town has written to the owner."""
        with self.database.staff(SYSTEM, self.town) as session:
            made = campaigns.create(
                session, SYSTEM, self.town, "Vollfall", Filters(TODAY, unit_ids=(self.unit,)), "", "eine", TODAY
            )
            ids = list(session.scalars(select(Letter.id).where(Letter.campaign_id == made.id)))
            (printed,) = printing.print_letters(session, SYSTEM, made.id, ids, datetime.now(UTC))
            campaigns.mark_sent(session, SYSTEM, made.id, made.version, TODAY)
            session.commit()
            return printed.code

    def match(self):
        """The number of the match of the shop with a founder who has confirmed the request."""
        with self.database.staff(SYSTEM, self.town) as session:
            wish, who = Wish("Buchladen Vollfall", ["LADEN_EG"], ["MIETE"], []), Who("Gründerin Vollfall", SECRETS[-1])
            now = datetime.now(UTC)
            token = seekers.send(session, self.town, wish, who, request_id="v", form_key=None, now=now)
            seeker, _, _ = seekers.confirm(session, token, request_id="v", now=now)
            made = seekers.propose(session, SYSTEM, seeker.id, self.unit, TODAY).id
            session.commit()
            return made


@pytest.fixture
def street(server):
    cluster = Cluster(server.home)
    database = Database(*(cluster.url(role) for role in ("reg_owner", "reg_public", "reg_staff")))
    with database.owner() as session:
        town = session.scalar(text("SELECT id FROM register.municipalities WHERE name = 'Gotha'"))
    with database.staff(SYSTEM, town) as session:
        place = PlaceInput(HERE["longitude"], HERE["latitude"], STREET, "1", "99867", "Gotha")
        facts = UnitInput(area_total_m2=Decimal(90), area_sales_m2=Decimal(70), floor=0)
        data = VacancyInput(place, facts, "GENUTZT", TODAY - timedelta(days=900))
        unit = units.create(session, SYSTEM, town, data).id
        who = OwnerInput(
            kind="PRIVAT", name="Eigentümerin Vollfall", street="Birkenweg 4", postcode="99867", locality="Gotha"
        )
        owner = owners.add(session, SYSTEM, town, who, TODAY).id
        owners.add_ownership(session, SYSTEM, unit, OwnershipInput(owner))
        session.commit()
    yield Street(database, town, unit, owner)
    database.dispose()


@pytest.mark.parametrize("width", [390], indirect=True)
def test_from_the_report_on_the_pavement_to_the_shop_that_is_let(visit, server, street):
    phone = visit(geolocation=HERE, permissions=["geolocation"], has_touch=True)
    phone.goto("/leerstand/melden")
    phone.get_by_label("Hier steht etwas leer").check()
    phone.get_by_role("button", name="Meinen Standort verwenden").click()
    expect(phone.locator("[data-point-state]")).to_contain_text("Punkt gesetzt")
    fill(phone, {"Beschreibung": "GEHEIMWORT: Scheibe zugeklebt"})
    phone.set_input_files("[name=photo]", photo())
    save(phone, "Meldung senden")
    expect(phone.get_by_role("heading", name="Danke für Ihre Meldung")).to_be_visible()

    town = visit("leitung.gotha", viewport=checks.screen(1280))
    main = town.get_by_role("main")
    town.goto("/intern/leerstand/meldungen")
    follow(main.get_by_role("row").filter(has_text="GEHEIMWORT").get_by_role("link"))
    main.get_by_role("radio", name=re.compile(f"{STREET} 1")).check()
    main.get_by_label("Nutzung ändern auf „leer“").check()
    fill(town, {"Seit": (TODAY - timedelta(days=30)).isoformat()})
    main.get_by_label("In die Fotos der Nutzungseinheit übernehmen").check()
    save(town)
    follow(main.get_by_role("link", name=re.compile(r"^Fall \d+$")))
    case = re.sub(r"\?.*", "", town.url)
    expect(main).to_contain_text("Aus der Bürgerschaft")

    town.goto(f"{case}/kompass/fragen")
    for question in main.get_by_role("group").all():
        question.get_by_role("radio").or_(question.get_by_role("checkbox")).first.check()
    save(town, "Maßnahmen zeigen")
    expect(main.get_by_role("heading", name="Was passt")).to_be_visible()
    town.goto(case)
    soon = (TODAY + timedelta(days=5)).isoformat()
    fill(town, {"Was geschehen ist": "Bank hat zugesagt", "Stand": "angesprochen"})
    fill(town, {"Nächster Schritt": "Antwort abwarten", "Bis": soon})
    save(town, "Festhalten")
    expect(main.get_by_role("region", name="Als Nächstes")).to_contain_text("Antwort abwarten")

    phone.goto(f"/eigentum/{street.letter_code()}")
    fill(phone, {"Postleitzahl": "99867", "Straße und Hausnummer": "Birkenweg 4"})
    save(phone, "Weiter")
    fill(phone, {"Kaltmiete je m² und Monat": "7,50"})
    phone.get_by_label("Vollständiges Exposé, auch mit der Miete").check()
    phone.get_by_role("group", name="Wie soll es weitergehen?").get_by_role("radio").first.check()
    save(phone, "Antwort senden")
    offer = f"/leerstand/{street.unit}"
    assert phone.request.get(offer).status == 404, "nothing is shown before the town has decided"
    town.goto("/intern/eigentum/antworten")
    follow(main.get_by_role("link", name="Eigentümerin Vollfall").first)
    save(town, "Entscheidungen speichern")
    phone.goto(offer)
    expect(phone.get_by_role("heading", level=1)).to_contain_text(f"{STREET} 1")
    assert "7,50" in phone.content()
    addresses = (offer, f"{offer}/openimmo.xml", f"/api/v1{offer}")
    for public in addresses:
        assert not [word for word in SECRETS if word in phone.request.get(public).text()], public
    assert phone.locator("main img[src*='/fotos/']").count() == 0, "the reporter has not agreed that it be shown"

    town.goto(f"/intern/leerstand/gesuche/passung/{street.match()}")
    expect(main).to_contain_text("Noch nicht, wer sucht")
    fill(town, {"Das Gesuch ist einverstanden seit": TODAY.isoformat()})
    fill(town, {"Die Eigentümerseite ist einverstanden seit": TODAY.isoformat()})
    main.get_by_role("group", name="Stand").get_by_label("Zusage").check()
    save(town)

    town.goto(f"{case}/abschliessen")
    main.get_by_label("wieder vermietet").check()
    fill(town, {"Neue Nutzung": "genutzt", "Nutzer": "Buchladen"})
    save(town, "Fall abschließen")
    expect(main).to_contain_text("abgeschlossen: wieder vermietet")
    town.goto(f"/intern/leerstand/{street.unit}")
    expect(main.locator(".page-head__badges")).to_contain_text("genutzt")

    assert [phone.request.get(one).status for one in addresses] == [404] * 3, "what is let is no offer any more"
    for public in ("/leerstand", "/leerstand/liste", "/api/v1/leerstand", "/leerstand/openimmo.xml", "/sitemap.xml"):
        answer = phone.request.get(public)
        assert not [word for word in (*SECRETS, STREET) if word in answer.text()], public
