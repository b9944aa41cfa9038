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
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
ARTIFACTS = ROOT / "test-artifacts"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
START_SECONDS = 120


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
        process.wait(40)
        shutil.rmtree(home, ignore_errors=True)


def _wait_for(url: str) -> None:
    from urllib.request import urlopen

    deadline = time.monotonic() + 30
    while True:
        try:
            with urlopen(f"{url}/livez", timeout=2) as answer:
                assert answer.status == 200
                return
        except OSError:
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.1)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all browser tests."""
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


def _watched(context: BrowserContext, server: Server, watch: Watch) -> None:
    def note_request(request: Request) -> None:
        if request.url.startswith(("blob:", "data:")):
            return
        watch.hosts.add(request.url.split("/")[2])
        if not request.url.startswith(server.url):
            watch.foreign.append(request.url)
        if request.url.endswith("/csp"):
            watch.violations.append(request.post_data or "report")

    def note_console(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or message.type == "error":
            watch.violations.append(message.text)

    def note_error(error: Exception) -> None:
        watch.violations.append(f"script error: {error}")

    context.on("request", note_request)
    context.on("console", note_console)
    context.on("weberror", lambda event: note_error(event.error))


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture(params=[1280], ids=["desk"])
def width(request: pytest.FixtureRequest) -> int:
    """Override with `@pytest.mark.parametrize("width", [390], indirect=True)` for a phone."""
    return request.param


@pytest.fixture
def page(browser: Browser, server: Server, watch: Watch, width: int, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of a fresh visitor. The test fails when anything foreign was asked for or the policy was broken."""
    context = browser.new_context(
        base_url=server.url,
        locale="de-DE",
        timezone_id="Europe/Berlin",
        viewport={"width": width, "height": 800 if width > 600 else 780},
        reduced_motion="reduce",
    )
    context.set_default_timeout(15_000)
    _watched(context, server, watch)
    opened = context.new_page()
    yield opened
    failed = getattr(request.node, "failed", False)
    if failed:
        ARTIFACTS.mkdir(exist_ok=True)
        name = re.sub(r"\W+", "-", request.node.name)
        opened.screenshot(path=ARTIFACTS / f"{name}.png", full_page=True)
        (ARTIFACTS / f"{name}.log").write_text("\n".join(server.lines[-400:]))
    context.close()
    assert watch.foreign == [] and watch.violations == []
    assert len(watch.hosts) <= 1


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    outcome = yield
    if outcome.get_result().failed:
        item.failed = True


@pytest.fixture
def sign_in_as(server: Server, page: Page):
    """`sign_in_as("sachbearbeitung.gotha")` signs the page's visitor in as that sample person."""

    def sign_in(person: str) -> None:
        address = next(known for known in server.passwords if known.startswith(f"{person}@"))
        page.goto("/intern/anmelden")
        page.get_by_label("E-Mail").fill(address)
        page.get_by_label("Passwort", exact=True).fill(server.passwords[address])
        page.get_by_role("button", name="Anmelden", exact=True).click()
        page.wait_for_url(re.compile(r"/intern(?!/anmelden)"))

    return sign_in


@pytest.fixture
def axe(page: Page):
    """`axe()` fails with what axe finds wrong on the page as it is now."""

    def check() -> None:
        page.evaluate(AXE.read_text())
        found = page.evaluate(
            "() => axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
        )
        problems = [
            f"{problem['id']}: {problem['help']} at {[node['target'] for node in problem['nodes']][:4]}"
            for problem in found["violations"]
        ]
        assert problems == [], f"{page.url}\n" + "\n".join(problems)

    return check
