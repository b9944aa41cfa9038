"""The side navigation: who is shown which groups and entries."""

import pytest

from geo.core.access import PERMISSIONS
from webapp.intern.navigation import NAVIGATION, navigation


@pytest.fixture
def context(app):
    with app.test_request_context("/intern"):
        yield


def test_entries_without_permission_and_groups_without_entries_are_left_out(context):
    nothing = navigation(lambda action: PERMISSIONS[action].anyone_signed_in)
    assert [group["title"] for group in nothing] == [None, "Verwaltung"]
    assert [entry["key"] for group in nothing for entry in group["entries"]] == ["start", "jobs", "account"]
    everything = navigation(lambda action: True)
    assert [group["title"] for group in everything] == [title for title, _ in NAVIGATION]
    assert all(entry["url"].startswith("/intern") for group in everything for entry in group["entries"])


def test_keys_are_told_apart():
    keys = [entry.key for _, entries in NAVIGATION for entry in entries]
    assert len(keys) == len(set(keys))
