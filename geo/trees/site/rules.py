"""The computable rules of a place, each with its source: fulfilled, failed or unknown, which is not fulfilled. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

FULFILLED, FAILED, UNKNOWN = "ERFUELLT", "VERLETZT", "UNBEKANNT"
STATES = {
    FULFILLED: ("erfüllt", "fulfilled"),
    FAILED: ("nicht erfüllt", "not fulfilled"),
    UNKNOWN: ("unbekannt", "unknown"),
}
STUTTGART = ("Stuttgart, Regeln für Parklets", "https://www.stuttgart.de/parklets")
STVO_12 = ("StVO § 12 Abs. 3 Nr. 1", "https://www.gesetze-im-internet.de/stvo_2013/__12.html")
STVO_NARROW = (
    "StVO § 12 Abs. 1 Nr. 1 mit StVZO § 32 (2,55 m Fahrzeug und 0,50 m Abstand)",
    "https://www.gesetze-im-internet.de/stvo_2013/__12.html",
)
STVO_2 = ("StVO Anlage 2 (Zeichen 293)", "https://www.gesetze-im-internet.de/stvo_2013/anlage_2.html")
STVO_201 = ("StVO Anlage 2 (Zeichen 201)", "https://www.gesetze-im-internet.de/stvo_2013/anlage_2.html")
DIN_18040 = ("DIN 18040-3 (Neigung einer Rampe höchstens 6 %)", None)
ROAD_LAW = ("Thüringer Straßengesetz §§ 18 und 21 (Sondernutzung)", None)
OWN = ("Vorgabe dieses Registers", None)
COLOGNE = ("Erfahrung der Projekte (Köln, Nürnberg): Leitungen begrenzen die Höhe", None)
Source = tuple[str, str | None]


@dataclass(frozen=True)
class Place:
    """What is known of a place; None is not known. Distances in metres, 1000 stands for none within reach.

    `tallest_m`: the tallest tree that may come, with its module. `season`: first and last day as month * 100 + day.
    """

    speed_limit_kmh: int | None = None
    lane_width_m: Decimal | None = None
    clear_height_m: Decimal | None = None
    slope_percent: Decimal | None = None
    junction_m: Decimal | None = None
    crossing_m: Decimal | None = None
    level_crossing_m: Decimal | None = None
    special_bay: str | None = None
    special_bay_name: str = ""
    has_bus_line: bool | None = None
    has_tram_wire: bool | None = None
    is_before_monument: bool | None = None
    has_bays: bool = False
    capacity: int = 0
    min_modules: int = 3
    tallest_m: Decimal | None = None
    season: tuple[int, int] | None = None
    caretakers: int = 0
    permit_office: str | None = None
    permit_lead_weeks: int = 6


@dataclass(frozen=True)
class Checked:
    """A rule applied to a place: what it asks, how it stands, why, and where the rule comes from."""

    name: str
    title: str
    state: str
    sentence: str
    source: Source

    @property
    def is_fulfilled(self) -> bool:
        return self.state == FULFILLED


Answer = tuple[str, str]
_NOT_KNOWN = "Das ist noch nicht eingetragen."


def check(place: Place) -> list[Checked]:
    """Every rule for a place in a street, in the order in which somebody checks them."""
    return [Checked(name, title, *rule(place), source) for name, title, rule, source in _RULES]


def fulfilled(found: Iterable[Checked]) -> bool:
    """Whether every rule is known to be fulfilled."""
    return all(one.is_fulfilled for one in found)


def _number(value: Decimal | int) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ",")


def _speed(place: Place) -> Answer:
    limit = place.speed_limit_kmh
    if limit is None:
        return UNKNOWN, _NOT_KNOWN
    return (FULFILLED if limit <= 30 else FAILED), f"Hier gilt {limit} km/h."


def _bus(place: Place) -> Answer:
    if place.has_bus_line is None:
        return UNKNOWN, _NOT_KNOWN
    return (FAILED, "Hier fährt ein Linienbus.") if place.has_bus_line else (FULFILLED, "Hier fährt kein Linienbus.")


def _apart(least: int, name: str, thing: str) -> Callable[[Place], Answer]:
    def rule(place: Place) -> Answer:
        distance: Decimal | None = getattr(place, name)
        if distance is None:
            return UNKNOWN, _NOT_KNOWN
        if distance >= 1000:
            return FULFILLED, f"{thing} gibt es in der Nähe nicht."
        return (FULFILLED if distance >= least else FAILED), f"Es sind {_number(distance)} m."

    return rule


def _junction(place: Place) -> Answer:
    state, sentence = _apart(5, "junction_m", "Kreuzung oder Einmündung")(place)
    if place.junction_m is not None and 5 <= place.junction_m < 8:
        sentence += " Rechts neben der Fahrbahn darf dann kein baulicher Radweg verlaufen: dort sind es 8 m."
    return state, sentence


def _special(place: Place) -> Answer:
    if place.special_bay is None:
        return UNKNOWN, _NOT_KNOWN
    if place.special_bay == "KEINE":
        return FULFILLED, "Gewöhnlicher Parkraum oder Platzfläche."
    return FAILED, f"Die Fläche hat einen anderen Zweck: {place.special_bay_name}."


def _monument(place: Place) -> Answer:
    if place.is_before_monument is None:
        return UNKNOWN, _NOT_KNOWN
    return (FAILED, "Davor steht ein Denkmal.") if place.is_before_monument else (FULFILLED, "Dort steht keines.")


def _lane(place: Place) -> Answer:
    width = place.lane_width_m
    if width is None:
        return UNKNOWN, _NOT_KNOWN
    if width < Decimal("3.05"):
        return FAILED, f"Es bleiben nur {_number(width)} m."
    if width < Decimal("3.5"):
        return UNKNOWN, f"Es bleiben {_number(width)} m: unter 3,50 m bitte mit der Feuerwehr klären."
    return FULFILLED, f"Es bleiben {_number(width)} m."


def _height(place: Place) -> Answer:
    if place.clear_height_m is None:
        return UNKNOWN, "Die lichte Höhe ist noch nicht eingetragen."
    if place.tallest_m is None:
        return UNKNOWN, "Von keinem Baum der Allee ist die Höhe eingetragen."
    words = f"Frei sind {_number(place.clear_height_m)} m, der höchste Baum misst {_number(place.tallest_m)} m."
    return (FULFILLED if place.clear_height_m > place.tallest_m else FAILED), words


def _wire(place: Place) -> Answer:
    if place.has_tram_wire is None:
        return UNKNOWN, _NOT_KNOWN
    if not place.has_tram_wire:
        return FULFILLED, "Hier hängt keine."
    return FAILED, "Hier hängt eine Oberleitung: nur nach Rücksprache mit den Verkehrsbetrieben."


def _slope(place: Place) -> Answer:
    if place.slope_percent is None:
        return UNKNOWN, _NOT_KNOWN
    return (FULFILLED if place.slope_percent <= 6 else FAILED), f"Die Neigung ist {_number(place.slope_percent)} %."


def _room(place: Place) -> Answer:
    if not place.has_bays:
        return UNKNOWN, "Die Buchten sind noch nicht gezeichnet, die Plätze also nicht berechnet."
    words = f"{place.capacity} Plätze, ein Besuch braucht {place.min_modules}."
    return (FULFILLED if place.capacity >= place.min_modules else FAILED), words


def _season(place: Place) -> Answer:
    if place.season is None:
        return UNKNOWN, "Weder Standplatz noch Allee haben eine Saison."
    first, last = place.season
    within = first >= 301 and last <= 1130
    return (FULFILLED if within else FAILED), f"Die Saison geht vom {_day(first)} bis zum {_day(last)}"


def _day(number: int) -> str:
    return f"{number % 100}.{number // 100}."


def _caretaker(place: Place) -> Answer:
    if not place.caretakers:
        return FAILED, "Noch niemand ist benannt."
    return FULFILLED, "1 Person ist benannt." if place.caretakers == 1 else f"{place.caretakers} Personen sind benannt."


def _permit(place: Place) -> Answer:
    if not place.permit_office:
        return UNKNOWN, "Die zuständige Behörde ist noch nicht eingetragen."
    return FULFILLED, f"{place.permit_office}, Antrag {place.permit_lead_weeks} Wochen vorher."


_RULES: tuple[tuple[str, str, Callable[[Place], Answer], Source], ...] = (
    ("room", "Die Module passen in die gezeichneten Buchten", _room, OWN),
    ("speed", "Höchstens 30 km/h", _speed, STUTTGART),
    ("bus", "Keine Buslinie", _bus, STUTTGART),
    ("junction", "Mindestens 5 m bis zur Kreuzung oder Einmündung", _junction, STVO_12),
    ("crossing", "Mindestens 5 m bis zum Fußgängerüberweg", _apart(5, "crossing_m", "Einen Fußgängerüberweg"), STVO_2),
    (
        "level_crossing",
        "Mindestens 5 m bis zum Bahnübergang",
        _apart(5, "level_crossing_m", "Einen Bahnübergang"),
        STVO_201,
    ),
    (
        "special_bay",
        "Keine Fläche mit eigenem Zweck (Zufahrt, Behinderte, Laden, Taxi, Feuerwehr)",
        _special,
        STUTTGART,
    ),
    ("lane", "Mindestens 3,05 m Fahrbahn bleiben frei", _lane, STVO_NARROW),
    ("height", "Die lichte Höhe reicht für den höchsten Baum", _height, COLOGNE),
    ("wire", "Keine Oberleitung", _wire, COLOGNE),
    ("slope", "Längsneigung höchstens 6 %", _slope, DIN_18040),
    ("monument", "Nicht vor einem Denkmal", _monument, STUTTGART),
    ("season", "Saison zwischen März und November", _season, STUTTGART),
    ("caretaker", "Eine benannte Patenschaft", _caretaker, STUTTGART),
    ("permit", "Zuständige Behörde und Vorlaufzeit sind bekannt", _permit, ROAD_LAW),
)
