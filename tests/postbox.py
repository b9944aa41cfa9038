"""An SMTP server for tests: speaks the protocol with `smtplib` on a real socket, and keeps what it was handed."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass(frozen=True)
class Letter:
    """A message as it was handed over: who sent it to whom on the envelope, and the message itself."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def text(self) -> str:
        return self.message.get_content().replace("\r\n", "\n")


class _Conversation(socketserver.StreamRequestHandler):
    """One connection: commands in their order, refused out of it; data with its dots unstuffed (RFC 5321)."""

    server: "Postbox"

    def handle(self) -> None:
        self._say("220 postbox ready")
        sender, recipients = None, []
        for raw in self.rfile:
            self.server.heard.append(raw)
            word, _, rest = raw.decode().strip().partition(" ")
            word = word.upper()
            if word in {"HELO", "EHLO", "NOOP", "RSET"}:
                sender, recipients = None, []
                self._say("250 fine")
            elif word == "MAIL":
                sender = _address(rest)
                self._say("250 fine")
            elif word == "RCPT" and sender is not None:
                recipients.append(_address(rest))
                self._say("250 fine")
            elif word == "DATA" and recipients:
                self._say("354 go on")
                self.server.take(sender or "", recipients, self._data())
                sender, recipients = None, []
                self._say("250 taken")
            elif word == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("503 not now")

    def _data(self) -> bytes:
        lines = []
        for raw in self.rfile:
            self.server.heard.append(raw)
            if raw == b".\r\n":
                break
            lines.append(raw[1:] if raw.startswith(b"..") else raw)
        return b"".join(lines)

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


def _address(words: str) -> str:
    return words.partition("<")[2].partition(">")[0]


class Postbox(socketserver.ThreadingTCPServer):
    """The server; `letters` is what arrived, `heard` every line of every conversation."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.letters: list[Letter] = []
        self.heard: list[bytes] = []

    @property
    def url(self) -> str:
        """The address for the setting `mail_url`."""
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    def take(self, sender: str, recipients: list[str], data: bytes) -> None:
        message = message_from_bytes(data, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.letters.append(Letter(sender, tuple(recipients), message))


@contextmanager
def open_postbox() -> Iterator[Postbox]:
    """A server on a free port, for as long as it is needed."""
    with Postbox() as made:
        thread = threading.Thread(target=made.serve_forever, daemon=True)
        thread.start()
        try:
            yield made
        finally:
            made.shutdown()
            thread.join()


def wait_for_mail() -> None:
    """Until every mail that is on its way has been handed over."""
    for thread in threading.enumerate():
        if thread.name == "mail":
            thread.join(10)
