"""Heating, energy and parking of an offer are public from the address on; a place's photos have an order."""

from importlib import import_module

from alembic import op

revision = "0016"
down_revision = "0015"

_VACANCIES = """
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
    """
_PHOTOS = """
        SELECT f.id, f.place_id, f.municipality_id, f.sha256::text AS sha256, f.width_px, f.height_px, f.alt_text,
               f.author, f.licence, f.taken_on, f.is_example
        FROM register.photos f
        WHERE f.is_public AND (
            EXISTS (SELECT FROM published.viewpoints v WHERE v.place_id = f.place_id)
            OR EXISTS (SELECT FROM published.vacancies u WHERE u.place_id = f.place_id AND u.publication_level >= 3)
            OR EXISTS (SELECT FROM published.stops s WHERE s.place_id = f.place_id AND s.kind = 'STRASSE')
            OR EXISTS (SELECT FROM register.pilot_sites s WHERE s.place_id = f.place_id)
        )
    """
_NEW_VACANCIES = _VACANCIES.replace(
    "u.is_example",
    "u.is_example, CASE WHEN u.publication_level >= 3 THEN u.heating END AS heating,"
    " CASE WHEN u.publication_level >= 3 THEN u.energy_kwh_m2a END AS energy_kwh_m2a,"
    " CASE WHEN u.publication_level >= 3 THEN u.energy_class END AS energy_class,"
    " CASE WHEN u.publication_level >= 3 THEN u.parking_n END AS parking_n",
)
_NEW_PHOTOS = _PHOTOS.replace("f.is_example", "f.is_example, f.position")

# The stored texts of the offers say the same: the view that they are made from, as it was and as it is now.
_ROWS: str = import_module("geo.migrations.versions.0012_offers")._ROWS.replace("CREATE VIEW", "CREATE OR REPLACE VIEW")
_NEW_ROWS = _ROWS.replace(
    "END AS equipment,",
    "END AS equipment, CASE WHEN c.exact THEN u.parking_n END AS parking_n, CASE WHEN c.exact THEN u.heating END AS heating,"
    " CASE WHEN c.exact THEN u.energy_kwh_m2a END AS energy_kwh_m2a,"
    " CASE WHEN c.exact THEN u.energy_class END AS energy_class,",
).replace("o.equipment, o.rent", "o.equipment, o.parking_n, o.heating, o.energy_kwh_m2a, o.energy_class, o.rent")


def upgrade() -> None:
    op.execute("ALTER TABLE register.photos ADD COLUMN position integer DEFAULT 0 NOT NULL")
    op.execute(f"CREATE OR REPLACE VIEW published.vacancies AS {_NEW_VACANCIES}")
    op.execute(f"CREATE OR REPLACE VIEW published.photos AS {_NEW_PHOTOS}")
    op.execute(_NEW_ROWS)
    op.execute("SELECT register.rebuild_offers()")


def downgrade() -> None:
    op.execute(_ROWS)
    op.execute("SELECT register.rebuild_offers()")
    # A view loses no column by being replaced, and the photos' view reads the vacancies' one.
    op.execute("DROP VIEW published.photos")
    op.execute("DROP VIEW published.vacancies")
    for name, query in (("vacancies", _VACANCIES), ("photos", _PHOTOS)):
        op.execute(f"CREATE VIEW published.{name} AS {query}")
        op.execute(f"GRANT SELECT ON published.{name} TO reg_public, reg_staff")
    op.execute("ALTER TABLE register.photos DROP COLUMN position")
