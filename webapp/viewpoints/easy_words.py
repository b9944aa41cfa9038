"""A point in Leichte Sprache: short sentences, one thought each, no foreign words; always German."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from geo.places.pois.queries import Near
from geo.viewpoints.care.public import PublicNotice
from geo.viewpoints.public import Point

STATUS = {
    "OFFEN": ("Der Ort ist offen.", "Sie können hingehen."),
    "EINGESCHRAENKT": ("Der Ort ist offen.", "Aber im Moment ist dort nicht alles in Ordnung."),
    "GESCHLOSSEN": ("Der Ort ist zu.", "Sie können im Moment nicht hingehen."),
    "IM_BAU": ("Der Ort wird noch gebaut.", "Sie können noch nicht hingehen."),
    "AUSGEWAEHLT": ("Der Ort ist noch nicht fertig.", "Er wird später gebaut."),
}
SURFACES = {
    "ASPHALT": "Der Weg ist glatt. Er ist aus Asphalt.",
    "PFLASTER": "Der Weg ist aus Pflaster-Steinen.",
    "PLATTEN": "Der Weg ist aus Platten.",
    "WASSERGEBUNDEN": "Der Weg ist aus festem Sand und Kies.",
    "KIES": "Auf dem Weg liegen lose Steine.",
    "NATUR": "Der Weg ist aus Erde oder Gras. Bei Regen ist er weich.",
}
STEP_FREE = {
    "JA": "Sie kommen ohne Stufen hin.",
    "TEILWEISE": "Auf einem Teil vom Weg sind Stufen.",
    "NEIN": "Auf dem Weg sind Stufen.",
}
STEEP_PERCENT = 6


@dataclass(frozen=True)
class Section:
    """A heading with its sentences, each on a line of its own."""

    title: str
    sentences: tuple[str, ...]


def sections(point: Point, near: Sequence[Near], notices: Iterable[PublicNotice]) -> list[Section]:
    """Story, status, way and what is there; what is not known is left out."""
    story = [line.strip() for line in (point.story_easy or "").splitlines() if line.strip()]
    found = [
        Section("Was sehen Sie hier?", tuple(_sentences(story))),
        Section("Können Sie hingehen?", (*STATUS.get(point.status, ()), *(f"Wichtig: {one.text}" for one in notices))),
        Section("Wie kommen Sie hin?", tuple(_way(point, near))),
        Section("Was gibt es dort?", tuple(_there(point, near))),
    ]
    return [one for one in found if one.sentences]


def _sentences(lines: Iterable[str]) -> Iterable[str]:
    for line in lines:
        yield from (f"{part.rstrip('.')}." if not part.endswith(("!", "?")) else part for part in line.split(". "))


def _way(point: Point, near: Sequence[Near]) -> Iterable[str]:
    place = " ".join(part for part in (point.address, "in", point.municipality) if part)
    yield f"Der Ort ist {place}." if not point.address else f"Die Adresse ist: {point.address} in {point.municipality}."
    if point.path_steps:
        yield f"Auf dem Weg sind {point.path_steps} Stufen."
    elif point.step_free in STEP_FREE:
        yield STEP_FREE[point.step_free]
    if point.path_surface:
        yield from (f"{part.rstrip('.')}." for part in SURFACES[point.path_surface].split(". "))
    if point.path_slope_percent is not None:
        yield "Der Weg ist steil." if point.path_slope_percent > STEEP_PERCENT else "Der Weg ist nicht steil."
    stop = _first(near, "HALTESTELLE")
    if stop is not None:
        yield f"Die nächste Halte-Stelle ist {_metres(stop.distance_m)} entfernt."
        if stop.name:
            yield f"Sie heißt: {stop.name}."
    elif point.stop_distance_m is not None:
        yield f"Die nächste Halte-Stelle ist {_metres(point.stop_distance_m)} entfernt."


def _there(point: Point, near: Sequence[Near]) -> Iterable[str]:
    if "bench" in point.furniture:
        yield "Dort steht eine Bank."
    if "board" in point.furniture:
        yield "Dort steht eine Tafel mit Infos."
    if _first(near, "WC") is not None or point.toilet:
        yield "In der Nähe ist eine Toilette."
    elif point.toilet is False:
        yield "In der Nähe ist keine Toilette."
    if any(one.kind == "GASTRONOMIE" for one in near):
        yield "In der Nähe können Sie etwas essen oder trinken."
    if point.shade == "JA":
        yield "Dort ist Schatten."


def _first(near: Sequence[Near], kind: str) -> Near | None:
    return next((one for one in near if one.kind == kind), None)


def _metres(distance: float) -> str:
    if distance >= 995:
        kilometres = round(distance / 1000)
        return "1 Kilo-Meter" if kilometres == 1 else f"{kilometres} Kilo-Meter"
    return f"{max(10, round(distance, -1)):.0f} Meter"
