"""The search: order, marks, what is public, near words, what nobody would type; the index follows its rows."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from geo.core.access import SYSTEM
from geo.core.history import perform
from geo.finding import queries
from geo.finding.asking import parse
from geo.finding.snippets import LONGEST, beside, snippet
from geo.finding.words import folded, tokens
from geo.knowledge import service
from geo.knowledge.queries import newest_change
from tests import factories
from tests.geo.finding.conftest import TODAY, keys, put
from tests.geo.knowledge.conftest import a_card, parsed


def found(db, typed, lang="de", **how):
    with db.public() as session:
        return queries.find(session, typed, lang, **how)


def said(pieces):
    return "".join(f"[{piece.text}]" if piece.is_hit else piece.text for piece in pieces)


def test_the_exact_word_comes_before_its_parts_side_by_side(staff, db):
    apart = put(
        staff, "Das Management von Leerständen", "Management von Leerstand, immer wieder Management von Leerstand"
    )
    exact = put(staff, "Ein Bericht", "Am Rande ging es auch um Leerstandsmanagement.")
    assert keys(found(db, "Leerstandsmanagement")) == [exact, apart]


def test_the_word_itself_comes_before_compounds(staff, db):
    held = put(staff, "Ein Bericht", "Der Wanderbaum zieht um")
    word = put(staff, "Ein Bericht", "Der Baum zieht um")
    assert keys(found(db, "Baum")) == [word, held]


def test_a_title_counts_more_than_a_text(staff, db):
    below = put(staff, "Ein Bericht", "Schatten auf dem Platz")
    above = put(staff, "Schatten auf dem Platz", "Ein Bericht")
    assert keys(found(db, "Schatten")) == [above, below]


def test_what_was_asked_for_is_marked_and_nothing_is_markup(staff, db):
    put(staff, "<b>Bäume</b>", "<script>alert(1)</script> Die Wanderbaumallee, ein BAUM & Co.")
    hit = found(db, "Baum").groups[0].hits[0]
    assert said(hit.title) == "<b>[Bäume]</b>"
    assert said(hit.snippet).startswith("· <script>alert(1)</script> Die [Wanderbaumallee], ein [BAUM] & Co.")


def test_the_snippet_is_where_the_words_are():
    body = " ".join(["Anfang"] * 80) + " Hier steht der Baum neben dem Laden. " + " ".join(["Ende"] * 80)
    shown = said(snippet(body, frozenset({"baum", "laden"})))
    assert "[Baum] neben dem [Laden]" in shown and shown.startswith("… ") and shown.endswith(" …")
    assert len(shown) < 300
    assert said(snippet("Kurz und gut", frozenset())) == "Kurz und gut"


def test_a_text_that_is_not_much_longer_is_shown_whole():
    body = "Vor dem Rathaus stehen seit dem Frühjahr zehn Bäume. " * 6
    shown = said(snippet(body[:310].rstrip(), frozenset({"zehn"})))
    assert len(body[:310]) > LONGEST and "…" not in shown and shown.startswith("Vor dem Rathaus")


def test_a_piece_begins_with_its_sentence():
    body = "Erst kam lange nichts vor. " * 12 + "Im Mai wurde am Markt gepflanzt. " + "Danach war Ruhe. " * 20
    assert said(snippet(body, frozenset({"gepflanzt"}))).startswith("… Im Mai wurde am Markt [gepflanzt]. Danach")


def test_lines_are_set_off():
    assert said(snippet("Begrüßung\nStand der Bäume\nEnde gut.\nSchluss", frozenset())) == (
        "Begrüßung · Stand der Bäume · Ende gut. Schluss"
    )


def test_names_beside_are_those_asked_for_and_none_of_the_title():
    lines = "Wanderbaumallee\nRudolstadt\nMarkt\nRudolstadt\nRatsgasse\nQuelle: Presse"
    shown = [said(line) for line in beside("Wanderbaumallee Rudolstadt", lines, frozenset({"presse"}))]
    assert shown == ["Markt", "Ratsgasse", "Quelle: [Presse]"]


def test_an_excerpt_does_not_repeat_title_and_town(staff, towns, db):
    from tests.geo.pilots.conftest import a_project, a_site

    a_site(staff, a_project(staff), towns.own, name="Probeallee Musterstadt", note="Zehn Bäume in Kübeln.")
    groups = {group.kind: group.hits for group in found(db, "Musterstadt").groups}
    (hit,) = groups["pilot_site"]
    assert said(hit.snippet) == "Zehn Bäume in Kübeln." and [said(line) for line in hit.beside] == ["Marktstraße"]
    assert keys(found(db, "Marktstraße")) == [hit.key]


def test_kinds_are_grouped_and_counted(staff, db):
    for number in range(7):
        put(staff, f"Brunnen {number}")
    answer = found(db, "Brunnen")
    assert [(group.kind, group.total, len(group.hits)) for group in answer.groups] == [("card", 7, queries.FEW)]
    one = found(db, "Brunnen", kind="card")
    assert len(one.groups[0].hits) == 7
    other = found(db, "Brunnen", kind="measure")
    assert [(group.kind, group.total, group.hits) for group in other.groups] == [("card", 7, ())]


def test_pages_of_a_kind_hold_each_hit_once(staff, db, monkeypatch):
    monkeypatch.setattr(queries, "MANY", 3)
    made = {put(staff, f"Brunnen {number}") for number in range(7)}
    pages = [keys(found(db, "Brunnen", kind="card", page=page)) for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [3, 3, 1, 0]
    assert {key for page in pages for key in page} == made


def test_english_pages_find_both_languages_and_show_english_where_there_is_some(staff, db):
    both = put(staff, "Bäume am Platz", title_en="Trees on the square", body_en="Trees give shade.")
    german = put(staff, "Bäume am Weg")
    hits = {hit.key: hit for group in found(db, "tree Bäume", "en").groups for hit in group.hits}
    assert hits == {}  # both words are wanted, and no text has both
    hits = {hit.key: hit for group in found(db, "trees or Bäume", "en").groups for hit in group.hits}
    assert (hits[both].lang, hits[german].lang) == ("en", "de")
    assert said(hits[both].title) == "[Trees] on the square"
    assert keys(found(db, "shade", "de")) == []


def test_a_draft_is_found_by_those_who_may_write_it(db, staff, towns):
    draft = a_card(staff, towns.own, title="Turmzimmer")
    staff.commit()
    people = {role: factories.actor(db, role, towns.own) for role in ("manager", "office", "editor")}
    people["stranger"] = factories.actor(db, "manager", towns.foreign)
    seen = {}
    for name, person in people.items():
        with db.staff(person, towns.foreign if name == "stranger" else towns.own) as session:
            seen[name] = keys(queries.find_internal(session, person, "Turmzimmer"))
    assert seen == {"manager": [str(draft.id)], "office": [str(draft.id)], "editor": [], "stranger": []}
    assert keys(found(db, "Turmzimmer")) == []
    service.publish(staff, SYSTEM, draft.id, draft.version, TODAY)
    assert keys(found(db, "Turmzimmer")) == [str(draft.id)]


def test_words_of_drafts_are_not_proposed_to_the_public(db, staff, towns):
    put(staff, "Wassertretbecken", published_on=None)
    assert found(db, "Wassertretbeken").suggestions == ()
    office = factories.actor(db, "office")
    with db.staff(office) as session:
        proposed = queries.find_internal(session, office, "Wassertretbeken").suggestions
    assert [one.word for one in proposed] == ["Wassertretbecken"]


def test_a_word_of_a_withdrawn_text_is_not_proposed(db, staff):
    key = put(staff, "Wassertretbecken")
    assert [one.word for one in found(db, "Wassertretbeken").suggestions] == ["Wassertretbecken"]
    with perform(staff, SYSTEM, service.Action.KNOWLEDGE_EDIT):
        staff.execute(
            text("UPDATE register.knowledge_cards SET published_on = NULL, version = version + 1 WHERE id = :id"),
            {"id": int(key)},
        )
    assert found(db, "Wassertretbeken").suggestions == ()


def test_a_suggestion_is_the_search_with_the_other_word(staff, db):
    put(staff, "Die Wanderbaumallee in Gotha")
    proposed = found(db, '"Wanderbaumale" Erfurt').suggestions
    assert [(one.word, one.instead) for one in proposed] == [("Wanderbaumallee", '"Wanderbaumallee" Erfurt')]


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "-",
        '"',
        '""',
        "& | ! <-> :* ()",
        "-Baum",
        "oder",
        "or or or",
        "und der die das",
        "\x00",
        "Baum\x00Haus",
        "a" * 10_000,
        "Baum " * 2_000,
        "-" * 10_000,
        '"' * 10_000,
        "<script>alert(1)</script>",
        "'; DROP TABLE register.knowledge_cards; --",
        "\\'\\",
        "100%",
        "_____",
        "%%%%%%",
        "\ud800",
        "日本語 текст",
        "🌳",
        "donaudampfschifffahrtsgesellschaftskapitaen" * 4,
        "-".join("abcdefghij" * 5),
        "1e999 -1 0x00",
    ],
)
def test_whatever_somebody_types_is_answered(staff, db, typed):
    put(staff, "Baum, Haus und Kästen")
    for lang in ("de", "en"):
        answer = found(db, typed, lang)
        assert answer.asks_nothing or answer.total >= 0
    found(db, typed, "de", kind="card", page=10**9)


def test_a_search_without_a_word_says_so(db):
    assert found(db, "und -Baum").asks_nothing and found(db, "& |").asks_nothing
    assert not found(db, "Baum").asks_nothing


def test_an_or_joins_its_neighbours_only():
    asked = parse("Haus oder Hof Garten")
    assert [[term.words for term in group] for group in asked.groups] == [[("haus",), ("hof",)], [("garten",)]]
    assert parse("oder Haus").groups[0][0].words == ("oder",)


SAID = "Größe, Straße, gruen, neuen, Quelle, aktuell, Café, Soest, Bauer, Ångström, Ä-Ö-Ü, STRASSE, 2023/24, C&A, Mühle"


def test_both_sides_fold_alike(db):
    with db.owner() as session:
        assert session.scalar(text("SELECT register.search_folded(:said)"), {"said": SAID}) == folded(SAID)
    assert [token.word for token in tokens("Größe, Cafés!")] == ["größe", "cafes"]


def test_the_index_follows_projects_sites_groups_and_measures(staff, towns, db):
    from geo.vacancies.kompass.editions import take_shipped
    from tests.geo.pilots.conftest import a_project, a_site

    project = a_project(staff)
    site = a_site(staff, project, towns.own)
    take_shipped(staff, SYSTEM)
    staff.flush()
    kinds = {group.kind: [hit.key for hit in group.hits] for group in found(db, "Probeallee").groups}
    assert kinds == {"pilot_project": [project.slug], "pilot_site": [str(site.id)]}
    assert keys(found(db, "Konzeptvergabe")) == ["M20"]
    with perform(staff, SYSTEM, service.Action.PILOT_EDIT):
        project.name = "Wandergarten"
        staff.flush()
    assert {group.kind for group in found(db, "Wandergarten").groups} == {"pilot_project", "pilot_site"}
    assert keys(found(db, "Probeallee")) == []


def test_the_index_says_what_its_sources_say(staff, towns, db):
    """After any change, asking every source again gives what is there."""
    card = a_card(staff, towns.own)
    service.publish(staff, SYSTEM, card.id, card.version, TODAY)
    service.update(staff, replace(SYSTEM, request_id="x"), card.id, card.version, parsed(title="Anders"))
    service.undo(staff, replace(SYSTEM, request_id="y"), card.id, newest_change(staff, card))
    put(staff, "Ein anderes")
    held = text(
        "SELECT kind, row_key, lang, needs, title, body, beside, lexemes::text FROM register.search_texts ORDER BY 1, 2, 3"
    )
    before = staff.execute(held).all()
    assert len(before) >= 2
    staff.commit()
    with db.owner() as session:
        for kind, key in {(row.kind, row.row_key) for row in before}:
            session.execute(text("SELECT register.search_index(:kind, :key)"), {"kind": kind, "key": key})
        assert session.execute(held).all() == before
