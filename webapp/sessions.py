"""Flask's session, kept in the database and known there by the hash of its token only.

Why not Flask's own or Flask-Session: see `webapp/auth.py`.
"""

import ipaddress
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, cast

from flask import Flask, Request, Response, request
from flask import session as flask_session
from flask.sessions import SessionInterface, SessionMixin

from geo.accounts import queries
from geo.accounts.service import sessions as rows
from webapp.app import RegisterApp, autonomous

# Of somebody on the way to signing in: long enough for a form and a second factor.
ANONYMOUS_LASTS = timedelta(minutes=30)
_TOUCH = timedelta(minutes=1)


def cookie_name(https: bool) -> str:
    """The name binds the cookie to this host and to https; browsers refuse the prefix on plain http."""
    return "__Host-sid" if https else "sid"


class RegisterSession(SessionMixin):
    """A session's values, read from the database when first asked for: public pages never ask."""

    def __init__(self, app: RegisterApp, token: str | None):
        self._app, self.token = app, token
        self._row: queries.OpenSession | None = None
        self._values: dict[str, Any] = {}
        self.loaded = self.modified = self.renewed = False
        self._account_id: int | None = None

    def load(self) -> None:
        """Read the session's row, once."""
        if self.loaded:
            return
        if self.token:
            idle = timedelta(minutes=self._app.settings.session_idle_minutes)
            with self._app.database.staff() as session:
                self._row = queries.find_session(session, self.token, idle)
        self.loaded = True
        if self._row is not None:
            self._values, self._account_id = dict(self._row.data), self._row.account_id

    @property
    def row(self) -> queries.OpenSession | None:
        """The stored session, if there is one."""
        self.load()
        return self._row

    @property
    def id(self) -> int | None:
        """The number of the stored session."""
        row = self.row
        return None if row is None else row.id

    @property
    def account_id(self) -> int | None:
        """Whose session it is; None for somebody who is not signed in."""
        self.load()
        return self._account_id

    def renew(self, account_id: int | None) -> None:
        """From now on the session of this account (None: of nobody), under a new token and without old values."""
        self.load()
        flashes = self._values.get("_flashes")
        self._values = {"_flashes": flashes} if flashes else {}
        self._account_id, self.renewed, self.modified = account_id, True, True

    def rotate(self) -> None:
        """The same session under a new token: whoever has the old one is out."""
        self.load()
        self.renewed = self.modified = True

    def values_to_store(self) -> dict[str, Any]:
        return dict(self._values)

    def __getitem__(self, key: str) -> Any:
        self.load()
        return self._values[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.load()
        self._values[key] = value
        self.modified = True

    def __delitem__(self, key: str) -> None:
        self.load()
        del self._values[key]
        self.modified = True

    def __iter__(self) -> Iterator[str]:
        self.load()
        return iter(self._values)

    def __len__(self) -> int:
        self.load()
        return len(self._values)


# The session of the current request, as what it is.
session = cast(RegisterSession, flask_session)


class RegisterSessions(SessionInterface):
    """Opens and saves sessions. A visitor of public pages has none, and no cookie."""

    def open_session(self, app: Flask, request: Request) -> RegisterSession:
        token = request.cookies.get(app.config["SESSION_COOKIE_NAME"], "")
        return RegisterSession(cast(RegisterApp, app), token if 20 < len(token) < 100 else None)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not isinstance(session, RegisterSession) or not session.loaded:
            return
        response.vary.add("Cookie")
        if session.renewed and response.status_code >= 400:
            return  # what would have signed somebody in or out was not done
        row = session.row
        if session.renewed or (row is None and session.modified and len(session)):
            self._replace(cast(RegisterApp, app), session, response)
        elif row is None and session.token:
            self._drop_cookie(cast(RegisterApp, app), response)
        elif row is not None and (session.modified or row.quiet > _TOUCH):
            with autonomous() as database:
                rows.keep(database, row.id, session.values_to_store() if session.modified else None)

    def _replace(self, app: RegisterApp, session: RegisterSession, response: Response) -> None:
        account_id = session.account_id
        wanted = account_id is not None or len(session) > 0
        with autonomous() as database:
            if session.token:
                rows.close(database, session.token)
            if wanted:
                token = rows.open_session(
                    database,
                    account_id,
                    user_agent=_user_agent(),
                    ip_prefix=network(24, 48),
                    data=session.values_to_store(),
                    lasts=ANONYMOUS_LASTS
                    if account_id is None
                    else timedelta(hours=app.settings.session_absolute_hours),
                )
        if wanted:
            response.set_cookie(
                app.config["SESSION_COOKIE_NAME"],
                token,
                secure=app.config["SESSION_COOKIE_SECURE"],
                httponly=True,
                samesite="Lax",
                path="/",
            )
        else:
            self._drop_cookie(app, response)

    def _drop_cookie(self, app: RegisterApp, response: Response) -> None:
        response.delete_cookie(
            app.config["SESSION_COOKIE_NAME"],
            secure=app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
            path="/",
        )


def init(app: RegisterApp) -> None:
    """Keep sessions on the server; the cookie's name and flags follow from the register's own address."""
    https = app.settings.url.startswith("https://")
    app.config.update(SESSION_COOKIE_NAME=cookie_name(https), SESSION_COOKIE_SECURE=https)
    app.session_interface = RegisterSessions()


def network(ipv4_bits: int, ipv6_bits: int) -> str:
    """The visitor's network: an address cut to so many bits (a whole provider's customer has 64 of IPv6)."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    bits = ipv4_bits if address.version == 4 else ipv6_bits
    return str(ipaddress.ip_network(f"{address}/{bits}", strict=False))


def _user_agent() -> str:
    return "".join(character for character in request.user_agent.string if character.isprintable())
