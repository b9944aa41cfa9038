"""Runs inside the sandbox: the waypoints of a GPX file come out as JSON. Imports nothing of `geo`."""

import json
import sys
from typing import NoReturn
from xml.parsers import expat

REFUSED, MOST_POINTS, MOST_DEPTH = 3, 5_000, 30
KEPT = ("name", "desc", "cmt", "ele", "sym", "type")


def refuse(reason: str) -> NoReturn:
    """End with one word for why."""
    sys.stderr.write(reason)
    sys.exit(REFUSED)


def read(raw: bytes) -> list[dict[str, str]]:
    """The waypoints with their texts; entities and document types are refused, for they may say anything."""
    found: list[dict[str, str]] = []
    path: list[str] = []
    open_one: dict[str, str] | None = None

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal open_one
        path.append(name.rpartition(":")[2])
        if len(path) > MOST_DEPTH:
            refuse("deep")
        if len(path) == 1 and path[0] != "gpx":
            refuse("kind")
        if path[-1] == "wpt":
            open_one = {"lat": attributes.get("lat", ""), "lon": attributes.get("lon", "")}

    def words(text: str) -> None:
        if open_one is not None and path[-1] in KEPT and path[-2] == "wpt":
            open_one[path[-1]] = (open_one.get(path[-1], "") + text)[:5000]

    def end(_name: str) -> None:
        nonlocal open_one
        if path.pop() == "wpt" and open_one is not None:
            found.append(open_one)
            open_one = None
            if len(found) > MOST_POINTS:
                refuse("many")

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.CharacterDataHandler, parser.EndElementHandler = start, words, end
    parser.StartDoctypeDeclHandler = lambda *_: refuse("entities")
    parser.EntityDeclHandler = lambda *_: refuse("entities")
    try:
        parser.Parse(raw, True)
    except (expat.ExpatError, ValueError, IndexError):
        refuse("broken")
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(read(sys.stdin.buffer.read())))
