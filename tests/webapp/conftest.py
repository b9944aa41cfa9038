"""Fixtures that tests of more than one part use."""

from tests.webapp.security.rows import whole_town

__all__ = ["whole_town"]
