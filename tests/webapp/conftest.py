"""Fixtures that tests of more than one part use."""

from tests.webapp.security.rows import filled, filled_connection, whole_town

__all__ = ["filled", "filled_connection", "whole_town"]
