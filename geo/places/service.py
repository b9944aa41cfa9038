"""Writes of places and their photos, for every part that stands at one.

For a place the caller has opened `perform()` for the municipality; a photo is an action of its own.
"""

from typing import Literal

from geoalchemy2 import WKBElement
from sqlalchemy import delete, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from geo.core import geometry
from geo.core.access import Action, Actor
from geo.core.errors import Conflict, Invalid, NeedsConfirmation, NotFound
from geo.core.history import perform
from geo.core.undo import Root, revert
from geo.places import photos
from geo.places.model import Photo, Place
from geo.places.photos import CleanPhoto, PhotoInput, Store
from geo.places.schemas import PlaceInput

# What the public may know of a spot: the spot itself, or the centre of its cell in a fixed 100 m grid.
PublicPoint = Literal["exact", "grid"]

OUTSIDE_TOLERANCE_M = 200
STAYS_INTERNAL = "Wer dieses Foto geschickt hat, hat nicht zugestimmt, dass es öffentlich gezeigt wird."
MOST_PHOTOS = 30
_OUTSIDE = text(
    """
    SELECT round(min(ST_Distance(o.outline::geography, ST_GeomFromEWKB(:point)::geography))::numeric, 1)
    FROM register.municipality_outlines o
    WHERE o.municipality_id = :municipality AND o.during @> current_date
    """
)


def create_place(session: Session, municipality_id: int, data: PlaceInput, *, public: PublicPoint) -> Place:
    """A new place. Raises `NeedsConfirmation` when it lies more than 200 m outside of the municipality."""
    place = Place(municipality_id=municipality_id)
    _fill(session, place, data, public)
    session.add(place)
    session.flush()
    return place


def update_place(session: Session, place_id: int, data: PlaceInput, *, public: PublicPoint) -> Place:
    """Change a place's address, point and outline. Raises as `create_place` does when the point moved outside."""
    place = find_place(session, place_id)
    _fill(session, place, data, public)
    session.flush()
    return place


def set_public_point(session: Session, place_id: int, public: PublicPoint) -> Place:
    """Show the place as it is, or only its grid cell."""
    place = find_place(session, place_id)
    shown = _public_point(place.point, public)
    if geometry.lon_lat(shown) != geometry.lon_lat(place.public_point):
        place.public_point = shown
        session.flush()
    return place


def remove_place(session: Session, place_id: int) -> bool:
    """Delete a place with its photos, unless something else of the register stands there; says which of the two."""
    try:
        with session.begin_nested():
            session.execute(delete(Photo).where(Photo.place_id == place_id))
            session.execute(delete(Place).where(Place.id == place_id))
    except IntegrityError:
        return False
    return True


def find_place(session: Session, place_id: int) -> Place:
    """The place, as far as the session's municipality can see it. Raises `NotFound`."""
    place = session.get(Place, place_id)
    if place is None:
        raise NotFound("Der Ort", place_id)
    return place


def _fill(session: Session, place: Place, data: PlaceInput, public: PublicPoint) -> None:
    point = geometry.point(data.longitude, data.latitude, "longitude")
    moved = place.point is None or _rounded(place.point) != _rounded(point)
    if moved:
        outside_m = session.scalar(_OUTSIDE, {"point": bytes(point.data), "municipality": place.municipality_id})
        is_outside = outside_m is not None and outside_m > OUTSIDE_TOLERANCE_M
        if is_outside and not data.outside_confirmed:
            raise NeedsConfirmation("outside_confirmed", {"outside_confirmed": _outside_sentence(float(outside_m))})
        place.point = point
        place.outside_confirmed = is_outside
    place.street, place.house_number = data.street, data.house_number
    place.postcode, place.locality = data.postcode, data.locality
    if _shape(data.outline) != _shape(place.outline):
        place.outline = data.outline
    shown = _public_point(place.point, public)
    if place.public_point is None or geometry.lon_lat(place.public_point) != geometry.lon_lat(shown):
        place.public_point = shown


def _public_point(point: WKBElement, public: PublicPoint) -> WKBElement:
    return point if public == "exact" else geometry.snapped(point)


def _outside_sentence(metres: float) -> str:
    distance = f"{metres / 1000:.1f} km".replace(".", ",") if metres >= 1000 else f"{metres:.0f} m"
    return f"Der Punkt liegt {distance} außerhalb der Gemeinde. Bitte prüfen und bestätigen, wenn das so stimmt."


def _rounded(point: WKBElement) -> tuple[float, float]:
    longitude, latitude = geometry.lon_lat(point)
    return round(longitude, 6), round(latitude, 6)


def _shape(outline: WKBElement | None) -> object:
    return geometry.as_geojson(outline)


def add_photo(
    session: Session,
    actor: Actor,
    place_id: int,
    data: PhotoInput,
    *,
    photo: CleanPhoto,
    store: Store,
    stays_internal: bool = False,
) -> Photo:
    """Keep a photo of a place: its file first, then its row. `stays_internal`: it may never be shown to the public."""
    place = find_place(session, place_id)
    with perform(session, actor, Action.PHOTO_EDIT, place.municipality_id):
        known = [kept.sha256 for kept in photos.of_place(session, place_id)]
        if photo.sha256 in known:
            raise Invalid({"photo": "Dieses Foto ist hier schon gespeichert."})
        if len(known) >= MOST_PHOTOS:
            raise Invalid({"photo": f"An einem Ort können höchstens {MOST_PHOTOS} Fotos gespeichert werden."})
        store.keep(place.municipality_id, photo)
        row = Photo(municipality_id=place.municipality_id, place_id=place_id, sha256=photo.sha256)
        row.width_px, row.height_px, row.stays_internal = photo.width_px, photo.height_px, stays_internal
        _fill_photo(row, data)
        session.add(row)
        session.flush()
    return row


def update_photo(session: Session, actor: Actor, photo_id: int, version: int, data: PhotoInput) -> Photo:
    """Change what is known of a photo."""
    municipality_id = photos.get(session, photo_id).municipality_id
    with perform(session, actor, Action.PHOTO_EDIT, municipality_id):
        row = _expected_photo(session, photo_id, version)
        if row.stays_internal and data.is_public:
            raise Invalid({"is_public": STAYS_INTERNAL})
        _fill_photo(row, data)
    return row


def photo_first(session: Session, actor: Actor, photo_id: int, version: int) -> None:
    """Show a photo before all others of its place."""
    photo = photos.get(session, photo_id)
    with perform(session, actor, Action.PHOTO_EDIT, photo.municipality_id):
        row = _expected_photo(session, photo_id, version)
        others = [kept.position for kept in photos.of_place(session, row.place_id) if kept.id != row.id]
        if others and row.position >= min(others):
            row.position = min(others) - 1


def remove_photo(session: Session, actor: Actor, photo_id: int, version: int) -> None:
    """Take a photo away at once; its file is swept a day later, so that this can be undone until then."""
    municipality_id = photos.get(session, photo_id).municipality_id
    with perform(session, actor, Action.PHOTO_EDIT, municipality_id):
        session.delete(_expected_photo(session, photo_id, version))


def restore_photo(session: Session, actor: Actor, photo_id: int, change_id: int) -> None:
    """Undo the last change of a photo."""
    revert(session, actor, Root("photos", photo_id), change_id)


def _fill_photo(row: Photo, data: PhotoInput) -> None:
    for name, value in vars(data).items():
        setattr(row, name, value)


def _expected_photo(session: Session, photo_id: int, version: int) -> Photo:
    row = session.get(Photo, photo_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("Das Foto", photo_id)
    if row.version != version:
        raise Conflict("Jemand anderes hat dieses Foto in der Zwischenzeit geändert.", version=row.version)
    return row
