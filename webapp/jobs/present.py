"""A job in words."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import url_for
from flask_babel import format_datetime, format_decimal

from geo.core.codes import label
from geo.jobs.codes import JOB_STATES
from geo.jobs.files import KEEP_DAYS
from geo.jobs.model import Job
from webapp.constraints import CONSTRAINTS

# Before so many seconds have passed, an estimate would be a guess.
LEAST_SECONDS = 2


def job(row: Job, people: dict[int, str], now: datetime | None = None) -> dict[str, Any]:
    """Everything that the pages and the JSON show."""
    now = now or datetime.now(UTC)
    return {
        "id": row.id,
        "title": row.title,
        "url": url_for("jobs_intern.show", job_id=row.id),
        "state": row.state,
        "state_label": label(JOB_STATES, row.state),
        "is_open": row.is_open,
        "cancel_requested": row.cancel_requested,
        "done": row.done,
        "total": row.total,
        "amount": amount(row),
        "sentence": sentence(row),
        "remaining": remaining(row, now),
        "by": people.get(row.started_by, "") if row.started_by else "System",
        "cancelled_by": people.get(row.cancelled_by, "") if row.cancelled_by else "",
        "created_at": row.created_at,
        "ended_at": row.ended_at,
        "lasted": duration(row.ended_at - row.began_at) if row.ended_at and row.began_at else "",
        "origin": row.origin,
        "file": row.result_name if row.result_file else None,
        "file_url": url_for("jobs_intern.file", job_id=row.id) if row.result_file else None,
        "file_size": size(row.result_bytes),
        "file_until": format_datetime(row.ended_at + timedelta(days=KEEP_DAYS), "d. MMMM yyyy") if row.ended_at else "",
        "file_is_gone": bool(row.result_name) and not row.result_file,
        **_result(row.result or {}),
    }


def _result(result: dict[str, Any]) -> dict[str, Any]:
    """A result may say itself in a sentence and lead on to a page; the rest is for programs."""
    url = str(result.get("url", ""))
    is_ours = url.startswith("/") and not url.startswith("//")
    return {
        "result_sentence": str(result.get("sentence", "")),
        "result_url": url if is_ours else None,
        "result_url_label": str(result.get("url_label", "")) or "Zum Ergebnis",
    }


def sentence(row: Job) -> str:
    """What is going on, or how it ended."""
    if row.error:
        return CONSTRAINTS[row.error_rule][1] if row.error_rule in CONSTRAINTS else row.error
    if row.is_open and row.cancel_requested:
        return "Der Abbruch ist angefordert."
    if row.sentence and row.is_open:
        return row.sentence
    if row.state == "WARTET":
        return "Der Vorgang beginnt, sobald er an der Reihe ist."
    return ""


def amount(row: Job) -> str:
    """How much is done."""
    if not row.is_running or not (row.done or row.total):
        return ""
    done = format_decimal(row.done)
    return done if row.total is None else f"{done} von {format_decimal(row.total)}"


def remaining(row: Job, now: datetime) -> str:
    """How long it will still take, as far as its speed so far tells."""
    if not (row.is_running and row.began_at and row.progress_at and row.total and row.done):
        return ""
    elapsed = (row.progress_at - row.began_at).total_seconds()
    if elapsed < LEAST_SECONDS or row.done >= row.total:
        return ""
    left = elapsed / row.done * (row.total - row.done) - (now - row.progress_at).total_seconds()
    return f"noch etwa {duration(timedelta(seconds=max(left, 1)))}"


def duration(time: timedelta) -> str:
    """A length of time, as precise as somebody who waits wants it."""
    seconds = max(round(time.total_seconds()), 0)
    if seconds < 2:
        return "1 Sekunde"
    if seconds < 90:
        return f"{seconds} Sekunden"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} Minuten"
    return f"{format_decimal(round(seconds / 3600, 1))} Stunden"


def size(count: int | None) -> str:
    """A size in kB or MB."""
    if count is None:
        return ""
    if count < 1_000_000:
        return f"{format_decimal(max(round(count / 1000), 1))} kB"
    return f"{format_decimal(round(count / 1_000_000, 1))} MB"
