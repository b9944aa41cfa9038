"""Where the names above a silhouette stand: like flags, so that no name touches another or another's pole."""

from collections.abc import Sequence
from dataclasses import dataclass

from geo.viewpoints.terrain.sights import Sight

MOST_LEVELS = 14
AIR_PX = 6


@dataclass(frozen=True)
class Flag:
    """A name on its pole at `x`; level 0 is the lowest. The text stands right of the pole, at the edge left."""

    x: float
    text: str
    level: int
    to_right: bool
    width: float
    sight: Sight

    @property
    def begins(self) -> float:
        return self.x if self.to_right else self.x - self.width

    @property
    def ends(self) -> float:
        return self.x + self.width if self.to_right else self.x


def placed(names: Sequence[tuple[float, str, Sight]], width: float, letter_px: float) -> list[Flag]:
    """Flags for names at their x, from the left; those that find no room on any level are left out."""
    inside = [one for one in names if _fits(one, width, letter_px)]
    edge = [one for one in names if one not in inside]
    # At the right edge the poles step up to the right, everywhere else to the left; which of them stands lower is
    # chosen so that the most names find room.
    tried = [_in_order(order, width, letter_px) for order in ([*edge, *reversed(inside)], [*reversed(inside), *edge])]
    return max(tried, key=len)


def _in_order(names: Sequence[tuple[float, str, Sight]], width: float, letter_px: float) -> list[Flag]:
    flags: list[Flag] = []
    for x, text, sight in names:
        long = len(text) * letter_px + AIR_PX
        to_right = x + long <= width or x - long < 0
        for level in range(MOST_LEVELS):
            flag = Flag(x, text, level, to_right, long, sight)
            if not any(_cross(flag, other) for other in flags):
                flags.append(flag)
                break
    return sorted(flags, key=lambda flag: flag.x)


def _fits(name: tuple[float, str, Sight], width: float, letter_px: float) -> bool:
    return name[0] + len(name[1]) * letter_px + AIR_PX <= width


def _cross(one: Flag, other: Flag) -> bool:
    """Whether two texts, or a pole and a text below its top, touch."""
    if one.level == other.level:
        return one.begins < other.ends + AIR_PX and other.begins < one.ends + AIR_PX
    lower, upper = (one, other) if one.level < other.level else (other, one)
    return lower.begins < upper.x < lower.ends
