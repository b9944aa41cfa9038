"""The direction grammar: what is read, what is forgiven, what is refused, and that nothing is lost on the way."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from geo.core.errors import Invalid
from geo.viewpoints.direction import COMPASS, PANORAMA, Sector, assumed, in_words, name_of, parse, render


def sector(start: float, end: float) -> Sector:
    return Sector(Decimal(str(start)), Decimal(str(end)))


@pytest.mark.parametrize(
    ("text", "sectors"),
    [
        ("67-292", [sector(67, 292)]),
        ("292-67", [sector(292, 67)]),
        ("0-360", [PANORAMA]),
        ("360", [assumed(Decimal(0))]),
        ("0", [assumed(Decimal(0))]),
        ("90", [Sector(Decimal("67.5"), Decimal("112.5"), is_assumed=True)]),
        ("N", [Sector(Decimal("337.5"), Decimal("22.5"), is_assumed=True)]),
        ("ENE-WNW", [sector(67.5, 292.5)]),
        ("NW-N", [sector(315, 360)]),
        ("315-0", [sector(315, 360)]),
        ("360-90", [sector(0, 90)]),
        ("22.5-45", [sector(22.5, 45)]),
        ("10-20;200-220", [sector(10, 20), sector(200, 220)]),
        ("S;0-45", [assumed(Decimal(180)), sector(0, 45)]),
    ],
)
def test_reads_the_grammar(text, sectors):
    assert list(parse(text)) == sectors


@pytest.mark.parametrize(
    ("forgiven", "exact"),
    [
        (" 67 - 292 ", "67-292"),
        ("67°-292°", "67-292"),
        ("67° – 292°", "67-292"),
        ("67–292", "67-292"),
        ("090", "90"),
        ("22,5-45", "22.5-45"),
        ("ene-wnw", "ENE-WNW"),
        ("10-20 ; 200-220", "10-20;200-220"),
        ("NO-SO", "NE-SE"),
        ("O", "E"),
        ("ONO–WNW", "ENE-WNW"),
        ("67-WNW", "67-292.5"),
    ],
)
def test_forgives_how_people_write(forgiven, exact):
    assert parse(forgiven) == parse(exact)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "panorama",
        "360°-Panorama",
        "alle",
        "0-0",
        "360-360",
        "360-0",
        "N-N",
        "N-360",
        "90-90",
        "361",
        "400-20",
        "0-361",
        "-45",
        "45-",
        "-",
        "1-2-3",
        "90;",
        ";90",
        "90;;180",
        "N°",
        "NNNE",
        "NEN",
        "9 0",
        "1e2",
        "٩٠",
        "ＮＥ",
        "90,180",
        "1000",
        "nan",
        "0x10",
        "90\x00",
        ";".join(["90"] * 13),
        "1" * 300,
    ],
)
def test_refuses_with_a_sentence(text):
    with pytest.raises(Invalid) as refused:
        parse(text)
    assert refused.value.fields["direction"].endswith(".")


degrees = st.decimals(min_value=0, max_value=Decimal("359.99"), places=2)
ranges = st.tuples(degrees, degrees).filter(lambda ends: ends[0] != ends[1])
sectors = st.one_of(
    ranges.map(lambda ends: Sector(ends[0], ends[1] or Decimal(360))).filter(lambda one: not one.is_panorama),
    st.decimals(min_value=0, max_value=Decimal("359.5"), places=1).map(assumed),
    st.just(PANORAMA),
)


@given(st.lists(sectors, min_size=1, max_size=12))
def test_round_trip(several):
    assert parse(render(several)) == tuple(several)


@given(
    ranges,
    st.sampled_from(["-", "–", " - ", " – "]),
    st.sampled_from(["", "°", " °"]),
    st.sampled_from(["", " ", "\t"]),
)
def test_forgiven_forms_mean_the_same(ends, dash, degree, blank):
    start, end = ends
    assert parse(f"{blank}{start}{degree}{dash}{end}{degree}{blank}") == parse(f"{start}-{end}")


@given(st.lists(sectors, min_size=1, max_size=4), st.sampled_from("abcdfx%/*!?_=:#~|\x00²½π"), st.integers(0, 60))
def test_one_wrong_sign_and_the_whole_is_refused(several, sign, place):
    text = render(several)
    place = min(place, len(text))
    with pytest.raises(Invalid):
        parse(text[:place] + sign + text[place:])


@given(st.integers(361, 9999), st.integers(0, 360), st.booleans())
def test_more_than_a_circle_is_refused(much, other, first):
    for text in (str(much), f"{much}-{other}" if first else f"{other}-{much}"):
        with pytest.raises(Invalid):
            parse(text)


@given(st.sampled_from(COMPASS), st.sampled_from(COMPASS))
def test_german_letters_mean_the_same(first, second):
    english = f"{first}-{second}"
    if first == second:
        with pytest.raises(Invalid):
            parse(english.replace("E", "O"))
    else:
        assert parse(english.replace("E", "O")) == parse(english)


@given(st.text(max_size=30))
@example("0 360")
@example("0-36O")
@example("0..360")
def test_any_text_is_read_or_refused_and_never_a_panorama_by_mistake(text):
    try:
        read = parse(text)
    except Invalid as refused:
        assert refused.fields["direction"]
    else:
        assert all(0 <= one.from_deg < 360 and 0 < one.to_deg <= 360 and one.span > 0 for one in read)
        if PANORAMA in read:
            assert "360" in text
            assert "0" in text.replace("360", "", 1)


@given(sectors)
def test_says_every_sector_in_both_languages(one):
    for lang in ("de", "en"):
        assert in_words(one, lang)


@pytest.mark.parametrize(
    ("text", "german", "english"),
    [
        ("0-360", "Rundblick in alle Richtungen", "panorama in all directions"),
        (
            "310-20",
            "von Nordwesten über Nordnordwesten bis Nordnordosten (310°\u00a0bis\u00a020°)",
            "from northwest via north-northwest to north-northeast (310°\u00a0to\u00a020°)",
        ),
        (
            "40-60",
            "von Nordosten bis Ostnordosten (40°\u00a0bis\u00a060°)",
            "from northeast to east-northeast (40°\u00a0to\u00a060°)",
        ),
        ("85-95", "nach Osten (85°\u00a0bis\u00a095°)", "towards the east (85°\u00a0to\u00a095°)"),
        (
            "NNE",
            "nach Nordnordosten (22,5°; Öffnung von 45° angenommen)",
            "towards the north-northeast (22.5°; an opening of 45° is assumed)",
        ),
    ],
)
def test_words(text, german, english):
    (one,) = parse(text)
    assert in_words(one, "de") == german
    assert in_words(one, "en") == english


def test_names_the_nearest_compass_point():
    assert name_of(Decimal("359")) == "Norden"
    assert name_of(Decimal("101")) == "Osten"
    assert name_of(Decimal("348.75"), "en") == "north"
