"""Passkeys, made and used by an authenticator in software."""

import base64
import hashlib
import json
import re

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from tests.webapp.accounts.conftest import PASSWORD, send, sign_in_with

ORIGIN = "http://localhost"


def encode(raw):
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class Authenticator:
    """One key, as a phone would hold it; `verified` is the finger on the sensor."""

    def __init__(self, host="localhost", origin=ORIGIN, verified=True):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id, self.count, self.origin = b"a-passkey-of-the-test", 0, origin
        self.host_hash = hashlib.sha256(host.encode()).digest()
        self.verified = verified

    def _client_data(self, kind, challenge):
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, extra_flags=0):
        self.count += 1
        flags = 0x01 | (0x04 if self.verified else 0) | extra_flags
        return self.host_hash + bytes([flags]) + self.count.to_bytes(4, "big")

    def make(self, options):
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        data = self._data(0x40) + bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(public)
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._credential(
            clientDataJSON=self._client_data("webauthn.create", options["challenge"]), attestationObject=attestation
        )

    def use(self, options):
        client_data, data = self._client_data("webauthn.get", options["challenge"]), self._data()
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))
        return self._credential(clientDataJSON=client_data, authenticatorData=data, signature=signature)

    def _credential(self, **response):
        parts = {name: encode(raw) for name, raw in response.items()}
        return {"id": encode(self.id), "rawId": encode(self.id), "type": "public-key", "response": parts}


def post(client, path, body, page):
    token = re.search(r'data-csrf="([^"]+)"', client.get(page).get_data(as_text=True))[1]
    return client.post(path, json=body, headers={"Sec-Fetch-Site": "same-origin", "X-CSRFToken": token})


def add_passkey(client, authenticator):
    options = post(client, "/intern/konto/passkeys/optionen", {"password": PASSWORD}, "/intern/konto").json
    body = {"credential": authenticator.make(options), "name": "Diensthandy"}
    return post(client, "/intern/konto/passkeys", body, "/intern/konto")


def use_passkey(client, authenticator, **more):
    options = post(client, "/intern/anmelden/passkey/optionen", {}, "/intern/anmelden").json
    return post(
        client, "/intern/anmelden/passkey", {"credential": authenticator.use(options), **more}, "/intern/anmelden"
    )


@pytest.fixture
def phone(client, someone):
    """An authenticator whose passkey is registered for somebody."""
    made = Authenticator()
    sign_in_with(client, someone.email)
    assert add_passkey(client, made).status_code == 200
    return made


def test_passkey_signs_in_without_a_password(phone, client, app):
    assert "Diensthandy" in client.get("/intern/konto").get_data(as_text=True)
    visitor = app.test_client()
    answer = use_passkey(visitor, phone, weiter="/intern/konto")
    assert answer.json == {"weiter": "/intern/konto"}
    assert visitor.get("/intern").status_code == 200


def test_answer_used_before_is_refused(phone, app):
    visitor = app.test_client()
    options = post(visitor, "/intern/anmelden/passkey/optionen", {}, "/intern/anmelden").json
    body = {"credential": phone.use(options)}
    assert post(visitor, "/intern/anmelden/passkey", body, "/intern/anmelden").status_code == 200
    replay = app.test_client()
    assert post(replay, "/intern/anmelden/passkey", body, "/intern/anmelden").status_code == 422


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("origin", "https://evil.example"),
        ("verified", False),
        ("host_hash", bytes(32)),
        ("id", b"another"),
        ("count", 0),  # a copy of the key, which does not know how often the other was used
        ("key", ec.generate_private_key(ec.SECP256R1())),
    ],
)
def test_forged_answer_is_refused_with_a_sentence(phone, app, name, value):
    setattr(phone, name, value)
    answer = use_passkey(app.test_client(), phone)
    assert answer.status_code == 422 and answer.json["detail"]


def test_passkey_removed_opens_nothing(phone, client, app):
    page = client.get("/intern/konto").get_data(as_text=True)
    path = re.search(r'action="(/intern/konto/passkeys/\d+/entfernen)"', page)[1]
    assert send(client, path, form="/intern/konto").status_code == 303
    assert use_passkey(app.test_client(), phone).status_code == 422


@pytest.mark.parametrize(
    "body", [{}, {"credential": 5}, {"credential": {"id": "é"}}, {"credential": {"id": "eA"}}, [], "x"]
)
def test_unreadable_answer_is_a_sentence(client, someone, body):
    post(client, "/intern/anmelden/passkey/optionen", {}, "/intern/anmelden")
    answer = post(client, "/intern/anmelden/passkey", body, "/intern/anmelden")
    assert answer.status_code == 422 and answer.mimetype == "application/problem+json"


def test_form_instead_of_json_is_refused(client, someone):
    answer = send(client, "/intern/anmelden/passkey", {"credential": "x"}, form="/intern/anmelden")
    assert answer.status_code == 422


def test_json_from_another_site_is_refused(client):
    token = re.search(r'data-csrf="([^"]+)"', client.get("/intern/anmelden").get_data(as_text=True))[1]
    headers = {"Sec-Fetch-Site": "cross-site", "X-CSRFToken": token}
    assert client.post("/intern/anmelden/passkey/optionen", json={}, headers=headers).status_code == 403
    assert client.post("/intern/anmelden/passkey/optionen", json={}).status_code in {400, 403}


def test_an_answer_of_brackets_is_refused(client, app):
    app.config["WTF_CSRF_ENABLED"] = False
    for body in ("[" * 100_000, '{"credential": ' + '{"a":' * 50_000):
        answer = client.post("/intern/anmelden/passkey", data=body, content_type="application/json")
        assert answer.status_code == 422


def test_an_open_desk_is_not_enough_for_a_key_that_stays(client, someone):
    """Making a passkey asks for the password; a challenge got for signing in does not stand in for that."""
    sign_in_with(client, someone.email)
    for body in ({}, {"password": "falsch"}, {"password": None}, {"password": [PASSWORD]}):
        assert post(client, "/intern/konto/passkeys/optionen", body, "/intern/konto").status_code == 422
    token = re.search(r'data-csrf="([^"]+)"', client.get("/intern/konto").text)[1]
    headers = {"Sec-Fetch-Site": "same-origin", "X-CSRFToken": token}
    options = client.post("/intern/anmelden/passkey/optionen", json={}, headers=headers).json
    made = {"credential": Authenticator().make(options), "name": "Fremdes Gerät"}
    assert post(client, "/intern/konto/passkeys", made, "/intern/konto").status_code == 422
    assert "Fremdes Gerät" not in client.get("/intern/konto").text
