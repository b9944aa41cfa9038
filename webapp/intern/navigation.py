"""The side navigation of internal pages: groups of entries, and who is shown which."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app, url_for

from geo.core.access import Action


@dataclass(frozen=True)
class Entry:
    """A page of the navigation: left out for whoever lacks the action. `part` gives it the colour of a part."""

    key: str
    label: str
    endpoint: str
    action: Action
    icon: str
    part: str | None = None


NAVIGATION: tuple[tuple[str | None, tuple[Entry, ...]], ...] = (
    (None, (Entry("start", "Übersicht", "intern.overview", Action.ACCOUNT_SELF, "map"),)),
    (
        "Innenstadt",
        (
            Entry("vacancies", "Leerstand", "vacancies_intern.overview", Action.VACANCY_VIEW, "vacancies", "vacancies"),
            Entry("owners", "Eigentum", "owners_intern.overview", Action.OWNER_VIEW, "people", "vacancies"),
            Entry("cases", "Fälle", "cases_intern.my_day", Action.VACANCY_VIEW, "list", "vacancies"),
            Entry("kompass", "Kompass", "kompass_intern.overview", Action.HISTORY_VIEW, "compass", "vacancies"),
            Entry("zones", "Zonen", "zones_intern.overview", Action.VACANCY_VIEW, "zones", "vacancies"),
            Entry("surveys", "Begehungen", "surveys_intern.overview", Action.VACANCY_VIEW, "check", "vacancies"),
        ),
    ),
    (
        "Bäume und Blicke",
        (
            Entry("trees", "Wanderbäume", "trees_intern.overview", Action.TREE_VIEW, "trees", "trees"),
            Entry(
                "viewpoints",
                "Blickpunkte",
                "viewpoints_intern.overview",
                Action.VIEWPOINT_VIEW,
                "viewpoints",
                "viewpoints",
            ),
            Entry("synergy", "Wirkung", "synergy_intern.overview", Action.TREE_VIEW, "locate"),
        ),
    ),
    (
        "Allianz",
        (
            Entry("pilots", "Pilotprojekte", "pilots_intern.overview", Action.PILOT_VIEW, "pilots", "pilots"),
            Entry("calls", "Aufrufe", "calls_intern.overview", Action.CALL_VIEW, "edit", "pilots"),
            Entry(
                "alliance",
                "Mitglieder und Sitzungen",
                "alliance_intern.overview",
                Action.ALLIANCE_VIEW,
                "people",
                "pilots",
            ),
            Entry("knowledge", "Wissen", "knowledge_intern.overview", Action.KNOWLEDGE_VIEW, "info", "pilots"),
            Entry("totals", "Zahlen aller Städte", "vacancies_intern.totals", Action.VACANCY_TOTALS, "list", "pilots"),
        ),
    ),
    (
        "Verwaltung",
        (
            Entry("jobs", "Vorgänge", "jobs_intern.overview", Action.ACCOUNT_SELF, "clock"),
            Entry("people", "Personen", "accounts.people", Action.PEOPLE_VIEW, "people"),
            Entry("account", "Mein Konto", "accounts.me", Action.ACCOUNT_SELF, "person"),
        ),
    ),
)


def navigation(may_open: Callable[[Action], bool]) -> list[dict[str, object]]:
    """The groups that have something for this person, each entry with its address."""
    groups: list[dict[str, object]] = []
    for title, entries in NAVIGATION:
        shown = [
            {"key": one.key, "label": one.label, "url": url_for(one.endpoint), "icon": one.icon, "part": one.part}
            for one in entries
            if one.endpoint in current_app.view_functions and may_open(one.action)
        ]
        if shown:
            groups.append({"title": title, "entries": shown})
    return groups


def part_of(path: str, may_open: Callable[[Action], bool]) -> str | None:
    """The address of the entry under which a page lies; None where there is none, or none for this person."""
    known = [one for _, entries in NAVIGATION for one in entries if one.endpoint in current_app.view_functions]
    begins = {one: url_for(one.endpoint) for one in known}
    above = [one for one in known if path == begins[one] or path.startswith(begins[one] + "/")]
    nearest = max(above, key=lambda one: len(begins[one]), default=None)
    return begins[nearest] if nearest is not None and may_open(nearest.action) else None
