"""Tries are counted for an hour, per account, network and register."""

import pytest
from sqlalchemy import text

from geo.accounts.service import throttle
from geo.core.errors import TooManyTries


def try_often(session, limits, times):
    for _ in range(times):
        throttle.count(session, limits)


def test_eleventh_try_within_the_hour_is_refused_and_says_for_how_long(staff):
    limits = throttle.limits("sign_in", "a@b.de", "192.0.2.1/32")
    try_often(staff, limits, throttle.ACCOUNT_TRIES)
    with pytest.raises(TooManyTries) as refused:
        throttle.count(staff, limits)
    assert 60 <= refused.value.retry_after_s <= 75 * 60


def test_a_right_try_does_not_count(staff):
    limits = throttle.limits("sign_in", "a@b.de", "192.0.2.1/32")
    for _ in range(throttle.ACCOUNT_TRIES + 5):
        throttle.count(staff, limits)
        throttle.give_back(staff, limits)


def test_tries_on_many_accounts_from_one_network_add_up(staff):
    for number in range(throttle.NETWORK_TRIES):
        throttle.count(staff, throttle.limits("sign_in", f"{number}@b.de", "2001:db8::/64"))
    with pytest.raises(TooManyTries):
        throttle.count(staff, throttle.limits("sign_in", "new@b.de", "2001:db8::/64"))
    throttle.count(staff, throttle.limits("sign_in", "new@b.de", "2001:db8:0:1::/64"))


def test_owner_is_not_locked_out_of_a_device_known_before(staff):
    strangers = throttle.limits("sign_in", "a@b.de", "192.0.2.1/32")
    try_often(staff, strangers, throttle.ACCOUNT_TRIES)
    throttle.count(staff, throttle.limits("sign_in", "a@b.de", "192.0.2.1/32", known_device="my browser"))


def test_tries_of_more_than_an_hour_ago_are_forgotten(staff):
    limits = throttle.limits("sign_in", "a@b.de", "192.0.2.1/32")
    try_often(staff, limits, throttle.ACCOUNT_TRIES)
    staff.execute(text("UPDATE register.throttles SET window_start = window_start - interval '80 minutes'"))
    throttle.count(staff, limits)


def test_no_address_stands_in_the_table(staff):
    throttle.count(staff, throttle.limits("sign_in", "a@b.de", "192.0.2.1/32"))
    assert "a@b.de" not in " ".join(staff.scalars(text("SELECT key FROM register.throttles")))


def test_all_forms_together_mail_to_one_address_so_often_and_no_more(staff):
    """Six forms of three mails an hour each were eighteen to somebody who had asked for none."""
    for number in range(throttle.MAIL_TOGETHER):
        throttle.count(staff, throttle.mail_limits(f"form{number}", "a@b.de", f"192.0.2.{number}/32"))
    with pytest.raises(TooManyTries):
        throttle.count(staff, throttle.mail_limits("another", "a@b.de", "192.0.2.99/32"))
    throttle.count(staff, throttle.mail_limits("another", "b@b.de", "192.0.2.99/32"))
    throttle.count(staff, throttle.mail_limits("reset", "a@b.de", "192.0.2.99/32"))
