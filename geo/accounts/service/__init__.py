"""What changes rows of people. One module a subject; sessions are asked for so often that they stand here by name."""

from geo.accounts.service.sessions import close, close_all, open_session

__all__ = ["close", "close_all", "open_session"]
