"""An offer as linked data: JSON-LD, schema.org `RealEstateListing` with the premises as `Accommodation`."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from geo.vacancies.codes import EQUIPMENT
from geo.vacancies.portfolio.queries import Contact

CONTEXT = "https://schema.org"
_SQUARE_METRE = "MTK"
# What the kinds of offer are called there: rent and lease are `LeaseOut`, sale is `Sell`.
_FUNCTIONS = {
    "MIETE": "http://purl.org/goodrelations/v1#LeaseOut",
    "PACHT": "http://purl.org/goodrelations/v1#LeaseOut",
    "ZWISCHENNUTZUNG": "http://purl.org/goodrelations/v1#LeaseOut",
    "ERBPACHT": "http://purl.org/goodrelations/v1#LeaseOut",
    "KAUF": "http://purl.org/goodrelations/v1#Sell",
}
Record = dict[str, Any]


def listing(
    row: Any,
    *,
    address: str,
    english: str,
    title: str,
    title_en: str,
    photos: Sequence[tuple[str, str]] = (),
    contact: Contact,
) -> Record:
    """One offer from the published view; `photos` are descriptions and addresses of files, `address` its page's."""
    made: Record = {
        "@context": CONTEXT,
        "@type": "RealEstateListing",
        "@id": address,
        "url": address,
        "sameAs": english,
        "name": [_said("de", title), _said("en", title_en)],
        "datePosted": row.published_from.isoformat(),
        "expires": row.published_until.isoformat(),
        "about": _premises(row),
        "provider": _town(row, contact),
    }
    texts = [_said(lang, text) for lang, text in (("de", row.description), ("en", row.description_en)) if text]
    if texts:
        made["description"] = texts
    if photos:
        made["image"] = [{"@type": "ImageObject", "contentUrl": file, "caption": text} for text, file in photos]
    offers = _offers(row)
    if offers:
        made["offers"] = offers
    return made


def _said(language: str, text: str) -> Record:
    return {"@language": language, "@value": text}


def _premises(row: Any) -> Record:
    made: Record = {
        "@type": "Accommodation",  # a `Place` with a size
        "address": {
            "@type": "PostalAddress",
            "addressCountry": "DE",
            "addressRegion": "Thüringen",
            "addressLocality": row.municipality,
            **({"postalCode": row.postcode} if row.postcode else {}),
            **(
                {"streetAddress": " ".join(part for part in (row.street, row.house_number) if part)}
                if row.street
                else {}
            ),
        },
        "geo": {
            "@type": "GeoCoordinates",
            "latitude": round(row.latitude, 6),
            "longitude": round(row.longitude, 6),
        },
    }
    if row.area_total_m2 is not None:
        made["floorSize"] = _quantity(row.area_total_m2, _SQUARE_METRE)
    if row.equipment:
        made["amenityFeature"] = [
            {"@type": "LocationFeatureSpecification", "name": EQUIPMENT[code][0], "value": True}
            for code in row.equipment
            if code in EQUIPMENT
        ]
    return made


def _town(row: Any, contact: Contact) -> Record:
    made: Record = {"@type": "GovernmentOrganization", "name": f"Stadt {row.municipality}", "identifier": row.ags}
    if contact.office:
        made["department"] = {"@type": "Organization", "name": contact.office}
    if contact.email:
        made["email"] = contact.email
    if contact.phone:
        made["telephone"] = contact.phone
    return made


def _offers(row: Any) -> list[Record]:
    """What is asked for, kind by kind; without any money no offer is made up."""
    found: list[Record] = []
    kinds = row.offer_kinds or (["MIETE"] if row.rent_eur_m2 is not None else [])
    for kind in kinds:
        one: Record = {"@type": "Offer", "businessFunction": _FUNCTIONS[kind], "priceCurrency": "EUR"}
        if kind == "KAUF":
            if row.price_eur is not None:
                one["price"] = _plain(row.price_eur)
        elif row.rent_eur_m2 is not None:
            one["priceSpecification"] = {
                "@type": "UnitPriceSpecification",
                "price": _plain(row.rent_eur_m2),
                "priceCurrency": "EUR",
                "unitText": "m² je Monat",
            }
        if row.available_from is not None:
            one["availabilityStarts"] = row.available_from.isoformat()
        found.append(one)
    return found


def _quantity(value: Decimal, unit: str) -> Record:
    return {"@type": "QuantitativeValue", "value": _plain(value), "unitCode": unit}


def _plain(value: Decimal) -> float:
    return float(value)
