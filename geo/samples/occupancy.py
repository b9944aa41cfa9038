"""Ten years of occupancy spells for a unit: uses, vacancies and what lies between, from a seeded generator."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from geo.samples.model import SpellSample

SOURCE = "Beispieldaten"
# What trades where: name, WZ 2008 code, retail group. Never a real firm.
USES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "LADEN_EG": (
        ("Beispiel-Buchhandlung", "47.61", "BUECHER"),
        ("Beispiel-Bäckerei", "47.24", "LEBENSMITTELHANDWERK"),
        ("Beispiel-Fleischerei", "47.22", "LEBENSMITTELHANDWERK"),
        ("Beispiel-Modehaus", "47.71", "BEKLEIDUNG"),
        ("Beispiel-Schuhhaus", "47.72", "SCHUHE"),
        ("Beispiel-Apotheke", "47.73", "APOTHEKE"),
        ("Beispiel-Drogerie", "47.75", "DROGERIE"),
        ("Beispiel-Blumenladen", "47.76.1", "BLUMEN"),
        ("Beispiel-Optik", "47.78.1", "OPTIK"),
        ("Beispiel-Juwelier", "47.77", "UHREN_SCHMUCK"),
        ("Beispiel-Spielwaren", "47.65", "SPIEL_HOBBY"),
        ("Beispiel-Fahrradladen", "47.64.1", "FAHRRAD"),
        ("Beispiel-Haushaltswaren", "47.59.9", "HAUSRAT"),
        ("Beispiel-Elektrohandel", "47.54", "ELEKTRO"),
        ("Beispiel-Friseur", "96.02.1", "DIENSTLEISTUNG"),
        ("Beispiel-Reisebüro", "79.11", "DIENSTLEISTUNG"),
        ("Beispiel-Bioladen", "47.29", "LEBENSMITTEL"),
    ),
    "GASTRO": (
        ("Beispiel-Café", "56.10", "GASTRONOMIE"),
        ("Beispiel-Gasthaus", "56.10", "GASTRONOMIE"),
        ("Beispiel-Imbiss", "56.10", "GASTRONOMIE"),
        ("Beispiel-Eisdiele", "56.10", "GASTRONOMIE"),
    ),
    "BUERO_PRAXIS": (
        ("Beispiel-Steuerbüro", "69.20", "BUERO"),
        ("Beispiel-Physiotherapie", "86.90", "GESUNDHEIT"),
        ("Beispiel-Arztpraxis", "86.21", "GESUNDHEIT"),
        ("Beispiel-Planungsbüro", "71.11", "BUERO"),
    ),
    "WERKSTATT": (("Beispiel-Tischlerei", "31.09", "HANDWERK"), ("Beispiel-Schneiderei", "14.13", "HANDWERK")),
    "KAUFHAUS_GROSS": (("Beispiel-Kaufhaus", "47.19", "WARENHAUS"),),
    "HOTEL": (("Beispiel-Hotel", "55.10", "BEHERBERGUNG"),),
    "INDUSTRIE": (("Beispiel-Druckerei", "18.12", "HANDWERK"),),
    "OEFFENTL_SONDERBAU": (("Beispiel-Vereinshaus", "94.99", "SOZIALES"),),
    "HOFSTELLE": (("Beispiel-Hofladen", "47.21", "LEBENSMITTEL"),),
}
USES["LADEN_OG"] = USES["LADEN_EG"]
INTERIM = (("Beispiel-Galerie auf Zeit", "90.04", "KULTUR"), ("Beispiel-Ideenladen", "94.99", "SOZIALES"))
END_REASONS = (
    ("ALTERSAUFGABE", 28),
    ("UMSATZ", 22),
    ("UMZUG", 16),
    ("MIETE", 10),
    ("INSOLVENZ", 9),
    ("FILIALNETZ", 8),
    ("KUENDIGUNG", 4),
    ("UNBEKANNT", 3),
)
LAND = ("BAULUECKE", "BRACHE")


@dataclass(frozen=True)
class Rhythm:
    """How long a use and a vacancy last on average, in days, and how likely the unit was empty at the beginning."""

    use: float
    empty: float
    empty_at_start: float


RHYTHMS = {
    "A": Rhythm(use=6.2 * 365, empty=1.4 * 365, empty_at_start=0.13),
    "B": Rhythm(use=5.2 * 365, empty=1.8 * 365, empty_at_start=0.20),
    "C": Rhythm(use=4.6 * 365, empty=2.4 * 365, empty_at_start=0.25),
    "RAND": Rhythm(use=4.2 * 365, empty=2.9 * 365, empty_at_start=0.30),
}
CALM = Rhythm(use=9 * 365, empty=0.9 * 365, empty_at_start=0.08)


def history(rng: Random, object_type: str, location_class: str, first: date, today: date) -> tuple[SpellSample, ...]:
    """Spells without gap or overlap from `first`; only the last one is open."""
    if object_type in LAND:
        state = "NICHT_MARKTAKTIV" if rng.random() < 0.5 else "LEER"
        return (_spell(rng, state, object_type, (first, None), today),)
    is_calm = object_type in ("WOHNUNG", "BUERO_PRAXIS", "OEFFENTL_SONDERBAU", "HOTEL")
    rhythm = CALM if is_calm else RHYTHMS[location_class]
    spells: list[SpellSample] = []
    state, start = ("LEER" if rng.random() < rhythm.empty_at_start else "GENUTZT"), first
    while True:
        end = start + timedelta(days=_length(rng, state, rhythm))
        if end >= today - timedelta(days=7):
            break
        spells.append(_spell(rng, state, object_type, (start, end), today))
        state, start = _next_state(rng, state), end
        if state == "ENTFALLEN":
            break
    last = _last_state(rng, state, object_type, start, today)
    spells.append(_spell(rng, last, object_type, (start, None), today))
    return tuple(spells)


def _length(rng: Random, state: str, rhythm: Rhythm) -> int:
    days = {
        "GENUTZT": lambda: max(240.0, rng.expovariate(1 / rhythm.use)),
        "LEER": lambda: max(45.0, rng.lognormvariate(0.0, 0.85) * rhythm.empty * 0.8),
        "ZWISCHENGENUTZT": lambda: rng.uniform(60, 300),
        "LEER_VERMIETET": lambda: rng.uniform(30, 120),
        "IM_UMBAU": lambda: rng.uniform(90, 400),
        "NICHT_MARKTAKTIV": lambda: rng.uniform(500, 1800),
    }[state]()
    return round(days)


def _next_state(rng: Random, state: str) -> str:
    followers = {
        "GENUTZT": (("LEER", 82), ("IM_UMBAU", 6), ("GENUTZT", 12)),
        "LEER": (
            ("GENUTZT", 58),
            ("LEER_VERMIETET", 14),
            ("ZWISCHENGENUTZT", 12),
            ("IM_UMBAU", 9),
            ("NICHT_MARKTAKTIV", 5),
            ("ENTFALLEN", 2),
        ),
        "ZWISCHENGENUTZT": (("LEER", 60), ("GENUTZT", 40)),
        "LEER_VERMIETET": (("GENUTZT", 100),),
        "IM_UMBAU": (("GENUTZT", 80), ("LEER", 20)),
        "NICHT_MARKTAKTIV": (("LEER", 60), ("ENTFALLEN", 40)),
    }[state]
    return rng.choices([name for name, _ in followers], [weight for _, weight in followers])[0]


def _last_state(rng: Random, state: str, object_type: str, start: date, today: date) -> str:
    """A use may be about to end: the town has heard of it."""
    is_old_use = state == "GENUTZT" and object_type in USES and (today - start).days > 700
    return "DROHEND" if is_old_use and rng.random() < 0.05 else state


def _spell(rng: Random, state: str, object_type: str, period: tuple[date, date | None], today: date) -> SpellSample:
    start, end = period
    used = state in ("GENUTZT", "DROHEND")
    choices = USES.get(object_type, ()) if used else INTERIM if state == "ZWISCHENGENUTZT" else ()
    occupant, wz_code, sortiment = rng.choice(choices) if choices else (None, None, None)
    since = (today - start).days
    precision = rng.choices(("TAG", "MONAT", "JAHR"), (50, 35, 15) if since < 1500 else (20, 45, 35))[0]
    ends_in_vacancy = used and end is not None and object_type in USES
    reason = rng.choices([r for r, _ in END_REASONS], [w for _, w in END_REASONS])[0] if ends_in_vacancy else None
    latest = min(end, today) if end else today
    seen = max(start, latest - timedelta(days=round(rng.triangular(0, 500, 90))))
    return SpellSample(
        state=state,
        start=start,
        end=end,
        start_precision=precision,
        source=SOURCE,
        confidence=rng.choices(("SICHER", "WAHRSCHEINLICH", "UNSICHER"), (70, 22, 8))[0],
        observed_on=seen,
        occupant=occupant,
        wz_code=wz_code,
        sortiment=sortiment,
        end_reason=reason,
    )
