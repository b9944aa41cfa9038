"""German searches and texts that they find, or must not find: umlauts, inflections, compounds, phrases, exclusions."""

import pytest

from geo.core.access import SYSTEM
from geo.finding import queries
from tests.geo.finding.conftest import keys, put

FOUND, NOT_FOUND = True, False
# A search, a text, and whether the search finds it.
PAIRS = [
    ("Händler", "Zwölf Händlerinnen verkaufen nun unter einem Dach", FOUND),
    ("Grün", "Mehr Grün am Markt", FOUND),
    ("gruen", "Mehr Grün am Markt", FOUND),
    ("GRÜN", "mehr grün in der Straße", FOUND),
    ("Grün", "Mehr gruen in Gotha", FOUND),
    ("Haus", "Alte Häuser am Fluss", FOUND),
    ("Häuser", "Ein altes Haus steht leer", FOUND),
    ("haeuser", "Ein altes Haus steht leer", FOUND),
    ("Baum", "Bäume in Kübeln", FOUND),
    ("Bäume", "Ein Baum vor jedem Laden", FOUND),
    ("Läden", "Der Laden ist vermietet", FOUND),
    ("Laden", "Neue Läden in der Innenstadt", FOUND),
    ("Städte", "Eine Stadt wächst", FOUND),
    ("Strasse", "Die Straße wird gesperrt", FOUND),
    ("Straße", "Strassen ohne Schatten", FOUND),
    ("Zentrum", "Zentren stärken", FOUND),
    ("Museen", "Ein Museum im Speicher", FOUND),
    ("Büro", "Büros im Erdgeschoss", FOUND),
    ("Cafe", "Das Café am Eck", FOUND),
    ("Poessneck", "Wanderbäume in Pößneck", FOUND),
    ("Nutzungen", "Die Nutzung auf Zeit", FOUND),
    ("Leerstand", "Leerstandsmanagement in kleinen Städten", FOUND),
    ("Management", "Leerstandsmanagement in kleinen Städten", FOUND),
    ("Leerstände", "Das Leerstandskataster", FOUND),
    ("Baum", "Die Wanderbaumallee zieht um", FOUND),
    ("Allee", "Die Wanderbaumallee zieht um", FOUND),
    ("Baumallee", "Die Wanderbaumallee zieht um", FOUND),
    ("Platz", "Auf dem Marktplatz", FOUND),
    ("Häuser", "Das Rathaus öffnet sich", FOUND),
    ("Nutzung", "Zwischennutzung im Kaufhaus", FOUND),
    ("Sanierung", "Im Sanierungsgebiet wird gebaut", FOUND),
    ("Laden", "Ein Ladenlokal wird frei", FOUND),
    ("Fenster", "Kunst im Schaufenster", FOUND),
    ("Leerstandsmanagement", "Das Management von Leerständen braucht eine Person", FOUND),
    ("Leerstandsmanagement", "Leerstands-Management in der Praxis", FOUND),
    ("Leerstands-Management", "Das Leerstandsmanagement wirkt", FOUND),
    ("Pop-up", "Ein Pop-up-Laden öffnet", FOUND),
    ('"Laden auf Zeit"', "Der Laden auf Zeit ist vermietet", FOUND),
    ("Laden -Miete", "Der Laden ist frei", FOUND),
    ("Haus Hof", "Im Haus und auf dem Hof", FOUND),
    ("Scheune oder Speicher", "Der alte Speicher", FOUND),
    ("„Markt am Abend“", "Der Markt am Abend", FOUND),
    ("Haus/Hof", "Hof und Haus zugleich", FOUND),
    ("Kunst", "Auskunft im Büro", NOT_FOUND),
    ("Kult", "Kultur am Abend", NOT_FOUND),
    ("Halle", "Viele Gehälter steigen", NOT_FOUND),
    ("Baum", "Der Baumarkt am Rand", NOT_FOUND),
    ("Baum", "Die Bauministerin kommt", NOT_FOUND),
    ("Tier", "Ein Quartier mit Zukunft", NOT_FOUND),
    ("Sport", "Der Transport der Kübel", NOT_FOUND),
    ("Raum", "Ein Traum für alle", NOT_FOUND),
    ("Rand", "Der Brand im Speicher", NOT_FOUND),
    ("Rat", "Beratung vor Ort", NOT_FOUND),
    ("Werbung", "Gewerbe am Markt", NOT_FOUND),
    ("Eis", "Die Reise nach Greiz", NOT_FOUND),
    ("Ort", "Der Sport der Vereine", NOT_FOUND),
    ("Last", "Der Palast der Künste", NOT_FOUND),
    ("Stand", "Im Bestand bleiben", NOT_FOUND),
    ("Weg", "Bewegung im Zentrum", NOT_FOUND),
    ("Haus Hof", "Nur ein Haus", NOT_FOUND),
    ("Laden -Miete", "Der Laden ist zur Miete frei", NOT_FOUND),
    ('"Laden auf Zeit"', "Auf Zeit ein Laden", NOT_FOUND),
    ('"Laden Zeit"', "Der Laden auf Zeit", NOT_FOUND),
    ("Leerstandsmanagement", "Das Management der Bibliothek", NOT_FOUND),
    (
        "Leerstandsmanagement",
        "Leerstand in Gera. Danach ging es lange um andere Fragen und um das Management",
        NOT_FOUND,
    ),
    ("Scheune -Speicher", "Scheune und Speicher", NOT_FOUND),
    ("Brunnen", "Die Bank im Park", NOT_FOUND),
]


@pytest.fixture(scope="module")
def texts(shared):
    """All texts are there at once, so that each is found, or not, among the others."""
    with shared.staff(SYSTEM) as session:
        found = {body: put(session, "Probe", body) for _, body, _ in dict.fromkeys(PAIRS)}
        session.commit()
    return found


def test_the_table_is_long_enough():
    assert len(PAIRS) >= 40 and sum(not found for _, _, found in PAIRS) * 3 >= len(PAIRS)


@pytest.mark.parametrize(("typed", "body", "found"), PAIRS)
def test_pair(shared, texts, typed, body, found):
    with shared.public() as session:
        answer = queries.find(session, typed, "de", kind="card")
    assert (texts[body] in keys(answer)) is found
