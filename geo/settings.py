"""Everything that can be set, read once from the environment into one frozen object. Nothing else reads it.

The README lists these settings; a test compares its table with `Settings`.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from geo.core.errors import SetupError


def default_home() -> Path:
    """`/var/lib/innenstadtregister` for root, the user's data directory for everybody else."""
    if os.geteuid() == 0:
        return Path("/var/lib/innenstadtregister")
    data = os.environ.get("XDG_DATA_HOME")
    return (Path(data) if data else Path.home() / ".local" / "share") / "innenstadtregister"


@dataclass(frozen=True)
class Settings:
    """The register's settings. A field's environment variable is INNENSTADT_ and its name in capitals,
    but for the four `DATABASE_…URL`, which stand as they are."""

    home: Path
    database_url: str | None = None
    database_public_url: str | None = None
    database_staff_url: str | None = None
    database_backup_url: str | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    base_url: str | None = None
    proxy_hops: int = 0
    workers: int = 1
    threads: int = 8
    secret_key: str | None = None
    session_idle_minutes: int = 60
    session_absolute_hours: int = 12
    mail_url: str | None = None
    mail_from: str = "innenstadtregister@localhost"
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = None
    oidc_name: str = "Konto der Stadt"
    geocoder_url: str | None = None
    geocoder_kind: str = "nominatim"
    geocoder_private: bool = False
    operator_name: str | None = None
    operator_address: str | None = None
    operator_mail: str | None = None
    operator_phone: str | None = None
    operator_representative: str | None = None
    privacy_contact: str | None = None
    data_licence: str = "dl-by-de/2.0"
    contributor_id: str | None = None
    openimmo_schema: str | None = None
    import_mb: int = 400
    sample_on_foreign_database: bool = False
    log_level: str = "INFO"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None, **overrides: object) -> "Settings":
        """Settings from the environment; `overrides` (the command line) win. A bad value raises `SetupError`."""
        environ = os.environ if environ is None else environ
        values: dict[str, object] = {"home": default_home()}
        for field in fields(cls):
            raw = environ.get(variable(field.name), "").strip()
            if raw:
                values[field.name] = _parse(field.name, str(field.type), raw)
        values.update({name: value for name, value in overrides.items() if value is not None})
        values["home"] = Path(str(values["home"])).expanduser().resolve()
        return cls(**values)  # type: ignore[arg-type]  # the names come from the fields themselves

    @property
    def embedded(self) -> bool:
        """Whether the register runs its own PostgreSQL."""
        return self.database_url is None

    @property
    def url(self) -> str:
        """The address under which people reach the register, without a slash at the end."""
        return (self.base_url or f"http://{self.host}:{self.port}").rstrip("/")

    def for_child(self, **further: str) -> dict[str, str]:
        """The environment of a child process that is to have these settings; the secret key stays in its file."""
        environment = dict(os.environ)
        for field in fields(self):
            value = getattr(self, field.name)
            if value is not None and field.name != "secret_key":
                environment[variable(field.name)] = str(int(value) if isinstance(value, bool) else value)
        return environment | further


def variable(name: str) -> str:
    """The environment variable of a field."""
    return name.upper() if name.startswith("database_") else f"INNENSTADT_{name.upper()}"


def _parse(name: str, kind: str, raw: str) -> object:
    if "Path" in kind:
        return Path(raw)
    if "bool" in kind:
        if raw.lower() not in {"1", "0", "true", "false", "yes", "no"}:
            raise SetupError(f"{variable(name)} must be 1 or 0, not “{raw}”.")
        return raw.lower() in {"1", "true", "yes"}
    if "int" in kind:
        if not raw.isdecimal():
            raise SetupError(f"{variable(name)} must be a whole number, not “{raw}”.")
        return int(raw)
    return raw


def missing_operator_texts(settings: Settings) -> list[str]:
    """The variables that the legal pages need and that are not set; placeholders stand there instead."""
    names = ("name", "address", "mail", "phone", "representative")
    wanted = [*(f"operator_{name}" for name in names), "privacy_contact"]
    return [variable(name) for name in wanted if not getattr(settings, name)]
