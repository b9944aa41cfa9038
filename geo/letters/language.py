"""The language in which a town writes its letters: words with placeholders, and next to nothing else. Pure.

    Sehr geehrte Damen und Herren,
    die Bäume stehen {zeitraum} in der {strasse}.

A name in braces stands for a fact about the visit; it is looked up in a list and never computed, so that no text can
reach further than that list. A line all of whose names are without a fact is left out. Beside that: `# ` and `## ` are
headings, `- ` is a line of a list, `**words**` stand out, an empty line begins a paragraph. `{{` is a brace.
A name of `marks`, alone in its line, stands for something that is drawn there: a plan, a table, a code.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import groupby

LONGEST = 10_000
DRAWING = "skizze"
_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}\n]*)\}|[{}]")
_TWICE = re.compile(r"(?<!\{)\{(\w+)\}, \{(\w+)\}(?!\})")
_STRONG = re.compile(r"\*\*(.+?)\*\*")


@dataclass(frozen=True)
class Block:
    """A piece of a text: `kind` is h1, h2, p, ul or the name of a mark; each line is a list of (words, stands out)."""

    kind: str
    lines: tuple[tuple[tuple[str, bool], ...], ...] = ()


def mistakes(text: str, known: Collection[str], marks: Collection[str] = (DRAWING,)) -> list[str]:
    """What is wrong with a text, in sentences that name the line."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        for token in _TOKEN.finditer(line):
            name = token[1]
            if token[0] in ("{{", "}}"):
                continue
            if name is None:
                found.append(
                    f"Zeile {number}: Eine geschweifte Klammer ist nicht geschlossen. Als Zeichen: {{{{ oder }}}}."
                )
            elif name.strip() in marks and line.strip() != token[0]:
                found.append(f"Zeile {number}: {{{name.strip()}}} steht allein in seiner Zeile.")
            elif name.strip() not in {*known, *marks}:
                near = get_close_matches(name.strip().lower(), known, n=1)
                hint = f" Gemeint ist vielleicht {{{near[0]}}}." if near else ""
                found.append(f"Zeile {number}: Den Platzhalter {{{name.strip()}}} gibt es nicht.{hint}")
    return found


def filled(text: str, facts: Mapping[str, str], marks: Collection[str] = (DRAWING,)) -> str:
    """The text with its facts; names without a fact are empty, lines with nothing but such names are gone.

    Two names side by side that say the same are said once: a stop is often called like its street.
    """
    lines = []
    for line in _TWICE.sub(lambda pair: _once(pair, facts), text).splitlines():
        names = [token[1].strip() for token in _TOKEN.finditer(line) if token[1] is not None]
        if names and not any(name in marks for name in names) and not any(facts.get(name) for name in names):
            continue
        lines.append(_TOKEN.sub(lambda token: _fact(token, facts, marks), line).rstrip())
    return "\n".join(lines).strip() + "\n"


def _once(pair: re.Match[str], facts: Mapping[str, str]) -> str:
    return f"{{{pair[1]}}}" if facts.get(pair[1]) == facts.get(pair[2]) else pair[0]


def _fact(token: re.Match[str], facts: Mapping[str, str], marks: Collection[str]) -> str:
    if token[0] in ("{{", "}}"):
        return token[0][0]
    if token[1] is None:
        return token[0]
    name = token[1].strip()
    return token[0] if name in marks else facts.get(name, "")


def blocks(text: str, marks: Collection[str] = (DRAWING,)) -> list[Block]:
    """A filled text as what stands on paper, in its order."""
    found = []
    for kind, group in groupby(text.splitlines(), lambda line: _kind_of(line, marks)):
        lines = list(group)
        if kind in ("h1", "h2"):
            found += [Block(kind, (tuple(_runs(line.lstrip("#").strip())),)) for line in lines]
        elif kind == "ul":
            found.append(Block(kind, tuple(tuple(_runs(line[2:].strip())) for line in lines)))
        elif kind in marks:
            found.append(Block(kind))
        elif kind == "p":
            found.append(Block(kind, tuple(tuple(_runs(line.strip())) for line in lines)))
    return found


def _kind_of(line: str, marks: Collection[str]) -> str:
    if not line.strip():
        return ""
    mark = next((name for name in marks if line.strip() == f"{{{name}}}"), None)
    if mark is not None:
        return mark
    for start, kind in (("## ", "h2"), ("# ", "h1"), ("- ", "ul")):
        if line.startswith(start):
            return kind
    return "p"


def _runs(line: str) -> Iterator[tuple[str, bool]]:
    at = 0
    for strong in _STRONG.finditer(line):
        if strong.start() > at:
            yield line[at : strong.start()], False
        yield strong[1], True
        at = strong.end()
    if at < len(line):
        yield line[at:], False
