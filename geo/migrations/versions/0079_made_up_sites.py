"""A pilot site can be an invented example in a real project: one that came out of the sample's call."""

from alembic import op

revision = "0079"
down_revision = "0078"

_VIEW = """
CREATE OR REPLACE VIEW published.pilot_sites AS
SELECT s.id, s.pilot_project_id, r.slug AS project_slug, r.name AS project, r.name_en AS project_en, r.part,
       g.slug AS group_slug, s.municipality_id, m.name AS municipality, s.name, s.name_en, s.is_chosen,
       s.tree_count, s.opening, s.opening_precision, s.opening_was_planned, s.opening_note, s.opening_note_en,
       f.known AS funding_eur, f.unknown AS funding_open, s.note, s.note_en, s.source, p.street,
       p.postcode::text AS postcode, p.locality, p.public_point AS point, p.id AS place_id, {example} AS is_example
FROM register.pilot_sites s
JOIN register.pilot_projects r ON r.id = s.pilot_project_id AND r.is_public
JOIN register.working_groups g ON g.id = r.working_group_id
JOIN register.places p ON p.id = s.place_id
JOIN register.municipalities m ON m.id = s.municipality_id
LEFT JOIN LATERAL (SELECT sum(f.amount_eur)::integer AS known, bool_or(f.amount_eur IS NULL) AS unknown
                   FROM register.pilot_funding f WHERE f.pilot_site_id = s.id) f ON true;
"""


def upgrade() -> None:
    op.execute("ALTER TABLE register.pilot_sites ADD COLUMN is_made_up boolean DEFAULT false NOT NULL")
    op.execute(_VIEW.format(example="r.is_made_up OR s.is_made_up"))


def downgrade() -> None:
    op.execute(_VIEW.format(example="r.is_made_up"))
    op.execute("ALTER TABLE register.pilot_sites DROP COLUMN is_made_up")
