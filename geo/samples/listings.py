"""Listings of empty units: what a town might publish, in plain German and English."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from geo.samples.model import ListingSample, UnitSample

TYPE_NAMES = {
    "LADEN_EG": ("Laden im Erdgeschoss", "Ground-floor shop"),
    "LADEN_OG": ("Laden im Obergeschoss", "Upper-floor shop"),
    "GASTRO": ("Gastronomie", "Café or restaurant"),
    "BUERO_PRAXIS": ("Büro oder Praxis", "Office or practice"),
    "WERKSTATT": ("Werkstatt", "Workshop"),
    "WOHNUNG": ("Wohnung", "Flat"),
    "WOHN_GESCHAEFTSHAUS": ("Wohn- und Geschäftshaus", "Mixed-use building"),
    "GANZES_GEBAEUDE": ("Ganzes Gebäude", "Whole building"),
    "KAUFHAUS_GROSS": ("Großfläche", "Large retail space"),
    "HOTEL": ("Hotel", "Hotel"),
    "HOFSTELLE": ("Hofstelle", "Farmstead"),
    "INDUSTRIE": ("Gewerbehalle", "Industrial hall"),
    "OEFFENTL_SONDERBAU": ("Öffentliches Gebäude", "Public building"),
    "BAULUECKE": ("Baulücke", "Vacant lot"),
    "BRACHE": ("Brache", "Brownfield site"),
}
ENTRANCES = {
    "EBENERDIG": ("Der Eingang ist ebenerdig.", "The entrance is at street level."),
    "RAMPE": ("Der Eingang hat eine Rampe.", "The entrance has a ramp."),
    "STUFE_1": ("Am Eingang ist eine Stufe.", "There is one step at the entrance."),
    "STUFEN": ("Am Eingang sind mehrere Stufen.", "There are several steps at the entrance."),
}
CONDITIONS = {
    1: ("Die Räume können sofort bezogen werden.", "The premises are ready to move in."),
    2: ("Die Räume sind zu renovieren.", "The premises need redecorating."),
    3: ("Die Technik muss erneuert werden.", "The technical installations need renewing."),
    4: ("Das Objekt ist grundlegend zu sanieren.", "The property needs complete refurbishment."),
    5: ("Das Gebäude ist abgängig.", "The building is derelict."),
}
RENTS = {"A": (7.0, 14.0), "B": (5.0, 9.5), "C": (4.0, 7.5), "RAND": (3.5, 6.5)}
CLOSING = ("Dies ist ein erfundenes Beispiel.", "This is a made-up example.")


def listing(rng: Random, unit: UnitSample, today: date) -> ListingSample | None:
    """About half of what is empty is published, at level 1 to 4; a use that is about to end hardly ever."""
    chance = {"LEER": 0.55, "ZWISCHENGENUTZT": 0.5, "DROHEND": 0.1}.get(unit.current.state, 0.0)
    if rng.random() >= chance:
        return None
    level = rng.choices((1, 2, 3, 4), (10, 25, 35, 30))[0]
    begin = max(unit.current.start, today - timedelta(days=rng.randrange(5, 150)))
    until = today + timedelta(days=rng.randrange(20, 175))
    title, title_en = _titles(unit)
    text, text_en = _texts(unit)
    low, high = RENTS[unit.location_class or "C"]
    has_rent = level == 4 and unit.object_type not in ("BAULUECKE", "BRACHE")
    made = ListingSample(
        publication_level=level,
        published_from=begin,
        published_until=until,
        public_title=title,
        public_title_en=title_en,
        public_text=text,
        public_text_en=text_en,
        consent_kind=rng.choices(("EIGENTUEMER", "KOMMUNAL", "GESELLSCHAFT"), (70, 12, 18))[0] if level >= 3 else None,
        rent_eur_m2=round(rng.uniform(low, high) * 4) / 4 if has_rent else None,
    )
    return replace(made, **_terms(Random(f"{unit.key}/terms"), made, unit, today))  # noqa: S311 (sample data)


def _terms(rng: Random, made: ListingSample, unit: UnitSample, today: date) -> dict[str, Any]:
    """On which terms it is offered: plots are sold, shops let, some of them for a while."""
    if unit.object_type in ("BAULUECKE", "BRACHE", "GANZES_GEBAEUDE", "WOHN_GESCHAEFTSHAUS"):
        price = round(unit.area_total_m2 * rng.uniform(250, 900), -3) if made.publication_level == 4 else None
        return {"offer_kinds": ("KAUF",), "price_eur": price}
    terms: dict[str, Any] = {"offer_kinds": ("PACHT",) if unit.object_type == "GASTRO" else ("MIETE",)}
    if unit.current.state == "DROHEND":
        terms["available_from"] = today + timedelta(days=rng.randrange(30, 200))
    elif rng.random() < 0.3:
        terms["available_from"] = today + timedelta(days=rng.randrange(5, 90))
    if rng.random() < 0.4:
        terms["offer_kinds"] = (*terms["offer_kinds"], "ZWISCHENNUTZUNG")
        terms |= {"min_term_months": rng.choice((1, 3, 6)), "max_term_months": rng.choice((12, 24))}
    if made.rent_eur_m2 is not None:
        terms["side_costs_eur_m2"] = round(rng.uniform(1.5, 3.5) * 4) / 4
    return terms


def _titles(unit: UnitSample) -> tuple[str, str]:
    german, english = TYPE_NAMES[unit.object_type]
    where = unit.place.street or unit.place.locality or ""
    english_area = f"{unit.area_total_m2:,.0f}"
    area = english_area.replace(",", ".")
    return f"{german}, {area}\u00a0m², {where}", f"{english}, {english_area}\u00a0m², {where}"


def _texts(unit: UnitSample) -> tuple[str, str]:
    pairs: list[tuple[str, str]] = []
    if unit.area_sales_m2 is not None:
        sales = f"{unit.area_sales_m2:.0f}"
        pairs.append((f"Die Verkaufsfläche beträgt {sales} m².", f"The sales area is {sales} m²."))
    if unit.frontage_m is not None:
        german = f"{unit.frontage_m:.1f}".replace(".", ",")
        pairs.append(
            (f"Das Schaufenster ist {german} m lang.", f"The shop window is {unit.frontage_m:.1f} m long."),
        )
    if unit.divisible_from_m2 is not None:
        part = f"{unit.divisible_from_m2:.0f}"
        pairs.append((f"Die Fläche ist teilbar ab {part} m².", f"The space can be divided from {part} m²."))
    if unit.entrance is not None and unit.floor == 0:
        pairs.append(ENTRANCES[unit.entrance])
    if unit.condition is not None:
        pairs.append(CONDITIONS[unit.condition])
    pairs.append(CLOSING)
    return " ".join(german for german, _ in pairs), " ".join(english for _, english in pairs)
