"""A Flurstückskennzeichen in the ways people write it becomes one key; what is none is told why."""

import pytest

from geo.core.errors import Invalid
from geo.vacancies.stock.parcel_keys import in_words, normal
from geo.vacancies.stock.schemas import parse_parcel


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("160123001001230004__", "160123001001230004__"),
        ("160123001001230004", "160123001001230004__"),
        ("16012300100123000400", "160123001001230004__"),
        ("16012300100123______", "16012300100123______"),
        ("16012300100123", "16012300100123______"),
        ("160123001001230000", "16012300100123______"),
        ("160123___00123______", "160123___00123______"),
        ("16 0123 001 00123 0004", "160123001001230004__"),
        ("160123-001-00123/0004", "160123001001230004__"),
        ("16-0123-001-00123/0004-00", "160123001001230004__"),
        ("160123-001-00123/0004-01", "16012300100123000401"),
        ("0123-1-123/4", "160123001001230004__"),
        ("0123-1-123", "16012300100123______"),
        ("0123 1 123 / 4", "160123001001230004__"),
        ("0123, 1, 123/4", "160123001001230004__"),
        ("Gemarkung 0123, Flur 1, Flurstück 123/4", "160123001001230004__"),
        ("Gem. 0123 Flur 12 Flst. 7", "16012301200007______"),
        ("0123–0–5/1", "160123___000050001__"),
        ("  0123-1-123/0 ", "16012300100123______"),
    ],
)
def test_what_people_write_is_one_key(typed, key):
    assert normal(typed) == key
    assert normal(key) == key


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Bitte ein Flurstückskennzeichen angeben."),
        ("Flur", "Bitte ein Flurstückskennzeichen angeben."),
        ("050123-001-00123", "beginnt mit 05; Thüringer Flurstücke beginnen mit 16."),
        ("05012300100123", "beginnt mit 05; Thüringer Flurstücke beginnen mit 16."),
        ("0123-1-12a", "„a“ gehört nicht dazu"),
        ("0123-1-123/4/5", "Zähler und Nenner trennt ein Schrägstrich, hier stehen 2"),
        ("0123-1", "ist nicht lesbar"),
        ("123-1-5", "ist nicht lesbar"),
        ("0123-1-1234567", "ist nicht lesbar"),
        ("0000-1-5", "Die Gemarkung (vier Ziffern) fehlt oder ist 0000."),
        ("0123-1-0", "Die Flurstücksnummer fehlt oder ist 0."),
        ("1601230010012", "hat 13"),
        ("160123001001230004000", "hat 21"),
        ("16_123001001230004__", "Die Striche stehen an der falschen Stelle."),
        ("160123_0100123______", "Die Striche stehen an der falschen Stelle."),
        ("١٦٠١٢٣-001-5", "gehört nicht dazu"),
    ],
)
def test_what_is_none_is_told_why(typed, sentence):
    with pytest.raises(Invalid) as refused:
        normal(typed)
    assert sentence in refused.value.fields["parcel_key"]


def test_a_key_is_read_out_as_people_say_it():
    assert in_words("160123001001230004__") == "Gemarkung 0123, Flur 1, Flurstück 123/4"
    assert in_words("160123___00123______") == "Gemarkung 0123, Flurstück 123"


@pytest.mark.parametrize("area", ["0", "-5", "viel", "1e12"])
def test_an_area_is_a_number_above_zero(area):
    with pytest.raises(Invalid) as refused:
        parse_parcel({"parcel_key": "0123-1-5", "parcel_area_m2": area})
    assert list(refused.value.fields) == ["parcel_area_m2"]
