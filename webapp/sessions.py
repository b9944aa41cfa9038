"""Flask's session, kept in the database and known by the hash of its token only."""

from typing import Any

from flask import Flask, Request
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.datastructures import CallbackDict


class RegisterSession(CallbackDict, SessionMixin):
    """A session's values; `modified` once one of them changed."""

    def __init__(self, values: dict[str, Any] | None = None, token: str | None = None):
        super().__init__(values or {}, on_update=lambda own: setattr(own, "modified", True))
        self.modified = False
        self.token = token


class RegisterSessions(SessionInterface):
    """Opens and saves sessions. A visitor of public pages has none, and no cookie."""

    def open_session(self, app: Flask, request: Request) -> RegisterSession:
        raise NotImplementedError
