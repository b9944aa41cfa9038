"""What is found shows what it says: the words that only help to find it (town, street, group, source) stand apart.

They were put behind the text, so that an excerpt ended in names of towns and repeated its title. What names a project
or a working group is asked again when that changes: a published call went on naming a project that was hidden.
"""

from importlib import import_module

from alembic import op

revision = "0080"
down_revision = "0079"

_COLUMNS = "lang text, needs text, municipality_id integer, title text, body text"
_RETURNS = """RETURNS TABLE ({columns})
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$"""
_SOURCES = {
    "card": """
        SELECT l.lang, NULL, NULL::integer, l.title, concat_ws(E'\\n', l.result, l.description),
               concat_ws(E'\\n', c.town, c.spot, l.grp, c.source)
        FROM published.knowledge_cards c CROSS JOIN LATERAL (VALUES
            ('de', c.title, c.result, c.description, c.working_group),
            ('en', c.title_en, coalesce(c.result_en, c.result), coalesce(c.description_en, c.description),
             c.working_group_en)) AS l(lang, title, result, description, grp)
        WHERE c.id = the_key::integer
        UNION ALL
        SELECT 'de', CASE WHEN c.municipality_id IS NULL THEN 'knowledge.edit' ELSE 'knowledge.propose' END,
               c.municipality_id, c.title, concat_ws(E'\\n', c.result, c.description),
               concat_ws(E'\\n', coalesce(m.name, c.elsewhere), c.spot, g.name, c.source)
        FROM register.knowledge_cards c
        LEFT JOIN register.municipalities m ON m.id = c.municipality_id
        LEFT JOIN register.working_groups g ON g.id = c.working_group_id
        WHERE c.id = the_key::integer AND c.published_on IS NULL""",
    "pilot_project": """
        SELECT l.lang, NULL, NULL::integer, l.title,
               concat_ws(E'\\n', l.summary, l.background, l.aim, l.approach, l.requirements),
               concat_ws(E'\\n', l.grp, (SELECT string_agg(CASE WHEN l.lang = 'en' THEN coalesce(d.title_en, d.title) ELSE d.title END,
                                                          E'\\n' ORDER BY d.id)
                                        FROM published.project_documents d WHERE d.pilot_project_id = p.id))
        FROM published.pilot_projects p CROSS JOIN LATERAL (VALUES
            ('de', p.name, p.summary, p.background, p.aim, p.approach, p.requirements, p.working_group),
            ('en', p.name_en, p.summary_en, coalesce(p.background_en, p.background), coalesce(p.aim_en, p.aim),
             coalesce(p.approach_en, p.approach), coalesce(p.requirements_en, p.requirements), p.working_group_en)
        ) AS l(lang, title, summary, background, aim, approach, requirements, grp)
        WHERE p.slug = the_key
        UNION ALL
        SELECT 'de', 'pilot.view', NULL, p.name,
               concat_ws(E'\\n', p.summary, p.background, p.aim, p.approach, p.requirements), g.name
        FROM register.pilot_projects p JOIN register.working_groups g ON g.id = p.working_group_id
        WHERE p.slug = the_key AND NOT EXISTS (SELECT FROM published.pilot_projects o WHERE o.slug = the_key)""",
    "pilot_site": """
        SELECT l.lang, NULL, NULL::integer, l.title, coalesce(l.note, ''),
               concat_ws(E'\\n', l.project, s.municipality, s.street, s.locality)
        FROM published.pilot_sites s CROSS JOIN LATERAL (VALUES
            ('de', s.name, s.note, s.project), ('en', s.name_en, coalesce(s.note_en, s.note), s.project_en)
        ) AS l(lang, title, note, project)
        WHERE s.id = the_key::integer""",
    "working_group": """
        SELECT l.lang, NULL, NULL::integer, l.title, coalesce(l.body, ''), ''
        FROM published.working_groups g CROSS JOIN LATERAL (VALUES
            ('de', g.name, g.description), ('en', g.name_en, g.description_en)) AS l(lang, title, body)
        WHERE g.slug = the_key""",
    "call": """
        SELECT l.lang, NULL, NULL::integer, l.title, coalesce(l.body, ''), coalesce(l.project, '')
        FROM published.calls c CROSS JOIN LATERAL (VALUES
            ('de', c.title, c.body, c.project), ('en', c.title_en, coalesce(c.body_en, c.body), c.project_en)
        ) AS l(lang, title, body, project)
        WHERE c.id = the_key::integer""",
    "meeting": """
        SELECT 'de', 'alliance.view', NULL::integer, m.title, coalesce(
               (SELECT string_agg(concat_ws(E'\\n', a.title, a.note,
                                            CASE WHEN m.minutes_released_on IS NOT NULL THEN p.text END,
                                            CASE WHEN m.minutes_released_on IS NOT NULL THEN p.decision END),
                                  E'\\n' ORDER BY a.position)
                FROM register.alliance_agenda_items a LEFT JOIN register.alliance_minutes p ON p.agenda_item_id = a.id
                WHERE a.meeting_id = m.id), ''),
               concat_ws(E'\\n', g.name, m.location,
               (SELECT string_agg(d.title, E'\\n' ORDER BY d.id) FROM register.alliance_documents d
                WHERE d.meeting_id = m.id))
        FROM register.alliance_meetings m LEFT JOIN register.working_groups g ON g.id = m.working_group_id
        WHERE m.id = the_key::integer AND m.state <> 'ENTWURF'""",
    "measure": """
        SELECT l.lang, NULL, NULL::integer, m -> 'title' ->> l.place,
               concat_ws(E'\\n', m -> 'text' ->> l.place, m -> 'actors' ->> l.place, m -> 'legal' ->> l.place,
                         m -> 'example' ->> l.place), ''
        FROM (SELECT e.matrix FROM register.kompass_editions e WHERE e.number IS NOT NULL
              ORDER BY e.number DESC LIMIT 1) newest,
             LATERAL jsonb_array_elements(newest.matrix -> 'measures') m
        CROSS JOIN (VALUES ('de', 0), ('en', 1)) AS l(lang, place)
        WHERE m ->> 'code' = the_key""",
}
_INDEX = """
CREATE OR REPLACE FUNCTION register.search_index(the_kind text, the_key text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found record;
BEGIN
    DELETE FROM register.search_texts t WHERE t.kind = the_kind AND t.row_key = the_key;
    FOR found IN EXECUTE format('SELECT * FROM register.search_of_%s($1)', the_kind) USING the_key LOOP
        CONTINUE WHEN coalesce(found.title, '') = '';
        INSERT INTO register.search_texts (kind, row_key, lang, needs, municipality_id, title, body, {column}lexemes)
        VALUES (the_kind, the_key, found.lang, found.needs, found.municipality_id, left(found.title, 500),
                left(found.body, 100000), {value}
                setweight(register.search_lexemes(found.lang, left(found.title, 500)), 'A')
                || setweight(register.search_lexemes(found.lang, {text}), 'C'));
        CONTINUE WHEN found.lang <> 'de';
        INSERT INTO register.search_words AS known (word, plain, stem, is_public)
        SELECT new.word, register.search_plain(new.word), new.stems[1], found.needs IS NULL
        FROM (SELECT w.word, ts_lexize('pg_catalog.german_stem', w.word) AS stems
              FROM (SELECT DISTINCT unnest(string_to_array(register.search_folded(said || register.search_joined(said)),
                                                           ' ')) AS word
                    FROM (VALUES (left(found.title, 500) || ' ' || {text})) AS v(said)) w
              WHERE length(w.word) BETWEEN 2 AND 80 AND w.word ~ '[a-zäöüß]') new
        WHERE new.stems[1] IS NOT NULL
        ORDER BY new.word
        ON CONFLICT (word) DO UPDATE SET is_public = true WHERE excluded.is_public AND NOT known.is_public;
    END LOOP;
END
$$;
"""
# A project's sites and calls name it, a working group's projects, cards and meetings name the group.
_NAMING = """
CREATE FUNCTION register.search_naming_project() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM register.search_index('call', c.id::text) FROM register.calls c WHERE c.pilot_project_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE FUNCTION register.search_naming_group() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM register.search_index('pilot_project', p.slug) FROM register.pilot_projects p
    WHERE p.working_group_id = NEW.id;
    PERFORM register.search_index('card', c.id::text) FROM register.knowledge_cards c WHERE c.working_group_id = NEW.id;
    PERFORM register.search_index('meeting', m.id::text) FROM register.alliance_meetings m
    WHERE m.working_group_id = NEW.id;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION register.search_naming_project(), register.search_naming_group() FROM PUBLIC;
CREATE TRIGGER pilot_projects_calls_searched AFTER UPDATE OF name, name_en, is_public ON register.pilot_projects
    FOR EACH ROW EXECUTE FUNCTION register.search_naming_project();
CREATE TRIGGER working_groups_named_searched AFTER UPDATE OF name, name_en ON register.working_groups
    FOR EACH ROW EXECUTE FUNCTION register.search_naming_group();
"""
_VIEW = """
CREATE VIEW published.search_texts AS
SELECT t.id, t.kind, t.row_key, t.lang, t.title, t.body, t.lexemes{column} FROM register.search_texts t
WHERE t.needs IS NULL;
GRANT SELECT ON published.search_texts TO reg_public, reg_staff;
"""
_FILLED = """
SELECT register.search_index(o.kind, o.row_key)
FROM (SELECT DISTINCT t.kind, t.row_key FROM register.search_texts t) o;
"""


def _sources(sources: dict[str, str], columns: str) -> None:
    for kind, query in sources.items():
        op.execute(f"DROP FUNCTION register.search_of_{kind}(text)")
        op.execute(
            f"CREATE FUNCTION register.search_of_{kind}(the_key text) {_RETURNS.format(columns=columns)} {query} $$"
        )
        op.execute(f"REVOKE ALL ON FUNCTION register.search_of_{kind}(text) FROM PUBLIC")


def upgrade() -> None:
    op.execute("ALTER TABLE register.search_texts ADD COLUMN beside text DEFAULT '' NOT NULL")
    op.execute("DROP VIEW published.search_texts")
    op.execute(_VIEW.format(column=", t.beside"))
    _sources(_SOURCES, f"{_COLUMNS}, beside text")
    op.execute(
        _INDEX.format(
            column="beside, ",
            value="coalesce(left(found.beside, 20000), ''),",
            text="left(found.body, 100000) || E'\\n' || coalesce(left(found.beside, 20000), '')",
        )
    )
    op.execute(_NAMING)
    op.execute(_FILLED)
    op.execute("SELECT register.search_index('call', c.id::text) FROM register.calls c")


def downgrade() -> None:
    op.execute("DROP TRIGGER working_groups_named_searched ON register.working_groups")
    op.execute("DROP TRIGGER pilot_projects_calls_searched ON register.pilot_projects")
    op.execute("DROP FUNCTION register.search_naming_group()")
    op.execute("DROP FUNCTION register.search_naming_project()")
    before = {
        name: import_module(f"geo.migrations.versions.{name}")._SOURCES for name in ("0073_knowledge", "0075_found")
    }
    _sources(before["0073_knowledge"] | before["0075_found"], _COLUMNS)
    op.execute(_INDEX.format(column="", value="", text="left(found.body, 100000)"))
    op.execute("DROP VIEW published.search_texts")
    op.execute(_VIEW.format(column=""))
    op.execute("ALTER TABLE register.search_texts DROP COLUMN beside")
    op.execute(_FILLED)
