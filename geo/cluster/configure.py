"""The configuration of the cluster, written anew at each start."""

import os
import stat
from pathlib import Path

from geo.cluster.account import Account, calling_user
from geo.cluster.layout import PORT, Layout

SUPERUSER = "reg_super"
ROLES = ("reg_owner", "reg_public", "reg_staff", "reg_backup")
DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
_IDENT_MAP = "innenstadt"
_MEGABYTE = 1024 * 1024
_FIRST_ORDINARY_USER = 1000


def write_configuration(layout: Layout, account: Account, durable: bool, socket: Path | None = None) -> Path:
    """Writes the three files and returns the path of postgresql.conf."""
    hba, ident = layout.config / "pg_hba.conf", layout.config / "pg_ident.conf"
    main = layout.config / "postgresql.conf"
    _write(hba, f"local all all peer map={_IDENT_MAP}\n")
    users = sorted({calling_user(), account.name})
    lines = [f'{_IDENT_MAP} "{user}" {role}\n' for user in users for role in (SUPERUSER, *ROLES)]
    _write(ident, "".join(lines))
    settings = {
        "hba_file": str(hba),
        "ident_file": str(ident),
        "external_pid_file": "",
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": str(socket or layout.socket),
        "unix_socket_permissions": "0700",
        "dynamic_shared_memory_type": _shared_memory(account),
        **(_logging(layout) if durable else {"logging_collector": "off"}),
        **(DURABLE if durable else dict.fromkeys(DURABLE, "off")),
    }
    parts = [
        "# Written at each start: put settings of your own into ../local.conf.\n",
        _lines(_tuning(durable)),
        f"include = {_quoted(str(layout.local_config))}\n" if layout.local_config.exists() else "",
        _lines(settings),
    ]
    _write(main, "".join(parts))
    return main


def _shared_memory(account: Account) -> str:
    """The usual place where it can be used; files where it is missing, or cleared when a user signs out.

    systemd removes what is there of ordinary users at the end of their session (RemoveIPC).
    """
    shared = Path("/dev/shm")  # noqa: S108 - only looked at
    usable = shared.is_dir() and shared.stat().st_mode & stat.S_IWOTH
    return "posix" if usable and account.uid < _FIRST_ORDINARY_USER else "mmap"


def _tuning(durable: bool) -> dict[str, str]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // _MEGABYTE
    shared = max(32, min(1024, memory // 8)) if durable else 64
    return {
        "max_connections": "100",
        "shared_buffers": f"{shared}MB",
        "effective_cache_size": f"{max(128, memory // 2)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": "128MB",
        "random_page_cost": "1.1",
        "max_wal_size": "1GB",
        "jit": "off",
        "timezone": "Europe/Berlin",
        "log_timezone": "UTC",
        "lc_messages": "C",
        "client_connection_check_interval": "5s",
        "max_locks_per_transaction": "128",
    }


def _logging(layout: Layout) -> dict[str, str]:
    """A week of logs; terse, because details of errors quote rows with people's data."""
    return {
        "logging_collector": "on",
        "log_directory": str(layout.log),
        "log_filename": "postgresql-%a.log",
        "log_truncate_on_rotation": "on",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
        "log_error_verbosity": "terse",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
        "log_line_prefix": "%m [%p] %u@%d ",
    }


def _lines(settings: dict[str, str]) -> str:
    return "".join(f"{name} = {_quoted(value)}\n" for name, value in settings.items())


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def _write(path: Path, text: str) -> None:
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(text)
    fresh.chmod(0o644)
    fresh.replace(path)
