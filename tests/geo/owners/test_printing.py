"""Letters are printed once however often somebody presses, one code of a letter works, and nobody banned gets one."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import DBAPIError
from weasyprint import HTML

from geo.core.access import SYSTEM
from geo.core.errors import Conflict, Invalid, NotFound
from geo.core.printing_child import OwnPicturesOnly
from geo.jobs import run_now
from geo.jobs import service as queue
from geo.jobs.model import Job
from geo.owners import rights, service
from geo.owners.campaigns import answering, jobs, links, paper, printing, queries
from geo.owners.campaigns import service as campaigns
from geo.owners.campaigns.costs import Line
from geo.owners.campaigns.model import Letter, Link
from geo.owners.schemas import MemberInput
from geo.vacancies.queries import Filters
from tests import factories
from tests.geo.owners.letters import NOW, TODAY, a_sent_letter, a_unit, an_owner, owned


@pytest.fixture
def sent(staff, towns):
    return a_sent_letter(staff, towns.own)


@pytest.fixture
def manager(db, towns):
    return factories.actor(db, "manager", towns.own)


@pytest.fixture
def draft(manager, staff, towns):
    """A campaign to two owners, nothing of it printed yet."""
    for number in ("7", "8"):
        owned(staff, a_unit(staff, towns.own, number=number), an_owner(staff, towns.own, f"Eigentümerin {number}"))
    return campaigns.create(staff, SYSTEM, towns.own, "Markt", Filters(TODAY), "", "", TODAY)


def started(staff, campaign, actor, seen=0, **more):
    where = {"address": "https://example.test/eigentum", "origin": "/intern/eigentum/briefe"}
    return jobs.start_printing(staff, actor, campaign.id, today=TODAY, seen=seen, **where, **more)


def working(staff):
    now = Link.expires_at > NOW
    return staff.scalar(select(func.count()).where(Link.purpose == links.LETTER, Link.used_at.is_(None), now))


def test_pressed_twice_it_is_printed_once(db, manager, staff, draft, tmp_path, store):
    job = started(staff, draft, manager)
    assert started(staff, draft, manager).id == job.id and working(staff) == 0
    run_now(db, job.id, home=tmp_path)
    staff.refresh(job)
    assert (job.state, job.error, job.result["sentence"]) == ("FERTIG", None, "2 Briefe sind gedruckt.")
    assert store.path(job.result_file).read_bytes().startswith(b"%PDF") and working(staff) == 2
    assert started(staff, draft, manager).id == job.id  # from the page as it was before
    with pytest.raises(Invalid, match="schon gedruckt"):
        started(staff, draft, manager, job.id)
    assert staff.scalar(select(func.count()).select_from(Job)) == 1
    again = started(staff, draft, manager, job.id, again=True)
    assert again.id != job.id and working(staff) == 2
    queue.cancel(staff, manager, again.id)
    assert [one.id for one in jobs.runs(staff, draft)] == [again.id, job.id] and working(staff) == 2


def test_a_letter_printed_again_has_a_new_code_and_only_that(staff, sent):
    for _ in range(links.MOST_WRONG):
        answering.confirm(staff, sent.code, "1", "1", request_id="t", now=NOW)
    (made,) = printing.print_letters(staff, SYSTEM, sent.campaign.id, [sent.letter_id], NOW)
    with pytest.raises(NotFound):
        answering.open_letter(staff, sent.code, NOW)
    assert answering.confirm(staff, made.code, "99867", "Birkenweg 4", request_id="t", now=NOW)
    assert working(staff) == 1
    held = text(
        "INSERT INTO register.owner_links (municipality_id, letter_id, purpose, token_sha256, expires_at)"
        " SELECT municipality_id, letter_id, purpose, repeat('0', 64), expires_at FROM register.owner_links LIMIT 1"
    )
    with pytest.raises(DBAPIError, match="owner_links_one_code"), staff.begin_nested():
        staff.execute(text("SELECT set_config('app.action', 'owner.write', true)"))
        staff.execute(held)


def test_nothing_of_an_ended_campaign_or_one_run_out_is_printed(staff, sent):
    staff.refresh(sent.campaign)
    late = NOW + timedelta(days=80)
    with pytest.raises(Conflict, match="Frist"):
        printing.print_letters(staff, SYSTEM, sent.campaign.id, [sent.letter_id], late)
    campaigns.end(staff, SYSTEM, sent.campaign.id, sent.campaign.version)
    with pytest.raises(Conflict, match="beendet"):
        printing.print_letters(staff, SYSTEM, sent.campaign.id, [sent.letter_id], NOW)
    with pytest.raises(Conflict, match="beendet"):
        started(staff, sent.campaign, SYSTEM, letter_id=sent.letter_id)
    assert working(staff) == 0


@pytest.mark.parametrize("banned", ["community", "representative"])
def test_a_community_that_wants_no_letters_gets_none(staff, towns, banned):
    unit, own = a_unit(staff, towns.own), a_unit(staff, towns.own, number="8")
    who = {"community": an_owner(staff, towns.own, "Erben", kind="ERBENGEMEINSCHAFT")}
    who["representative"] = an_owner(staff, towns.own, "Erbin")
    owned(staff, unit, who["community"])
    service.add_member(
        staff, SYSTEM, who["community"].id, MemberInput(who["representative"].id, is_representative=True), TODAY
    )
    campaign = campaigns.create(staff, SYSTEM, towns.own, "Markt", Filters(TODAY), "", "", TODAY)
    owned(staff, own, who["representative"])
    both = campaigns.create(staff, SYSTEM, towns.own, "Beide", Filters(TODAY), "", "", TODAY)
    ids = {one.campaign_id: one.id for one in staff.scalars(select(Letter))}
    service.block(staff, SYSTEM, who[banned].id, TODAY)
    with pytest.raises(Invalid, match="keiner zu drucken"):
        printing.print_letters(staff, SYSTEM, campaign.id, [ids[campaign.id]], NOW)
    ((row, _),) = queries.letters_of(staff, campaign, TODAY)
    assert row.do_not_contact and printing.printable([(row, [])], again=True) == []
    with pytest.raises(DBAPIError, match="not to be contacted"), staff.begin_nested():
        staff.execute(text("SELECT set_config('app.action', 'owner.write', true)"))
        staff.execute(
            text("UPDATE register.owner_letters SET printed_at = now(), version = version + 1 WHERE id = :id"),
            {"id": ids[campaign.id]},
        )
    if banned == "community":  # what is the representative's own may be written about
        (made,) = printing.print_letters(staff, SYSTEM, both.id, [ids[both.id]], NOW)
        assert "Marktstraße 8" in made.body and "Marktstraße 7" not in made.body


def test_a_ban_that_comes_while_it_is_set_in_type_makes_no_code(staff, towns, draft):
    rows = queries.letters_of(staff, draft, TODAY)
    made = printing.set_out(staff, draft, printing.printable(rows, again=False), NOW)
    service.block(staff, SYSTEM, rows[0][0].owner_id, TODAY)
    with pytest.raises(Conflict, match="noch einmal drucken"):
        printing.keep(staff, SYSTEM, draft.id, made, NOW)
    assert working(staff) == 0


def test_a_unit_sold_before_printing_holds_nobody_up(staff, towns, draft):
    (first, _), (second, _) = queries.letters_of(staff, draft, TODAY)
    held = text("SELECT id, version FROM register.ownerships WHERE owner_id = :owner")
    row = staff.execute(held, {"owner": first.owner_id}).one()
    service.end_ownership(staff, SYSTEM, row.id, row.version, TODAY - timedelta(days=1), TODAY)
    rows = queries.letters_of(staff, draft, TODAY)
    assert printing.printable(rows, again=False) == [second.id]
    printing.print_letters(staff, SYSTEM, draft.id, [second.id], NOW)
    assert campaigns.mark_sent(staff, SYSTEM, draft.id, draft.version, TODAY) == 1


def test_the_file_goes_with_whoever_is_erased(db, manager, staff, draft, tmp_path, store):
    job = started(staff, draft, manager)
    run_now(db, job.id, home=tmp_path)
    staff.refresh(job)
    path = store.path(job.result_file)
    assert path.is_file()
    rights.erase(staff, SYSTEM, queries.letters_of(staff, draft, TODAY)[0][0].owner_id, "VERLANGEN", store, TODAY)
    staff.commit()
    staff.refresh(job)
    assert job.result_file is None and not path.exists()
    campaigns.remove(staff, SYSTEM, draft.id, draft.version, store)


def test_ending_closes_every_link_in_one_statement(staff, towns, draft):
    rows = queries.letters_of(staff, draft, TODAY)
    made = printing.print_letters(staff, SYSTEM, draft.id, [row.id for row, _ in rows], NOW)
    answering.confirm(staff, made[0].code, "99867", "Birkenweg 4", request_id="t", now=NOW)
    campaigns.mark_sent(staff, SYSTEM, draft.id, draft.version, TODAY)
    said = []
    event.listen(staff.get_bind(), "after_cursor_execute", lambda *told: said.append(told[2]))
    campaigns.end(staff, SYSTEM, draft.id, draft.version)
    assert sum("UPDATE register.owner_links" in one for one in said) == 1
    assert staff.scalar(select(func.count()).where(Link.used_at.is_(None))) == 0


def test_every_letter_has_its_address_in_the_window_and_its_pages_counted():
    """DIN 5008, form B: the address stands 45 to 90 mm below the edge; letters begin on the front of a sheet."""
    lines = (Line("Entgangene Miete je Monat", Decimal(650), "100 m² × 6,50 €"),)
    body = "Eigentümerin 1\nBirkenweg 4\n\n# Betreff\n\nText\n\n{antwort}\n\n{kosten}\n"
    letters = [
        printing.Printed(number, "", "", body, (("Laden", lines),) if number == 1 else (), f"1-{number}", TODAY)
        for number in (1, 2, 3)
    ]
    page = paper.as_page(letters, "Musterstadt", "Amt\nMarkt 1", "", "https://example.test/eigentum")
    done = HTML(string=page, url_fetcher=OwnPicturesOnly()).render()
    in_mm = [{name: place[1] * 25.4 / 96 for name, place in one.anchors.items()} for one in done.pages]
    assert [set(one) for one in in_mm] == [{"an-1"}, set(), {"an-2"}, set(), {"an-3"}]
    assert all(50 < y < 60 for one in in_mm for y in one.values())
