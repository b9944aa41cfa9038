import shutil
from dataclasses import replace
from types import SimpleNamespace

from sqlalchemy import text

from geo import readiness
from geo.core.db import Database
from geo.migrations import head


def test_livez_asks_nothing(client, app, monkeypatch):
    monkeypatch.setattr(app, "database", None)
    answer = client.get("/livez")
    assert (answer.status_code, answer.json) == (200, {"status": "alive"})


def test_readyz_says_what_stands_behind_it(client):
    answer = client.get("/readyz")
    assert answer.status_code == 200, answer.json
    body = answer.json
    assert body["status"] == "ready" and body["reasons"] == []
    assert body["migration"] == body["newest_migration"] == head()
    assert body["postgis"].startswith("3.") and body["sandbox"] in {"bubblewrap", "limits"}
    assert body["replication"] == {"mode": "none", "standbys": 0}
    assert body["photos_writable"] is True and body["free_percent"] > 0
    assert "no-store" in answer.headers["Cache-Control"] and "Set-Cookie" not in answer.headers


def test_a_database_that_does_not_answer_is_a_reason_and_names_no_secret(client, app, monkeypatch):
    url = "postgresql+psycopg://reg_staff:geheim@/none?host=/nonexistent"
    monkeypatch.setattr(app, "database", Database(url, url, url))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["reasons"] == ["The database does not answer."]
    assert "geheim" not in answer.text and "nonexistent" not in answer.text


def test_a_database_at_another_migration_is_a_reason(client, db):
    with db.owner() as session:
        session.execute(text("UPDATE public.migrations SET version_num = '0001'"))
        session.commit()
    answer = client.get("/readyz")
    assert answer.status_code == 503 and "migration 0001" in answer.json["reasons"][0]


def test_a_full_or_missing_disk_is_a_reason(client, app, monkeypatch, tmp_path):
    monkeypatch.setattr(
        readiness, "shutil", SimpleNamespace(disk_usage=lambda _: shutil._ntuple_diskusage(1000, 990, 10))
    )
    assert "1.0 %" in client.get("/readyz").json["reasons"][0]
    monkeypatch.setattr(app, "settings", replace(app.settings, home=tmp_path / "gone"))
    assert "Photos cannot be stored." in client.get("/readyz").json["reasons"]
