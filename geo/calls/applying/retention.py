"""How long applications are kept: contacts a year, what was not chosen three years, then the title alone.

An application ends when its call is decided or called off. Without either, one that was not handed in ends with the
call, and one that was two years after the closing. Criteria, marks, ranking and decisions are not touched, nor what
became a site: a chosen application is kept as long as its call. Why somebody was not impartial goes after three years
for every application. Each needs the owner's session, which sees all towns.
"""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.calls.applying.schemas import ADDRESS, TEXTS
from geo.core.access import SYSTEM, Action
from geo.core.history import perform

CONTACTS_KEPT = timedelta(days=365)
TEXTS_KEPT = timedelta(days=3 * 365 + 1)
REMOVED = "(gelöscht)"
_COLUMNS = tuple(
    name for name in (*TEXTS, *ADDRESS, "cost_eur", "own_share_eur", "postcode", "point") if name != "title"
)

_ENDED = """
    SELECT a.id FROM register.call_applications a JOIN register.calls c ON c.id = a.call_id
    WHERE coalesce(c.decided_at, c.called_off_at,
                   CASE WHEN a.state = 'EINGEREICHT' THEN c.closes_at + interval '2 years' ELSE c.closes_at END)
          < :before
"""
_CONTACTS = text(f"DELETE FROM register.call_contacts k WHERE k.application_id IN ({_ENDED})")  # noqa: S608 (a constant)
_DUE = text(
    f"""
    {_ENDED}
      AND a.texts_removed_at IS NULL
      AND (SELECT d.outcome FROM register.call_decisions d WHERE d.application_id = a.id ORDER BY d.number DESC LIMIT 1)
          IS DISTINCT FROM 'AUSGEWAEHLT'
      AND NOT EXISTS (SELECT FROM register.call_sites s WHERE s.application_id = a.id)
    """  # noqa: S608 (as above)
)
_EMPTIED = text(
    f"UPDATE register.call_applications SET {', '.join(f'{name} = NULL' for name in _COLUMNS)},"  # noqa: S608 (as above)
    " title = CASE WHEN state = 'EINGEREICHT' THEN title END, texts_removed_at = :now, version = version + 1"
    " WHERE id = ANY(:ids)"
)
_PARTS = {
    table: text(f"DELETE FROM register.{table} WHERE application_id = ANY(:ids)")  # noqa: S608 (as above)
    for table in ("call_answers", "call_attachments")
}
_REASONS = text(
    f"""
    UPDATE register.call_reviews SET conflict = :gone, version = version + 1
    WHERE state = 'BEFANGEN' AND conflict <> :gone AND application_id IN ({_ENDED}) RETURNING id
    """  # noqa: S608 (as above)
)
_WITHOUT_WORDS = """
    UPDATE history.{} h SET
        old_values = (SELECT jsonb_object_agg(v.key, CASE WHEN v.key = ANY(:words) AND v.value <> 'null'
                      THEN to_jsonb(CAST(:gone AS text)) ELSE v.value END) FROM jsonb_each(h.old_values) v),
        new_values = (SELECT jsonb_object_agg(v.key, CASE WHEN v.key = ANY(:words) AND v.value <> 'null'
                      THEN to_jsonb(CAST(:gone AS text)) ELSE v.value END) FROM jsonb_each(h.new_values) v)
"""
_HISTORY_OF_REASONS = text(
    f"{_WITHOUT_WORDS.format('personal_changes')} WHERE h.table_name = 'call_reviews' AND h.row_id = ANY(:ids)"
)
_HISTORY = text(
    f"""
    {_WITHOUT_WORDS.format("changes")}
    WHERE (h.table_name = 'call_applications' AND h.row_id = ANY(:ids))
       OR (h.table_name IN ('call_answers', 'call_attachments') AND (h.table_name, h.row_id) IN (
            SELECT p.table_name, p.row_id FROM history.changes p
            WHERE p.table_name IN ('call_answers', 'call_attachments')
              AND CAST(coalesce(p.old_values, p.new_values) ->> 'application_id' AS integer) = ANY(:ids)))
    """  # noqa: S608 (as above)
)
_WORDS = (*_COLUMNS, "answer", "title", "file_name", "sha256")


def forget_contacts(session: Session, now: datetime) -> int:
    """Remove whom to ask about applications that ended a year ago; how many."""
    with perform(session, SYSTEM, Action.RESIDENT_ERASE):
        gone = session.execute(_CONTACTS, {"before": now - CONTACTS_KEPT})
    return int(gone.rowcount)  # type: ignore[attr-defined]  # an execution of DML has it


def remove_texts(session: Session, now: datetime) -> int:
    """Empty applications that ended three years ago and were not chosen, in the history too; how many."""
    due = list(session.scalars(_DUE, {"before": now - TEXTS_KEPT}))
    if not due:
        return 0
    with perform(session, SYSTEM, Action.RESIDENT_ERASE):
        for statement in _PARTS.values():
            session.execute(statement, {"ids": due})
        session.execute(_EMPTIED, {"ids": due, "now": now})
        session.execute(_HISTORY, {"ids": due, "words": list(_WORDS), "gone": REMOVED})
    return len(due)


def remove_reasons(session: Session, now: datetime) -> int:
    """Remove why reviewers were not impartial, of applications that ended three years ago, in the history too."""
    with perform(session, SYSTEM, Action.RESIDENT_ERASE):
        due = list(session.scalars(_REASONS, {"before": now - TEXTS_KEPT, "gone": REMOVED}))
        if due:
            session.execute(_HISTORY_OF_REASONS, {"ids": due, "words": ["conflict"], "gone": REMOVED})
    return len(due)
