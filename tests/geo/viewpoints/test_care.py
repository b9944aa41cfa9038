"""What limits an open point by itself, and what lifts that; checks, notices, documents, defects from report to answer."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from geo.core import documents
from geo.core.access import SYSTEM, Actor, Membership, Role
from geo.core.db import for_municipality
from geo.core.errors import Conflict, Invalid, NotFound
from geo.settings import Settings
from geo.viewpoints import public, queries
from geo.viewpoints import service as points
from geo.viewpoints.care import licences, service
from geo.viewpoints.care import public as care
from geo.viewpoints.care import queries as reads
from geo.viewpoints.care.model import Reporter
from geo.viewpoints.care.schemas import (
    CheckInput,
    DecisionInput,
    NoticeInput,
    ReportInput,
    parse_check,
    parse_decision,
    parse_notice,
)
from geo.viewpoints.schemas import StatusInput
from geo.viewpoints.tending import tend_viewpoints
from tests.geo.viewpoints.conftest import TODAY, made

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)
YARD = replace(SYSTEM, request_id="check")


def acting(request_id):
    """The system, as another request: what one request did is taken back as a whole."""
    return replace(SYSTEM, request_id=request_id)


def shown(session, point, day):
    """The status that everybody sees on the day: in the town's list, in the public list and on the page alike."""
    session.flush()
    internal = {row.id: row.status for row in queries.internal_list(session, SYSTEM, point.municipality_id, day)}
    everybody = {one.id: one.status for one in public.everything(session, public.Filters(), day)}
    page = public.get(session, point.id, day).status
    assert queries.shown_status(session, point.id, day) == page
    found = public.Filters(status=page)
    assert point.id in {one.id for one in public.everything(session, found, day)}
    assert {internal[point.id], everybody[point.id], page} == {page}
    return page


def checked(session, point, day, result="OFFEN_SICHT", **more):
    return service.record_check(session, YARD, point.id, CheckInput(day, result, **more))


def test_an_overdue_check_limits_and_a_check_lifts_it(staff, towns):
    point = made(staff, towns.own, check_every_months="12")
    assert shown(staff, point, date(2026, 5, 1)) == "OFFEN"
    assert shown(staff, point, date(2026, 5, 2)) == "EINGESCHRAENKT"
    assert care.limits(staff, point.id, date(2026, 5, 2)) == [care.Limit("PRUEFUNG", None, date(2026, 5, 2))]
    checked(staff, point, date(2026, 5, 10))
    assert shown(staff, point, date(2026, 5, 9)) == "EINGESCHRAENKT"
    assert shown(staff, point, date(2026, 5, 10)) == "OFFEN"
    assert public.get(staff, point.id, TODAY).last_checked_on == date(2026, 5, 10)


def test_a_blocked_view_limits_until_somebody_sees_it_clear(staff, point):
    checked(staff, point, date(2025, 6, 1), "BEWACHSEN")
    assert shown(staff, point, date(2025, 6, 1)) == "EINGESCHRAENKT"
    checked(staff, point, date(2025, 6, 5), was_pruned=True)
    assert shown(staff, point, date(2025, 6, 4)) == "EINGESCHRAENKT"
    assert shown(staff, point, date(2025, 6, 5)) == "OFFEN"


def test_only_an_open_point_is_limited(staff, point):
    checked(staff, point, date(2025, 6, 1), "BEWACHSEN")
    points.set_status(staff, SYSTEM, point.id, point.version, StatusInput("GESCHLOSSEN", date(2025, 7, 1), "Darum."))
    assert shown(staff, point, date(2025, 7, 1)) == "GESCHLOSSEN"


def test_an_idea_gives_nothing_away(staff, towns):
    idea = made(staff, towns.own, status="IDEE", direction="")
    checked(staff, idea, date(2025, 6, 1), "BEWACHSEN")
    assert care.limits(staff, idea.id, date(2025, 6, 2)) == []


def reported(session, point, email=None, kind="bench", key=None):
    data = ReportInput(kind, "Die Lehne fehlt.", email, "de")
    return service.report(
        session, point.id, data, request_id="r", form_key=key, photo_sha256=None, now=NOW
    ), reads.care_of(session, SYSTEM, point.id).defects[0]


def decide(session, point, one, state, today, **more):
    data = DecisionInput(state, more.get("due_on"), more.get("answer"), None)
    return service.decide(session, SYSTEM, point.id, one.id, one.version, data, today)


def test_a_report_limits_nothing_until_it_is_confirmed_and_no_longer_than_until_it_is_mended(staff, point):
    token, one = reported(staff, point)
    assert token is None
    day = date(2026, 5, 20)
    assert shown(staff, point, day) == "OFFEN"
    decide(staff, point, one, "BESTAETIGT", day)
    assert (one.confirmed_on, one.due_on) == (day, day + 14 * DAY)
    assert shown(staff, point, day) == "EINGESCHRAENKT"
    assert care.Piece("bench", "BESCHAEDIGT") in care.furniture(staff, point.id)
    decide(staff, point, one, "BEHOBEN", day + 3 * DAY)
    assert shown(staff, point, day + 2 * DAY) == "EINGESCHRAENKT"
    assert shown(staff, point, day + 3 * DAY) == "OFFEN"
    assert {piece.state for piece in care.furniture(staff, point.id)} == {"GUT"}


def test_what_is_no_defect_limits_nothing(staff, point):
    _token, one = reported(staff, point)
    decide(staff, point, one, "ABGELEHNT", date(2026, 5, 20))
    assert shown(staff, point, date(2026, 5, 20)) == "OFFEN"


def test_two_who_decide_at_once_collide(staff, point):
    _token, one = reported(staff, point)
    version = one.version
    decide(staff, point, one, "BESTAETIGT", date(2026, 5, 20))
    data = DecisionInput("ABGELEHNT", None, None, None)
    with pytest.raises(Conflict):
        service.decide(staff, SYSTEM, point.id, one.id, version, data, date(2026, 5, 20))


def test_a_reporter_is_answered_once_and_forgotten(staff, point):
    token, one = reported(staff, point, email="wanderin@beispiel.test")
    assert service.told(staff, SYSTEM, one, TODAY) is None and one.told_on is None
    token, one = reported(staff, point, email="wanderin@beispiel.test")
    service.confirm_mail(staff, token, request_id="r", now=NOW)
    with pytest.raises(NotFound):
        service.confirm_mail(staff, token, request_id="r", now=NOW)
    assert service.told(staff, SYSTEM, one, TODAY) == ("wanderin@beispiel.test", "de")
    assert staff.query(Reporter).count() == 0 and one.told_on == TODAY
    assert service.told(staff, SYSTEM, one, TODAY) is None


def test_a_link_does_not_work_too_late(staff, point):
    token, _one = reported(staff, point, email="wanderin@beispiel.test")
    with pytest.raises(NotFound):
        service.confirm_mail(staff, token, request_id="r", now=NOW + service.CONFIRM_WITHIN + DAY)


def test_a_form_sent_twice_is_one_report(staff, point):
    reported(staff, point, key="k" * 32)
    reported(staff, point, key="k" * 32)
    assert len(reads.care_of(staff, SYSTEM, point.id).defects) == 1


def test_nobody_reports_a_defect_of_an_idea(staff, towns):
    idea = made(staff, towns.own, status="IDEE", direction="")
    staff.flush()
    with pytest.raises(NotFound):
        service.report(
            staff,
            idea.id,
            ReportInput("WEG", None, None, "de"),
            request_id="r",
            form_key=None,
            photo_sha256=None,
            now=NOW,
        )


def test_a_notice_ends_by_itself_and_can_be_ended(staff, point):
    words = NoticeInput("Gesperrt.", "Closed.", TODAY - DAY, TODAY)
    now = service.add_notice(staff, SYSTEM, point.id, words)
    service.add_notice(staff, SYSTEM, point.id, NoticeInput("Alt.", "Old.", TODAY - 9 * DAY, TODAY - DAY))
    later = service.add_notice(staff, SYSTEM, point.id, NoticeInput("Bald.", "Soon.", TODAY + DAY, TODAY + DAY))
    assert [one.text for one in care.notices(staff, point.id)] == ["Gesperrt."]
    service.end_notice(staff, SYSTEM, point.id, now.id, TODAY)
    service.end_notice(staff, SYSTEM, point.id, later.id, TODAY)
    assert care.notices(staff, point.id) == []
    assert {one.text for one in reads.care_of(staff, SYSTEM, point.id).notices} == {"Gesperrt.", "Alt."}


def test_a_check_can_be_taken_back(staff, point):
    checked(staff, point, date(2025, 6, 1), "BEWACHSEN", furniture={"bench": "FEHLT"})
    assert [one.kind for one in care.furniture(staff, point.id) if one.state == "FEHLT"] == ["bench"]
    assert "bench" not in public.get(staff, point.id, TODAY).furniture
    points.undo(staff, SYSTEM, point.id, queries.newest_change(staff, point))
    assert reads.care_of(staff, SYSTEM, point.id).checks == []
    assert {one.state for one in care.furniture(staff, point.id)} == {"GUT"}


@pytest.mark.parametrize(
    ("parse", "form", "field"),
    [
        (lambda form: parse_check(form, TODAY), {"checked_on": "2090-01-01", "result": "OFFEN_SICHT"}, "checked_on"),
        (lambda form: parse_check(form, TODAY), {"checked_on": "2026-01-01", "result": "GUT"}, "result"),
        (lambda form: parse_check(form, TODAY), {"checked_on": "2026-01-01", "state_bench": "WEG"}, "state_bench"),
        (parse_notice, {"text": "a", "text_en": "b", "since": "2026-02-02", "until": "2026-02-01"}, "until"),
        (parse_notice, {"text": "a", "since": "2026-02-01", "until": "2026-02-01"}, "text_en"),
        (parse_notice, {"text": "a", "text_en": "b", "since": "2026-02-01", "until": "2029-02-01"}, "until"),
    ],
)
def test_wrong_forms_are_refused_at_the_field(parse, form, field):
    with pytest.raises(Invalid) as refused:
        parse(form)
    assert field in refused.value.fields


def test_a_deadline_is_not_put_into_the_past_but_may_have_passed():
    sent = {"state": "BESTAETIGT", "due_on": (TODAY - DAY).isoformat(), "note": "Ersatzteil bestellt."}
    with pytest.raises(Invalid) as refused:
        parse_decision(sent, TODAY)
    assert list(refused.value.fields) == ["due_on"]
    assert parse_decision(sent, TODAY, TODAY - DAY).note == "Ersatzteil bestellt."


@pytest.mark.parametrize(
    ("name", "content", "is_kept"),
    [
        ("Antrag.pdf", b"%PDF-1.7", True),
        ("C:\\Ordner\\Plan.PNG", b"\x89PNG\r\n\x1a\nx", True),
        ("Antrag.pdf", b"<script>", False),
        ("seite.html", b"<html>", False),
        ("Antrag.pdf", b"", False),
    ],
)
def test_documents_are_of_known_kinds_or_refused(name, content, is_kept):
    if is_kept:
        assert "\\" not in documents.accepted(name, content).name
    else:
        with pytest.raises(Invalid):
            documents.accepted(name, content)


def test_a_document_is_kept_handed_out_and_swept(staff, point, tmp_path):
    store = documents.Files(tmp_path)
    file = documents.accepted("Beschluss.pdf", b"%PDF-1.7 ...")
    row = service.add_document(staff, SYSTEM, point.id, "Beschluss", "AUSGEWAEHLT", file, store)
    with pytest.raises(Invalid):
        service.add_document(staff, SYSTEM, point.id, "Noch einmal", None, file, store)
    path = store.path(point.municipality_id, row.sha256)
    assert path.read_bytes() == file.content
    staff.flush()
    assert store.sweep(reads.files(staff), older_than_s=-1) == 0
    service.remove_document(staff, SYSTEM, point.id, row.id)
    assert store.sweep(reads.files(staff), older_than_s=-1) == 1 and not path.exists()


def test_defects_are_listed_as_of_a_day(staff, towns, point):
    _token, one = reported(staff, point)
    decide(staff, point, one, "BESTAETIGT", date(2026, 5, 22))
    decide(staff, point, one, "BEHOBEN", date(2026, 5, 25))
    staff.flush()
    days = [(19, []), (20, ["NEU"]), (22, ["BESTAETIGT"]), (24, ["BESTAETIGT"]), (25, ["BEHOBEN"])]
    for day, states in days:
        rows = reads.defects(staff, SYSTEM, towns.own, date(2026, 5, day))
        assert [row.state for row in rows] == states


def test_what_waits_is_counted_for_a_town_and_for_those_who_look_after_all(staff, towns):
    for town, states in ((towns.own, ("NEU", "BESTAETIGT")), (towns.foreign, ("NEU", "NEU", "BEHOBEN"))):
        with for_municipality(staff, town):
            point = made(staff, town, outside_confirmed="JA")
            for number, state in enumerate(states):
                _token, one = reported(staff, point, key=f"{town}-{number}".ljust(32, "k"))
                if state != "NEU":
                    decide(staff, point, one, "BESTAETIGT", date(2026, 5, 22))
                if state == "BEHOBEN":
                    decide(staff, point, one, "BEHOBEN", date(2026, 5, 25))
            staff.flush()
    curator, editor = (
        Actor(1, memberships=(Membership(Role.CURATOR),)),
        Actor(2, memberships=(Membership(Role.EDITOR, towns.own),)),
    )

    def counted(actor, town, day):
        found = reads.waiting(staff, actor, town, date(2026, 5, 1) + timedelta(days=day))
        return found.new, found.overdue

    late = 60
    expected = {
        18: [(0, 0)] * 4,
        19: [(5, 0), (2, 0), (2, 0), (0, 0)],
        22: [(3, 0), (1, 0), (1, 0), (0, 0)],
        late: [(3, 1), (1, 1), (1, 1), (0, 0)],
    }
    asked = [(curator, None), (curator, towns.own), (editor, None), (editor, towns.foreign)]
    assert {day: [counted(*who, day) for who in asked] for day in expected} == expected
    assert len(reads.defects(staff, curator, None, date(2026, 7, 1))) == 5
    assert reads.defects(staff, editor, towns.foreign, date(2026, 7, 1)) == []


def test_a_worker_forgets_reporters_and_old_words(db, towns, tmp_path):
    with db.staff(SYSTEM, towns.own) as session:
        point = made(session, towns.own)
        session.flush()
        reported(session, point, email="nie@bestaetigt.test", key="n" * 32)
        _token, one = reported(session, point)
        decide(session, point, one, "ABGELEHNT", date(2026, 5, 21))
        session.commit()
        settings = Settings(home=tmp_path)
        assert tend_viewpoints(db, settings, NOW + timedelta(hours=1))["people"] == 0
        assert tend_viewpoints(db, settings, NOW + service.CONFIRM_WITHIN + DAY)["people"] == 1
        assert tend_viewpoints(db, settings, NOW + service.KEPT_AFTER_END + 3 * DAY)["people"] == 1
        session.expire_all()
        words = {one.words for one in reads.care_of(session, SYSTEM, point.id).defects}
        assert words == {None, "Die Lehne fehlt."}
        session.expire_all()
        assert [person.email for person in session.query(Reporter)] == [None, None]


def test_a_calendars_address_can_be_revoked(staff, towns):
    feed, token = service.make_feed(staff, SYSTEM, towns.own, "Bauhof")
    assert reads.feed_of(staff, token).id == feed.id
    service.revoke_feed(staff, SYSTEM, towns.own, feed.id, feed.version, NOW)
    with pytest.raises(NotFound):
        reads.feed_of(staff, token)


def test_every_licence_has_a_light_and_what_may_go_out_says_where_it_is_written():
    assert set(licences.LIGHTS) == set(licences.LICENCES)
    assert {code for code in licences.LIGHTS if licences.light(code) != "ROT"} == set(licences.ADDRESSES)
    assert licences.light("ERFUNDEN") == "ROT"
