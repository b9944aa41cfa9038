"""Mail to people: by SMTP, or in development as files in a folder that the console names."""

import smtplib
import ssl
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from urllib.parse import unquote, urlsplit

import structlog

from geo.core.errors import SetupError
from geo.settings import Settings

log = structlog.get_logger("geo.mail")
_TIMEOUT_S = 20
# A folded address in a header becomes an encoded word, which mail programs do not follow (List-Unsubscribe).
UNFOLDED = policy.default.clone(max_line_length=998)


@dataclass(frozen=True)
class Message:
    """A mail to be sent: plain text to one address, with headers of its own where it has some."""

    to: str
    subject: str
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)


class Mailer:
    """Sends one message at a time; by SMTP beside the request, so that no answer tells whether mail went out."""

    def __init__(self, settings: Settings):
        self._settings = settings

    def send(self, to: str, subject: str, body: str, headers: Mapping[str, str] | None = None) -> None:
        """Send plain text to one address, or write it to the folder."""
        message = self._message(to, subject, body)
        for name, value in (headers or {}).items():
            message[name] = _one_line(value)
        if self._settings.mail_url:
            threading.Thread(target=self._deliver, args=(message,), name="mail", daemon=False).start()
        else:
            self._write(message)

    def _message(self, to: str, subject: str, body: str) -> EmailMessage:
        message = EmailMessage(policy=UNFOLDED)
        sender = self._settings.mail_from
        message["From"] = Address("Innenstadtregister", addr_spec=_one_line(sender))
        local, at, host = _one_line(to).rpartition("@")
        message["To"] = Address(addr_spec=f"{local}{at}{ascii_host(host)}")
        message["Subject"] = _one_line(subject)
        message["Date"] = format_datetime(datetime.now(UTC))
        message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2] or "localhost")
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(body)
        return message

    def _write(self, message: EmailMessage) -> None:
        folder = self._settings.home / "mail"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
        (folder / f"{stamp}-{uuid.uuid4().hex[:6]}.eml").write_bytes(message.as_bytes())

    def _deliver(self, message: EmailMessage) -> None:
        try:
            with connect(str(self._settings.mail_url)) as server:
                server.send_message(message)
        except (OSError, smtplib.SMTPException) as problem:
            log.error("mail not sent", kind=type(problem).__name__, id=message["Message-ID"])


def connect(url: str) -> smtplib.SMTP:
    """A connection as `mail_url` says: smtps:// encrypted from the start, smtp:// encrypted if the server offers it.

    A name and password are sent over an encrypted connection only.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise SetupError("INNENSTADT_MAIL_URL must look like smtps://user:password@host:465.")
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if parts.scheme == "smtps":
        server = smtplib.SMTP_SSL(parts.hostname, parts.port or 465, timeout=_TIMEOUT_S, context=context)
    else:
        server = smtplib.SMTP(parts.hostname, parts.port or 587, timeout=_TIMEOUT_S)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=context)
        elif parts.username:
            server.close()
            raise smtplib.SMTPNotSupportedError("no encryption, so no password is sent")
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))
    return server


def ascii_host(host: str) -> str:
    """A host's name as mail servers know it: müller.de is xn--mller-kva.de. Raises `UnicodeError` for what is none."""
    if host.isascii():
        return host
    if not host.isprintable() or "ß" in host:  # Python's codec makes "ss" of it, which may be somebody else's
        raise UnicodeError("no name of a host")
    return host.encode("idna").decode()


def _one_line(text: str) -> str:
    """Text for a header: no line break starts another one."""
    return " ".join(text.split())
