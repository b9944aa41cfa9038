"""The web server process: gunicorn with threads, on the listening socket handed over by `innenstadt serve`."""

import os
import signal
import sys
import threading
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.http.errors import LimitRequestLine
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import ThreadWorker
from werkzeug.test import Client

from geo.settings import Settings
from geo.startup import connect, with_secret_key
from webapp import RegisterApp, create_app
from webapp.basemap.views import prepare_base_map
from webapp.errors import TOO_LONG


def too_long(app: RegisterApp) -> bytes:
    """The whole answer to an address that is longer than the server reads, as the app words its errors."""
    page = Client(app).get("/", environ_overrides={TOO_LONG: True})
    kept = [(name, value) for name, value in page.headers if name.lower() not in {"connection", "set-cookie"}]
    lines = [f"HTTP/1.1 {page.status}", *(f"{name}: {value}" for name, value in kept), "Connection: close"]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + page.data


class Worker(ThreadWorker):
    """gunicorn's, but for the one refusal that a person meets in a browser: that is a page of the register."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer what went wrong before the app saw the request."""
        if not isinstance(exc, LimitRequestLine):
            super().handle_error(req, client, addr, exc)
            return
        try:
            write_nonblock(client, self.app.too_long)
        except OSError:
            self.log.debug("Failed to send error message.")


class Server(BaseApplication):
    """gunicorn with the register's settings; each worker opens its own pools."""

    def __init__(self, settings: Settings, listener_fd: int):
        self.settings, self.listener_fd, self.too_long = settings, listener_fd, b""
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": f"fd://{self.listener_fd}",
            "workers": self.settings.workers,
            "worker_class": Worker,
            "threads": self.settings.threads,
            "timeout": 60,
            "graceful_timeout": 15,
            "keepalive": 5,
            "max_requests": 20_000,
            "max_requests_jitter": 2_000,
            "limit_request_line": 8_190,
            "loglevel": "warning",
            "proc_name": "innenstadt",
            # Nobody's headers are believed here; those of proxies of our own are read by ProxyFix (PROXY_HOPS).
            "forwarded_allow_ips": "",
            "forwarder_headers": "",
            "secure_scheme_headers": {},
            "control_socket_disable": True,  # several registers on one machine would share it
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> RegisterApp:
        app = create_app(self.settings, connect(self.settings, pool_size=self.settings.threads))
        with app.app_context():
            prepare_base_map()
        self.too_long = too_long(app)
        return app


def _end_with_the_parent(own: int) -> None:
    """The parent holds the other end of standard input: when it is gone, this process ends in order."""
    while os.read(0, 1):
        pass
    os.kill(own, signal.SIGTERM)


def main() -> None:
    """Serve until told to stop. The first argument is the descriptor of the listening socket."""
    settings = with_secret_key(Settings.from_env())
    threading.Thread(target=_end_with_the_parent, args=(os.getpid(),), daemon=True).start()
    Server(settings, int(sys.argv[1])).run()


if __name__ == "__main__":
    main()
