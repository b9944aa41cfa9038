"""Calendars: stable UID, SEQUENCE that grows, what is called off said so; read back by a calendar library."""

from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar
from sqlalchemy import text

from geo.core.access import SYSTEM
from geo.core.calendar_files import written
from geo.core.db import for_municipality
from geo.core.errors import Invalid, NotFound, NotPermitted
from geo.trees import service as trees
from geo.trees.visits import queries as visits
from geo.trees.visits import service
from geo.trees.visits.calendar import entries, queries
from geo.trees.visits.calendar import service as calendars
from geo.trees.visits.schemas import PermitInput, VisitMove, VisitWords
from geo.trees.wording import period
from tests import factories
from tests.geo.trees.rows import SUMMER, TODAY
from tests.geo.trees.visits.rows import visit, with_trees

OPENING = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def read(made):
    """The events of a calendar by the part of their UID behind the visit's own, as a client reads them."""
    calendar = Calendar.from_ical(written("Probe", made))
    assert calendar["VERSION"] == "2.0" and calendar["METHOD"] == "PUBLISH" and calendar.errors == []
    found = {}
    for event in calendar.walk("VEVENT"):
        assert event.errors == [] and "DTSTAMP" in event
        found.setdefault(str(event["UID"]).split("@")[0][37:], []).append(event)
    return found


def public(db, day=TODAY, language="de", **of):
    with db.public() as session:
        return read(
            entries.public_entries(
                queries.announced(session, day, **of), lambda one: f"https://x.test/{one.stop_id}", language
            )
        )


def told(event):
    return str(event["SUMMARY"]), int(event["SEQUENCE"]), str(event["STATUS"]), event["DTSTART"].dt


@pytest.fixture
def one(avenue):
    made = with_trees(
        avenue, ["B 1", "B 2"], title="Mai\\allee, hier; und da", public_text="Setzt euch.\nJa!", opening_at=OPENING
    )
    avenue.publish()
    return made


def move(avenue, one, stop=None, during=None):
    data = VisitMove((stop or avenue.market).id, during or one.during)
    return service.move(avenue.session, SYSTEM, one.id, one.version, data)


def test_visit_stands_in_the_calendars_of_its_town_stop_and_fleet(db, avenue, one, towns):
    for of in ({"municipality_id": towns.own}, {"stop_id": one.stop_id}, {"fleet_id": avenue.fleet.id}):
        (event,) = public(db, **of)["besuch"]
        assert told(event) == (
            "2 Wanderbäume in der Straße: Mai\\allee, hier; und da",
            0,
            "CONFIRMED",
            date(2026, 5, 4),
        )
        assert event["DTEND"].dt == date(2026, 6, 8) and event["UID"].startswith(str(one.uid))
        assert "Setzt euch.\nJa!" in event["DESCRIPTION"] and event["LOCATION"].startswith("Hauptmarkt")
        assert event["URL"] == f"https://x.test/{one.stop_id}"
    assert public(db, municipality_id=towns.foreign) == {}
    (opening,) = public(db)["eroeffnung"]
    assert opening["DTSTART"].dt == OPENING
    (english,) = public(db, language="en")["besuch"]
    assert str(english["SUMMARY"]).startswith("2 mobile trees in the street")


def test_drafts_are_in_no_calendar(db, avenue):
    visit(avenue)
    assert public(db) == {}


def test_change_raises_the_sequence_under_the_same_uid(db, avenue, one):
    uid = public(db)["besuch"][0]["UID"]
    service.change(avenue.session, SYSTEM, one.id, one.version, VisitWords(modules_s=2, note="intern"))
    first = public(db)["besuch"][0]
    assert int(first["SEQUENCE"]) == 1  # title, text and opening went
    service.change(avenue.session, SYSTEM, one.id, one.version, VisitWords(modules_s=2, note="nur intern"))
    assert int(public(db)["besuch"][0]["SEQUENCE"]) == 1  # nothing public changed
    move(avenue, one, during=SUMMER)
    (event,) = public(db)["besuch"]
    assert event["UID"] == uid and told(event)[1:] == (2, "CONFIRMED", SUMMER.lower)


def test_opening_that_is_dropped_is_called_off(db, avenue, one):
    service.change(avenue.session, SYSTEM, one.id, one.version, VisitWords(modules_s=2, title="Mai"))
    (opening,) = public(db)["eroeffnung"]
    assert told(opening) == ("Abgesagt: Eröffnung: Mai", 1, "CANCELLED", OPENING)


def test_visit_that_moves_is_called_off_where_it_was_and_lives_on_elsewhere(db, avenue, one, towns):
    move(avenue, one, avenue.square)
    assert [told(event)[2] for event in public(db, stop_id=avenue.market.id)["besuch"]] == ["CANCELLED"]
    assert [told(event)[2] for event in public(db, stop_id=avenue.square.id)["besuch"]] == ["CONFIRMED"]
    (event,) = public(db, municipality_id=towns.own)["besuch"]  # once, under its one UID
    assert told(event)[2] == "CONFIRMED" and int(event["SEQUENCE"]) > 0
    move(avenue, one)  # and back: its number goes on
    (back,) = public(db, municipality_id=towns.own)["besuch"]
    assert int(back["SEQUENCE"]) > int(event["SEQUENCE"])


def test_removed_and_withdrawn_visits_are_called_off_until_they_have_passed(db, avenue, one):
    far = avenue.plan(season=period(date(2099, 5, 1), date(2099, 9, 1)))
    removed = visit(avenue, during=period(date(2099, 6, 1), date(2099, 6, 14)), schedule=far, public_text="Setzt euch")
    withdrawn = visit(avenue, during=period(date(2099, 7, 6), date(2099, 7, 19)), schedule=far)
    avenue.publish(far)
    service.remove(avenue.session, SYSTEM, removed.id, removed.version)
    trees.supersede(avenue.session, SYSTEM, far.id, far.version, today=TODAY)
    found = {str(event["UID"])[:36]: event for event in public(db)["besuch"]}
    for gone in (removed, withdrawn):
        assert told(found[str(gone.uid)])[1:3] == (1, "CANCELLED")
    assert "Setzt euch" not in found[str(removed.uid)].get("DESCRIPTION", "")
    service.remove(avenue.session, SYSTEM, one.id, one.version)  # its days lie behind: there is nothing to call off
    assert str(one.uid) not in {str(event["UID"])[:36] for event in public(db)["besuch"]}


def test_new_plan_that_changes_nothing_says_nothing(db, avenue, one):
    new = avenue.plan()
    with_trees(avenue, ["B 1", "B 2"], schedule=new)
    avenue.publish(new)
    (event,) = public(db)["besuch"]
    assert told(event)[1:3] == (0, "CONFIRMED") and event["UID"].startswith(str(one.uid))


def test_arrival_tells_the_real_days(db, avenue, one):
    service.arrive(avenue.session, SYSTEM, one.id, one.version, date(2026, 5, 6), today=TODAY)
    (event,) = public(db)["besuch"]
    assert told(event)[1:] == (1, "CONFIRMED", date(2026, 5, 6))


def test_town_hall_reads_its_deadlines_until_they_are_done(avenue):
    one = visit(avenue, during=SUMMER)
    avenue.publish()
    day = date(2026, 4, 20)

    def duties():
        found = queries.announced(avenue.session, day, municipality_id=avenue.town)
        known = {row.id: row for row in visits.coming(avenue.session, SYSTEM, avenue.town, day)}
        ever = queries.told_duties(avenue.session, avenue.town)
        made = read(entries.duty_entries(found, known, ever, day, lambda _one: ""))
        return {part: told(event[0]) for part, event in made.items()}

    before = duties()
    assert before["genehmigung"][2:] == ("CONFIRMED", date(2026, 4, 27))
    assert before["schilder"][2:] == ("CONFIRMED", date(2026, 6, 4))
    assert set(before) == {"genehmigung", "schilder"}, "a parade that nobody meant is not called off"
    permit = PermitInput("BEANTRAGT", permit_applied_on=date(2026, 4, 20))
    service.set_permit(avenue.session, SYSTEM, one.id, one.version, permit, today=day)
    avenue.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    after = duties()
    assert after["genehmigung"][2] == "CANCELLED" and after["genehmigung"][1] > before["genehmigung"][1]
    assert after["genehmigung"][3] == before["genehmigung"][3]  # it does not jump in calendars that show what is done
    for has_parade, status in ((True, "CONFIRMED"), (False, "CANCELLED")):
        avenue.session.expire_all()
        permit = PermitInput("BEANTRAGT", permit_applied_on=date(2026, 4, 20), has_parade=has_parade)
        service.set_permit(avenue.session, SYSTEM, one.id, one.version, permit, today=day)
        avenue.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        assert duties()["versammlung"][2] == status
    with for_municipality(avenue.session, avenue.town + 1):
        asked = {"town": avenue.town}
        assert avenue.session.execute(text("SELECT * FROM register.told_duties(:town)"), asked).all() == []


def test_what_was_never_told_is_not_called_off(avenue):
    one = visit(avenue, during=SUMMER)
    permit = PermitInput("NICHT_NOETIG", signs_up_on=date(2026, 4, 1))
    service.set_permit(avenue.session, SYSTEM, one.id, one.version, permit, today=date(2026, 4, 20))
    avenue.publish()
    found = queries.announced(avenue.session, TODAY, municipality_id=avenue.town)
    known = {row.id: row for row in visits.coming(avenue.session, SYSTEM, avenue.town, TODAY)}
    ever = queries.told_duties(avenue.session, avenue.town)
    assert len(found) == 1 and list(entries.duty_entries(found, known, ever, TODAY, lambda _one: "")) == []


def test_crew_reads_which_trees_go_from_where_to_where(avenue):
    with_trees(avenue, ["B 1", "B 2"])
    june = with_trees(avenue, ["B 1"], avenue.square, SUMMER)
    avenue.publish()
    found = queries.announced(avenue.session, TODAY, fleet_id=avenue.fleet.id)
    made = read(
        entries.crew_entries(found, queries.carried(avenue.session, [one.visit_id for one in found]), lambda _one: "")
    )
    arrival = next(event for event in made["ankunft"] if str(event["UID"]).startswith(str(june.uid)))
    assert (
        str(arrival["SUMMARY"]).startswith("Aufbau: Neumarkt")
        and "Bäume: B 1\nVon: Hauptmarkt" in arrival["DESCRIPTION"]
    )
    clearing = next(event for event in made["abzug"] if event["DTSTART"].dt == date(2026, 6, 8))
    assert "Nach: Neumarkt" in clearing["DESCRIPTION"]


def test_secret_address_is_kept_as_its_hash_and_can_be_revoked(db, avenue, towns):
    editor = factories.actor(db, "editor", towns.own)
    made, token = calendars.make_address(avenue.session, editor, towns.own, " Bauhof ")
    assert (made.kind, made.label) == ("STADT", "Bauhof") and token not in made.secret_sha256
    assert queries.by_secret(avenue.session, token).id == made.id
    for wrong in (
        token[:-1],
        token + "x",
        f"{towns.foreign}-{token.partition('-')[2]}",
        "",
        "x",
        "1-",
        "9" * 12 + "-x",
    ):
        with pytest.raises(NotFound):
            queries.by_secret(avenue.session, wrong)
    crew, _ = calendars.make_address(avenue.session, editor, towns.own, "Trupp", avenue.fleet.id)
    assert crew.kind == "TRUPP" and len(queries.addresses(avenue.session, editor, towns.own)) == 2
    calendars.revoke_address(avenue.session, editor, towns.own, made.id, made.version)
    with pytest.raises(NotFound):
        queries.by_secret(avenue.session, token)
    with pytest.raises(Invalid):
        calendars.make_address(avenue.session, editor, towns.own, "  ")
    with pytest.raises(NotPermitted):
        calendars.make_address(avenue.session, factories.actor(db, "viewer", towns.own), towns.own, "x")
    stranger = factories.actor(db, "editor", towns.foreign)
    assert queries.addresses(avenue.session, stranger, towns.own) == []
    with pytest.raises(NotFound):
        calendars.revoke_address(avenue.session, stranger, towns.foreign, crew.id, crew.version)


def test_reach_of_a_calendar(db, avenue, one):
    assert public(db, day=date(2027, 6, 1)) != {} and public(db, day=date(2027, 7, 1)) == {}
