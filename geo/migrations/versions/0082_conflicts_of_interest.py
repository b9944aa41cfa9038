"""When a review was handed in stays known, and why somebody was not impartial does not stay for ever.

A conflict of interest that is declared after handing in takes the marks out; the office reads both beside the ranking.
For reviews of before, the moment comes from the history. The reason goes three years after the call, out of the history
too, which the register's owner alone may do.
"""

from alembic import op

from geo.migrations.sql import rewrite

revision = "0082"
down_revision = "0081"

_KNOWN = """
ALTER TABLE register.call_reviews ADD COLUMN handed_in_at timestamptz;
ALTER TABLE register.call_reviews DISABLE TRIGGER USER;
UPDATE register.call_reviews v SET handed_in_at = coalesce(
    (SELECT min(h.changed_at) FROM history.personal_changes h WHERE h.table_name = 'call_reviews' AND h.row_id = v.id
        AND h.new_values ->> 'state' = 'ABGEGEBEN'),
    CASE WHEN v.state = 'ABGEGEBEN' THEN v.changed_at END);
ALTER TABLE register.call_reviews ENABLE TRIGGER USER;
ALTER TABLE register.call_reviews ADD CONSTRAINT call_reviews_handed_in CHECK (
    CASE state WHEN 'ABGEGEBEN' THEN handed_in_at IS NOT NULL WHEN 'OFFEN' THEN handed_in_at IS NULL ELSE true END);
"""

# A removed reason is the owner's work: it comes after the decision, when reviews do not change any more.
_REMOVED = """
DROP TRIGGER call_reviews_guard ON register.call_reviews;
CREATE TRIGGER call_reviews_guard_new BEFORE INSERT ON register.call_reviews
    FOR EACH ROW EXECUTE FUNCTION register.guard_review();
CREATE TRIGGER call_reviews_guard BEFORE UPDATE ON register.call_reviews FOR EACH ROW
    WHEN (NEW.conflict IS DISTINCT FROM '(gelöscht)' OR OLD.state <> 'BEFANGEN' OR NEW.state <> 'BEFANGEN')
    EXECUTE FUNCTION register.guard_review();
CREATE TRIGGER call_reviews_emptied BEFORE INSERT OR UPDATE ON register.call_reviews
    FOR EACH ROW WHEN (NEW.conflict = '(gelöscht)') EXECUTE FUNCTION register.refuse_removed_texts();
"""
_KEPT = """
DROP TRIGGER call_reviews_emptied ON register.call_reviews;
DROP TRIGGER call_reviews_guard ON register.call_reviews;
DROP TRIGGER call_reviews_guard_new ON register.call_reviews;
CREATE TRIGGER call_reviews_guard BEFORE INSERT OR UPDATE ON register.call_reviews
    FOR EACH ROW EXECUTE FUNCTION register.guard_review();
"""
# In `history.refuse`: the tables whose words are taken out of it.
_TABLES = "('call_applications', 'call_answers', 'call_attachments')"
_MORE_TABLES = "('call_applications', 'call_answers', 'call_attachments', 'call_reviews')"


def upgrade() -> None:
    op.execute(_KNOWN)
    op.execute(_REMOVED)
    rewrite("history.refuse()", _TABLES, _MORE_TABLES)


def downgrade() -> None:
    rewrite("history.refuse()", _MORE_TABLES, _TABLES)
    op.execute(_KEPT)
    op.execute("ALTER TABLE register.call_reviews DROP COLUMN handed_in_at")
