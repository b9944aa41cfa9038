"""What the public may see: views, and nothing else, for the role `reg_public`.

Each view lists its columns; the declarations in `geo/<part>/feature.py` name the same ones, and a test compares them.
A vacancy or a viewpoint is in here while it is public today, whatever day is asked for: what was withdrawn is not shown
again, and what is planned is not given away.
A stop is in here once a decided or actual stay names it, and winter quarters without their address. `standings` says
where each tree stands when: an actual stay wins over a decided one, and a decided stay that was confirmed at its stop
counts no more; `whole` is the stay itself, to search by. Decided stays of a superseded schedule are those that had begun, and remain as history.
"""

from alembic import op

revision = "0008"
down_revision = "0007"

VIEWS = {
    "districts": """
        SELECT d.id, d.key, d.name, d.kind, d.during, d.outline FROM register.districts d
    """,
    "municipalities": """
        SELECT m.id, m.ags::text AS ags, m.name, m.kind, m.district_id, d.name AS district, m.during, m.successor_id
        FROM register.municipalities m LEFT JOIN register.districts d ON d.id = m.district_id
    """,
    "municipality_outlines": """
        SELECT o.id, o.municipality_id, o.during, o.outline, o.source FROM register.municipality_outlines o
    """,
    "vacancies": """
        SELECT u.id, u.municipality_id, m.name AS municipality, m.ags::text AS ags, u.object_type, u.floor,
               u.publication_level,
               CASE WHEN u.publication_level >= 3 THEN u.public_title END AS title,
               CASE WHEN u.publication_level >= 3 THEN u.public_title_en END AS title_en,
               CASE WHEN u.publication_level >= 3 THEN u.public_text END AS description,
               CASE WHEN u.publication_level >= 3 THEN u.public_text_en END AS description_en,
               p.street,
               CASE WHEN u.publication_level >= 3 THEN p.house_number END AS house_number,
               p.postcode::text AS postcode, p.locality, p.public_point AS point,
               width_bucket(u.area_total_m2, ARRAY[0, 50, 100, 200, 400, 800]::numeric[]) AS size_class,
               CASE WHEN u.publication_level >= 3 THEN u.area_total_m2 END AS area_total_m2,
               CASE WHEN u.publication_level >= 3 THEN u.area_sales_m2 END AS area_sales_m2,
               CASE WHEN u.publication_level >= 3 THEN u.area_side_m2 END AS area_side_m2,
               CASE WHEN u.publication_level >= 3 THEN u.area_storage_m2 END AS area_storage_m2,
               CASE WHEN u.publication_level >= 3 THEN u.divisible_from_m2 END AS divisible_from_m2,
               CASE WHEN u.publication_level >= 3 THEN u.frontage_m END AS frontage_m,
               CASE WHEN u.publication_level >= 3 THEN u.windows_n END AS windows_n,
               CASE WHEN u.publication_level >= 3 THEN u.clear_height_m END AS clear_height_m,
               CASE WHEN u.publication_level >= 3 THEN u.entrance END AS entrance,
               u.accessible,
               CASE WHEN u.publication_level >= 3 THEN u.equipment ELSE '{}'::text[] END AS equipment,
               CASE WHEN u.publication_level >= 4 THEN u.rent_eur_m2 END AS rent_eur_m2,
               CASE WHEN u.publication_level >= 3 THEN u.verified_on END AS verified_on,
               s.state, lower(s.during) AS empty_since, s.start_precision, s.during, u.published_during,
               p.id AS place_id, u.is_example
        FROM register.units u
        JOIN register.places p ON p.id = u.place_id
        JOIN register.municipalities m ON m.id = u.municipality_id
        JOIN register.occupancy_spells s ON s.unit_id = u.id AND s.state IN ('LEER', 'ZWISCHENGENUTZT', 'DROHEND')
            AND s.during && u.published_during
        WHERE u.publication_level >= 2 AND u.published_during @> current_date AND u.during @> current_date
    """,
    "fleets": """
        SELECT f.id, f.municipality_id, m.name AS municipality, f.name, f.note, f.source, f.is_example
        FROM register.fleets f LEFT JOIN register.municipalities m ON m.id = f.municipality_id
    """,
    "trees": """
        SELECT t.id, t.fleet_id, f.name AS fleet, t.label, t.species, t.species_latin, t.module_class, t.height_m,
               t.state, t.is_example
        FROM register.trees t JOIN register.fleets f ON f.id = t.fleet_id
    """,
    "schedules": """
        SELECT c.id, c.fleet_id, c.name, c.season, c.published_at, c.is_example
        FROM register.schedules c WHERE c.state = 'VEROEFFENTLICHT'
    """,
    "stays": """
        SELECT y.id, y.tree_id, y.stop_id, y.slot, y.during, y.layer, t.fleet_id, y.is_example
        FROM register.stays y
        JOIN register.schedules c ON c.id = y.schedule_id
        JOIN register.trees t ON t.id = y.tree_id
        WHERE y.layer = 'TATSAECHLICH' OR (y.layer = 'BESCHLOSSEN' AND c.state <> 'ENTWURF')
    """,
    "standings": """
        SELECT y.id AS stay_id, y.tree_id, y.stop_id, y.fleet_id, y.during, y.layer, y.during AS whole, y.is_example
        FROM published.stays y WHERE y.layer = 'TATSAECHLICH'
        UNION ALL
        SELECT y.id, y.tree_id, y.stop_id, y.fleet_id, rest.during, y.layer, y.during AS whole, y.is_example
        FROM published.stays y
        CROSS JOIN LATERAL unnest(datemultirange(y.during) - coalesce(
            (SELECT range_agg(a.during) FROM register.stays a
             WHERE a.plane = -1 AND a.tree_id = y.tree_id AND a.during && y.during),
            '{}'::datemultirange)) AS rest(during)
        WHERE y.layer = 'BESCHLOSSEN' AND NOT EXISTS (SELECT FROM register.stays a
            WHERE a.plane = -1 AND a.tree_id = y.tree_id AND a.stop_id = y.stop_id AND a.during && y.during)
    """,
    "stops": """
        SELECT s.id, s.municipality_id, m.name AS municipality, m.ags::text AS ags, s.name, s.kind, s.capacity,
               s.module_classes,
               CASE WHEN s.kind = 'STRASSE' THEN p.street END AS street,
               CASE WHEN s.kind = 'STRASSE' THEN p.house_number END AS house_number,
               CASE WHEN s.kind = 'STRASSE' THEN p.postcode::text END AS postcode, p.locality,
               CASE WHEN s.kind = 'STRASSE' THEN p.public_point END AS point, p.id AS place_id, s.is_example
        FROM register.stops s
        JOIN register.places p ON p.id = s.place_id
        JOIN register.municipalities m ON m.id = s.municipality_id
        WHERE EXISTS (SELECT FROM published.stays y WHERE y.stop_id = s.id)
    """,
    "viewpoints": """
        SELECT v.id, v.municipality_id, m.name AS municipality, v.name, v.name_en, v.story, v.story_en, v.story_easy,
               v.elevation_m, v.best_time, v.best_time_en, v.furniture, v.step_free, v.access_note, v.access_note_en,
               v.toilet, v.public_transport, v.responsible_body, v.last_checked_on, v.wikidata, v.is_featured,
               p.street, p.house_number, p.postcode::text AS postcode, p.locality, p.public_point AS point,
               p.id AS place_id, v.is_example
        FROM register.viewpoints v
        JOIN register.places p ON p.id = v.place_id
        JOIN register.municipalities m ON m.id = v.municipality_id
        WHERE EXISTS (SELECT FROM register.viewpoint_statuses t
            WHERE t.viewpoint_id = v.id AND t.during @> current_date AND t.status NOT IN ('IDEE', 'BEWORBEN'))
    """,
    "viewpoint_sectors": """
        SELECT s.id, s.viewpoint_id, s.position, s.from_deg, s.to_deg, s.is_assumed
        FROM register.viewpoint_sectors s JOIN published.viewpoints v ON v.id = s.viewpoint_id
    """,
    "viewpoint_statuses": """
        SELECT t.id, t.viewpoint_id, t.status, t.during, t.note
        FROM register.viewpoint_statuses t JOIN published.viewpoints v ON v.id = t.viewpoint_id
        WHERE t.status NOT IN ('IDEE', 'BEWORBEN')
    """,
    "working_groups": """
        SELECT g.id, g.slug, g.name, g.name_en, g.description, g.description_en FROM register.working_groups g
    """,
    "pilot_projects": """
        SELECT p.id, p.slug, p.part, p.name, p.name_en, p.summary, p.summary_en, p.source,
               g.name AS working_group, g.name_en AS working_group_en
        FROM register.pilot_projects p JOIN register.working_groups g ON g.id = p.working_group_id
    """,
    "project_milestones": """
        SELECT s.id, s.pilot_project_id, s.position, s.title, s.title_en, s.during, s.precision, s.was_planned, s.source
        FROM register.project_milestones s
    """,
    "pilot_sites": """
        SELECT s.id, s.pilot_project_id, r.slug AS project_slug, r.name AS project, r.name_en AS project_en, r.part,
               s.municipality_id, m.name AS municipality, s.name, s.name_en, s.is_chosen, s.tree_count, s.grant_eur,
               s.note, s.note_en, s.source, p.street, p.postcode::text AS postcode, p.locality,
               p.public_point AS point, p.id AS place_id
        FROM register.pilot_sites s
        JOIN register.pilot_projects r ON r.id = s.pilot_project_id
        JOIN register.places p ON p.id = s.place_id
        JOIN register.municipalities m ON m.id = s.municipality_id
    """,
    "pilot_phases": """
        SELECT h.id, h.pilot_site_id, h.phase, h.during, h.start_precision, h.end_precision, h.note, h.note_en, h.source
        FROM register.pilot_phases h
    """,
    "photos": """
        SELECT f.id, f.place_id, f.municipality_id, f.sha256::text AS sha256, f.width_px, f.height_px, f.alt_text,
               f.author, f.licence, f.taken_on, f.is_example
        FROM register.photos f
        WHERE f.is_public AND (
            EXISTS (SELECT FROM published.viewpoints v WHERE v.place_id = f.place_id)
            OR EXISTS (SELECT FROM published.vacancies u WHERE u.place_id = f.place_id AND u.publication_level >= 3)
            OR EXISTS (SELECT FROM published.stops s WHERE s.place_id = f.place_id AND s.kind = 'STRASSE')
            OR EXISTS (SELECT FROM register.pilot_sites s WHERE s.place_id = f.place_id)
        )
    """,
}


def upgrade() -> None:
    for name, query in VIEWS.items():
        op.execute(f"CREATE VIEW published.{name} AS {query}")
        op.execute(f"GRANT SELECT ON published.{name} TO reg_public, reg_staff")


def downgrade() -> None:
    for name in reversed(VIEWS):
        op.execute(f"DROP VIEW published.{name}")
