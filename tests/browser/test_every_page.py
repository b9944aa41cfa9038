"""Every page of the URL map, for everybody who may see it: axe finds nothing, and nothing stands out at 390 and 320."""

import pytest
from playwright.sync_api import Browser

from tests.browser import checks
from tests.browser.crawl import Addresses, Found, crawl

pytestmark = pytest.mark.browser

# Person and town. The one who sees most of a part comes first: a page that looks the same to the next is not opened again.
VISITORS = [
    (None, None),
    ("leitung.gotha", None),
    ("planung", "Gotha"),
    ("kuration", "Gotha"),
    ("verwaltung", None),
    ("planung", None),
    ("kuration", None),
    ("geschaeftsstelle", None),
    ("jury", None),
    ("sachbearbeitung.gotha", None),
    ("lesen.gotha", None),
]
# Where a person starts once more: a search, a call that is closed and a meeting that is over lead where others do not.
ALSO = {
    "geschaeftsstelle": ["/intern/suche?q=Leerstand", "/intern/aufrufe/2", "/intern/allianz/sitzungen/2"],
    "jury": ["/intern/aufrufe/2"],
}
Visitor = tuple[str | None, str | None]
PUBLIC_STARTS = [
    "/",
    "/en/",
    "/kompass/ergebnis",
    "/en/kompass/ergebnis",
    "/intern/anmelden",
    "/intern/passwort-vergessen",
]
# Views with a page that is not found this way: a step of signing in, an address from a letter, a provider that is not set
# up, a page that follows a form, and what needs a photo, a published plan, a round of the survey, a draft of the Kompass or a list to read in first
# (journeys look at most of those; the Kompass's draft, new letters to owners and a match wait for theirs).
NO_LINK = {
    "accounts.sign_in_code", "accounts.new_password", "accounts.oidc_start", "accounts.oidc_return", "intern.switch_town",
    "vacancies_intern.edit_photo", "vacancies_intern.bulk_show", "cases_intern.bulk_show", "jobs_intern.show", "trees_intern.schedule_withdraw",
    "feedback.sent", "en_feedback.sent", "visits_intern.arrival", "visits_intern.delete", "visits_intern.move",
    "visits_intern.permit", "visits_intern.trees",
    "trees_intern.caretaker_edit", "trees_intern.run", "trees_intern.run_take", "trees_intern.replan_take", "surveys_intern.show", "surveys_intern.walk", "surveys_intern.close", "surveys_intern.frozen",
    *(f"{prefix}residents.{name}" for prefix in ("", "en_") for name in ("help_water", "help_sent", "help_confirm", "patron",
      "leave", "help_left")), "residents.confirm", "residents.application", "residents.withdraw", "residents.erase", "residents.sent", "residents.erased",
    *(f"{prefix}{name}" for prefix in ("", "en_") for name in ("residents.again_sent", "defects.sent", "defects.confirm",
      "defects.confirmed", "viewpoints.stamp")), "en_viewpoints.easy", "trees_intern.replan_new",
    *(f"{prefix}citizens.{name}" for prefix in ("", "en_") for name in ("sent", "confirm", "confirmed", "idea", "idea_sent")),
    *(f"{prefix}owner_answers.{name}" for prefix in ("", "en_") for name in ("enter", "letter", "answer", "thanks")),
    # Forms of what the sample's projects and sites do not have: their twins that add one are looked at.
    *(f"pilots_intern.{name}" for name in ("partner", "observation", "edit_document")),
    "owners_intern.letter", "owners_intern.campaign_text", "owners_intern.new_campaign",
    *(f"{prefix}vacancies.request_{name}" for prefix in ("", "en_") for name in ("sent", "confirm", "own", "end", "ended")),
    *(f"{prefix}vacancies.search_{name}" for prefix in ("", "en_") for name in ("sent", "confirm", "begun", "end", "ended")),
    *(f"kompass_intern.edit_{name}" for name in ("measure", "phase", "question", "questions", "situation")), "vacancies_intern.match",
    "care_intern.edit_photo", "trees_intern.tree_photo_edit",
    *(f"calls_intern.{name}" for name in ("criteria", "questions", "delete", "own_history", "decide", "letter", "letters")), "alliance_intern.contact", "knowledge_intern.delete",
    "en_residents.confirm", "en_residents.application", "en_residents.withdraw", "en_residents.erase", "en_residents.sent",
    "en_residents.erased", "vacancies_intern.import_columns", "vacancies_intern.import_preview", "vacancies_intern.place_row",
}  # fmt: skip
# Not pages: data, pictures, files, and what machines ask.
NO_PAGE = (
    "calendars.town", "calls.calendar", "calls_intern.attachment", ".letters_pdf", "calls_intern.own_letter_pdf", "calendars.stop", "calendars.fleet", ".secret", ".letter_pdf",
    "patron_calendar", "application_photo",
    ".collection", ".item", ".points", ".data", "basemap.", "photos.", "photos_intern.", "technical.", "livez", "readyz",
    "dist", "second_factor_image", ".file", "calendar_file", ".on_map", ".branch", ".comparison_data", ".faulty_", ".frozen_", ".manifest",
    ".worker", "open_catalogue.", "reports.vacancies", "reports.trees", "reports.viewpoints", "internal_vacancies", ".take_along", ".who", ".as_csv", ".told_json", ".board_points", ".board_weeks", ".sketch_", ".site_around", ".tree_preview", ".tree_picture", "trees.preview",
    "trees.picture", "care_intern.document", "pilots_intern.document", "pilots.document", "pilots.expose", "alliance_intern.document", "yearly_docx", "yearly_pdf", "care_intern.picture", "care_intern.preview", ".defect_photo", "reports_intern.photo",
    "vacancies.expose", "totals_file", "vacancies.openimmo", "vacancies.linked", "vacancies.qr", ".plan_picture", "plans.picture", "plans.preview", "kompass_intern.sheet",
    "kit.bundle", "kit.export", "kit.feed", "kit.poster_file", "kit.sign", ".along", "_gpx", "_kml", "_qr", ".tour_data", "synergy_intern.stop_units", "synergy_intern.viewpoint_units", "synergy_intern.site_units", "next_places_on_map",
)  # fmt: skip


def _starts(person: str | None) -> list[str]:
    """Where they start; in the town first at sample units, which lie in buildings, whatever other tests have made."""
    if person is None:
        return PUBLIC_STARTS
    return ["/intern/leerstand?suche=Neumarkt", "/intern"] if "." in person else ["/intern", *ALSO.get(person, ())]


@pytest.fixture(scope="session")
def pages(browser: Browser, server, known) -> dict[Visitor, list[Found]]:
    """What each of them can reach."""
    addresses, reached = Addresses(), {}
    for person, town in VISITORS:
        context = browser.new_context(**checks.PLACE, base_url=server.url)
        if person:
            known.sign_in(context.new_page(), person, town)
        try:
            reached[person, town] = crawl(context.request, addresses, _starts(person))
        except AssertionError as dead:
            dead.add_note(
                "\n".join(line for line in server.lines if '"status": 2' not in line)[-6000:]
            )  # what the server said
            raise
        context.close()
    return reached


def test_every_view_with_a_page_is_reached_by_links(pages):
    reached = {found.endpoint for all_of_them in pages.values() for found in all_of_them} | NO_LINK
    wanted = {rule.endpoint for rule in Addresses().rules if not any(part in rule.endpoint for part in NO_PAGE)}
    assert sorted(wanted - reached) == []


@pytest.mark.parametrize("visitor", VISITORS, ids=lambda visitor: "-".join(filter(None, visitor)) or "public")
def test_every_page_is_clean(pages, visit, visitor):
    """A page that looks as it did to somebody before is not opened again; one that is the same but for the language is
    asked whether its longer words still fit. A page of nothing but familiar parts is asked for its order alone.
    """
    looked_at = {found.like for other in VISITORS[: VISITORS.index(visitor)] for found in pages[other]}
    page = visit(*visitor)
    problems = []
    for found in pages[visitor]:
        if found.like in looked_at and not found.is_english:
            continue
        page.set_viewport_size(checks.screen(390))
        page.goto(found.path)
        checks.settle(page)
        if found.like not in looked_at:
            problems += checks.axe_problems_of_new_kinds(page, "every page") + checks.order_problems(page)
        problems += checks.overflow_problems(page)
        page.set_viewport_size(checks.screen(320))
        problems += checks.overflow_problems(page)
        problems += frame_problems(page, "en" if found.is_english else "de")
        looked_at.add(found.like)
    assert problems == [], "\n".join(problems)


def frame_problems(page, language: str) -> list[str]:
    """Its own language and title, one h1, and a skip link that leads to the content."""
    facts = page.evaluate(
        """() => ({lang: document.documentElement.lang, title: document.title, h1: document.querySelectorAll("h1").length,
                   skips: document.querySelector("a")?.hash === "#inhalt" && !!document.querySelector("main#inhalt")})"""
    )
    good = {
        "language": facts["lang"] == language,
        "title": facts["title"].endswith(" – Innenstadtregister") and not facts["title"].startswith(" –"),
        "one h1": facts["h1"] == 1,
        "skip link": facts["skips"],
    }
    return [f"{page.url}: {what}" for what, holds in good.items() if not holds]
