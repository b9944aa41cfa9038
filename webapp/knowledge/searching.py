"""The page of the search, the same inside and in public: what was typed, the groups, and the ways on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import g, render_template, request

from geo.finding.asking import LONGEST
from geo.finding.codes import KINDS
from geo.finding.queries import MANY, MOST_PAGES, Answer
from webapp.app import actor
from webapp.knowledge import present


@dataclass(frozen=True)
class Asked:
    """What the address asks for: the words as they were typed, one kind or all, and which page of it."""

    typed: str
    kind: str | None
    page: int


def asked() -> Asked:
    """Read the address; a kind or page that there is not is left out, so that any address gives a page."""
    typed = "".join(letter if letter.isprintable() else " " for letter in request.args.get("q", "")).strip()
    typed = typed.encode("utf-8", "replace").decode("utf-8")[:LONGEST]
    kind, page = request.args.get("art", ""), request.args.get("seite", "")
    number = int(page) if page.isascii() and page.isdecimal() and len(page) < 4 else 1
    return Asked(typed, kind if kind in KINDS else None, min(max(number, 1), MOST_PAGES))


def page(template: str, asked: Asked, answer: Answer | None, *, kinds: Sequence[str], internal: bool) -> str:
    """The page with its answer; None where nothing was asked yet."""
    lang = "de" if internal else g.lang
    groups, reader = answer.groups if answer else (), actor() if internal else None
    return render_template(
        template,
        nav="knowledge" if internal else "pilots",
        internal_active="knowledge",
        asked=asked,
        answer=answer,
        names={kind: words[lang == "en"] for kind, words in KINDS.items()},
        kinds=[(kind, KINDS[kind][lang == "en"]) for kind in kinds],
        hit_groups=[group for group in groups if group.hits] if asked.kind else groups,
        links={(hit.kind, hit.key): present.leads_to(hit, reader) for one in groups for hit in one.hits},
        has_more=bool(asked.kind) and any(one.kind == asked.kind and one.total > asked.page * MANY for one in groups),
        values=_values(asked),
    )


def _values(asked: Asked) -> dict[str, Any]:
    return {"q": asked.typed, "art": asked.kind or ""}
