"""A viewpoint as linked data in the shape of the state's tourism database: JSON-LD, schema.org `TouristAttraction`.

Values carry their type or language as they do there; the direction stands as `additionalProperty`, as text in the
grammar of OpenStreetMap and sector by sector. `tests/geo/viewpoints/shapes.ttl` says what a record must look like.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from geo.viewpoints.care.licences import ADDRESSES, light
from geo.viewpoints.care.public import Piece
from geo.viewpoints.codes import FURNITURE, SHADE, STATUSES, STEP_FREE
from geo.viewpoints.direction import plain, render
from geo.viewpoints.public import Photo, Point

CONTEXT = {
    "schema": "http://schema.org/",
    "thuecat": "https://thuecat.org/ontology/thuecat/1.0/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
OSM_DIRECTION = "https://wiki.openstreetmap.org/wiki/Key:direction"
OSM = "https://www.openstreetmap.org/"
WIKIDATA = "https://www.wikidata.org/entity/"
# What stands for nothing by itself carries these types there, besides its own.
VALUE = ["schema:Intangible", "schema:StructuredValue", "schema:Thing"]
# What a map app or a browser opens at the point.
MAP = "https://www.openstreetmap.org/?mlat={latitude:.6f}&mlon={longitude:.6f}#map=17/{latitude:.6f}/{longitude:.6f}"
Record = dict[str, Any]


def document(records: Iterable[Record]) -> Record:
    """One or several records as one JSON-LD document."""
    return {"@context": CONTEXT, "@graph": list(records)}


def record(
    point: Point,
    *,
    address: str,
    photos: Sequence[tuple[Photo, str]] = (),
    furniture: Sequence[Piece] = (),
    landmarks: Sequence[str] = (),
) -> Record:
    """A point: `address` of its page; photos with the addresses of their files, of which only those that may be passed
    on are named; the names of landmarks from left to right.
    """
    made: Record = {
        "@id": address,
        "@type": ["schema:Place", "schema:Thing", "schema:TouristAttraction"],
        "schema:name": _texts(point, "name"),
        "schema:url": _typed("schema:URL", address),
        "schema:geo": {
            "@type": ["schema:GeoCoordinates", *VALUE],
            "schema:latitude": _number(f"{point.latitude:.6f}"),
            "schema:longitude": _number(f"{point.longitude:.6f}"),
        },
        "schema:address": _address(point),
        "schema:hasMap": _typed("schema:URL", MAP.format(latitude=point.latitude, longitude=point.longitude)),
        "thuecat:contentResponsible": {
            "@type": ["schema:Organization", "schema:Thing"],
            "schema:name": _said("de", point.municipality),
        },
        "schema:publicAccess": _typed("schema:Boolean", "true"),
        "schema:additionalProperty": [*_directions(point), *_properties(point, landmarks)],
    }
    if point.story:
        made["schema:description"] = _texts(point, "story")
    if point.elevation_m is not None:
        made["schema:geo"]["schema:elevation"] = _number(plain(point.elevation_m))
    offered = [one for one in furniture if one.state == "GUT"]
    if offered or point.toilet:
        made["schema:amenityFeature"] = [_amenity(*FURNITURE[one.kind]) for one in offered] + (
            [_amenity("Toilette in der Nähe", "toilet near by")] if point.toilet else []
        )
    if point.toilet is not None:
        kind = "thuecat:Toilets" if point.toilet else "thuecat:ZeroSanitation"
        made["thuecat:sanitation"] = _typed("thuecat:Sanitation", kind)
    if any(one.kind == "bench" for one in offered):
        made["thuecat:otherService"] = _typed("thuecat:OtherService", "thuecat:SeatingPossibilitiesRestArea")
    if point.stop_distance_m is not None:
        made["thuecat:distanceToPublicTransport"] = {
            "@type": ["schema:QuantitativeValue", *VALUE],
            "schema:unitCode": _typed("thuecat:Unit", "thuecat:MTR"),
            "schema:value": _number(str(point.stop_distance_m)),
        }
    images = [_image(photo, file, address) for photo, file in photos if light(photo.licence) != "ROT"]
    if images:
        made["schema:image"], made["schema:photo"] = images, {"@id": images[0]["@id"]}
    same = [
        *([f"{WIKIDATA}{point.wikidata}"] if point.wikidata else []),
        *([f"{OSM}{point.osm}"] if point.osm else []),
        *([point.thuecat] if point.thuecat else []),
    ]
    if same:
        made["schema:sameAs"] = [_typed("schema:URL", one) for one in same]
    return made


def _typed(kind: str, value: str) -> Record:
    return {"@type": kind, "@value": value}


def _number(value: str) -> Record:
    return _typed("schema:Number", value)


def _said(language: str, value: str) -> Record:
    return {"@language": language, "@value": value}


def _texts(point: Point, name: str) -> list[Record]:
    english = point.values.get(f"{name}_en")
    return [_said("de", point.values[name]), *([_said("en", english)] if english else [])]


def _address(point: Point) -> Record:
    made: Record = {
        "@type": ["schema:PostalAddress", "schema:ContactPoint", *VALUE],
        "schema:addressCountry": _typed("thuecat:AddressCountry", "thuecat:Germany"),
        "schema:addressRegion": _typed("thuecat:AddressFederalState", "thuecat:Thuringia"),
        "schema:addressLocality": _said("de", point.locality or point.municipality),
    }
    if point.address:
        made["schema:streetAddress"] = _said("de", point.address)
    if point.street and point.house_number:
        made["thuecat:typOfAddress"] = _typed("thuecat:TypOfAddress", "thuecat:HouseAddress")
    if point.postcode:
        made["schema:postalCode"] = _said("de", point.postcode)
    return made


def _property(identifier: str, name: str, value: Record | list[Record], **more: Any) -> Record:
    return {
        "@type": ["schema:PropertyValue", *VALUE],
        "schema:identifier": identifier,
        "schema:name": _said("de", name),
        "schema:value": value,
        **more,
    }


def _directions(point: Point) -> list[Record]:
    """The direction as text, and each sector with its ends in degrees clockwise from north."""
    if not point.sectors:
        return []
    found = [
        _property(
            "direction",
            "Blickrichtung",
            _typed("xsd:string", render(point.sectors)),
            **{"schema:propertyID": _typed("schema:URL", OSM_DIRECTION)},
        )
    ]
    for number, sector in enumerate(point.sectors, 1):
        found.append(
            _property(
                f"sector-{number}",
                f"Sektor {number}{' (Öffnung angenommen)' if sector.is_assumed else ''}",
                _typed("xsd:string", f"{plain(sector.from_deg)}-{plain(sector.to_deg)}"),
                **{
                    "schema:minValue": _number(plain(sector.from_deg)),
                    "schema:maxValue": _number(plain(sector.to_deg)),
                    "schema:unitText": "°",
                },
            )
        )
    return found


def _properties(point: Point, landmarks: Sequence[str]) -> list[Record]:
    found = [_property("status", "Status", _named(STATUSES, point.status))]
    found.append(_property("step-free", "Stufenloser Zugang", _named(STEP_FREE, point.step_free)))
    if point.shade != "UNBEKANNT":
        found.append(_property("shade", "Schatten", _named(SHADE, point.shade)))
    if point.last_checked_on is not None:
        checked = _typed("xsd:date", point.last_checked_on.isoformat())
        found.append(_property("last-checked", "Blick zuletzt geprüft", checked))
    if point.best_time:
        found.append(_property("best-time", "Beste Zeit", _texts(point, "best_time")))
    if landmarks:
        seen = [_said("de", name) for name in landmarks]
        found.append(_property("landmarks", "Zu sehen, von links nach rechts", seen))
    return found


def _named(codes: Mapping[str, tuple[str, str]], code: str) -> list[Record]:
    german, english = codes[code]
    return [_said("de", german), _said("en", english)]


def _amenity(german: str, english: str) -> Record:
    return {
        "@type": ["schema:LocationFeatureSpecification", "schema:PropertyValue", *VALUE],
        "schema:name": [_said("de", german), _said("en", english)],
        "schema:value": _typed("schema:Boolean", "true"),
    }


def _image(photo: Photo, file: str, address: str) -> Record:
    captions = [_said("de", photo.alt_text), *([_said("en", photo.alt_text_en)] if photo.alt_text_en else [])]
    return {
        "@id": file,
        "@type": ["schema:ImageObject", "schema:MediaObject", "schema:CreativeWork", "schema:Thing"],
        "schema:url": _typed("schema:URL", file),
        "schema:caption": captions,
        "schema:description": captions,
        "schema:contentLocation": {"@id": address},
        "schema:width": _typed("xsd:string", str(photo.width_px)),
        "schema:height": _typed("xsd:string", str(photo.height_px)),
        "schema:license": _typed("schema:URL", ADDRESSES[photo.licence]),
        "schema:author": _typed("xsd:string", photo.author),
    }
