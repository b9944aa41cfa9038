"""The photos of trees that the public may see."""

from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    op.execute(
        """
        CREATE VIEW published.tree_photos AS
        SELECT f.id, f.tree_id, f.municipality_id, f.sha256, f.width_px, f.height_px, f.alt_text, f.author, f.licence
        FROM register.tree_photos f WHERE f.is_public
        """
    )
    op.execute("GRANT SELECT ON published.tree_photos TO reg_public, reg_staff")


def downgrade() -> None:
    op.execute("DROP VIEW published.tree_photos")
