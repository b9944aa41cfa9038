"""A real server with the sample register in a subprocess, and Debian's Chromium without any way out.

The journeys write into a register of their own. What a page asks of another host is noted and fails the test, as does
any report of the content security policy. Screenshot and server log are kept when a test fails.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, expect, sync_playwright

from tests.browser import checks

ROOT = Path(__file__).resolve().parents[2]
ARTIFACTS = ROOT / "test-artifacts"
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
START_SECONDS = 300
# A busy machine is no reason to fail: what is waited for comes in a moment, or not at all.
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)


@dataclass
class Server:
    """A running register: its address, the sample sign-ins, what it printed."""

    url: str
    passwords: dict[str, str]
    process: subprocess.Popen[str]
    home: Path
    lines: list[str] = field(default_factory=list)


def _read(process: subprocess.Popen[str], lines: list[str]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line.rstrip("\n"))


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """`innenstadt serve` on a free port, with a home of its own."""
    home = Path(tempfile.mkdtemp(prefix="innenstadt-browser-"))
    home.chmod(0o711)
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "INNENSTADT_"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "geo", "--home", str(home), "serve", "--port", "0"],
        cwd=ROOT,
        env=environment | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: list[str] = []
    threading.Thread(target=_read, args=(process, lines), daemon=True).start()
    running = Server("", {}, process, home, lines)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not any(line.startswith("Stop with") for line in lines):
            assert process.poll() is None and time.monotonic() < deadline, "\n".join(lines)
            time.sleep(0.1)
        running.url = next(re.search(r"http://\S+?(?=/ )", line) for line in lines if "Ready after" in line)[0]
        running.passwords = dict(
            found.groups() for line in lines if (found := re.fullmatch(r"  (\S+@\S+) +(\S+)", line))
        )
        _wait_for(running.url)
        yield running
    finally:
        process.terminate()
        process.wait(120)
        shutil.rmtree(home, ignore_errors=True)


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 120
    while True:
        try:
            with urlopen(f"{url}/livez", timeout=20) as answer:
                assert answer.status == 200
                return
        except OSError:
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.1)


@pytest.fixture(scope="session")
def browser(server: Server) -> Iterator[Browser]:
    """One Chromium for all browser tests; it goes before the server does, which waits for open connections."""
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    assert program, "No Chromium found; `./dev test` installs it."
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield launched
        launched.close()


@dataclass
class Watch:
    """What the pages of one test did that no page may do."""

    foreign: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def follow(self, context: BrowserContext, server: Server) -> None:
        """Note what is asked for, what fails and what the browser complains of."""

        def note_response(response: Response) -> None:
            request = response.request
            expected = request.is_navigation_request() and response.status < 500  # 403, 409, 422 are pages to look at
            if response.status >= 400 and not expected:
                self.violations.append(f"{response.status} for {request.method} {request.url}")

        def note_request(request: Any) -> None:
            if request.url.startswith(("blob:", "data:")):
                return
            self.hosts.add(request.url.split("/")[2])
            if not request.url.startswith(server.url):
                self.foreign.append(request.url)
            if request.url.endswith("/csp"):
                self.violations.append(request.post_data or "report")

        def note_console(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
                self.violations.append(message.text)

        context.on("request", note_request)
        context.on("response", note_response)
        context.on("console", note_console)
        context.on("weberror", lambda event: self.violations.append(f"script error: {event.error}"))

    def assert_clean(self) -> None:
        assert self.foreign == [] and self.violations == []
        assert len(self.hosts) <= 1


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture(params=[1280], ids=["desk"])
def width(request: pytest.FixtureRequest) -> int:
    """Override with `@pytest.mark.parametrize("width", [390], indirect=True)` for a phone."""
    return request.param


@pytest.fixture
def visit(
    browser: Browser, server: Server, watch: Watch, width: int, known: "Known", request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """`visit()` is a page of a fresh visitor, `visit("leitung.gotha")` of a person who is signed in, `visit("planung", "Gotha")`
    of one of the alliance who works in that town.

    Further options go to the browser's context. Any number of people can meet in one test; whatever their pages asked of
    another host or did against the policy fails it.
    """
    contexts: list[BrowserContext] = []

    def start(person: str | None = None, town: str | None = None, **options: Any) -> Page:
        context = browser.new_context(
            **checks.PLACE, base_url=server.url, **{"viewport": checks.screen(width)} | options
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(checks.AXE)
        watch.follow(context, server)
        opened = context.new_page()
        if late := request.config.getoption("--late"):
            slow_down(opened, late)
        if person:
            known.sign_in(opened, person, town)
        return opened

    yield start
    if getattr(request.node, "failed", False):
        keep_evidence(request.node.name, [page for context in contexts for page in context.pages], server)
    for context in contexts:
        context.close()
    watch.assert_clean()


def slow_down(page: Page, milliseconds: int) -> None:
    """Answers come late and none is kept: what a page loses that is used before its scripts are there shows."""
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.setCacheDisabled", {"cacheDisabled": True})
    conditions = {"offline": False, "latency": milliseconds, "downloadThroughput": -1, "uploadThroughput": -1}
    line.send("Network.emulateNetworkConditions", conditions)


def keep_evidence(name: str, pages: list[Page], server: Server) -> None:
    """Screenshots and the server's log of a test that failed."""
    ARTIFACTS.mkdir(exist_ok=True)
    name = re.sub(r"\W+", "-", name)
    for number, page in enumerate(pages):
        page.screenshot(path=ARTIFACTS / f"{name}-{number}.png", full_page=True)
    (ARTIFACTS / f"{name}.log").write_text("\n".join(server.lines[-400:]))


@pytest.fixture
def page(visit: Callable[..., Page]) -> Page:
    """A page of a fresh visitor."""
    return visit()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    outcome = yield
    if outcome.get_result().failed:
        item.failed = True


@dataclass
class Known:
    """The people of the sample register, signed in once a session each, through the form."""

    server: Server
    cookies: dict[str, Any] = field(default_factory=dict)

    def address(self, person: str) -> str:
        return next(known for known in self.server.passwords if known.startswith(f"{person}@"))

    def sign_in(self, page: Page, person: str, town: str | None = None) -> None:
        """By the cookie of an earlier sign-in, or by the form and then kept; for the alliance always by the form,
        because the town that they work in belongs to the session.
        """
        if person in self.cookies:
            page.context.add_cookies(self.cookies[person])
            return
        self.fill_in(page, person)
        if "." in person:
            self.cookies[person] = page.context.cookies()
        if town:
            with page.expect_navigation():
                page.get_by_label("Gemeinde", exact=True).select_option(town)

    def fill_in(self, page: Page, person: str) -> None:
        """By the form, always."""
        page.goto("/intern/anmelden")
        page.get_by_label("E-Mail-Adresse").fill(self.address(person))
        page.get_by_label(re.compile("^Passwort")).fill(self.server.passwords[self.address(person)])
        page.get_by_role("button", name="Anmelden", exact=True).click()
        page.wait_for_url(re.compile(r"/intern$"))


@pytest.fixture(scope="session")
def known(server: Server) -> Known:
    return Known(server)
