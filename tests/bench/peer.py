"""pygeoapi's provider with psycopg 3; its own names psycopg2. Runs in pygeoapi's environment, not in ours."""

from pygeoapi.provider.sql import GenericSQLProvider, PostgreSQLProvider


class PsycopgProvider(PostgreSQLProvider):
    """The same provider on another driver."""

    def __init__(self, provider_def: dict):
        GenericSQLProvider.__init__(self, provider_def, "postgresql+psycopg", {"client_encoding": "utf8"})
