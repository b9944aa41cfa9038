"""What forms of people without an account share: a trap for programs, a key, a photo, the mistakes shown again."""

from collections.abc import Mapping

from flask import request
from flask_babel import gettext as _

from geo.core.errors import TooManyTries
from geo.places import photos
from geo.places.photos import CleanPhoto
from webapp.errors import translated
from webapp.language import N_

# A field that people do not see and leave empty; programs that fill in everything give themselves away.
TRAP = "website"
FORM_BYTES = photos.MOST_BYTES + 1_000_000
# Sentences from `geo`, which knows no translations.
FROM_GEO = (
    N_("Bitte ausfüllen."),
    N_("Der Text enthält Steuerzeichen."),
    N_("Der Text ist zu lang."),
    N_("Bitte eine Zahl angeben."),
    N_("Die Zahl kann nicht kleiner als null sein."),
    N_("Die Zahl ist zu groß."),
    N_("Bitte einen der angebotenen Werte wählen."),
    N_("Bitte eine gültige E-Mail-Adresse angeben."),
    N_("Der Punkt liegt nicht in dieser Stadt."),
    N_("Der Punkt liegt nicht in Thüringen."),
    N_("Bitte Länge und Breite als Zahlen angeben."),
    N_("Länge und Breite sind vermutlich vertauscht: der Punkt läge nicht in Thüringen."),
    N_("Das ist kein Foto im Format JPEG, PNG oder WebP."),
    N_("Das Foto ist größer als 15 MB."),
    N_("Das Foto hat mehr als 50 Millionen Bildpunkte. Bitte verkleinern."),
    N_("Die Bilddatei ist beschädigt oder unvollständig."),
    N_("Das Lesen des Fotos dauerte zu lange und wurde abgebrochen."),
    N_("Ein gültiger Link"),
)


def is_trapped() -> bool:
    """Whether a program filled in what people do not see; it is told what everybody is told."""
    return bool(request.form.get(TRAP))


def form_key(name: str = "_key") -> str | None:
    """The key that makes the same form sent twice one write; None for what is none."""
    key = request.form.get(name, "")
    return key if 16 <= len(key) <= 64 and key.isascii() and key.isalnum() else None


def sent_photo(field: str = "photo") -> CleanPhoto | None:
    """The photo that came with the form, made clean in the sandbox; None without. Raises `Invalid` at the field."""
    file = request.files.get(field)
    return None if file is None or not file.filename else photos.clean(file.read(photos.MOST_BYTES + 1), field)


def minutes_to_wait(full: TooManyTries) -> int:
    """After so many minutes the form may be sent again."""
    return max(1, round(full.retry_after_s / 60))


def shown_again(errors: Mapping[str, str] | None, photo: str = "photo") -> dict[str, str]:
    """The mistakes in the page's language; with one more where a photo is lost, since browsers keep no file."""
    said = {name: translated(sentence) for name, sentence in (errors or {}).items()}
    file = request.files.get(photo)
    if said and photo not in said and file is not None and file.filename:
        said[photo] = _("Bitte das Foto noch einmal wählen; der Browser behält es nicht.")
    return said
