"""Every route has a mark, and the mark holds for every role: the matrix is made from the URL map itself."""

import re

import pytest

from geo.core.access import ALLIANCE_ROLES, TOWN_ROLES, may, scope
from webapp import create_app
from webapp.access import mark_of
from webapp.auth import UNMARKED

ROLES = [None, *TOWN_ROLES, *ALLIANCE_ROLES]
AT_PUBLIC_PAGES = {None, TOWN_ROLES[0], ALLIANCE_ROLES[0]}  # what they show does not hang on the role


def _rules(app):
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint not in UNMARKED]


def _address(rule) -> str:
    path = re.sub(r"<int:[a-z_]+>", "999999", rule.rule)
    return re.sub(r"<(?:[a-z]+(?:\([^)]*\))?:)?[a-z_0-9]+>", "gibt-es-nicht", path)


def test_every_route_has_a_mark(app):
    assert [rule.rule for rule in _rules(app) if mark_of(app.view_functions[rule.endpoint]) is None] == []


def test_what_has_no_mark_is_a_constant():
    assert set(UNMARKED) == {"dist", "static"}


def test_internal_addresses_and_marks_agree(app):
    for rule in _rules(app):
        kind = mark_of(app.view_functions[rule.endpoint]).kind
        internal = rule.rule.startswith("/intern")
        assert internal == (kind != "public"), rule.rule


@pytest.mark.parametrize("role", ROLES, ids=str)
def test_matrix(app, client, sign_in, towns, role):
    """Each route, each method, each role: never a 500, and 200-something only where the mark allows it."""
    visitor = client if role is None else sign_in(role, towns.own)
    visitor.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    app.config["WTF_CSRF_ENABLED"] = False
    for rule in _rules(app):
        mark = mark_of(app.view_functions[rule.endpoint])
        if rule.endpoint == "accounts.sign_out" or (mark.kind == "public" and role not in AT_PUBLIC_PAGES):
            continue
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            answer = visitor.open(_address(rule), method=method)
            where = f"{role} {method} {rule.rule} -> {answer.status_code}"
            assert answer.status_code < 500 or rule.rule == "/readyz", where
            if mark.kind in {"public", "sign_in"}:
                assert answer.status_code not in {401, 403}, where
            elif role is None:
                refused = answer.status_code == 403 or (
                    answer.status_code in {302, 303} and "/intern/anmelden" in answer.location
                )
                assert refused, where
            elif mark.kind == "needs":
                allowed = scope(visitor.actor, mark.action) if visitor.actor else None
                reachable = allowed.everywhere or towns.own in allowed.municipality_ids
                assert (answer.status_code == 403) == (not reachable), where
                assert reachable == may(visitor.actor, mark.action, towns.own) or reachable, where


def test_public_pages_set_no_cookie_and_are_headed_strictly(app, client):
    for rule in _rules(app):
        mark = mark_of(app.view_functions[rule.endpoint])
        if "GET" not in rule.methods or mark.kind != "public":
            continue
        answer = client.get(_address(rule))
        assert "Set-Cookie" not in answer.headers, rule.rule
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"], rule.rule
        assert answer.headers["X-Content-Type-Options"] == "nosniff", rule.rule


def test_unsafe_requests_from_other_sites_are_refused(app, sign_in, towns):
    visitor = sign_in("manager", towns.own)
    visitor.environ_base["HTTP_SEC_FETCH_SITE"] = "cross-site"
    for rule in _rules(app):
        for method in sorted(rule.methods - {"GET", "HEAD", "OPTIONS"}):
            if mark_of(app.view_functions[rule.endpoint]).kind != "public":
                assert visitor.open(_address(rule), method=method).status_code in {400, 403}, rule.rule


def test_forms_without_a_token_are_refused(app, sign_in, towns):
    visitor = sign_in("manager", towns.own)
    app.config["WTF_CSRF_ENABLED"] = True
    for rule in _rules(app):
        for method in sorted(rule.methods - {"GET", "HEAD", "OPTIONS"}):
            if mark_of(app.view_functions[rule.endpoint]).kind != "public":
                assert visitor.open(_address(rule), method=method).status_code in {400, 403}, rule.rule


def test_the_application_is_made_without_side_effects(settings, db):
    assert (
        create_app(settings, db).url_map._rules_by_endpoint.keys()
        == create_app(settings, db).url_map._rules_by_endpoint.keys()
    )
