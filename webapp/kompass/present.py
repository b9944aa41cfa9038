"""The Kompass as pages show it: rows and cards in the page's language, ready for a template."""

import re
from collections.abc import Collection
from typing import Any

from flask_babel import gettext as _

from geo.core.codes import label
from geo.kompass import answers as given
from geo.kompass import scoring, wording
from geo.kompass.model import BEGINS, FACTS, Matrix, Measure, Question, Situation, Step
from geo.kompass.scoring import Answers, Proposal, Result


def whole(matrix: Matrix, lang: str) -> dict[str, Any]:
    """Everything that the page of the matrix shows."""
    return {
        "situations": [_situation(matrix, one, lang) for one in matrix.situations],
        "rungs": [
            {
                "rung": rung.rung,
                "title": rung.title.in_language(lang),
                "after": [one.title.in_language(lang) for one in matrix.rungs if one.rung in rung.after],
                "measures": [card(one, lang) for one in matrix.measures if one.rung == rung.rung],
            }
            for rung in matrix.rungs
        ],
        "columns": [(one.key, one.title.in_language(lang), one.weight) for one in matrix.asked.values()],
        "rows": [row(matrix, one, lang) for one in matrix.measures],
        "marks": [(wording.MARKS[fit], text.in_language(lang)) for fit, text in wording.CELLS.items()],
        "phases": [
            {
                "number": phase.number,
                "title": phase.title.in_language(lang),
                "statements": [one.text.in_language(lang) for one in phase.statements],
                "measures": [named(matrix, code, lang) for code in phase.measures],
            }
            for phase in matrix.phases
        ],
        "weights": [(one.title.in_language(lang), one.weight) for one in matrix.questions],
        "all_weights": sum(one.weight for one in matrix.questions),
        "key_bonus": matrix.key_bonus,
    }


def named(matrix: Matrix, code: str, lang: str) -> dict[str, str]:
    """A measure's code and title."""
    return {"code": code, "title": wording.title_of(matrix, code).in_language(lang)}


def alone(matrix: Matrix, measure: Measure, lang: str) -> dict[str, Any]:
    """A measure's own page: its card, what it fits, where it is a step, and its neighbours on the ladder."""
    ordered = sorted(matrix.measures, key=lambda one: (one.rung, one.code))
    at = ordered.index(measure)
    rung = next(one for one in matrix.rungs if one.rung == measure.rung)
    return {
        "one": card(measure, lang),
        "rung": (rung.rung, rung.title.in_language(lang)),
        "cells": [(title, found) for title, found in row(matrix, measure, lang)["cells"] if found],
        "situations": [
            (one.code, one.title.in_language(lang))
            for one in matrix.situations
            if any(measure.code in step.measures for step in one.steps)
        ],
        "before": named(matrix, ordered[at - 1].code, lang) if at else None,
        "after": named(matrix, ordered[at + 1].code, lang) if at + 1 < len(ordered) else None,
    }


def situation_with_cards(matrix: Matrix, situation: Situation, lang: str) -> dict[str, Any]:
    """A situation's own page: what it is, its steps, and the cards of their measures, each once."""
    codes = dict.fromkeys(code for step in situation.steps for code in step.measures)
    return {
        "number": matrix.situations.index(situation) + 1,
        "situation": _situation(matrix, situation, lang),
        "cards": [card(matrix.by_code[code], lang) for code in codes],
    }


def _situation(matrix: Matrix, situation: Situation, lang: str) -> dict[str, Any]:
    return {
        "code": situation.code,
        "title": situation.title.in_language(lang),
        "text": situation.text.in_language(lang),
        "rule": wording.rule(matrix, situation, lang),
        "steps": [_step(matrix, step, lang) for step in situation.steps],
    }


def _step(matrix: Matrix, step: Step, lang: str) -> dict[str, Any]:
    return {
        "measures": [named(matrix, code, lang) for code in step.measures],
        "text": step.text.in_language(lang),
    }


def tied(text: str) -> str:
    """Signs and their numbers on one line."""
    return re.sub(r"(?<=§) | (?=%)|(?<=Abs\.) |(?<=Nr\.) |(?<=Art\.) ", "\u00a0", text)


def card(measure: Measure, lang: str) -> dict[str, Any]:
    """A measure's card."""
    facts = {
        "effort": ", ".join(part for part in (measure.cost, measure.effort.in_language(lang)) if part),
        "time": measure.time.in_language(lang),
        "legal": measure.legal.in_language(lang),
        "example": measure.example.in_language(lang),
    }
    names = {
        "effort": _("Aufwand"),
        "time": _("Wirkt nach"),
        "legal": _("Recht und Förderung"),
        "example": _("Aus der Praxis"),
    }
    return {
        "code": measure.code,
        "title": measure.title.in_language(lang),
        "text": measure.text.in_language(lang),
        "actors": measure.actors.in_language(lang),
        "begin": label(BEGINS, measure.begin, lang),
        "council": measure.council.in_language(lang),
        "area": tied(wording.resolution(measure, lang)) if measure.areas else "",
        "source": measure.source.in_language(lang),
        "facts": [
            (name, names[name], tied(facts[name]), name not in measure.unchecked) for name in FACTS if facts[name]
        ],
    }


def row(matrix: Matrix, measure: Measure, lang: str) -> dict[str, Any]:
    """A measure's row of the table: for each question the answers that count, by how they fit."""
    return {
        "code": measure.code,
        "title": measure.title.in_language(lang),
        "rung": measure.rung,
        "cells": [
            (
                question.title.in_language(lang),
                [
                    (
                        wording.MARKS[fit],
                        wording.CELLS[fit].in_language(lang),
                        _labels(question, [answer.code for answer in answers], lang),
                    )
                    for fit, answers in wording.cells(measure, question)
                ],
            )
            for question in matrix.asked.values()
        ],
    }


def _labels(question: Question, codes: Collection[str], lang: str) -> str:
    if len(codes) == len(question.answers) > 1:
        return _("alle")
    return ", ".join(one.label.in_language(lang) for one in question.answers if one.code in codes)


def questions(matrix: Matrix, lang: str) -> list[dict[str, Any]]:
    """The questions as the form asks them."""
    return [
        {
            "name": given.NAMES[question.key],
            "title": question.title.in_language(lang),
            "number": number if number <= len(matrix.questions) else None,
            "ask": question.ask.in_language(lang),
            "most": question.most,
            "options": [
                (one.code, one.label.in_language(lang), one.hint.in_language(lang)) for one in question.answers
            ],
        }
        for number, question in enumerate(matrix.asked.values(), start=1)
    ]


def areas(matrix: Matrix, lang: str) -> list[tuple[str, str]]:
    """The legal areas by code."""
    return [(one.code, one.label.in_language(lang)) for one in matrix.areas]


def answered(matrix: Matrix, answers: Answers, lang: str, *, in_public: bool = False) -> list[tuple[str, str]]:
    """Each question with its answers; an empty text where there is none. In public without what concerns a person."""
    said = wording.answer_labels(matrix, scoring.in_public(matrix, answers) if in_public else answers, lang)
    asked = [one for one in matrix.asked.values() if not (in_public and one.internal)]
    titles = [(one.title.in_language(lang), one in matrix.questions) for one in asked]
    # Nobody is asked to deny a danger or a key object: only what was ticked is told of these.
    return [(title, said.get(title, "")) for title, is_question in titles if is_question or title in said]


def result(
    matrix: Matrix,
    found: Result,
    answers: Answers,
    legal: Collection[str],
    tried: Collection[str],
    lang: str,
    *,
    in_public: bool = False,
) -> dict[str, Any]:
    """What the Kompass found, column by column."""

    def shown(proposals: Collection[Proposal]) -> list[dict[str, Any]]:
        return [_proposal(matrix, one, answers, tried, lang, in_public=in_public) for one in proposals]

    # A situation that follows from what is left out in public would tell it.
    is_told = not in_public or scoring.situation_of(matrix, scoring.in_public(matrix, answers)) is found.situation
    return {
        "situation": _situation(matrix, found.situation, lang) if is_told else None,
        "steps": [_step_here(matrix, step, answers, legal, tried, lang) for step in found.steps],
        "columns": [
            ("now", _("Sofort"), _("in den nächsten 4 Wochen"), shown(found.now)),
            ("year", _("Nächste 12 Monate"), _("vorbereiten und beginnen"), shown(found.year)),
            ("otherwise", _("Falls das scheitert"), _("danach, nicht vorher"), shown(found.otherwise)),
        ],
        "after_resolution": shown(found.after_resolution),
        "tried": [named(matrix, one.code, lang) for one in found.tried],
        "areas": [text for code, text in areas(matrix, lang) if code in legal],
        "certainty": {
            "percent": round(100 * found.certainty.share),
            "word": wording.certainty_in_words(found.certainty, lang),
            "answered": found.certainty.answered,
            "of": found.certainty.of,
        },
        "is_urgent": scoring.is_urgent(matrix, answers),
    }


def _proposal(
    matrix: Matrix, proposal: Proposal, answers: Answers, tried: Collection[str], lang: str, *, in_public: bool
) -> dict[str, Any]:
    measure = proposal.measure
    rung = next(one for one in matrix.rungs if one.rung == measure.rung)
    return {
        **card(measure, lang),
        "rung": rung.title.in_language(lang),
        "score": proposal.score,
        "because": wording.because(proposal, lang, in_public=in_public),
        "against": wording.against(proposal, lang, in_public=in_public),
        "needs": tied(wording.resolution(measure, lang)) if proposal.missing_areas else "",
        "is_held_back": not scoring.is_allowed(matrix, measure, answers, tried),
    }


def _step_here(
    matrix: Matrix, step: Step, answers: Answers, legal: Collection[str], tried: Collection[str], lang: str
) -> dict[str, Any]:
    """A step of the situation at this place: with what it still needs."""
    measures = []
    for code in step.measures:
        measure = matrix.by_code[code]
        is_missing = bool(measure.areas) and not set(measure.areas) & set(legal)
        measures.append(
            {
                **named(matrix, code, lang),
                "needs": tied(wording.resolution(measure, lang)) if is_missing else "",
                "is_held_back": not scoring.is_allowed(matrix, measure, answers, tried),
            }
        )
    return {"measures": measures, "text": step.text.in_language(lang)}
