"""What hangs on a site: partners, funding (open when unknown), opening, observations; as of a day, and taken back."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from geo.core.access import SYSTEM, Action
from geo.core.errors import Conflict, Invalid, NotFound, NotPermitted
from geo.core.history import perform
from geo.pilots import public, queries, service
from geo.pilots.model import PilotFunding, PilotObservation, PilotPartner
from geo.pilots.particulars import service as particulars
from geo.pilots.particulars.schemas import parse_funding, parse_observation, parse_partner, values_of
from geo.pilots.schemas import input_values, parse_site, site_values
from tests import factories
from tests.geo.pilots.conftest import a_project, a_site, form

TODAY = date(2026, 11, 27)
PARTNER = {"name": "Verein Grün", "role": "PARTNER", "website": "www.example.org"}


def add(session, site, data, actor=SYSTEM):
    return particulars.add(session, actor, site.id, site.version, data)


def test_partners_funding_and_observations_belong_to_the_site(staff, site):
    add(staff, site, parse_partner(PARTNER, TODAY))
    add(staff, site, parse_funding({"provider": "Land", "amount_eur": "10.000"}, TODAY))
    add(staff, site, parse_funding({"provider": "Stadt"}, TODAY))
    for day in ("2026-05-01", "2026-06-01"):
        add(staff, site, parse_observation({"observed_on": day, "text": f"Am {day}"}, TODAY))
    record = queries.get(staff, SYSTEM, site.id)
    assert [(one.name, one.website) for one in record.partners] == [("Verein Grün", "https://www.example.org")]
    assert [(one.provider, one.amount_eur) for one in record.funding] == [("Land", 10000), ("Stadt", None)]
    assert [one.text for one in record.observations] == ["Am 2026-06-01", "Am 2026-05-01"]
    assert site.version == 6


@pytest.mark.parametrize(
    ("parse", "data", "field"),
    [
        (parse_partner, {**PARTNER, "name": ""}, "name"),
        (parse_partner, {**PARTNER, "role": "CHEF"}, "role"),
        (parse_partner, {**PARTNER, "website": "javascript:alert(1)"}, "website"),
        (parse_partner, {**PARTNER, "website": "https://a@b.de"}, "website"),
        (parse_funding, {"provider": ""}, "provider"),
        (parse_funding, {"provider": "Land", "amount_eur": "viel"}, "amount_eur"),
        (parse_funding, {"provider": "Land", "amount_eur": "-1"}, "amount_eur"),
        (parse_observation, {"observed_on": "28.11.2026", "text": "Morgen"}, "observed_on"),
        (parse_observation, {"observed_on": "27.11.2026", "text": ""}, "text"),
    ],
)
def test_each_mistake_has_a_sentence(parse, data, field):
    with pytest.raises(Invalid) as refused:
        parse(data, TODAY)
    assert list(refused.value.fields) == [field]


def test_a_partner_stands_at_a_site_once(staff, site):
    first = add(staff, site, parse_partner(PARTNER, TODAY))
    with pytest.raises(Invalid) as refused:
        add(staff, site, parse_partner(PARTNER, TODAY))
    assert "name" in refused.value.fields
    changed = parse_partner({**PARTNER, "role": "TRAEGER"}, TODAY)
    particulars.change(staff, SYSTEM, first, site.version, changed)
    assert first.role == "TRAEGER"
    with pytest.raises(Conflict) as stale:
        particulars.change(staff, SYSTEM, first, 1, changed)
    assert stale.value.theirs == values_of(first)
    particulars.remove(staff, SYSTEM, first, site.version)
    with pytest.raises(NotFound):
        queries.find_part(staff, SYSTEM, PilotPartner, first.id)


@pytest.mark.parametrize(
    ("model", "values", "rule"),
    [
        (PilotPartner, {"name": "A", "role": "CHEF"}, "pilot_partners_role"),
        (PilotPartner, {"name": "A", "role": "PARTNER", "website": "ftp://a"}, "pilot_partners_website"),
        (PilotFunding, {"provider": "Land", "amount_eur": -1}, "pilot_funding_amount"),
        (PilotFunding, {"provider": " "}, "pilot_funding_provider"),
        (PilotObservation, {"observed_on": TODAY, "text": " "}, "pilot_observations_text"),
    ],
)
def test_the_database_holds_the_rules(staff, towns, site, model, values, rule):
    with (
        pytest.raises(IntegrityError, match=rule),
        perform(staff, SYSTEM, Action.PILOT_EDIT, towns.own),
    ):
        staff.add(model(pilot_site_id=site.id, municipality_id=towns.own, **values))
        staff.flush()


def test_the_last_of_them_is_taken_back(staff, site):
    add(staff, site, parse_partner(PARTNER, TODAY), replace(SYSTEM, request_id="eins"))
    add(staff, site, parse_funding({"provider": "Land"}, TODAY), replace(SYSTEM, request_id="zwei"))
    service.undo(staff, replace(SYSTEM, request_id="drei"), site.id, queries.newest_change(staff, site))
    record = queries.get(staff, SYSTEM, site.id)
    assert (len(record.partners), len(record.funding)) == (1, 0)
    words = {change.table for change in queries.history(staff, SYSTEM, site.id)}
    assert {"pilot_partners", "pilot_funding"} <= words


def test_opening_is_said_as_exactly_as_it_is_known(staff, site):
    data = parse_site(form(opening="zweites Halbjahr 2023", opening_was_planned="1", opening_note="Übergabe"))
    service.update_site(staff, SYSTEM, site.id, site.version, data)
    assert (site.opening.lower, site.opening.upper) == (date(2023, 7, 1), date(2024, 1, 1))
    record = queries.get(staff, SYSTEM, site.id)
    assert site_values(record.site, record.place)["opening"] == "zweites Halbjahr 2023"
    assert input_values(data)["opening"] == "zweites Halbjahr 2023"
    before = site.version
    service.update_site(staff, SYSTEM, site.id, site.version, data)
    assert site.version == before
    service.update_site(staff, SYSTEM, site.id, site.version, parse_site(form()))
    assert (site.opening, site.opening_precision) == (None, None)
    with pytest.raises(Invalid) as refused:
        parse_site(form(opening_note="Übergabe"))
    assert "opening" in refused.value.fields


@pytest.mark.parametrize("role", ["editor", "manager", "planner", "curator"])
def test_others_neither_write_nor_see_foreign_ones(db, staff, towns, site, role):
    row = add(staff, site, parse_observation({"observed_on": "01.05.2026", "text": "Läuft."}, TODAY))
    stranger = factories.actor(db, "manager", towns.foreign)
    with pytest.raises(NotFound):
        queries.find_part(staff, stranger, PilotObservation, row.id)
    person = factories.actor(db, role, towns.own)
    for write in (
        lambda: add(staff, site, parse_partner(PARTNER, TODAY), person),
        lambda: particulars.remove(staff, person, row, site.version),
    ):
        with pytest.raises(NotPermitted):
            write()


def test_everybody_reads_what_is_public_up_to_the_day(db, towns):
    with db.staff(SYSTEM, towns.own) as session:
        site = a_site(session, a_project(session), towns.own, opening="21.08.2023")
        add(session, site, parse_partner({**PARTNER, "name_en": "Green club"}, TODAY))
        add(session, site, parse_funding({"provider": "Land", "amount_eur": "10000"}, TODAY))
        add(session, site, parse_funding({"provider": "Stadt"}, TODAY))
        notes = (("01.05.2026", "Angewachsen", "1"), ("01.06.2026", "Später", "1"), ("02.05.2026", "Intern", ""))
        for day, words, is_public in notes:
            add(session, site, parse_observation({"observed_on": day, "text": words, "is_public": is_public}, TODAY))
        session.commit()
        site_id = site.id
    with db.public() as session:
        found = public.site(session, site_id, date(2026, 5, 15))
        assert [one.text for one in found.observations] == ["Angewachsen"]
        assert [one.text for one in public.site(session, site_id, TODAY).observations] == ["Später", "Angewachsen"]
        assert found.partners[0].in_language("name", "en") == ("Green club", "en")
        assert [(one.provider, one.amount_eur) for one in found.funding] == [("Land", 10000), ("Stadt", None)]
        assert (found.funding_eur, found.funding_open) == (10000, True)
        assert (found.opened("de"), found.opened("en")) == ("21. August 2023", "21 August 2023")
        assert public.sites(session, public.Filters(group="ag-probe"), TODAY)
        assert public.sites(session, public.Filters(group="ag-andere"), TODAY) == []
