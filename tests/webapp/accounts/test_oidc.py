"""Signing in with a town's own accounts, against a small service of that kind on this machine."""

import base64
import dataclasses
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from sqlalchemy import text

from tests.webapp.accounts.conftest import make_someone
from webapp import create_app

KEY = RSAKey.generate_key(2048, parameters={"kid": "one", "use": "sig", "alg": "RS256"})
OTHER_KEY = RSAKey.generate_key(2048, parameters={"kid": "one", "use": "sig", "alg": "RS256"})


class Service(ThreadingHTTPServer):
    """Answers discovery, keys and the exchange of a code; `claims` is what it says of the person."""

    claims: dict = {}
    key = KEY
    asked: dict = {}

    @property
    def issuer(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, body, status=200):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def do_GET(self):
        issuer = self.server.issuer
        if self.path == "/.well-known/openid-configuration":
            return self.answer(
                {
                    "issuer": issuer,
                    "authorization_endpoint": f"{issuer}/authorize",
                    "token_endpoint": f"{issuer}/token",
                    "jwks_uri": f"{issuer}/keys",
                    "id_token_signing_alg_values_supported": ["RS256"],
                }
            )
        return self.answer({"keys": [KEY.as_dict(private=False)]})

    def do_POST(self):
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        challenge = hashlib.sha256(sent.get("code_verifier", [""])[0].encode()).digest()
        if base64.urlsafe_b64encode(challenge).decode().rstrip("=") != self.server.asked["code_challenge"]:
            return self.answer({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {
            "iss": self.server.issuer,
            "aud": "register",
            "sub": "person-1",
            "iat": now,
            "exp": now + 60,
            "nonce": self.server.asked["nonce"],
            **self.server.claims,
        }
        token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.server.key)
        return self.answer({"access_token": "a", "token_type": "Bearer", "id_token": token})


@pytest.fixture
def service():
    server = Service(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def client(settings, db, service):
    """A visitor of a register whose settings name the service."""
    own = dataclasses.replace(
        settings, oidc_issuer=service.issuer, oidc_client_id="register", oidc_client_secret="s", oidc_name="Stadtkonto"
    )
    return create_app(own, db).test_client()


def sign_in_there(client, service, *, state=None, **claims):
    """Start here, sign in there, come back; returns the last answer."""
    service.claims = claims
    onward = urlsplit(client.get("/intern/anmelden/konto").location)
    service.asked = {name: values[0] for name, values in parse_qs(onward.query).items()}
    return client.get(
        "/intern/anmelden/konto/zurueck", query_string={"code": "c", "state": state or service.asked["state"]}
    )


def inside(client):
    return client.get("/intern").status_code == 200


def test_button_is_there_only_when_a_service_is_set(client, app):
    assert "Mit Stadtkonto anmelden" in client.get("/intern/anmelden").get_data(as_text=True)
    plain = app.test_client()
    assert "Stadtkonto" not in plain.get("/intern/anmelden").get_data(as_text=True)
    assert plain.get("/intern/anmelden/konto").status_code == 404


def test_verified_address_opens_the_account_and_is_tied_to_it(client, service, someone):
    answer = sign_in_there(client, service, email=someone.email.upper(), email_verified=True)
    assert answer.location == "/intern" and inside(client)
    assert service.asked["code_challenge_method"] == "S256"
    assert service.asked["redirect_uri"] == "http://localhost/intern/anmelden/konto/zurueck"
    sign_in_there(client, service, email="neue@adresse.test", email_verified=True)
    assert inside(client)


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_address_not_verified_opens_nothing(client, service, someone, verified):
    sign_in_there(client, service, email=someone.email, email_verified=verified)
    assert not inside(client)
    assert "kein Konto" in client.get("/intern/anmelden").get_data(as_text=True)


def test_nobody_gets_an_account_by_signing_in(client, service):
    sign_in_there(client, service, email="fremd@beispiel.test", email_verified=True)
    assert not inside(client)


def test_address_handed_on_to_somebody_else_does_not_open_the_old_account(client, service, someone):
    sign_in_there(client, service, sub="first", email=someone.email, email_verified=True)
    other = client.application.test_client()
    sign_in_there(other, service, sub="second", email=someone.email, email_verified=True)
    assert not inside(other)


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"aud": "somebody"},
        {"iss": "http://evil.example"},
        {"exp": 1000},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
    ],
)
def test_token_that_is_not_for_us_or_not_from_there_is_refused(client, service, someone, claims):
    answer = sign_in_there(client, service, **{"email": someone.email, "email_verified": True, **claims})
    assert answer.status_code == 302 and not inside(client)


def test_token_signed_by_somebody_else_is_refused(client, service, someone):
    service.key = OTHER_KEY
    sign_in_there(client, service, email=someone.email, email_verified=True)
    assert not inside(client)


def test_answer_that_nobody_asked_for_is_refused(client, service, someone):
    sign_in_there(client, service, state="made-up", email=someone.email, email_verified=True)
    assert not inside(client)
    assert client.get("/intern/anmelden/konto/zurueck").status_code == 302
    assert client.get("/intern/anmelden/konto/zurueck?error=access_denied").status_code == 302


def test_service_that_does_not_answer_is_a_sentence(settings, db, someone):
    own = dataclasses.replace(settings, oidc_issuer="http://127.0.0.1:9", oidc_client_id="r", oidc_client_secret="s")
    visitor = create_app(own, db).test_client()
    assert visitor.get("/intern/anmelden/konto").location == "/intern/anmelden"
    assert "nicht geklappt" in visitor.get("/intern/anmelden").get_data(as_text=True)


def test_disabled_account_stays_closed(client, service, db, towns):
    person = make_someone(db, "editor", towns.own)
    with db.owner() as session:
        session.execute(text("SELECT set_config('app.action', 'system.setup', true)"))
        session.execute(
            text("UPDATE register.accounts SET disabled_at = now(), version = version + 1 WHERE id = :id"),
            {"id": person.id},
        )
        session.commit()
    sign_in_there(client, service, email=person.email, email_verified=True)
    assert not inside(client)
