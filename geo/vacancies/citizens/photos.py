"""A report's photo becomes one of the unit that the report is about, if whoever moderates it says so."""

from sqlalchemy.orm import Session

from geo.core.access import Actor
from geo.core.errors import Invalid
from geo.places import photos
from geo.places import service as places
from geo.places.photos import PhotoInput, Store
from geo.vacancies import queries as units
from geo.vacancies.citizens.model import Report

AUTHOR = "aus der Bürgerschaft"
NO_FILE = "Das Foto der Meldung ist nicht mehr gespeichert."


def take_over(session: Session, actor: Actor, report: Report, description: str, *, sent: Store, kept: Store) -> bool:
    """Keep the photo of a decided report at its unit too, not public yet; False where it stands there already.

    Without the sender's consent it can never be made public. From then on it is the town's: it does not go with the
    report. Raises `Invalid` when the file is gone, or the place has too many photos.
    """
    if report.unit_id is None or report.photo_sha256 is None:
        raise Invalid({"take_photo": NO_FILE})
    file = sent.path(report.municipality_id, report.photo_sha256)
    if not file.is_file():
        raise Invalid({"take_photo": NO_FILE})
    place_id = units.get(session, report.unit_id).place_id
    photo = photos.clean(file.read_bytes(), "take_photo")
    if photo.sha256 in {one.sha256 for one in photos.of_place(session, place_id)}:
        return False
    data = PhotoInput(description, AUTHOR, "ALLE-RECHTE")
    try:
        places.add_photo(
            session, actor, place_id, data, photo=photo, store=kept, stays_internal=not report.photo_consent
        )
    except Invalid as refused:
        raise Invalid({"take_photo": " ".join(refused.fields.values())}) from None
    return True
