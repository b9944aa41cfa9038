"""Photos of trees have a description in English too, for the English pages of the trees."""

from importlib import import_module

from alembic import op

revision = "0048"
down_revision = "0047"

_VIEW = """
    CREATE OR REPLACE VIEW published.tree_photos AS
    SELECT f.id, f.tree_id, f.municipality_id, f.sha256, f.width_px, f.height_px, f.alt_text, f.author, f.licence,
           f.alt_text_en
    FROM register.tree_photos f WHERE f.is_public
"""


def upgrade() -> None:
    op.execute("ALTER TABLE register.tree_photos ADD COLUMN alt_text_en text")
    op.execute(_VIEW)


def downgrade() -> None:
    op.execute("DROP VIEW published.tree_photos")
    op.execute("ALTER TABLE register.tree_photos DROP COLUMN alt_text_en")
    import_module("geo.migrations.versions.0036_tree_photos").upgrade()
