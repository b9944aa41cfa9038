"""A walk over every address that can be read, as every role: which rows are asked for, and what an answer says in words.

The addresses come from the URL map: a new page is asked without being named here.
"""

import base64
import io
import re
import subprocess
import zipfile
from collections import OrderedDict
from collections.abc import Iterator
from itertools import product
from typing import Any

import pyarrow.parquet
from werkzeug.routing import Rule

from geo.core.access import Action, Actor, may, scope
from tests.factories import OWN_AGS
from tests.webapp.security.rows import HIDDEN_DIGITS, Town
from webapp.access import mark_of
from webapp.auth import UNMARKED

# Everybody else than nobody: with the roles of a town, whether it is the town of the markers.
ROLES = (
    ("viewer", True), ("editor", True), ("manager", True), ("manager", False),
    ("planner", None), ("curator", None), ("reviewer", None), ("office", None), ("admin", None),
)  # fmt: skip
FORMATS = ["csv", "xlsx", "geojson", "gpkg", "fgb", "parquet", "gpx", "osm", "svg", "pdf"]
SLUGS = {
    "extension": FORMATS,
    "slug": ["probe", "verborgen"],
    "token": ["x" * 43],
    "filename": ["manifest.json"],
    "size": ["a4"],
}
SLUGS |= {
    "dataset": ["leerstandsquoten", "leerstaende"],
    "kind": ["ANTRAG"],
    "ags": [OWN_AGS],
    "outcome": ["AUSGEWAEHLT"],
    "name": ["Markt"],
    "code": ["M02", "S9"],
    "key": ["owner"],
    "project_id": ["1"],
    "number": ["1"],
    "year": ["2025"],
}
# The rows that a route's argument can mean, by the beginnings of their names. Who is from outside asks for all of
# them, the roles for the first one of each: so these belong together.
OWNERS = {
    "unit_id": ("Einheit2", "Einheit", "Bald", "Vorbei", "Zurück"),
    "building_id": ("buildingEinheit2", "building"),
    "parcel_id": ("parcelEinheit2", "parcel"),
    "spell_id": ("spellEinheit2-0", "spell"),
    "seeker_id": ("seeker",),
    "match_id": ("match",),
    "package_id": ("package",),
    "plan_id": ("planEinheit2", "plan"),
    "photo_id": ("photoEinheit2", "photo", "tree_photo"),
    "import_id": ("import",),
    "row": ("import_row",),
    "round_id": ("closed_survey", "survey"),
    "zone_id": ("zone",),
    "job_id": ("job",),
    "bulk_id": ("bulk", "case_bulk"),
    "case_id": ("case", "kompass_case"),
    "measure_id": ("measure",),
    "stop_id": ("stop", "hidden_stop", "winter"),
    "fleet_id": ("fleet",),
    "tree_id": ("tree", "second_tree"),
    "schedule_id": ("schedule", "published_schedule"),
    "stay_id": ("stay", "draft_stay"),
    "visit_id": ("watered_visit", "visit"),
    "application_id": ("application", "call_application"),
    "call_id": ("call", "closed_call"),
    "reviewer_id": ("call_reviewer",),
    "attachment_id": ("call_attachment",),
    "report_id": ("report", "decided_report"),
    "viewpoint_id": ("viewpoint", "idea"),
    "site_id": ("site",),
    "account_id": ("account",),
    "passkey_id": ("account",),
    "membership_id": ("membership",),
    "session_id": ("session",),
    "run_id": ("run",),
    "event_id": ("event",),
    "block_id": ("block",),
    "stop_caretaker_id": ("stop_caretaker",),
    "patron_id": ("patron",),
    "letter_id": ("letter",),
    "feedback_id": ("feedback",),
    "address_id": ("feed",),
    "log_id": ("watering_log",),
    "phase_id": ("phase",),
    "partner_id": ("partner",),
    "funding_id": ("funding",),
    "observation_id": ("observation",),
    "status_id": ("status",),
    "milestone_id": ("milestone",),
    "defect_id": ("defect",),
    "notice_id": ("notice",),
    "document_id": ("document", "alliance_document"),
    "feed_id": ("view_feed", "case_feed", "alliance_feed"),
    "landmark_id": ("landmark",),
    "model_id": ("model",),
    "ranking_id": ("ranking",),
    "owner_id": ("owner", "second_owner"),
    "ownership_id": ("ownership",),
    "member_id": ("owner_member", "alliance_member"),
    "consent_id": ("consent",),
    "contact_id": ("owner_contact", "alliance_contact"),
    "campaign_id": ("campaign",),
    "owner_letter_id": ("owner_letter",),
    "answer_id": ("answer",),
    "town_id": ("the_town",),
    "meeting_id": ("alliance_meeting", "alliance_draft"),
    "work_id": ("alliance_work",),
    "count_id": ("alliance_count",),
    "task_id": ("alliance_task",),
    "card_id": ("card", "card_draft", "card_elsewhere"),
}
# Where an argument means another kind of row than elsewhere.
ELSEWHERE = (
    ("calls_intern.", "application_id", "call_application"),
    ("trees_intern.tree_", "photo_id", "tree_photo"),
    ("care_intern.", "photo_id", "photoidee"),
    ("care_intern.", "viewpoint_id", "viewpoint"),
    ("cases_intern.bulk", "bulk_id", "case_bulk"),
    ("kompass_intern.", "case_id", "kompass_case"),
    ("alliance_intern.", "member_id", "alliance_member"),
    ("alliance_intern.", "contact_id", "alliance_contact"),
    ("alliance_intern.", "document_id", "alliance_document"),
    ("alliance_intern.", "feed_id", "alliance_feed"),
    ("pilots_intern.", "document_id", "document_of_project"),
)
# What is the alliance's is read by whoever may so in any town.
OF_THE_ALLIANCE = {Action.ALLIANCE_VIEW}


def readable(app: Any, *, public: bool) -> Iterator[Rule]:
    """The routes that can be read: the public ones, or all others."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint in UNMARKED or "GET" not in rule.methods or rule.endpoint == "accounts.oidc_start":
            continue
        if (mark_of(app.view_functions[rule.endpoint]).kind == "public") is public:
            yield rule


def values(argument: str, town: Town) -> list[Any]:
    """Everything that the argument can mean in the town. Raises `KeyError` for one that nobody has thought of."""
    if argument == "token":
        return [*SLUGS["token"], *town.codes]
    if argument == "sha256":
        return town.hashes
    if argument in SLUGS:
        return SLUGS[argument]
    if argument not in OWNERS and argument != "row" and not argument.endswith("_id"):
        return ["probe"]  # a word, not the number of a row
    found = [
        number for beginning in OWNERS[argument] for name, number in town.ids.items() if name.startswith(beginning)
    ]
    return list(dict.fromkeys(found))


def addresses(rule: Rule, town: Town, *, whole: bool) -> Iterator[str]:
    """The route's addresses: with every row of the town, or with one that it is made for."""
    found = {}
    for argument in sorted(rule.arguments):
        every = values(argument, town)
        mine = [town.ids[row] for begin, name, row in ELSEWHERE if name == argument and rule.endpoint.startswith(begin)]
        found[argument] = every if whole or argument == "extension" else [*mine, *every][:1]
    for chosen in product(*found.values()):
        address = rule.rule
        for argument, value in zip(found, chosen, strict=True):
            address = re.sub(rf"<(?:[a-z]+(?:\([^)]*\))?:)?{argument}>", str(value), address)
        yield address


def opens(rule: Rule, app: Any, person: Actor, town_id: int | None) -> bool:
    """Whether the route's mark lets the person in, working in the town: refused, they see no more than its name."""
    action: Action | None = mark_of(app.view_functions[rule.endpoint]).action
    if action is None:
        return True
    where = scope(person, action)
    return bool(where.everywhere or where.municipality_ids) and may(person, action, town_id)


def said(answer: Any) -> str:
    """What an answer says: archives, workbooks and tables are opened, drawings in a page read with it."""
    body = answer.get_data()
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            parts = [archive.read(name) for name in archive.namelist() if not name.endswith(".jpg")]
    elif body[:4] == b"PAR1":
        parts = [str(pyarrow.parquet.read_table(io.BytesIO(body)).to_pylist()).encode()]
    else:
        drawn = re.findall(rb"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", body)
        parts = [body, *(base64.b64decode(one) for one in drawn)]
    text = b"\n".join(parts).decode("utf-8", "replace")
    return re.sub(r"\\u([0-9a-f]{4})", lambda letter: chr(int(letter[1], 16)), text) if answer.is_json else text


# A marker; "geheime Adresse" is a word of our own pages.
_MARKED = re.compile(r"(?!geheime?\b)geheim[\w.@-]*", re.IGNORECASE)


def told(town: Town, text: str, reader: Actor | None = None) -> set[str]:
    """The marked words of the town in a text that this reader (nobody, if none is given) may not read."""
    words = {word.lower(): (word, needed) for word, needed in town.words.items()}
    found = {word for word in words if not word.startswith("geheim") and word in text}
    for token in set(_MARKED.findall(text.lower())):
        found.add(next((token[:end] for end in range(len(token), 6, -1) if token[:end] in words), token))
    hidden = {words[word][0] if word in words else word for word in found if not _may_read(town, words, word, reader)}
    if reader is None or not any(one == town.id for one in reader.municipality_ids):
        hidden |= {digits for digits in HIDDEN_DIGITS if reader is None and digits in text}
    return hidden


def _may_read(town: Town, words: dict[str, Any], word: str, reader: Actor | None) -> bool:
    needed = words.get(word, ("", None))[1]
    if reader is None or needed is None:
        return False
    if needed in OF_THE_ALLIANCE:
        where = scope(reader, needed)
        return bool(where.everywhere or where.municipality_ids)
    return may(reader, needed, town.id)


def pages_in_place_of_prints(monkeypatch: Any) -> None:
    """What is set in type is answered as the page that goes to the press: its words can be read, and it is there at once."""
    real = subprocess.run

    def press(command: Any, **how: Any) -> Any:
        if "geo.core.printing_child" in command:
            return subprocess.CompletedProcess(command, 0, how["input"], b"")
        return real(command, **how)

    monkeypatch.setattr("geo.core.printing.subprocess.run", press)
    monkeypatch.setattr("webapp.typesetting._kept", OrderedDict())
