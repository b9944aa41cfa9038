"""A reporter says whether the town may show the photo; one that may not stays internal, whoever edits it later.

And of cases: what is held or has ended goes back to a state of the work, a dismissed one was never vacant, and one that
was never checked does not end with a result.
"""

from alembic import op

revision = "0064"
down_revision = "0063"

_WORKING = (
    "'GEMELDET', 'GEPRUEFT', 'ANGESPROCHEN', 'WARTET', 'IM_GESPRAECH', 'BERATUNG', 'VERMARKTUNG', 'RESERVIERT',"
    " 'MASSNAHME_LAEUFT'"
)


def upgrade() -> None:
    op.execute("ALTER TABLE register.citizen_reports ADD COLUMN photo_consent boolean DEFAULT false NOT NULL")
    op.execute("ALTER TABLE register.photos ADD COLUMN stays_internal boolean DEFAULT false NOT NULL")
    op.execute(
        "ALTER TABLE register.photos ADD CONSTRAINT photos_stays_internal CHECK (NOT (is_public AND stays_internal))"
    )
    op.execute(f"ALTER TABLE register.cases ADD CONSTRAINT cases_goes_back CHECK (resumes_as IN ({_WORKING}))")
    op.execute(
        "ALTER TABLE register.cases ADD CONSTRAINT cases_dismissed CHECK (state NOT IN ('ABGESCHLOSSEN', 'VERWORFEN')"
        " OR (state = 'VERWORFEN') = (resumes_as = 'GEMELDET'))"
    )
    op.execute(
        "ALTER TABLE register.cases ADD CONSTRAINT cases_never_vacant CHECK (state <> 'VERWORFEN'"
        " OR result = 'WAR_NIE_LEER')"
    )


def downgrade() -> None:
    for constraint in ("cases_never_vacant", "cases_dismissed", "cases_goes_back"):
        op.execute(f"ALTER TABLE register.cases DROP CONSTRAINT {constraint}")
    op.execute("ALTER TABLE register.photos DROP COLUMN stays_internal")
    op.execute("ALTER TABLE register.citizen_reports DROP COLUMN photo_consent")
