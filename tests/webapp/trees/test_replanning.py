"""A stop drops out of a published plan: planned around by the job, told with what stays and what goes, taken, undone."""

import pytest
from sqlalchemy import text

from geo.core import clock
from geo.core.access import SYSTEM, Action
from geo.core.history import perform
from geo.synergy import service as rankings
from geo.synergy.ranking import REASONS
from geo.trees import service
from geo.trees.visits import service as visits
from geo.trees.visits.schemas import PermitInput
from tests.geo.trees import rows
from tests.webapp.trees.test_board import FIRST, day, plan, put
from tests.webapp.trees.test_intern import ok, send, went_to
from tests.webapp.trees.test_runs import compute, easy

__all__ = ["easy", "plan"]


@pytest.fixture
def published(easy, towns):
    """Three streets; the market is visited twice, the square once, the lane not at all; all of it is published."""
    easy.more["lane"] = rows.stop(easy.session, towns.own, "Gasse", lon=11.055)
    with perform(easy.session, SYSTEM, Action.STOP_EDIT, towns.own):
        changes = "min_modules = 1, permit_lead_weeks = 0, heat_need = 100, version = version + 1"
        easy.session.execute(text(f"UPDATE register.stops SET {changes} WHERE name = 'Gasse'"))
    easy.session.expire_all()
    easy.more["second"] = put(easy, easy.market, 12, 4, 2)
    easy.more["other"] = put(easy, easy.square, 7, 4, 2)
    draft = easy.more["draft"]
    service.publish(easy.session, SYSTEM, draft.id, draft.version)
    easy.session.flush()
    return easy


def lost(plan, **changed):
    first = {"stop_id": plan.market.id, "first": day(3).isoformat(), "reason": "Rohrbruch", "block": "1"}
    return first | changed


def address(plan):
    return f"/intern/baeume/plan/{plan.more['draft'].id}/ausfall"


def drafted(plan, draft_id):
    found = plan.session.execute(
        text(
            "SELECT stop_id, (lower(during) - :first) / 7 AS week, (upper(during) - lower(during)) / 7 AS weeks, title"
            " FROM register.visits WHERE schedule_id = :id AND layer = 'ENTWURF' ORDER BY 2, 1"
        ),
        {"id": draft_id, "first": FIRST},
    )
    return [tuple(one) for one in found]


def test_a_taken_over_ranking_is_named_before_and_after(sign_in, published, towns):
    client = sign_in("editor", towns.own)
    assert "Rangfolge" not in ok(client.get(address(published)))
    rankings.take(published.session, SYSTEM, towns.own, dict.fromkeys(REASONS, 50), clock.today())
    published.session.commit()
    said = "Für Musterstadt gilt die Rangfolge „Wo als Nächstes“ vom"
    assert said in ok(client.get(address(published)))
    went = went_to(send(client, address(published), **lost(published)))
    assert said in ok(client.get(went))


def test_a_lost_stop_is_planned_around_told_taken_and_taken_back(sign_in, db, published, towns, tmp_path):
    client = sign_in("editor", towns.own)
    ok_page = ok(client.get(f"/intern/baeume/{published.market.id}"))
    assert "Fällt aus ab" in ok_page and address(published) in ok_page
    assert "Standplatz fällt aus" in ok(client.get(f"/intern/baeume/plan/{published.more['draft'].id}/tafel"))
    with perform(published.session, SYSTEM, Action.VISIT_EDIT, towns.own):
        published.more["other"].title = "Sommer am Neumarkt"
    page = ok(client.get(address(published) + f"?platz={published.market.id}"))
    assert "Hauptmarkt" in page and "Gasse" not in page, "where nothing comes nothing can be lost"
    where = went_to(send(client, address(published), **lost(published)))
    run_id = int(where.rsplit("/", 1)[1])
    assert "Umplanung nach einem Ausfall" in ok(client.get(where))
    run = compute(db, published, run_id, tmp_path)
    assert run.state == "FERTIG" and (run.outcome["told"], run.outcome["kept"]) == (1, 1)
    assert not any(one["stop"] == str(published.market.id) and one["start"] + one["weeks"] > 3 for one in run.plan)
    assert any(one["stop"] == str(published.more["lane"].id) for one in run.plan), "its trees find another street"
    page = ok(client.get(where))
    for words in ("Rohrbruch", "1 von 1 angekündigtem Besuch behält", "entfällt", "endet früher", "kommt neu",
                  "1 Besuch bleibt, wie er ist", "Ohne Umplanung"):  # fmt: skip
        assert words in page, words
    (block,) = published.session.execute(text("SELECT reason, lower(during) FROM register.stop_blocks")).all()
    assert tuple(block) == ("Rohrbruch", day(3))
    into = f"{where}/umplanung-uebernehmen"
    assert "Kopie des veröffentlichten Plans" in ok(client.get(into))
    ok(send(client, into, into="new", name=""), 422)
    ok(send(client, into, into="99999999", name=""), 422)
    board = went_to(send(client, into, into="new", name="Ohne Markt"))
    draft_id = int(board.split("/plan/")[1].split("/")[0])
    taken = drafted(published, draft_id)
    assert {(str(stop), week, weeks) for stop, week, weeks, _ in taken} == {
        (one["stop"], one["start"], one["weeks"]) for one in run.plan
    }
    assert (published.square.id, 7, 4, "Sommer am Neumarkt") in taken, "what stays keeps its words"
    went_to(send(client, f"/intern/baeume/plan/{draft_id}/tafel/rueckgaengig"))
    assert drafted(published, draft_id) == []
    went_to(send(client, into, into=str(draft_id), name=""))
    assert drafted(published, draft_id) == taken, "into a draft that is there, the same"


def test_what_is_applied_for_keeps_its_days_when_that_is_wanted(sign_in, db, published, towns, tmp_path):
    client = sign_in("editor", towns.own)
    other = published.more["other"]
    visits.set_permit(
        published.session,
        SYSTEM,
        other.id,
        other.version,
        PermitInput("BEANTRAGT", permit_applied_on=FIRST),
        today=FIRST,
    )
    assert "1 kommender Besuch ist beantragt oder genehmigt" in ok(client.get(address(published)))
    where = went_to(send(client, address(published), **lost(published, keep_permits="1")))
    run = compute(db, published, int(where.rsplit("/", 1)[1]), tmp_path)
    pinned = [pin for pin in run.problem["pins"] if pin["stop"] == str(published.square.id)]
    assert [pin["kind"] for pin in pinned] == ["pinned"]


def test_a_plan_that_was_changed_meanwhile_is_not_taken_unasked(sign_in, db, published, towns, tmp_path):
    client = sign_in("editor", towns.own)
    where = went_to(send(client, address(published), **lost(published)))
    compute(db, published, int(where.rsplit("/", 1)[1]), tmp_path)
    other = published.more["other"]
    visits.remove(published.session, SYSTEM, other.id, other.version)
    published.session.flush()
    into = f"{where}/umplanung-uebernehmen"
    assert "wurde geändert, seit umgeplant wurde" in ok(send(client, into, into="new", name="Neu"), 422)
    went_to(send(client, into, into="new", name="Neu", confirmed="1"))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"stop_id": ""}, "Bitte ausfüllen"),
        ({"first": "31.12.1999"}, "Möglich ist ein Tag vom"),
        ({"first": (day(16)).isoformat()}, "keinen Besuch vor"),
        ({"first": "gestern"}, "Datum"),
        ({"reason": ""}, "Bitte ausfüllen"),
    ],
)
def test_wrong_words_are_said_at_the_field(sign_in, published, towns, changed, said):
    client = sign_in("editor", towns.own)
    assert said in ok(send(client, address(published), **lost(published, **changed)), 422)


def test_a_draft_and_a_foreign_plan_are_not_planned_around(sign_in, published, towns):
    client = sign_in("editor", towns.own)
    ok(send(client, address(published), **lost(published, stop_id="99999999")), 404)
    ok(send(sign_in("manager", towns.foreign), address(published), **lost(published)), 404)
    ok(send(sign_in("viewer", towns.own), address(published), **lost(published)), 403)
    draft = published.plan(season=published.more["draft"].season)
    published.session.flush()
    put(published, published.market, 2, 4, 2, schedule=draft)
    url = f"/intern/baeume/plan/{draft.id}/ausfall"
    assert "Umgeplant wird ein veröffentlichter" in ok(send(client, url, **lost(published)), 422)
