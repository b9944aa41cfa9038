"""Alembic's entry: runs the migrations on the connection given in `geo.migrations`."""

from alembic import context

from geo.models import metadata

config = context.config
context.configure(
    connection=config.attributes["connection"],
    target_metadata=metadata,
    version_table="migrations",
    version_table_schema="public",
    include_schemas=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
