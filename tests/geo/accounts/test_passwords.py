"""How passwords are hashed in life: the tests hash with less work."""

from argon2 import Type

from geo.accounts import passwords
from tests.conftest import IN_LIFE


def test_a_guess_costs_memory_and_time():
    assert IN_LIFE.type is Type.ID
    assert IN_LIFE.memory_cost >= 64 * 1024 and IN_LIFE.time_cost >= 3 and IN_LIFE.salt_len >= 16


def test_a_hash_made_with_less_work_is_outdated_in_life_and_still_opens():
    stored = passwords.hash_password("Viele Gassen führen zum Markt")
    assert IN_LIFE.check_needs_rehash(stored) and not passwords.is_outdated(stored)
    assert IN_LIFE.verify(stored, "Viele Gassen führen zum Markt")
    assert passwords.matches(stored, "Viele Gassen führen zum Markt") and not passwords.matches(None, "Viele Gassen")
