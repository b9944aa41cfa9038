"""A report from the form to its end: what the register, the unit and the reporter see of it, and who is forgotten when."""

import os
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from geo.core import clock
from geo.core.errors import Conflict, Invalid, NotFound, NotPermitted
from geo.places.photos import Store
from geo.vacancies import queries as stock
from geo.vacancies import service as units
from geo.vacancies.cases import queries as cases
from geo.vacancies.citizens import figures, queries, service
from geo.vacancies.citizens.schemas import DecisionInput, ReportInput
from geo.vacancies.citizens.tending import tend_reports
from geo.vacancies.schemas import parse_publication
from tests import factories
from tests.geo.vacancies.stock import acting, mark

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TODAY, DAY = date(2026, 11, 22), timedelta(days=1)
MAIL = "wer@beispiel.test"
SPOT = (11.0523, 50.9331)


@pytest.fixture
def town(staff, towns):
    service.set_taking(staff, acting(), towns.own, 0, takes_reports=True)
    return towns.own


def sent(session, town, kind="LEER", now=NOW, **more):
    data = ReportInput(kind, **{"point": SPOT, **more})
    token = service.send(session, town, data, request_id="r", form_key=None, photo_sha256=None, now=now)
    newest = session.scalar(text("SELECT max(id) FROM register.citizen_reports"))
    return queries.get(session, newest), token


def decided(session, report, outcome, **more):
    return service.decide(session, acting(), report.id, report.version, DecisionInput(outcome, **more), TODAY)


def published(session, unit):
    until = (clock.today() + timedelta(days=90)).isoformat()
    form = {"level": "3", "until": until, "consent_kind": "KOMMUNAL"}
    return units.publish(session, acting(), unit.id, unit.version, parse_publication(form))


def state_of(session, unit):
    return [(spell.state, spell.during.lower) for spell in stock.get(session, unit.id).spells]


def test_a_report_goes_to_the_town_of_its_point_or_of_its_offer(db, staff, towns, town):
    def goes_to(**data):
        return queries.town_of(staff, ReportInput("LEER", **data))

    assert goes_to(point=SPOT) == town and goes_to(ags=factories.OWN_AGS, address="Markt 5") == town
    assert goes_to(point=(11.0999, 50.9331)) == town
    for data, field in (
        ({"point": (11.25, 50.93)}, "latitude"),
        ({"point": (11.15, 50.93)}, "latitude"),
        ({"ags": factories.FOREIGN_AGS, "address": "Markt 5"}, "gemeinde"),
        ({"unit_id": mark(staff, town).id}, "address"),
    ):
        with pytest.raises(Invalid) as refused:
            goes_to(**data)
        assert list(refused.value.fields) == [field]
    unit = published(staff, mark(staff, town, house_number="1"))
    assert goes_to(unit_id=unit.id) == town
    service.set_taking(staff, acting(), town, 1, takes_reports=False)
    with pytest.raises(Invalid):
        goes_to(unit_id=unit.id)
    with db.public() as public:
        assert queries.towns(public) == []


def test_the_same_form_is_one_report_even_after_the_answer(staff, town):
    def send():
        data = ReportInput("LEER", point=SPOT, email=MAIL)
        return service.send(staff, town, data, request_id="r", form_key="k" * 32, photo_sha256=None, now=NOW)

    token = send()
    assert token is not None and send() is None
    report, _ = service.confirm(staff, token, request_id="", now=NOW)
    decided(staff, report, "ANDERS")
    assert service.answer(staff, acting(), report, NOW) == (MAIL, "de")
    assert send() is None
    assert queries.listing(staff, town, TODAY, is_open=None).total == 1


def test_a_report_of_a_vacancy_changes_the_unit_confirms_it_and_opens_a_case(staff, town):
    unit = mark(staff, town, state="GENUTZT")
    report, _ = sent(staff, town)
    since = date(2026, 11, 1)
    decided(staff, report, "GEAENDERT", unit_id=unit.id, since=since, with_case=True)
    staff.expire_all()
    assert state_of(staff, unit)[0] == ("LEER", since)
    spell = stock.get(staff, unit.id).spells[0]
    assert (spell.source, spell.observed_on) == ("Meldung aus der Bürgerschaft", date(2026, 11, 20))
    unit = stock.get(staff, unit.id)
    assert (unit.verified_by_kind, unit.verified_on) == ("BUERGER", date(2026, 11, 20))
    case = cases.open_of_unit(staff, unit.id)
    assert report.case_id == case.id and case.state == "GEPRUEFT" and report.decided_on == TODAY

    second, _ = sent(staff, town, now=NOW + DAY)
    decided(staff, second, "BESTAETIGT", unit_id=unit.id, with_case=True)
    assert second.case_id == case.id and len(cases.events(staff, case.id)) == 2
    used, _ = sent(staff, town, "WIEDER_GENUTZT", now=NOW + DAY)
    decided(staff, used, "GEAENDERT", unit_id=mark(staff, town, house_number="2").id, since=since, with_case=True)
    assert used.case_id is None


def test_an_older_confirmation_is_not_put_before_a_newer_one(staff, town):
    unit = mark(staff, town, verified_on="2026-11-21", verified_by_kind="BEGEHUNG")
    report, _ = sent(staff, town)
    decided(staff, report, "BESTAETIGT", unit_id=unit.id)
    assert stock.get(staff, unit.id).verified_by_kind == "BEGEHUNG"


def test_what_the_unit_refuses_is_told_at_the_form_s_fields_and_nothing_is_decided(staff, town):
    unit = mark(staff, town)
    report, _ = sent(staff, town)
    with pytest.raises(Invalid) as refused:
        decided(staff, report, "GEAENDERT", unit_id=unit.id, since=TODAY)
    assert "outcome" in refused.value.fields
    staff.rollback()


def test_a_unit_of_another_town_is_none(staff, towns, town):
    report, _ = sent(staff, town)
    with pytest.raises(Invalid) as refused:
        decided(staff, report, "ZUGEORDNET", unit_id=987_654)
    assert "unit_id" in refused.value.fields


def test_only_editors_decide_and_only_once(db, staff, towns, town):
    viewer = factories.actor(db, "viewer", town)
    report, _ = sent(staff, town)
    with pytest.raises(NotPermitted):
        service.decide(staff, viewer, report.id, report.version, DecisionInput("ANDERS"), TODAY)
    with pytest.raises(Conflict):
        service.decide(staff, acting(), report.id, report.version + 1, DecisionInput("ANDERS"), TODAY)
    decided(staff, report, "ANDERS")
    with pytest.raises(Conflict, match="schon entschieden"):
        decided(staff, report, "UNZULAESSIG")
    service.reopen(staff, acting(), report.id, report.version)
    assert report.outcome is None and queries.open_reports(staff, town, TODAY) == 1


def test_a_link_confirms_once_and_an_answer_that_waits_for_it_goes_out_then(staff, town):
    report, token = sent(staff, town, email=MAIL)
    decided(staff, report, "ANDERS", answer="Danke.")
    assert service.answer(staff, acting(), report, NOW) is None  # nobody has said that the address is theirs
    _, waiting = service.confirm(staff, token, request_id="", now=NOW + timedelta(hours=1))
    assert waiting == (MAIL, "de") and report.told_on == date(2026, 11, 20)
    with pytest.raises(NotFound):
        service.confirm(staff, token, request_id="", now=NOW + timedelta(hours=1))
    _late, token = sent(staff, town, email=MAIL)
    with pytest.raises(NotFound):
        service.confirm(staff, token, request_id="", now=NOW + service.CONFIRM_WITHIN + DAY)


def test_spam_gets_no_answer(staff, town):
    report, token = sent(staff, town, email=MAIL)
    service.confirm(staff, token, request_id="", now=NOW)
    decided(staff, report, "UNZULAESSIG")
    assert service.answer(staff, acting(), report, NOW) is None
    assert queries.reporter(staff, report) is None and report.told_on is None


def test_a_deleted_unit_leaves_the_report(staff, town):
    unit = mark(staff, town)
    report, _ = sent(staff, town)
    decided(staff, report, "ZUGEORDNET", unit_id=unit.id)
    units.delete(staff, acting(), unit.id, stock.get(staff, unit.id).version)
    staff.expire_all()
    assert queries.get(staff, report.id).unit_id is None


def test_ideas_are_public_as_numbers_from_three_on_of_what_was_counted_until_the_day(db, staff, town):
    unit = published(staff, mark(staff, town))
    for number, wish in enumerate(("GASTRO", "GASTRO", "KINDER", "KULTUR")):
        report, _ = sent(staff, town, "IDEE", point=None, unit_id=unit.id, wish=wish, words=f"GEHEIM {number}")
        if number < 3:
            service.decide(
                staff, acting(), report.id, report.version, DecisionInput("GEZAEHLT", wish=wish), TODAY + number * DAY
            )
    with db.public() as public:
        assert queries.ideas(public, unit.id, TODAY + DAY) == []
        assert queries.ideas(public, unit.id, TODAY + 2 * DAY) == [("GASTRO", 2), ("KINDER", 1)]
        with pytest.raises(Exception, match="permission denied"):
            public.execute(text("SELECT words FROM register.citizen_reports"))


def test_the_queue_and_the_figures_answer_as_of_a_day(staff, town):
    unit = mark(staff, town, state="GENUTZT")
    early, _ = sent(staff, town, now=NOW - 30 * DAY)
    service.decide(
        staff, acting(), early.id, early.version, DecisionInput("ZUGEORDNET", unit_id=unit.id), date(2026, 11, 10)
    )
    sent(staff, town, "IDEE", words="x", wish="KULTUR")
    sent(staff, town, now=NOW - 800 * DAY)
    assert queries.open_reports(staff, town, TODAY) == 2
    assert queries.open_reports(staff, town, date(2026, 11, 9)) == 2  # the early one, and the very old one
    assert queries.open_reports(staff, town, date(2026, 10, 1)) == 1
    first = queries.listing(staff, town, TODAY, is_open=None, size=2)
    rest = queries.listing(staff, town, TODAY, is_open=None, size=2, after=first.next_key)
    assert [len(first.rows), len(rest.rows), first.total] == [2, 1, 3]
    assert {row.id for row in first.rows}.isdisjoint({row.id for row in rest.rows})

    now = figures.of_town(staff, town, TODAY)
    assert (now.received, now.decided, now.open, now.soon) == (2, 1, 2, 0)
    assert (now.median_days, now.longest_days) == (20, 20)
    assert now.kinds["LEER"] == {"ZUGEORDNET": 1} and now.kinds["IDEE"] == {"OFFEN": 1}
    before = figures.of_town(staff, town, date(2026, 11, 9))
    assert (before.received, before.decided, before.open, before.median_days) == (1, 0, 2, None)


def test_an_address_of_the_town_s_list_becomes_a_point_and_others_do_not(staff, town):
    report, _ = sent(staff, town, point=None, ags=factories.OWN_AGS, address="neben der Apotheke")
    assert report.point is None and report.address == "neben der Apotheke"


def test_reporters_words_and_photos_are_forgotten_in_time(db, staff, town, settings):
    never, _ = sent(staff, town, email="nie@beispiel.test")
    waits, token = sent(staff, town, email=MAIL, words="Wort", address="Markt 5")
    service.confirm(staff, token, request_id="", now=NOW)
    service.decide(staff, acting(), never.id, never.version, DecisionInput("ANDERS"), TODAY)
    staff.commit()

    assert tend_reports(db, settings, NOW + timedelta(hours=1))["people"] == 0
    assert tend_reports(db, settings, NOW + service.CONFIRM_WITHIN + DAY)["people"] == 1
    assert tend_reports(db, settings, NOW + service.MAIL_KEPT - DAY)["people"] == 0
    assert tend_reports(db, settings, NOW + service.MAIL_KEPT + DAY)["people"] == 1
    staff.expire_all()
    assert queries.reporter(staff, waits) is None and queries.get(staff, waits.id).words == "Wort"
    late = tend_reports(db, settings, NOW + service.KEPT_AFTER_END + 4 * DAY)
    assert late["people"] == 1
    staff.expire_all()
    gone = queries.get(staff, never.id)
    assert gone.erased_at is not None and gone.point is None and gone.outcome == "ANDERS"
    assert queries.get(staff, waits.id).words == "Wort"  # nobody has decided yet

    orphan = Store(settings.home / "report-photos").path(town, "d" * 64)
    orphan.parent.mkdir(parents=True)
    orphan.write_bytes(b"x")
    assert tend_reports(db, settings, NOW)["photos"] == 0  # it may be a form's that is being sent
    ancient = time.time() - 3 * 24 * 3600
    os.utime(orphan, (ancient, ancient))
    assert tend_reports(db, settings, NOW)["photos"] == 1


def test_no_history_has_what_the_reporter_wrote(db, staff, town):
    sent(staff, town, words="GEHEIMWORT", address="GEHEIMORT", email="geheim@beispiel.test")
    staff.flush()
    with db.owner() as owner:
        kept = owner.scalar(text("SELECT string_agg(coalesce(new_values::text, ''), ' ') FROM history.changes"))
    assert "LEER" in kept and "geheim" not in kept.lower()


def test_after_the_answer_no_table_knows_the_address(db, staff, town):
    def naming(words):
        with db.owner() as owner:
            tables = owner.execute(
                text(
                    "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                    " WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'public')"
                )
            ).all()
            union = " UNION ALL ".join(
                f"SELECT '{one}' WHERE EXISTS (SELECT FROM {schema}.{one} t WHERE t::text ILIKE :words)"
                for schema, one in tables
            )
            return len(tables), list(owner.scalars(text(union), {"words": f"%{words}%"}))

    report, token = sent(staff, town, email=MAIL)
    service.confirm(staff, token, request_id="", now=NOW)
    staff.flush()
    count, found = naming(MAIL)
    assert count > 80 and found == ["citizen_reporters"]
    decided(staff, report, "ANDERS", answer="Danke.")
    assert service.answer(staff, acting(), report, NOW) == (MAIL, "de")
    staff.flush()
    assert naming(MAIL)[1] == []
