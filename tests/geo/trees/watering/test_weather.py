"""Daily climate files of the weather service, read in the sandbox: the product, its zip, and everything that is neither."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest

from geo.core.errors import Invalid
from geo.trees.watering.weather import read_file

TODAY = date(2026, 8, 1)
HEAD = "STATIONS_ID;MESS_DATUM;QN_3;  FX;  FM;QN_4; RSK;RSKF; SDK;SHK_TAG;  NM; VPM;  PM; TMK; UPM; TXK; TNK; TGK;eor"
ROW = "       1270;{day};   10;  9.2;   3.1;    3;   0.0;   0;  12.3;   0; 2.1; 13.4; 981.2;  22.1;  60.0;{max};  12.0;  9.1;eor"


def product(*days):
    return "\n".join([HEAD, *(ROW.format(day=day, max=degrees) for day, degrees in days), ""]).encode("latin-1")


def packed(**files):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return made.getvalue()


def test_the_product_file():
    found = read_file(
        product(("20190701", "35.0"), ("20260630", " 31.4"), ("20260701", "-999"), ("20260702", "28.9")), TODAY
    )
    assert found.station == "1270" and (found.older, found.missing) == (1, 1)
    assert found.days == {date(2026, 6, 30): Decimal("31.4"), date(2026, 7, 2): Decimal("28.9")}


def test_the_zip_as_the_service_gives_it_out():
    raw = packed(
        Metadaten_Geographie_01270__txt=b"x",
        produkt_klima_tag_20250101_20260731_01270__txt=product(("20260730", "33.3")),
    )
    assert read_file(raw, TODAY).days == {date(2026, 7, 30): Decimal("33.3")}


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "eine Datei w"),
        (b"\n", "keine Datei mit Tageswerten"),
        (b"a;b;c\n1;2;3\n", "keine Datei mit Tageswerten"),
        (b"\x00" * 400, "keine Datei mit Tageswerten"),
        (b"PK\x03\x04" + b"x" * 60, "Archiv ist besch"),
        (packed(readme__txt=b"x"), "fehlt die Datei produkt_klima_tag"),
        (packed(produkt_klima_tag_x__txt=b"0" * 70_000_000), "zu gro"),
        (product(("20261301", "30.0")), "Zeile 2"),
        (product(("20260701", "warm")), "keine Temperatur"),
        (product(("20260701", "99.0")), "zwischen -50 und 50"),
        (product(("20260701", "nan")), "zwischen -50 und 50"),
        (product(("20260701", "-999")), "keine H"),
        (product(("20190701", "30.0")), "letzten zwei Jahre"),
        (HEAD.encode() + b"\n1;20260701\n", "weniger Spalten"),
        (product(("20260701", "30")) + product(("20260702", "30")).partition(b"\n")[2].replace(b"1270", b"1271"), "mehrere Stationen"),
    ],
)  # fmt: skip
def test_what_is_no_weather_is_said_in_a_sentence(raw, sentence):
    with pytest.raises(Invalid, match=sentence) as refused:
        read_file(raw, TODAY)
    assert set(refused.value.fields) == {"file"}
