"""The editor in the browser reads a direction as the server does: same sectors, same refusals, for the same text."""

import itertools
import json
import shutil
import subprocess
from pathlib import Path

from geo.core.errors import Invalid
from geo.viewpoints.direction import COMPASS, parse

SCRIPT = Path(__file__).resolve().parents[3] / "webapp" / "static" / "src" / "intern" / "compass.js"
RUN = (
    "import(process.argv[1]).then(({parseDirections, writeDirections}) => {"
    " const texts = JSON.parse(require('fs').readFileSync(0, 'utf8'));"
    " console.log(JSON.stringify(texts.map((text) => { const read = parseDirections(text);"
    " return read && { sectors: read.sectors, again: parseDirections(writeDirections(read.sectors)).sectors }; })));"
    "});"
)
ENDS = [
    "0",
    "360",
    "67",
    "292",
    "22,5",
    "22.5",
    "090",
    "359.75",
    "361",
    "N",
    "NO",
    "ono",
    "WNW",
    "67°",
    "N°",
    "1e2",
    "-4",
    "",
    "٩٠",
]
TEXTS = [
    *ENDS,
    *(f"{a}{dash}{b}" for a, b in itertools.product(ENDS, ENDS) for dash in ("-", " – ")),
    *COMPASS,
    *("90;", ";90", "90;;180", "10-20;200-220", "S ; 0-45", "1-2-3", "0-360;90", "panorama", "90,180", "nan", "9 0"),
    ";".join(["90"] * 12),
    ";".join(["90"] * 13),
    "1" * 300,
]


def server(text):
    try:
        found = parse(text)
    except Invalid:
        return None
    return [[float(one.from_deg), float(one.to_deg)] for one in found]


def test_browser_and_server_read_the_same():
    node = shutil.which("node")
    assert node, "Node builds the front end; ./dev sets it up"
    done = subprocess.run(
        [node, "-e", RUN, SCRIPT.as_uri()], input=json.dumps(TEXTS), capture_output=True, text=True, check=True
    )
    answers = dict(zip(TEXTS, json.loads(done.stdout), strict=True))
    told = {text: answer and answer["sectors"] for text, answer in answers.items()}
    assert {text: told[text] for text in TEXTS if told[text] != server(text)} == {}
    whole = [answer for text, answer in answers.items() if answer and "75" not in text]
    assert len(whole) > 200 and all(answer["again"] == answer["sectors"] for answer in whole)
