"""Adds the table up: situation, three columns of measures, what needs a resolution, what is certain.

`score(measure) = Σ weight · fit` over the answers given, plus the bonus of a key object where something fits at all.
A question without an answer adds nothing. Where a question takes two answers (causes), the one that fits better counts;
one that rules out rules out.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from geo.kompass.model import NOW, RULES_OUT, YEAR, Answer, Matrix, Measure, Question, Situation, Step

KEY, DANGER = "key", "danger"
SHOWN = 3
VISIT = "M01"  # who answers the questions has been there: this counts as tried
INSPECTION_RUNG = 0
Answers = Mapping[str, Collection[str]]


@dataclass(frozen=True)
class Reason:
    """A cell of the table that counted: the answer given to a question, and how it fits."""

    question: Question
    answer: Answer
    fit: int

    @property
    def points(self) -> int:
        return self.question.weight * self.fit


@dataclass(frozen=True)
class Proposal:
    """A measure with its score and the cells that made it, best first. `missing_areas`: it needs one of these first."""

    measure: Measure
    score: int
    reasons: tuple[Reason, ...]
    missing_areas: tuple[str, ...] = ()

    @property
    def fits(self) -> tuple[Reason, ...]:
        """Why: what fits exactly; without such a cell, what fits."""
        best = tuple(reason for reason in self.reasons if reason.fit == 2)
        return best or tuple(reason for reason in self.reasons if reason.fit == 1)

    @property
    def against(self) -> tuple[Reason, ...]:
        return tuple(reason for reason in self.reasons if reason.fit < 0)


@dataclass(frozen=True)
class Certainty:
    """Answered weights of all weights."""

    answered: int
    of: int

    @property
    def share(self) -> float:
        return self.answered / self.of if self.of else 0.0


@dataclass(frozen=True)
class Result:
    """What the Kompass says of a case. `after_resolution`: what would fit, were there the area it needs."""

    situation: Situation
    steps: tuple[Step, ...]
    now: tuple[Proposal, ...]
    year: tuple[Proposal, ...]
    otherwise: tuple[Proposal, ...]
    after_resolution: tuple[Proposal, ...]
    tried: tuple[Measure, ...]
    certainty: Certainty

    @property
    def proposals(self) -> tuple[Proposal, ...]:
        return (*self.now, *self.year, *self.otherwise, *self.after_resolution)


def assess(matrix: Matrix, answers: Answers, areas: Collection[str] = (), tried: Collection[str] = ()) -> Result:
    """The measures that fit the answers, at a place in these legal areas, where these measures were tried already."""
    situation = situation_of(matrix, answers)
    scored = [one for one in (judged(matrix, measure, answers, areas) for measure in matrix.measures) if one]
    fitting = sorted(
        (one for one in scored if one.measure.code not in tried and one.score > 0 and one.fits), key=_order
    )
    open_now = [one for one in fitting if not one.missing_areas]
    free = [one for one in open_now if is_allowed(matrix, one.measure, answers, tried)]
    now = [one for one in free if one.measure.begin == NOW][:SHOWN]
    year = [one for one in free if one.measure.begin == YEAR][:SHOWN]
    shown = {one.measure.code for one in (*now, *year)}
    # What the ladder holds back comes first: it is what is left when the softer way fails.
    rest = [one for one in open_now if one not in free] + [one for one in free if one.measure.code not in shown]
    possible = {one.measure.code: one for one in scored}
    return Result(
        situation=situation,
        steps=_steps(situation, possible, tried),
        now=tuple(now),
        year=tuple(year),
        otherwise=tuple(rest[:SHOWN]),
        after_resolution=tuple(one for one in fitting if one.missing_areas)[:SHOWN],
        tried=tuple(matrix.by_code[code] for code in sorted(tried) if code in matrix.by_code),
        certainty=certainty(matrix, answers),
    )


def _order(proposal: Proposal) -> tuple[int, int, str]:
    return -proposal.score, proposal.measure.rung, proposal.measure.code


def situation_of(matrix: Matrix, answers: Answers) -> Situation:
    """The first situation whose rule holds; a question without an answer fulfils no condition."""
    for situation in matrix.situations:
        for rule in situation.when:
            if all(set(wanted) & set(answers.get(key, ())) for key, wanted in rule.items()):
                return situation
    return matrix.situations[-1]


def in_public(matrix: Matrix, answers: Answers) -> dict[str, tuple[str, ...]]:
    """The answers without those that say something about a person."""
    return {
        key: tuple(one.code for one in question.answers if one.code in answers[key] and not question.is_internal(one))
        for key, question in matrix.asked.items()
        if answers.get(key)
    }


def judged(matrix: Matrix, measure: Measure, answers: Answers, areas: Collection[str] = ()) -> Proposal | None:
    """A measure's score with its cells; None where an answer rules it out."""
    reasons, score = [], 0
    endangered = measure.in_danger and bool(answers.get(DANGER))
    for key, question in matrix.asked.items():
        row = measure.fit.get(key, {})
        cells = [(question.by_code[code], row[code]) for code in answers.get(key, ()) if code in row]
        if any(fit == RULES_OUT for _, fit in cells):
            if endangered and key == "condition":
                continue
            return None
        found = sorted((Reason(question, answer, int(fit)) for answer, fit in cells), key=lambda one: -one.fit)
        if found:
            score += found[0].points
            # Of two causes both may be a reason; only the better one counts.
            reasons += found
    if answers.get(KEY) and any(reason.fit > 0 for reason in reasons):
        score += matrix.key_bonus
    missing = measure.areas if measure.areas and not set(measure.areas) & set(areas) else ()
    return Proposal(measure, score, tuple(sorted(reasons, key=lambda one: -one.points)), missing)


def is_allowed(matrix: Matrix, measure: Measure, answers: Answers, tried: Collection[str]) -> bool:
    """Whether the ladder lets the measure be proposed for now: a softer one was tried, or there is danger."""
    if is_urgent(matrix, answers):
        return True
    after = next((one.after for one in matrix.rungs if one.rung == measure.rung), ())
    done = {INSPECTION_RUNG} | {matrix.by_code[code].rung for code in tried if code in matrix.by_code}
    return not after or bool(done & set(after))


def is_urgent(matrix: Matrix, answers: Answers) -> bool:
    """Whether the situation is the first one, danger."""
    return situation_of(matrix, answers) is matrix.situations[0]


def certainty(matrix: Matrix, answers: Answers) -> Certainty:
    """How much of the weights is answered; context values do not count."""
    weights = {question.key: question.weight for question in matrix.questions}
    return Certainty(sum(weight for key, weight in weights.items() if answers.get(key)), sum(weights.values()))


def _steps(situation: Situation, possible: Mapping[str, Proposal], tried: Collection[str]) -> tuple[Step, ...]:
    """The situation's steps without what is ruled out here or was tried."""
    steps = []
    for step in situation.steps:
        left = tuple(code for code in step.measures if code in possible and code not in tried)
        if left or not step.measures:
            steps.append(Step(left, step.text))
    return tuple(steps)


def progress(matrix: Matrix, given: Mapping[str, str]) -> Sequence[tuple[int, float]]:
    """How far a town is in each phase, 0 to 1: the share of its statements that hold, half for those that partly do."""
    worth = {"JA": 1.0, "TEILWEISE": 0.5}
    return [
        (phase.number, sum(worth.get(given.get(one.code, ""), 0.0) for one in phase.statements) / len(phase.statements))
        for phase in matrix.phases
    ]
