"""Writes offers as an OpenImmo 1.2.7 transfer: what the published view shows of them, and nothing else.

The order of elements is the schema's. The address is released from the level on that shows it; the contact is always
the town's office, never an owner.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from geo.core import clock
from geo.core.codes import label
from geo.vacancies.codes import EMPTY_STATES, EQUIPMENT, OBJECT_TYPES, OFFER_KINDS, STATES
from geo.vacancies.portfolio.openimmo.mapping import HEATINGS, MARKETING, OBJECT_KINDS, PLOTS
from geo.vacancies.portfolio.queries import Contact

VERSION = "1.2.7"
SOFTWARE = "Innenstadtregister"
# From this level on the address may be shown (design 3, section 2.5).
ADDRESS_LEVEL = 3


@dataclass(frozen=True)
class Listing:
    """An offer from the published view, whom of its town to ask, and the addresses of its page and photos."""

    row: Any
    contact: Contact
    address: str
    photos: Sequence[tuple[str, str]] = ()


def transfer(listings: Sequence[Listing], moment: datetime, sender_email: str, *, is_whole: bool) -> bytes:
    """The file: one provider a town, in the order of the listings. `moment` is when it was made.

    `is_whole`: these are all of a provider's offers, and whoever takes the file over ends those that are not in it.
    """
    root = Element("openimmo")
    SubElement(
        root,
        "uebertragung",
        art="ONLINE",
        umfang="VOLL" if is_whole else "TEIL",
        version=VERSION,
        sendersoftware=SOFTWARE,
        senderversion="1",
        techn_email=sender_email,
        timestamp=moment.astimezone(clock.BERLIN).isoformat(timespec="seconds"),
    )
    providers: dict[str, Element] = {}
    for one in listings:
        ags = one.row.ags
        if ags not in providers:
            providers[ags] = _provider(root, ags, f"Stadt {one.row.municipality}")
        _listing(providers[ags], one, moment)
    if not providers:  # a transfer without a provider is none
        _provider(root, "0", SOFTWARE)
    indent(root, " ")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="utf-8") + b"\n"


def _provider(root: Element, number: str, name: str) -> Element:
    provider = SubElement(root, "anbieter")
    _text(provider, "anbieternr", number)
    _text(provider, "firma", name)
    _text(provider, "openimmo_anid", f"INNENSTADT-{number}")
    return provider


def _text(parent: Element, name: str, value: object | None) -> None:
    """An element with this text; none for None. Characters that XML cannot hold are left out."""
    if value is None:
        return
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, Decimal | float):
        text = f"{value:.2f}"
    else:
        text = "".join(c for c in str(value) if c in "\t\n" or (ord(c) >= 32 and not 0xD800 <= ord(c) <= 0xDFFF))
        text = text.replace("\ufffe", "").replace("\uffff", "")
    SubElement(parent, name).text = text


def _listing(provider: Element, one: Listing, moment: datetime) -> None:
    row, made = one.row, SubElement(provider, "immobilie")
    kinds = row.offer_kinds or ["MIETE"]
    _category(made, row, kinds)
    _geo(made, row)
    _contact(made, row, one.contact)
    _prices(made, row, kinds)
    _areas(made, row)
    _equipment(made, row)
    _condition(made, row)
    _texts(made, row)
    _pictures(made, one.photos)
    _administration(made, row)
    technical = SubElement(made, "verwaltung_techn")
    _text(technical, "objektnr_extern", row.id)
    SubElement(technical, "aktion", aktionart="CHANGE")
    _text(technical, "aktiv_von", row.published_from.isoformat())
    _text(technical, "aktiv_bis", (row.published_until - timedelta(days=1)).isoformat())
    _text(technical, "openimmo_obid", f"INNENSTADT-{row.ags}-{row.id}")
    _text(technical, "kennung_ursprung", one.address)
    _text(technical, "stand_vom", (row.verified_on or clock.day_of(moment)).isoformat())
    _text(technical, "weitergabe_generell", True)


def _category(made: Element, row: Any, kinds: Sequence[str]) -> None:
    category = SubElement(made, "objektkategorie")
    lives = row.object_type == "WOHNUNG"
    SubElement(
        category,
        "nutzungsart",
        WOHNEN="true" if lives else "false",
        GEWERBE="false" if lives else "true",
        ANLAGE="false",
        WAZ="false",
    )
    ways = {MARKETING[kind] for kind in kinds}
    SubElement(
        category,
        "vermarktungsart",
        {way: "true" if way in ways else "false" for way in ("KAUF", "MIETE_PACHT", "ERBPACHT", "LEASING")},
    )
    name, attribute, value = OBJECT_KINDS[row.object_type]
    SubElement(SubElement(category, "objektart"), name, {attribute: value})


def _geo(made: Element, row: Any) -> None:
    geo = SubElement(made, "geo")
    _text(geo, "plz", row.postcode or "")
    _text(geo, "ort", row.municipality)
    if row.publication_level >= ADDRESS_LEVEL:
        SubElement(geo, "geokoordinaten", breitengrad=f"{row.latitude:.6f}", laengengrad=f"{row.longitude:.6f}")
    _text(geo, "strasse", row.street)
    _text(geo, "hausnummer", row.house_number)
    _text(geo, "bundesland", "Thüringen")
    SubElement(geo, "land", iso_land="DEU")
    _text(geo, "gemeindecode", row.ags)
    _text(geo, "etage", row.floor)


def _contact(made: Element, row: Any, contact: Contact) -> None:
    person = SubElement(made, "kontaktperson")
    _text(person, "email_zentrale", contact.email)
    _text(person, "email_direkt", contact.email)
    _text(person, "tel_zentrale", contact.phone)
    _text(person, "name", contact.office or f"Stadtverwaltung {row.municipality}")
    _text(person, "firma", f"Stadt {row.municipality}")
    _text(person, "ort", row.municipality)
    _text(person, "adressfreigabe", True)


def _prices(made: Element, row: Any, kinds: Sequence[str]) -> None:
    prices = SubElement(made, "preise")
    area = row.area_total_m2
    rent, side = row.rent_eur_m2, row.side_costs_eur_m2
    whole = None if rent is None or area is None else rent * area
    if "KAUF" in kinds and row.price_eur is not None:
        _text(prices, "kaufpreis", row.price_eur)
    leased = kinds[0] == "PACHT"
    if not leased:
        _text(prices, "nettokaltmiete", whole)
    _text(prices, "nebenkosten", None if side is None or area is None else side * area)
    if leased:
        _text(prices, "pacht", whole)
    _text(prices, "mietpreis_pro_qm", rent)
    _text(prices, "provisionspflichtig", False)
    SubElement(prices, "waehrung", iso_waehrung="EUR")


def _areas(made: Element, row: Any) -> None:
    areas = SubElement(made, "flaechen")
    is_plot, is_shop = row.object_type in PLOTS, OBJECT_KINDS[row.object_type][0] == "einzelhandel"
    if not is_plot:
        _text(areas, "gesamtflaeche", row.area_total_m2)
        _text(areas, "ladenflaeche", row.area_total_m2 if is_shop else None)
        _text(areas, "lagerflaeche", row.area_storage_m2)
        _text(areas, "verkaufsflaeche", row.area_sales_m2)
        _text(areas, "fensterfront", row.frontage_m)
        _text(areas, "gastroflaeche", row.area_total_m2 if row.object_type == "GASTRO" else None)
        _text(areas, "sonstflaeche", row.area_side_m2)
    else:
        _text(areas, "grundstuecksflaeche", row.area_total_m2)
    _text(areas, "teilbar_ab", row.divisible_from_m2)
    _text(areas, "anzahl_stellplaetze", None if row.parking_n is None else Decimal(row.parking_n))
    if not is_plot:
        _text(areas, "vermietbare_flaeche", row.area_total_m2)


def _equipment(made: Element, row: Any) -> None:
    there = set(row.equipment or ())
    equipment = SubElement(made, "ausstattung")
    if "KUECHE" in there:
        SubElement(equipment, "kueche", EBK="true")
    if row.heating in HEATINGS:
        SubElement(equipment, "befeuerung", {HEATINGS[row.heating]: "true"})
    if "AUFZUG" in there:
        SubElement(equipment, "fahrstuhl", PERSONEN="true")
    if row.accessible == "JA":
        _text(equipment, "rollstuhlgerecht", True)
        _text(equipment, "barrierefrei", True)
    _text(equipment, "hallenhoehe", row.clear_height_m)
    if "KELLER" in there:
        SubElement(equipment, "unterkellert", keller="JA")


def _condition(made: Element, row: Any) -> None:
    condition = SubElement(made, "zustand_angaben")
    if row.energy_kwh_m2a is not None or row.energy_class:
        energy = SubElement(condition, "energiepass")
        _text(energy, "energieverbrauchkennwert", row.energy_kwh_m2a)
        _text(energy, "wertklasse", row.energy_class)
    SubElement(condition, "verkaufstatus", stand="OFFEN")


def _texts(made: Element, row: Any) -> None:
    texts = SubElement(made, "freitexte")
    where = " ".join(part for part in (row.street, row.house_number) if part)
    named = ", ".join(part for part in (label(OBJECT_TYPES, row.object_type), where) if part)
    _text(texts, "objekttitel", row.title or named)
    there = ", ".join(label(EQUIPMENT, code) for code in row.equipment or ())
    _text(texts, "ausstatt_beschr", there or None)
    _text(texts, "objektbeschreibung", row.description)
    kinds = ", ".join(label(OFFER_KINDS, kind) for kind in row.offer_kinds or ())
    said = [f"Angeboten zur: {kinds}." if kinds else "", f"Zustand: {label(STATES, row.state)}."]
    said.append("Erfundenes Beispiel: hier steht nichts zur Vermietung." if row.is_example else "")
    _text(texts, "sonstige_angaben", " ".join(part for part in said if part))


def _pictures(made: Element, photos: Sequence[tuple[str, str]]) -> None:
    if not photos:
        return
    attachments = SubElement(made, "anhaenge")
    for number, (title, address) in enumerate(photos):
        one = SubElement(attachments, "anhang", location="REMOTE", gruppe="BILD" if number else "TITELBILD")
        _text(one, "anhangtitel", title)
        _text(one, "format", "image/jpeg")
        _text(SubElement(one, "daten"), "pfad", address)


def _administration(made: Element, row: Any) -> None:
    managed = SubElement(made, "verwaltung_objekt")
    _text(managed, "objektadresse_freigeben", row.publication_level >= ADDRESS_LEVEL)
    if row.available_from is not None:
        _text(managed, "verfuegbar_ab", f"{row.available_from:%d.%m.%Y}")
        _text(managed, "abdatum", row.available_from.isoformat())
    elif row.state in EMPTY_STATES:
        _text(managed, "verfuegbar_ab", "sofort")
    for name, attribute, months in (
        ("min_mietdauer", "min_dauer", row.min_term_months),
        ("max_mietdauer", "max_dauer", row.max_term_months),
    ):
        if months is not None:
            SubElement(managed, name, {attribute: "MONAT"}).text = str(months)
    _text(managed, "vermietet", row.state == "DROHEND")
    _text(managed, "gewerbliche_nutzung", row.object_type != "WOHNUNG")
