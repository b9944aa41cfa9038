"""The kinds of small changes of a plan: each names what would become of one place or two. Compiled.

A change gives a place a candidate (-1: no visit) and says where its modules come from. Only whole numbers that the
candidate takes come of it; what it asks of the fleet is judged afterwards. Each kind returns how many places it
changes; 0 where it comes to nothing.
"""

from geo.trees.planner.annealing.boards import (
    AS_SAID,
    FIRST_CLASS,
    FIRST_MODULE,
    FLEET,
    HIGH,
    LENGTH,
    LOW,
    NUMBER,
    PLACE,
    SOURCE,
    START,
    WHAT_IS_FREE,
    Board,
    Standing,
)
from geo.trees.planner.annealing.compiled import apart, inlined
from geo.trees.planner.annealing.loads import least_free, one_of
from geo.trees.planner.candidates import Whole

SEARCHED = 40  # other places looked at for a neighbour of a kind
GENEROUS = 0.4  # of new visits: those that get more modules than the least


@inlined
def proposed(board: Board, now: Standing, kind: int) -> int:
    """A change of a kind (its position in `boards.OFTEN`), written to `now.tried`."""
    place, other = one_of(now.dice, len(now.chosen)), one_of(now.dice, len(now.chosen))
    for at in range(2):
        begin(now, at, place if at == 0 else other)
    if kind in (2, 9, 10, 11):
        return of_two(board, now, kind)
    places = 0
    if now.chosen[place] < 0:
        if kind in (5, 8):
            places = new_visit(board, now)
    elif kind == 0:
        places = one_module(now)
    elif kind == 1:
        places = other_class(now)
    elif kind == 3:
        places = shifted(board, now)
    elif kind == 4:
        places = relay(board, now)
    elif kind == 5:
        places = other_dates(board, now)
    elif kind == 6:
        places = other_street(board, now)
    elif kind == 7:
        places = no_visit(now)
    return places


@inlined
def of_two(board: Board, now: Standing, kind: int) -> int:
    """A change of two places drawn by chance, of which the first one is visited."""
    place, other = now.tried[0, PLACE], now.tried[1, PLACE]
    if place == other or now.chosen[place] < 0:
        return 0
    if kind == 11:
        return two_anew(board, now)
    if now.chosen[other] < 0:
        return 0
    if kind == 2:
        return hand_over(now)
    if kind == 9:
        return swapped_dates(board, now)
    now.tried[0, SOURCE], now.tried[1, SOURCE] = other, place
    return 2


@inlined
def one_module(now: Standing) -> int:
    """One module more or fewer."""
    one = one_of(now.dice, now.counts.shape[1])
    now.tried[0, FIRST_MODULE + one] += 2 * one_of(now.dice, 2) - 1
    return 1


@inlined
def other_class(now: Standing) -> int:
    """One or two modules of another class in place of one."""
    width = now.counts.shape[1]
    one, other, some = one_of(now.dice, width), one_of(now.dice, width), 1 + one_of(now.dice, 2)
    now.tried[0, FIRST_MODULE + one] -= some
    now.tried[0, FIRST_MODULE + other] += some
    return 0 if one == other else 1


@inlined
def hand_over(now: Standing) -> int:
    """A module goes to another visit, perhaps for one of another class."""
    width = now.counts.shape[1]
    one = one_of(now.dice, width)
    back = one if one_of(now.dice, 3) else one_of(now.dice, width)
    now.tried[0, FIRST_MODULE + one] -= 1
    now.tried[1, FIRST_MODULE + one] += 1
    if back != one:
        now.tried[0, FIRST_MODULE + back] += 1
        now.tried[1, FIRST_MODULE + back] -= 1
    return 2


@inlined
def shifted(board: Board, now: Standing) -> int:
    """A visit begins or ends one week or two sooner or later, or both."""
    number = now.tried[0, NUMBER]
    start, length = board.table[number, START], board.table[number, LENGTH]
    weeks = (1 + one_of(now.dice, 2)) * (2 * one_of(now.dice, 2) - 1)
    kind = one_of(now.dice, 3)
    if kind != 1:
        start += weeks
    if kind == 1:
        length += weeks
    elif kind == 2:
        length -= weeks
    return 1 if redated(board, now, 0, board.table[number, FLEET], start, length) else 0


@inlined
def relay(board: Board, now: Standing) -> int:
    """The week in which one visit ends and another begins moves, for both."""
    table, first = board.table, now.tried[0, NUMBER]
    fleet, start, length = table[first, FLEET], table[first, START], table[first, LENGTH]
    other, tries = -1, 0
    while other < 0 and tries < SEARCHED:
        place = one_of(now.dice, len(now.chosen))
        later = now.chosen[place]
        if later >= 0 and table[later, START] == start + length and table[later, FLEET] == fleet:
            other = place
        tries += 1
    if other < 0:
        return 0
    begin(now, 1, other)
    later = now.chosen[other]
    weeks = (1 + one_of(now.dice, 3)) * (2 * one_of(now.dice, 2) - 1)
    if not redated(board, now, 0, fleet, start, length + weeks):
        return 0
    return 2 if redated(board, now, 1, fleet, start + length + weeks, table[later, LENGTH] - weeks) else 0


@inlined
def other_dates(board: Board, now: Standing) -> int:
    """Another candidate of the place, with the modules that stand there or with what is free."""
    before = now.tried[0, NUMBER]
    return 1 if renewed(board, now, 0, one_of(now.dice, 2) == 1) and now.tried[0, NUMBER] != before else 0


@inlined
def other_street(board: Board, now: Standing) -> int:
    """A visit goes to a place without one, in the same weeks or nearly."""
    other, tries = -1, 0
    while other < 0 and tries < SEARCHED:
        place = one_of(now.dice, len(now.chosen))
        other = place if now.chosen[place] < 0 else -1
        tries += 1
    if other < 0:
        return 0
    begin(now, 1, other)
    number = now.tried[0, NUMBER]
    start, length = board.table[number, START], board.table[number, LENGTH]
    if one_of(now.dice, 2):
        start += one_of(now.dice, 3) - 1
        length += one_of(now.dice, 3) - 1
    now.tried[0, NUMBER], now.tried[1, SOURCE] = -1, now.tried[0, PLACE]
    return 2 if redated(board, now, 1, board.table[number, FLEET], start, length) else 0


@inlined
def no_visit(now: Standing) -> int:
    """A visit falls away."""
    now.tried[0, NUMBER] = -1
    return 1


@inlined
def new_visit(board: Board, now: Standing) -> int:
    """A visit where there is none."""
    return 1 if renewed(board, now, 0, False) else 0


@inlined
def swapped_dates(board: Board, now: Standing) -> int:
    """Two visits change their weeks, and their modules too or not."""
    if one_of(now.dice, 2):
        now.tried[0, SOURCE], now.tried[1, SOURCE] = now.tried[1, PLACE], now.tried[0, PLACE]
    for at in range(2):
        number = now.chosen[now.tried[1 - at, PLACE]]
        dates = board.table[number, FLEET], board.table[number, START], board.table[number, LENGTH]
        if not redated(board, now, at, dates[0], dates[1], dates[2]):
            return 0
    return 2


@inlined
def two_anew(board: Board, now: Standing) -> int:
    """A visit and another place, with or without one, get other candidates."""
    for at in range(2):
        if not renewed(board, now, at, now.tried[at, NUMBER] >= 0):
            return 0
    return 2


@inlined
def begin(now: Standing, at: int, place: int) -> None:
    """Begins a change with what stands at a place."""
    now.tried[at, PLACE], now.tried[at, NUMBER], now.tried[at, SOURCE] = place, now.chosen[place], AS_SAID
    for one in range(now.counts.shape[1]):
        now.tried[at, FIRST_MODULE + one] = now.counts[place, one]


@inlined
def redated(board: Board, now: Standing, at: int, fleet: int, start: int, length: int) -> bool:
    """Gives the place its candidate of certain weeks; whether there is one."""
    weeks = now.sums.shape[1] - 1
    if start < 0 or start >= weeks:
        return False
    fleets = now.sums.shape[0] // (2 * now.counts.shape[1] + 2)
    cell = (now.tried[at, PLACE] * fleets + fleet) * weeks + start
    now.tried[at, NUMBER] = found(board.table, board.begins, cell, length)
    return now.tried[at, NUMBER] >= 0


@apart
def found(table: Whole, begins: Whole, cell: int, length: int) -> int:
    """The candidate of a place, fleet and first week with a length; -1 if there is none."""
    low, high = begins[cell], begins[cell + 1]
    if low == high or length < table[low, LENGTH]:
        return -1
    number = min(high - 1, low + length - table[low, LENGTH])
    while table[number, LENGTH] > length:
        number -= 1
    return number if table[number, LENGTH] == length else -1


@inlined
def renewed(board: Board, now: Standing, at: int, keeps: bool) -> bool:
    """Gives the place a candidate worth trying, with the modules that stand there or with what is free."""
    place = now.tried[at, PLACE]
    first = board.first[place]
    many = board.first[place + 1] - first
    if many == 0:
        return False
    now.tried[at, NUMBER] = board.listed[first + one_of(now.dice, many)]
    now.tried[at, SOURCE] = place if keeps else WHAT_IS_FREE
    return True


@inlined
def settled(board: Board, now: Standing, at: int) -> bool:
    """Gives a change its modules, from where it says; whether its candidate takes them."""
    number, source, width = now.tried[at, NUMBER], now.tried[at, SOURCE], now.counts.shape[1]
    if number < 0:
        return True
    if source == WHAT_IS_FREE:
        fill(board, now, at)
    elif source != AS_SAID:
        take_over(board.table, now.counts, now.tried, at)
    total = 0
    for one in range(width):
        n = now.tried[at, FIRST_MODULE + one]
        if n < 0 or n > board.table[number, FIRST_CLASS + width + one]:
            return False
        total += n
    return board.table[number, LOW] <= total <= board.table[number, HIGH]


@apart
def take_over(table: Whole, counts: Whole, tried: Whole, at: int) -> None:
    """As many of the modules that stand at the source as the candidate takes."""
    number, source, width = tried[at, NUMBER], tried[at, SOURCE], counts.shape[1]
    total, wanted = 0, 0
    for one in range(width):
        n = min(counts[source, one], table[number, FIRST_CLASS + width + one])
        tried[at, FIRST_MODULE + one] = n
        total += n
        wanted += counts[source, one]
    wanted = min(max(wanted, table[number, LOW]), table[number, HIGH])
    for one in range(width):
        room = table[number, FIRST_CLASS + width + one] - tried[at, FIRST_MODULE + one]
        more = min(room, max(0, wanted - total))
        fewer = min(tried[at, FIRST_MODULE + one], max(0, total - wanted))
        tried[at, FIRST_MODULE + one] += more - fewer
        total += more - fewer


@inlined
def fill(board: Board, now: Standing, at: int) -> None:
    """What is free in the candidate's weeks, and if that is too little, more."""
    table, number, width = board.table, now.tried[at, NUMBER], now.counts.shape[1]
    room = 0
    for one in range(width):
        now.tried[at, FIRST_MODULE + one] = least_free(table, now.sums, number, one, width)
        room += now.tried[at, FIRST_MODULE + one]
    wanted = table[number, LOW]
    high = min(table[number, HIGH], room)
    if high > wanted and one_of(now.dice, 1000) < 1000 * GENEROUS:
        wanted += one_of(now.dice, high - wanted + 1)
    first = one_of(now.dice, width)
    for step in range(width):
        one = FIRST_MODULE + (first + step) % width
        now.tried[at, one] = min(wanted, now.tried[at, one])
        wanted -= now.tried[at, one]
    for one in range(width):
        more = min(wanted, table[number, FIRST_CLASS + width + one] - now.tried[at, FIRST_MODULE + one])
        now.tried[at, FIRST_MODULE + one] += more
        wanted -= more
