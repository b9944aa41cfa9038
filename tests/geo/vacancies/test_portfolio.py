"""Publications end by themselves: in the views at once, in the town's own rows when the worker looks."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from geo.core import clock
from geo.core.access import SYSTEM, Action
from geo.core.history import perform
from geo.vacancies import service as units
from geo.vacancies.portfolio import service
from geo.vacancies.schemas import parse_publication
from tests.geo.vacancies.stock import acting, mark

TODAY = clock.today()


def published(session, town, level, first, last):
    """A unit on a level that is public from the first day to the last."""
    unit = mark(session, town)
    form = {"level": str(level), "until": TODAY.isoformat(), "consent_kind": "KOMMUNAL"}
    units.publish(session, acting(), unit.id, unit.version, parse_publication(form))
    with perform(session, SYSTEM, Action.VACANCY_PUBLISH, town):
        session.execute(
            text("UPDATE register.units SET published_during = daterange(:first, :last, '[]'), version = version + 1"
                 " WHERE id = :id"), {"first": first, "last": last, "id": unit.id})  # fmt: skip
    session.refresh(unit)
    return unit


def test_what_has_ended_drops_and_what_runs_stays(db, staff, towns):
    ago, yesterday = TODAY - timedelta(days=30), TODAY - timedelta(days=1)
    ended = published(staff, towns.own, 4, ago, yesterday)
    section = published(staff, towns.own, 2, ago, yesterday)
    running = published(staff, towns.own, 3, ago, TODAY)
    ids = {"ids": [ended.id, section.id, running.id]}
    with db.public() as session:
        seen = session.scalars(text("SELECT id FROM published.vacancies WHERE id = ANY (:ids)"), ids).all()
    assert seen == [running.id], "the views show it no more from the day after its last one, whoever has not looked"
    with db.owner() as session:
        assert service.end_publications(session, TODAY) == 2
        session.commit()
        assert service.end_publications(session, TODAY) == 0
    for unit in (ended, section, running):
        staff.refresh(unit)
    assert [(unit.publication_level, unit.published_during is None) for unit in (ended, section, running)] == [
        (1, True), (1, True), (3, False)]  # fmt: skip
    exact = staff.execute(
        text("SELECT u.id FROM register.units u JOIN register.places p ON p.id = u.place_id"
             " WHERE u.id = ANY (:ids) AND public.ST_Equals(p.point, p.public_point)"), ids).scalars().all()  # fmt: skip
    assert exact == [running.id], "what is shown no more has only a rough spot left"
    entry = units.history(staff, ended.id)[0]
    assert entry.who == "System" and any(change["field"] == "Stufe der Veröffentlichung" for change in entry.changes)


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ("offer_kinds = ARRAY['RAUB']", "units_offer_kinds"),
        ("min_term_months = 6, max_term_months = 3", "units_terms"),
        ("price_eur = -1", "units_money"),
        ("side_costs_eur_m2 = 'NaN'", "units_money"),
    ],
)
def test_the_database_holds_the_terms(staff, towns, values, rule):
    unit = mark(staff, towns.own)
    with pytest.raises(Exception, match=rule), perform(staff, SYSTEM, Action.VACANCY_PUBLISH, towns.own):
        staff.execute(
            text(f"UPDATE register.units SET {values}, version = version + 1 WHERE id = :id"), {"id": unit.id}
        )
