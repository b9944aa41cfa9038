"""Two plans beside each other: what is new, gone, moved or changed, and each plan in a few figures. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from geo.trees.planning.board import Board, BoardStop, BoardVisit


class Kind(StrEnum):
    """What became of a visit from one plan to the other."""

    NEW = "KOMMT_NEU"
    GONE = "ENTFAELLT"
    MOVED = "VERSCHOBEN"
    SHORTER = "KUERZER"
    LONGER = "LAENGER"
    CHANGED = "GEAENDERT"
    SAME = "GLEICH"


KINDS = {
    Kind.NEW: ("kommt neu", "new"),
    Kind.GONE: ("entfällt", "dropped"),
    Kind.MOVED: ("verschoben", "moved"),
    Kind.SHORTER: ("endet früher", "ends sooner"),
    Kind.LONGER: ("endet später", "ends later"),
    Kind.CHANGED: ("andere Module", "other modules"),
    Kind.SAME: ("unverändert", "unchanged"),
}


@dataclass(frozen=True)
class Difference:
    """A visit before and after; one of the two is None where it is new or gone."""

    kind: Kind
    stop_id: int
    before: BoardVisit | None
    after: BoardVisit | None

    @property
    def one(self) -> BoardVisit:
        found = self.after or self.before
        if found is None:
            raise ValueError("a difference without a visit")
        return found


def differences(before: Iterable[BoardVisit], after: Iterable[BoardVisit]) -> list[Difference]:
    """What differs, stop by stop, in the order of the days. Winter quarters are left out."""
    old, new = _by_stop(before), _by_stop(after)
    found = [one for stop_id in old | new for one in _at_stop(stop_id, old.get(stop_id, []), new.get(stop_id, []))]
    return sorted(found, key=lambda one: (one.one.first, one.stop_id, one.one.id))


def _by_stop(visits: Iterable[BoardVisit]) -> dict[int, list[BoardVisit]]:
    found: dict[int, list[BoardVisit]] = {}
    for visit in visits:
        if not visit.rests:
            found.setdefault(visit.stop_id, []).append(visit)
    return found


def _at_stop(stop_id: int, old: list[BoardVisit], new: list[BoardVisit]) -> list[Difference]:
    """Pairs the visits of a stop: the nearest in time first."""
    pairs = sorted(
        ((abs((a.first - b.first).days) + abs((a.last - b.last).days), a.id, b.id, a, b) for a in old for b in new),
        key=lambda pair: pair[:3],
    )
    found, left, right = [], {one.id for one in old}, {one.id for one in new}
    for _, _, _, a, b in pairs:
        if a.id in left and b.id in right:
            left.remove(a.id)
            right.remove(b.id)
            found.append(Difference(_kind(a, b), stop_id, a, b))
    found += [Difference(Kind.GONE, stop_id, one, None) for one in old if one.id in left]
    found += [Difference(Kind.NEW, stop_id, None, one) for one in new if one.id in right]
    return found


def _kind(before: BoardVisit, after: BoardVisit) -> Kind:
    if before.first != after.first:
        return Kind.MOVED
    if before.last != after.last:
        return Kind.SHORTER if after.last < before.last else Kind.LONGER
    if (before.modules_s, before.modules_l) != (after.modules_s, after.modules_l):
        return Kind.CHANGED
    return Kind.SAME


@dataclass(frozen=True)
class Figures:
    """A plan in numbers. `heat_weeks`: module-weeks counted by the stop's heat need; None where none is known."""

    visits: int
    stops: int
    module_weeks: int
    heat_weeks: int | None
    moved: int
    busiest: int
    fullest: int
    unnamed: int
    groups: tuple[tuple[str, int], ...]


def figures(board: Board) -> Figures:
    """The plan of a board in numbers."""
    rows = [row for row in board.rows if row.stop.kind == "STRASSE"]
    visits = [visit for row in rows for visit in row.visits]
    needs = _needs([row.stop for row in rows])
    return Figures(
        visits=len(visits),
        stops=sum(bool(row.visits) for row in rows),
        module_weeks=sum(visit.size * visit.weeks for visit in visits),
        heat_weeks=round(sum(v.size * v.weeks * needs[v.stop_id] for v in visits) / 100) if needs else None,
        moved=sum(visit.size for visit in visits),
        busiest=max((load.moved for load in board.loads), default=0),
        fullest=max((load.standing for load in board.loads), default=0),
        unnamed=sum(max(0, visit.size - visit.named) for visit in visits),
        groups=tuple((g.name, g.module_weeks) for g in board.groups if any(r.stop.kind == "STRASSE" for r in g.rows)),
    )


def _needs(stops: Sequence[BoardStop]) -> dict[int, int]:
    """Each stop's heat need; nothing when no stop has one, for then the sum would say nothing."""
    if all(stop.heat_need is None for stop in stops):
        return {}
    return {stop.id: stop.heat_need or 0 for stop in stops}
