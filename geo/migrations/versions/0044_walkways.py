"""Lines of the street networks for everybody: tours past viewpoints are measured along them. Neither names nor sources."""

from alembic import op

revision = "0044"
down_revision = "0043"


def upgrade() -> None:
    op.execute("CREATE VIEW published.walkways AS SELECT e.id, e.municipality_id, e.line FROM register.street_edges e")
    op.execute("GRANT SELECT ON published.walkways TO reg_public, reg_staff")


def downgrade() -> None:
    op.execute("DROP VIEW published.walkways")
