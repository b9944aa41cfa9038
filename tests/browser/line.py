"""A line between a browser and the server that can be cut: dead, late, or losing the answer to an entry."""

import socket
import threading
from contextlib import suppress


class Line:
    """Passes bytes on while `mode` is "pass"; set `mode` by `cut` and `mend`.

    "dead": nobody answers. "lost": an entry reaches the server, its answer does not come back. "late": it comes
    when the line is mended.
    """

    def __init__(self, target: str):
        host, port = target.removeprefix("http://").split(":")
        self.target = (host, int(port))
        self.mode, self.lost = "pass", 0
        self.passing = threading.Event()
        self.open: set[socket.socket] = set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self, mode: str = "dead") -> None:
        """From now on, also for connections that are open."""
        self.mode = mode
        self.passing.clear()
        for line in list(self.open):
            _close(line)

    def mend(self) -> None:
        self.mode = "pass"
        self.passing.set()

    def close(self) -> None:
        self.cut()
        self.passing.set()  # nobody waits for an answer any more
        self.listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            if self.mode == "dead":
                _close(client)
                continue
            server = socket.create_connection(self.target)
            self.open |= {client, server}
            state = {"entry": False}
            threading.Thread(target=self._up, args=(client, server, state), daemon=True).start()
            threading.Thread(target=self._down, args=(server, client, state), daemon=True).start()

    def _up(self, client: socket.socket, server: socket.socket, state: dict[str, bool]) -> None:
        with suppress(OSError):
            while data := client.recv(65536):
                if data.startswith((b"POST", b"GET")):
                    state["entry"] = data.startswith(b"POST") and b"/eintraege " in data[:200]
                server.sendall(data)
        _close(client, server)

    def _down(self, server: socket.socket, client: socket.socket, state: dict[str, bool]) -> None:
        with suppress(OSError):
            while data := server.recv(65536):
                if state["entry"] and self.mode == "lost":
                    self.lost += 1
                    break
                if state["entry"] and self.mode == "late":
                    self.passing.wait()
                client.sendall(data)
        _close(client, server)


def _close(*lines: socket.socket) -> None:
    for line in lines:
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
        with suppress(OSError):
            line.close()
