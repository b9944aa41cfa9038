"""Run as a script: mutates good files and reads each in a process of its own, with the limits of the sandbox.

Called with a folder of good files, a number of rounds and a seed; prints one JSON object: how many were read, refused
with a sentence, and ended otherwise (by which error or signal), and the slowest in seconds.
"""

import json
import os
import random
import resource
import sys
import time
import traceback
from pathlib import Path

from geo.core.foreign import gdal

gdal.before_start(("ESRI Shapefile", "FlatGeobuf"))

from geo.core.foreign.refused import Refused  # noqa: E402
from geo.imports.child import (  # noqa: E402, F401 (loaded once for all)
    coordinates,
    delimited,
    geojson,
    geopackage,
    kml,
    layers,
    located,
    main,
    osm,
    sheets,
)  # fmt: skip
from geo.imports.child.request import Request  # noqa: E402

SECONDS, MEMORY = 20, 1_500_000_000


def mutated(raw: bytes, dice: random.Random) -> bytes:
    """Some bits turned, a part cut out, doubled or zeroed, or the end missing."""
    changed = bytearray(raw)
    match dice.randrange(6):
        case 0:
            return raw[: dice.randrange(len(raw))]
        case 1:
            at = dice.randrange(len(raw))
            del changed[at : at + dice.randrange(1, 64)]
        case 2:
            at = dice.randrange(len(raw))
            changed[at:at] = changed[at : at + dice.randrange(1, 256)]
        case 3:
            at = dice.randrange(len(raw))
            changed[at : at + 16] = bytes(dice.choice((0, 255)) for _ in range(16))
        case _:
            for _ in range(dice.choice((1, 1, 4, 32))):
                changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def read_alone(raw: bytes, name: str, folder: Path) -> str:
    """What becomes of the file: `read`, `refused`, or the name of what ended the process."""
    end, start = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(end)
        word = "read"
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            (folder / "given").write_bytes(raw)
            with (folder / "given").open("rb") as file, (folder / "rows").open("wb") as target:
                main.convert(file, Request(name), target, folder)
        except (Refused, MemoryError):
            word = "refused"
        except BaseException as error:  # a panic of the spreadsheet reader is no Exception
            where = traceback.extract_tb(error.__traceback__)[-1]
            word = f"{type(error).__name__} in {Path(where.filename).name}:{where.lineno}"
        os.write(start, word.encode()[:200])
        os._exit(0)
    os.close(start)
    with os.fdopen(end, "rb") as pipe:
        word = pipe.read().decode()
    status = os.waitpid(child, 0)[1]
    return word or f"signal {os.waitstatus_to_exitcode(status)}"


def run(folder: Path, rounds: int, seed: int) -> dict[str, object]:
    """All good files, mutated so many times each."""
    dice = random.Random(seed)
    counts = {"read": 0, "refused": 0}
    others: dict[str, str] = {}
    slowest = (0.0, "")
    work = folder / "work"
    work.mkdir(exist_ok=True)
    for path in sorted(one for one in folder.iterdir() if one.is_file()):
        for number in range(rounds):
            raw = mutated(path.read_bytes(), dice)
            began = time.process_time() + time.monotonic()
            word = read_alone(raw, path.name, work)
            slowest = max(slowest, (time.monotonic() + time.process_time() - began, path.name))
            if word in counts:
                counts[word] += 1
            else:
                others[f"{path.name} {number}"] = word
    return {**counts, "others": others, "slowest": slowest}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
