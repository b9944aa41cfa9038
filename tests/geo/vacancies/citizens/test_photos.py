"""A report's photo at the unit: taken over with a tick, public only with consent, gone with the report otherwise."""

import io
import os
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from PIL import Image
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from geo.core.errors import Invalid
from geo.places import photos
from geo.places import service as places
from geo.places.photos import PhotoInput, Store
from geo.vacancies.citizens import photos as taking
from geo.vacancies.citizens import queries, service
from geo.vacancies.citizens.schemas import DecisionInput, ReportInput
from geo.vacancies.citizens.tending import FOLDER, tend_reports
from tests.geo.vacancies.stock import acting, mark

NOW, TODAY = datetime(2026, 11, 20, 12, tzinfo=UTC), date(2026, 11, 22)
SPOT = (11.0523, 50.9331)


@pytest.fixture
def stores(settings):
    return {"sent": Store(settings.home / FOLDER), "kept": Store(settings.home / "photos")}


def decided(staff, town, unit, stores, colour, *, consent):
    made = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(made, "JPEG")
    photo = photos.clean(made.getvalue())
    stores["sent"].keep(town, photo)
    data = ReportInput("LEER", point=SPOT, photo_consent=consent)
    service.send(staff, town, data, request_id="r", form_key=None, photo_sha256=photo.sha256, now=NOW)
    report = queries.get(staff, staff.scalar(text("SELECT max(id) FROM register.citizen_reports")))
    return service.decide(
        staff, acting(), report.id, report.version, DecisionInput("BESTAETIGT", unit_id=unit.id), TODAY
    )


def test_a_photo_is_taken_over_once_and_shown_only_with_consent(staff, towns, stores):
    unit = mark(staff, towns.own)
    for colour, consent in (("teal", False), ("orange", True)):
        report = decided(staff, towns.own, unit, stores, colour, consent=consent)
        assert taking.take_over(staff, acting(), report, "Ladenfront", **stores)
        assert not taking.take_over(staff, acting(), report, "Ladenfront", **stores)
    kept = photos.of_place(staff, unit.place_id)
    assert [(one.stays_internal, one.is_public, one.author) for one in kept] == [
        (True, False, "aus der Bürgerschaft"), (False, False, "aus der Bürgerschaft"),
    ]  # fmt: skip
    assert all(stores["kept"].path(towns.own, one.sha256).is_file() for one in kept)
    shown = PhotoInput("Ladenfront", "aus der Bürgerschaft", "ALLE-RECHTE", is_public=True)
    with pytest.raises(Invalid, match="nicht zugestimmt"):
        places.update_photo(staff, acting(), kept[0].id, kept[0].version, shown)
    assert places.update_photo(staff, acting(), kept[1].id, kept[1].version, shown).is_public
    with pytest.raises(IntegrityError, match="photos_stays_internal"):
        with places.perform(staff, acting(), places.Action.PHOTO_EDIT, towns.own):
            kept[0].is_public = True


def test_without_a_tick_it_goes_with_the_report_and_what_was_taken_over_stays(db, staff, towns, stores, settings):
    unit = mark(staff, towns.own)
    taken, left = (decided(staff, towns.own, unit, stores, colour, consent=False) for colour in ("teal", "orange"))
    taking.take_over(staff, acting(), taken, "Ladenfront", **stores)
    names = [one.photo_sha256 for one in (taken, left)]
    staff.commit()
    ancient = time.time() - 3 * 24 * 3600
    for file in stores["sent"].root.rglob("*.jpg"):
        os.utime(file, (ancient, ancient))
    tend_reports(db, settings, NOW + service.KEPT_AFTER_END + timedelta(days=4))
    assert not any(stores["sent"].path(towns.own, name).is_file() for name in names)
    (kept,) = photos.of_place(staff, unit.place_id)
    assert stores["kept"].path(towns.own, kept.sha256).is_file()
    staff.expire_all()
    with pytest.raises(Invalid):
        taking.take_over(staff, acting(), queries.get(staff, left.id), "Ladenfront", **stores)


def test_what_was_not_admissible_is_forgotten_after_a_month(db, staff, towns, stores, settings):
    unit = mark(staff, towns.own)
    report = decided(staff, towns.own, unit, stores, "teal", consent=False)
    service.reopen(staff, acting(), report.id, report.version)
    service.decide(staff, acting(), report.id, report.version, DecisionInput("UNZULAESSIG"), TODAY)
    staff.commit()
    for days, forgotten in ((29, False), (33, True)):
        tend_reports(db, settings, NOW + timedelta(days=days))
        staff.expire_all()
        assert (queries.get(staff, report.id).erased_at is not None) == forgotten
