"""What goes wrong is logged with its kind and place: no value of it, no secret link, not the register's own key."""

import io
import sys

import pytest
import structlog

from geo.core.log import configure
from webapp import errors


@pytest.fixture
def lines(monkeypatch):
    """The log as the server writes it."""
    before, written = structlog.get_config(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    configure("info")
    yield written
    structlog.configure(**before)


def test_an_error_page_that_fails_tells_the_log_no_values(client, lines, monkeypatch):
    def broken(*_names, **values):
        raise LookupError(f"GEHEIMTEXT {values}")

    monkeypatch.setattr(errors, "render_template", broken)
    assert client.get("/eigentum/GEHEIMCODE/GEHEIMPFAD").status_code == 404
    assert '"error page failed"' in lines.getvalue() and '"LookupError"' in lines.getvalue()
    assert "GEHEIM" not in lines.getvalue() and "only-for-tests" not in lines.getvalue()


def test_a_logged_exception_has_no_values(lines):
    secret = "GEHEIM" + "WERT"
    try:
        {}[len(secret)]
    except KeyError:
        structlog.get_logger("test").exception("it failed")
    assert "test_log.py" in lines.getvalue() and "GEHEIMWERT" not in lines.getvalue()
