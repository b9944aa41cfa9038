"""What the Kompass found, in sentences: why a measure fits, what speaks against it, when a situation holds."""

from collections.abc import Iterable, Sequence

from geo.kompass.model import EMPTY, FITS, RULES_OUT, Answer, Cell, Matrix, Measure, Question, Situation, Text
from geo.kompass.scoring import Answers, Certainty, Proposal, Reason

HIGH, MIDDLE = 0.8, 0.5
MARKS = {2: "++", 1: "+", -2: "–", RULES_OUT: "✕"}
CELLS = {
    2: Text("passt genau", "fits exactly"),
    1: Text("passt", "fits"),
    -2: Text("passt schlecht", "fits badly"),
    RULES_OUT: Text("schließt aus", "rules out"),
}


def because(proposal: Proposal, language: str, *, in_public: bool = False) -> str:
    """“weil die Miete über dem Markt liegt und …”; empty where nothing may be said."""
    clauses = _clauses(proposal.fits, language, in_public)
    return f"{'because' if language == 'en' else 'weil'} {clauses}" if clauses else ""


def against(proposal: Proposal, language: str, *, in_public: bool = False) -> str:
    """“spricht dagegen, dass …”; empty where nothing does."""
    clauses = _clauses(proposal.against, language, in_public)
    if not clauses:
        return ""
    return f"against it: {clauses}" if language == "en" else f"spricht dagegen, dass {clauses}"


def _clauses(reasons: Iterable[Reason], language: str, in_public: bool) -> str:
    said = [
        one.answer.clause.in_language(language)
        for one in reasons
        if not (in_public and one.question.is_internal(one.answer))
    ]
    return listed(said, "and" if language == "en" else "und")


def listed(words: Sequence[str], last: str) -> str:
    """a, b und c"""
    return f" {last} ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def resolution(measure: Measure, language: str) -> str:
    """“möglich nach Beschluss von …” for a measure that needs a legal area."""
    what = measure.area_resolution.in_language(language)
    return f"possible once the council has adopted {what}" if language == "en" else f"möglich nach Beschluss {what}"


def certainty_in_words(certainty: Certainty, language: str) -> str:
    """high, middle or low"""
    german, english = (
        ("hoch", "high")
        if certainty.share >= HIGH
        else ("mittel", "medium")
        if certainty.share >= MIDDLE
        else ("gering", "low")
    )
    return english if language == "en" else german


def rule(matrix: Matrix, situation: Situation, language: str) -> str:
    """When a situation holds: “Zustand: 5 · abgängig – oder Gefahr”."""
    either, both = (" – or ", "; ") if language == "en" else (" – oder ", "; ")
    alternatives = []
    for one in situation.when:
        parts = []
        for key, question in matrix.asked.items():
            if key not in one:
                continue
            codes = one[key]
            title = question.title.in_language(language)
            labels = [question.by_code[code].label.in_language(language) for code in codes]
            is_any = len(codes) == len(question.answers)
            parts.append(title if is_any else f"{title}: {listed(labels, 'or' if language == 'en' else 'oder')}")
        alternatives.append(both.join(parts))
    return either.join(part for part in alternatives if part)


def cells(measure: Measure, question: Question) -> list[tuple[Cell, list[Answer]]]:
    """A row of the table for one question: the answers by how they fit, best first."""
    row = measure.fit.get(question.key, {})
    return [
        (fit, [answer for answer in question.answers if row.get(answer.code) == fit])
        for fit in (*FITS, RULES_OUT)
        if fit in row.values()
    ]


def answer_labels(matrix: Matrix, answers: Answers, language: str) -> dict[str, str]:
    """The answers given, by the title of their question."""
    return {
        question.title.in_language(language): ", ".join(
            one.label.in_language(language) for one in question.answers if one.code in answers[key]
        )
        for key, question in matrix.asked.items()
        if answers.get(key)
    }


def title_of(matrix: Matrix, code: str) -> Text:
    """A measure's title, also of one that this edition no longer has."""
    measure = matrix.by_code.get(code)
    return measure.title if measure else EMPTY
