"""The English of the public pages is complete, says what the German says, and is what a visitor gets to read."""

import functools
import importlib
import io
import re
import tomllib
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from geo.places.photos import LICENCES

ROOT = Path(__file__).resolve().parents[2]
TRANSLATIONS = ROOT / "webapp" / "translations"
CATALOGUE = TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.po"
SCRIPTS = ROOT / "webapp" / "static" / "src"
CODES = [
    "geo.calls.codes",
    "geo.finding.codes",
    "geo.knowledge.codes",
    "geo.pilots.codes",
    "geo.trees.applications.codes",
    "geo.trees.codes",
    "geo.trees.visits.codes",
    "geo.trees.visits.feedback.codes",
    "geo.vacancies.citizens.codes",
    "geo.vacancies.codes",
    "geo.vacancies.portfolio.seekers.codes",
    "geo.viewpoints.codes",
]
ELSEWHERE = "see webapp/translations/babel.toml for what to run"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|%(?!\()")
# Words that no English sentence has, and names of streets and sample avenues seldom have.
GERMAN = re.compile(r"\b(aber|auch|auf|dem|den|eine?|für|ist|kein|keine|mit|nicht|noch|oder|sich|sind|und|vom|zur?)\b")
# German names that stand in English sentences: beside the English one, or because there is none.
NAMES = (
    "(Innenstädte mit Zukunft)",
    "(Wanderbaumallee)",
    "(Der schönste Blick der Stadt)",
    "Beispielallee Nordhausen und Pößneck",
    "Winterquartier Gotha",
)


@functools.cache
def _extracted():
    """Context and text (singular and plural of a count) of all that is shown; read once, when a test asks."""
    mappings = tomllib.loads((TRANSLATIONS / "babel.toml").read_text())["mappings"]
    methods = [(one["pattern"], one["method"]) for one in mappings]
    options = {one["pattern"]: {"silent": one["silent"]} for one in mappings if "silent" in one}
    return [(context, text) for _, _, text, _, context in extract_from_dir(ROOT / "webapp", methods, options)]


def _catalogue():
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


ENGLISH = _catalogue()
TEXTS = [one for one in ENGLISH if one.id]


def _forms(text):
    return list(text) if isinstance(text, tuple) else [text]


def test_the_catalogue_holds_what_is_shown_and_nothing_else():
    shown = {(context, _forms(text)[0]) for context, text in _extracted()}
    held = {(one.context, _forms(one.id)[0]) for one in TEXTS}
    assert held == shown, ELSEWHERE
    assert not ENGLISH.obsolete, ELSEWHERE


def test_every_text_is_translated():
    assert [one.id for one in TEXTS if one.fuzzy or not all(_forms(one.string))] == []


def test_a_count_and_a_heading_are_two_texts():
    """Else one would be shown for the other: English tells "Stop" from "3 stops", German has one word."""
    counts = {(context, text[0]) for context, text in _extracted() if isinstance(text, tuple)}
    assert counts & {(context, text) for context, text in _extracted() if isinstance(text, str)} == set()


def test_placeholders_are_the_same_on_both_sides():
    def places(text):
        return sorted(PLACEHOLDER.findall(text))

    assert [one.id for one in TEXTS for text in _forms(one.string) if places(text) != places(_forms(one.id)[-1])] == []


def test_the_file_names_nobody_and_no_lines():
    text = CATALOGUE.read_text()
    assert "@" not in text and "#:" not in text and "#~" not in text


def test_what_is_compiled_is_the_catalogue():
    compiled = io.BytesIO()
    write_mo(compiled, ENGLISH)
    stored = CATALOGUE.with_suffix(".mo")
    assert stored.is_file() and stored.read_bytes() == compiled.getvalue(), "pybabel compile -d webapp/translations"


def test_codes_have_english_names():
    lists = {f"{name}.{key}": value for name in CODES for key, value in vars(importlib.import_module(name)).items()}
    lists["LICENCES"] = LICENCES
    named = {key: value for key, value in lists.items() if key.split(".")[-1].isupper() and isinstance(value, dict)}
    assert len(named) > 15
    for key, names in named.items():
        for code, pair in names.items():
            assert len(pair) == 2 and all(pair), (key, code)
            assert not re.search("[äöüßÄÖÜ]", pair[1]), (key, code)


def test_scripts_of_public_pages_speak_english():
    words = (SCRIPTS / "lib" / "i18n.js").read_text()
    german, _, english = words.partition("\n  en: {")
    english = english.partition("\n  },")[0]
    known = {
        language: set(re.findall(r"^    (\w+): ", text, re.M)) for language, text in (("de", german), ("en", english))
    }
    public = [path for path in SCRIPTS.rglob("*.js") if "intern" not in path.relative_to(SCRIPTS).parts[0]]
    used = {key for path in public for key in re.findall(r"\bt\(\s*\"(\w+)\"", path.read_text())}
    assert len(used) > 20 and used <= known["de"]
    assert used - known["en"] == set()


class Reader(HTMLParser):
    """What a page says in its own language: texts and spoken attributes outside of what is marked as another one."""

    ATTRIBUTES = ("alt", "aria-label", "title", "placeholder", "data-label")
    EMPTY = {"meta", "link", "input", "img", "br", "hr"}

    def __init__(self, page):
        super().__init__()
        self.open, self.texts, self.links = [], [], []
        self.feed(page)

    def _lang(self):
        return next((lang for _, lang in reversed(self.open) if lang), "")

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "a" and values.get("href"):
            self.links.append(values["href"].partition("#")[0])
        self.open.append((tag, values.get("lang") or ("-" if tag in {"script", "style", "code"} else None)))
        if self._lang() == "en":
            self.texts += [values[name] for name in self.ATTRIBUTES if values.get(name)]
        if tag in self.EMPTY:
            self.open.pop()

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in self.EMPTY:
            self.open.pop()

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if data.strip() and self._lang() == "en":
            self.texts.append(" ".join(data.split()))


def german_parts():
    """The texts of the catalogue, in parts between placeholders, that are long enough to be German without doubt."""
    for one in TEXTS:
        for text, english in zip(_forms(one.id), _forms(one.string), strict=True):
            if text != english:
                yield from (part.strip() for part in PLACEHOLDER.split(text) if len(part.strip()) > 12)


# Pages to which a form leads.
AFTER_FORMS = tuple(
    f"/en/{page}"
    for page in (
        *(
            "baeume/antrag/gesendet",
            "baeume/antrag/geloescht",
            "baeume/giessen/gesendet",
            "baeume/link/gesendet",
            "baeume/giessen/verlassen",
        ),
        "leerstand/melden/gesendet?antwort=1",
        "leerstand/melden/bestaetigt",
        "blicke/mangel/bestaetigt",
        *("leerstand/suche/gesendet", "leerstand/suche/gespeichert", "leerstand/suche/beendet"),
        *("leerstand/gesuch/gesendet", "leerstand/gesuch/geloescht"),
        *("eigentum", "eigentum/danke"),
        "kompass/ergebnis",
    )
)
LEFTOVERS = sorted(set(german_parts()))


def not_english(page):
    """What a page says that is not English."""
    assert '<html lang="en"' in page
    found = []
    for text in Reader(page).texts:
        plain = text
        for name in NAMES:
            plain = plain.replace(name, "")
        if GERMAN.search(plain) or any(part in plain for part in LEFTOVERS):
            found.append(text)
    return found


def test_every_english_page_is_english(client, app, small_sample):
    """From the start page along the links, three pages of each kind; pages of secret links are read by their own tests."""
    with app.database.public() as session:  # which has a link as long as the visit is not over
        visit = session.connection().exec_driver_sql("SELECT min(id) FROM published.visits").scalar()
        view = session.connection().exec_driver_sql("SELECT min(id) FROM published.viewpoints").scalar()
        idea = session.connection().exec_driver_sql("SELECT min(unit_id) FROM published.unit_ideas").scalar()
    waiting = ["/en/", *AFTER_FORMS, f"/en/baeume/giessen/{visit}"]
    # After a report, behind a code at the point, and what is asked for by scripts.
    waiting += [f"/en/blicke/{view}/{page}" for page in ("mangel/gesendet?antwort=1", "stempel")]
    waiting += [f"/en/leerstand/{idea}/idee", f"/en/leerstand/{idea}/idee/gesendet"]
    waiting += ["/en/leerstand/karte.html?gemeinde=16067029"]  # Gotha's, offered once a town is chosen
    waiting += [f"/en/blicke/{name}" for name in ("unterwegs.json", "unterwegs.js", "app.webmanifest")]
    seen, kinds, german = {"/en/"}, Counter(), []
    adapter = app.url_map.bind("localhost")
    while waiting:
        address = waiting.pop(0)
        endpoint = adapter.match(address.partition("?")[0] or "/")[0]
        if kinds[endpoint] >= 3:
            continue
        kinds[endpoint] += 1
        answer = client.get(address)
        assert answer.status_code == 200, address
        if answer.mimetype != "text/html":
            continue  # a file; what is in it has tests of its own
        german += [(address, text) for text in not_english(answer.text)]
        if endpoint == "en_feedback.answer" and kinds[endpoint] == 1:
            waiting.append(f"{address}/danke")  # where its form leads
        for written in Reader(answer.text).links:
            link = address.partition("?")[0] + written if written.startswith("?") else written
            if link.startswith("/en/") and link not in seen:
                seen.add(link)
                waiting.append(link)
    public = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/en/") and "/api/" not in rule.rule and "token" not in rule.arguments
    }
    assert german == []
    # Leichte Sprache is German, and that address leads there; the sample's projects have no documents, which are files.
    assert public - set(kinds) == {"en_viewpoints.easy", "en_pilots.document"}


@pytest.mark.parametrize(
    "address",
    [
        "gibt-es-nicht",
        "leerstand/999999",
        "baeume/999999",
        "baeume/baum/999999",
        "baeume/allee/999999",
        "blicke/999999",
        "pilotprojekte/nirgends",
        "pilotprojekte/standort/999999",
        "blicke?am=gestern",
        "leerstand?art=schloss",
        "leerstand?flaeche_von=viel",
        "leerstand/liste?ab=vorn",
    ],
)
def test_refusals_are_english_too(client, address):
    answer = client.get(f"/en/{address}")
    assert answer.status_code in {404, 422}
    assert not_english(answer.text) == []


def test_days_and_numbers_are_written_as_in_britain(client, small_sample):
    page = client.get("/en/baeume/liste?am=2026-05-01").text
    assert "1 May 2026" in page and "May 1, 2026" not in page
