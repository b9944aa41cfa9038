"""What the search finds beside cards and measures: calls, meetings with released minutes, documents by their titles.

A meeting is found once it was invited to, its minutes once they are released: before that the office alone reads them,
and the index is read by all of the alliance. Documents are found with the project or the meeting that they belong to.
A project's sites are public with it, so they are asked again when it is shown or hidden. Projects and working groups
are named by their short names, as their pages are. A draft card of no town is the office's.
The index of lexemes takes what is new at once: a list of what is still to be taken in makes each search slower.
"""

from alembic import op

revision = "0075"
down_revision = "0074"

_RETURNS = """RETURNS TABLE (lang text, needs text, municipality_id integer, title text, body text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$"""
_SOURCES = {
    "card": """
        SELECT l.lang, NULL, NULL::integer, l.title, concat_ws(E'\\n', l.result, l.description, c.town, c.spot, l.grp, c.source)
        FROM published.knowledge_cards c CROSS JOIN LATERAL (VALUES
            ('de', c.title, c.result, c.description, c.working_group),
            ('en', c.title_en, coalesce(c.result_en, c.result), coalesce(c.description_en, c.description),
             c.working_group_en)) AS l(lang, title, result, description, grp)
        WHERE c.id = the_key::integer
        UNION ALL
        SELECT 'de', CASE WHEN c.municipality_id IS NULL THEN 'knowledge.edit' ELSE 'knowledge.propose' END,
               c.municipality_id, c.title,
               concat_ws(E'\\n', c.result, c.description, coalesce(m.name, c.elsewhere), c.spot, g.name, c.source)
        FROM register.knowledge_cards c
        LEFT JOIN register.municipalities m ON m.id = c.municipality_id
        LEFT JOIN register.working_groups g ON g.id = c.working_group_id
        WHERE c.id = the_key::integer AND c.published_on IS NULL""",
    "pilot_project": """
        SELECT l.lang, NULL, NULL::integer, l.title, concat_ws(E'\\n', l.summary, l.background, l.aim, l.approach,
               l.requirements, l.grp, (SELECT string_agg(d.title, E'\\n' ORDER BY d.id) FROM published.project_documents d
                                       WHERE d.pilot_project_id = p.id))
        FROM published.pilot_projects p CROSS JOIN LATERAL (VALUES
            ('de', p.name, p.summary, p.background, p.aim, p.approach, p.requirements, p.working_group),
            ('en', p.name_en, p.summary_en, coalesce(p.background_en, p.background), coalesce(p.aim_en, p.aim),
             coalesce(p.approach_en, p.approach), coalesce(p.requirements_en, p.requirements), p.working_group_en)
        ) AS l(lang, title, summary, background, aim, approach, requirements, grp)
        WHERE p.slug = the_key
        UNION ALL
        SELECT 'de', 'pilot.view', NULL, p.name, concat_ws(E'\\n', p.summary, p.background, p.aim, p.approach,
               p.requirements, g.name)
        FROM register.pilot_projects p JOIN register.working_groups g ON g.id = p.working_group_id
        WHERE p.slug = the_key AND NOT EXISTS (SELECT FROM published.pilot_projects o WHERE o.slug = the_key)""",
    "working_group": """
        SELECT l.lang, NULL, NULL::integer, l.title, coalesce(l.body, '')
        FROM published.working_groups g CROSS JOIN LATERAL (VALUES
            ('de', g.name, g.description), ('en', g.name_en, g.description_en)) AS l(lang, title, body)
        WHERE g.slug = the_key""",
    "call": """
        SELECT l.lang, NULL, NULL::integer, l.title, concat_ws(E'\\n', l.body, l.project)
        FROM published.calls c CROSS JOIN LATERAL (VALUES
            ('de', c.title, c.body, c.project), ('en', c.title_en, coalesce(c.body_en, c.body), c.project_en)
        ) AS l(lang, title, body, project)
        WHERE c.id = the_key::integer""",
    "meeting": """
        SELECT 'de', 'alliance.view', NULL::integer, m.title, concat_ws(E'\\n', g.name, m.location,
               (SELECT string_agg(concat_ws(E'\\n', a.title, a.note,
                                            CASE WHEN m.minutes_released_on IS NOT NULL THEN p.text END,
                                            CASE WHEN m.minutes_released_on IS NOT NULL THEN p.decision END),
                                  E'\\n' ORDER BY a.position)
                FROM register.alliance_agenda_items a LEFT JOIN register.alliance_minutes p ON p.agenda_item_id = a.id
                WHERE a.meeting_id = m.id),
               (SELECT string_agg(d.title, E'\\n' ORDER BY d.id) FROM register.alliance_documents d
                WHERE d.meeting_id = m.id))
        FROM register.alliance_meetings m LEFT JOIN register.working_groups g ON g.id = m.working_group_id
        WHERE m.id = the_key::integer AND m.state <> 'ENTWURF'""",
}
# Table, name of the trigger, kind, column that names the object.
_WATCHED = (
    ("pilot_projects", "pilot_projects_searched", "pilot_project", "slug"),
    ("working_groups", "working_groups_searched", "working_group", "slug"),
    ("calls", "calls_searched", "call", "id"),
    ("alliance_meetings", "alliance_meetings_searched", "meeting", "id"),
    ("alliance_agenda_items", "alliance_agenda_items_searched", "meeting", "meeting_id"),
    ("alliance_minutes", "alliance_minutes_searched", "meeting", "meeting_id"),
    ("alliance_documents", "alliance_documents_searched", "meeting", "meeting_id"),
)
_DOCUMENTS = """
CREATE FUNCTION register.search_project_documents() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM register.search_index('pilot_project', p.slug) FROM register.pilot_projects p
    WHERE p.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.pilot_project_id ELSE NEW.pilot_project_id END;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION register.search_project_documents() FROM PUBLIC;
CREATE TRIGGER project_documents_searched AFTER INSERT OR UPDATE OR DELETE ON register.project_documents
    FOR EACH ROW EXECUTE FUNCTION register.search_project_documents();
"""
_SITES = (
    "CREATE TRIGGER pilot_projects_sites_searched AFTER UPDATE OF {when} ON register.pilot_projects"
    " FOR EACH ROW EXECUTE FUNCTION register.search_sites()"
)
_FILLED = """
DELETE FROM register.search_texts WHERE kind IN ('pilot_project', 'working_group');
SELECT register.search_index('pilot_project', p.slug) FROM register.pilot_projects p;
SELECT register.search_index('working_group', g.slug) FROM register.working_groups g;
SELECT register.search_index('card', c.id::text) FROM register.knowledge_cards c;
SELECT register.search_index('call', c.id::text) FROM register.calls c;
SELECT register.search_index('meeting', m.id::text) FROM register.alliance_meetings m;
"""
_BEFORE = {
    "pilot_project": """
        SELECT l.lang, NULL, NULL::integer, l.title, concat_ws(E'\\n', l.summary, l.grp)
        FROM published.pilot_projects p CROSS JOIN LATERAL (VALUES
            ('de', p.name, p.summary, p.working_group), ('en', p.name_en, p.summary_en, p.working_group_en)
        ) AS l(lang, title, summary, grp)
        WHERE p.id = the_key::integer""",
    "working_group": """
        SELECT l.lang, NULL, NULL::integer, l.title, coalesce(l.body, '')
        FROM published.working_groups g CROSS JOIN LATERAL (VALUES
            ('de', g.name, g.description), ('en', g.name_en, g.description_en)) AS l(lang, title, body)
        WHERE g.id = the_key::integer""",
}
_NEW_KINDS = ("call", "meeting")


def _function(kind: str, query: str) -> None:
    op.execute(f"CREATE OR REPLACE FUNCTION register.search_of_{kind}(the_key text) {_RETURNS} {query} $$")
    op.execute(f"REVOKE ALL ON FUNCTION register.search_of_{kind}(text) FROM PUBLIC")


def _watch(table: str, trigger: str, kind: str, column: str) -> None:
    op.execute(f"DROP TRIGGER IF EXISTS {trigger} ON register.{table}")
    op.execute(
        f"CREATE TRIGGER {trigger} AFTER INSERT OR UPDATE OR DELETE ON register.{table}"
        f" FOR EACH ROW EXECUTE FUNCTION register.search_again('{kind}', '{column}')"
    )


def upgrade() -> None:
    op.execute("ALTER INDEX register.search_texts_lexemes_idx SET (fastupdate = off)")
    op.execute("ALTER INDEX register.search_words_plain_trgm_idx SET (fastupdate = off)")
    for kind, query in _SOURCES.items():
        _function(kind, query)
    for watched in _WATCHED:
        _watch(*watched)
    op.execute(_DOCUMENTS)
    op.execute("DROP TRIGGER pilot_projects_sites_searched ON register.pilot_projects")
    op.execute(_SITES.format(when="name, name_en, is_public"))
    op.execute(_FILLED)


def downgrade() -> None:
    op.execute("DROP TRIGGER pilot_projects_sites_searched ON register.pilot_projects")
    op.execute(_SITES.format(when="name, name_en"))
    op.execute("DROP TRIGGER project_documents_searched ON register.project_documents")
    op.execute("DROP FUNCTION register.search_project_documents()")
    for table, trigger, kind, _column in _WATCHED:
        if kind in _NEW_KINDS:
            op.execute(f"DROP TRIGGER {trigger} ON register.{table}")
        else:
            _watch(table, trigger, kind, "id")
    for kind in _NEW_KINDS:
        op.execute(f"DROP FUNCTION register.search_of_{kind}(text)")
    for kind, query in _BEFORE.items():
        _function(kind, query)
    op.execute("DELETE FROM register.search_texts WHERE kind IN ('pilot_project', 'working_group', 'call', 'meeting')")
    op.execute("SELECT register.search_index('pilot_project', p.id::text) FROM register.pilot_projects p")
    op.execute("SELECT register.search_index('working_group', g.id::text) FROM register.working_groups g")
    op.execute("ALTER INDEX register.search_words_plain_trgm_idx RESET (fastupdate)")
    op.execute("ALTER INDEX register.search_texts_lexemes_idx RESET (fastupdate)")
