# ruff: noqa: T201 - it talks to a person at a terminal
"""What the commands of `./dev` need, set up step by step: system packages, Python, the front end, the texts.

Standard library only, because it runs before anything is installed. Each step notes a hash of its inputs when it is
done, so that a finished step costs nothing the next time and one that was broken off is simply done again.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from ctypes.util import find_library
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent
NOTES = ROOT / ".cache" / "dev"  # what is set up, and the log of doing so
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
PEER = ROOT / ".cache" / "peer"  # what the bench measures against, with packages of its own
LAUNCHER = VENV / "bin" / "innenstadt"
DIST = ROOT / "webapp" / "static" / "dist"
REPORTS = ROOT / "geo" / "reports" / "built"
MODULES = ROOT / "node_modules"
TRANSLATIONS = ROOT / "webapp" / "translations"
# The first is Chromium without a window: the same engine, and a third less work for the machine.
BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome", "google-chrome-stable", "chromium-browser")
NODE_MAJOR = 18
POSTGRES_MAJOR = 15
BEGAN = time.monotonic()


class Stop(Exception):
    """Ends the command with one sentence."""


def say(text: str) -> None:
    """A line of progress with the seconds since the start."""
    print(f"[{time.monotonic() - BEGAN:4.0f} s] {text}", file=sys.stderr, flush=True)


def run(*command: str | Path, tries: int = 1) -> None:
    """Runs a step, its words into the log; tries again after a failure, as networks fail."""
    log = NOTES / "setup.log"
    for attempt in range(1, tries + 1):
        with log.open("ab") as words:
            words.write(f"\n$ {shlex.join(map(str, command))}\n".encode())
            words.flush()
            from_here = words.tell()
            if _wait(command, words) == 0:
                return
        if attempt < tries:
            say(f"that failed; trying again ({attempt + 1} of {tries})")
            time.sleep(3 * attempt)
    said = log.read_bytes()[from_here:].decode(errors="replace").strip().splitlines()[-12:]
    print("\n".join(said), file=sys.stderr)
    raise Stop(f"This step failed: {shlex.join(map(str, command))} (all of it in {log}).")


def _wait(command: Iterable[str | Path], words: IO[bytes]) -> int:
    child = subprocess.Popen(
        [*map(str, command)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=words,
        stderr=subprocess.STDOUT,
        close_fds=False,  # it keeps the lock of the set-up even if this process is killed
    )
    try:
        while True:
            try:
                return child.wait(20)
            except subprocess.TimeoutExpired:
                say("still working")
    finally:
        child.terminate()  # after Ctrl-C; it does nothing to one that has ended
        child.wait()


def output(*command: str) -> str:
    """What a quick command says."""
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def digest(*inputs: Path | str) -> str:
    """A hash of files, of folders with all that is in them, and of words."""
    total = hashlib.sha256()
    for one in inputs:
        if isinstance(one, str):
            total.update(one.encode() + b"\0")
            continue
        for file in sorted(one.rglob("*")) if one.is_dir() else [one]:
            if file.is_file():
                content = hashlib.sha256(file.read_bytes()).digest()
                total.update(str(file.relative_to(ROOT)).encode() + b"\0" + content)
    return total.hexdigest()


def step(name: str, wanted: str, there: bool, text: str, work: Callable[[], None]) -> None:
    """Does the work unless it is noted as done with the same inputs and its result is there."""
    note = NOTES / name
    if there and note.is_file() and note.read_text() == wanted:
        return
    say(text)
    note.unlink(missing_ok=True)
    work()
    fresh = note.with_suffix(".new")
    fresh.write_text(wanted)
    fresh.replace(note)


def has_postgis() -> bool:
    """Whether a PostgreSQL that is new enough is here with its PostGIS."""
    for server in Path("/usr/lib/postgresql").glob("*/bin/postgres"):
        major = server.parts[4]
        control = Path(f"/usr/share/postgresql/{major}/extension/postgis.control")
        if major.isdigit() and int(major) >= POSTGRES_MAJOR and control.is_file():
            return True
    share = output("pg_config", "--sharedir").strip() if shutil.which("pg_config") else "/nowhere"
    return Path(share, "extension", "postgis.control").is_file()


def missing_packages(test: bool, front_end: bool, bench: bool) -> list[str]:
    """What apt has to bring."""
    missing = [] if has_postgis() else postgres_packages()
    if not shutil.which("bwrap"):
        missing.append("bubblewrap")
    if not PYTHON.exists() and not importlib.util.find_spec("ensurepip"):
        missing.append("python3-venv")
    if front_end:
        missing += [deb for deb, tool in (("nodejs", "node"), ("npm", "npm")) if not shutil.which(tool)]
    if not find_library("pangoft2-1.0"):  # reports as PDF are set with Pango
        missing += ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-liberation"]
    if test and not any(shutil.which(name) for name in BROWSERS):
        missing += ["chromium-headless-shell", "fonts-liberation"]
    if test and not shutil.which("gdal_viewshed"):  # what is computed from terrain is compared with it
        missing.append("gdal-bin")
    if bench:
        missing += [deb for deb, tool in (("gdal-bin", "ogr2ogr"), ("wrk", "wrk")) if not shutil.which(tool)]
    missing = list(dict.fromkeys(missing))
    return missing


def postgres_packages() -> list[str]:
    """The newest PostgreSQL for which this release has PostGIS."""
    search = ["apt-cache", "search", "--names-only", "^postgresql-[0-9]+-postgis-3$"]
    found = output(*search) if shutil.which("apt-cache") else ""
    majors = [int(n) for n in re.findall(r"^postgresql-(\d+)-", found, re.MULTILINE)]
    system = platform.freedesktop_os_release()
    usual = {"trixie": 17, "noble": 16}.get(system.get("VERSION_CODENAME", ""), 15)
    major = max(majors, default=usual)
    return [f"postgresql-{major}", f"postgresql-{major}-postgis-3"]


def install_packages(test: bool, front_end: bool, bench: bool) -> None:
    """By apt, as root or through sudo; else says which packages to install."""
    missing = missing_packages(test, front_end, bench)
    if not missing:
        return
    if "chromium-headless-shell" in missing and platform.freedesktop_os_release()["ID"] == "ubuntu":
        raise Stop(
            "The browser tests need Chromium, and Ubuntu has it as a snap only: install it with "
            "`snap install chromium`, or install Google Chrome, then try again."
        )
    root: list[str] = [] if os.geteuid() == 0 else ["sudo"]
    if not shutil.which("apt-get") or (root and not may_sudo()):
        raise Stop(
            f"These packages are missing and need an administrator: {' '.join(missing)}. "
            f"Install them (on Debian: apt-get install {' '.join(missing)}), then try again."
        )
    apt = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--yes", "--quiet"]
    apt += ["-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3"]
    say("list of system packages")
    run(*root, "dpkg", "--configure", "-a")  # finishes what was broken off; else does nothing
    run(*apt, "update", tries=3)
    missing = missing_packages(test, front_end, bench)  # now by the names that this release has
    if not has_postgis():  # Debian would start a server of its own, which nobody asked for
        folder, line = "/etc/postgresql-common/createcluster.d", "create_main_cluster = false"
        write = f"mkdir -p {folder} && echo '{line}' > {folder}/innenstadtregister.conf"
        run(*root, "sh", "-c", write)
    say(f"system packages: {' '.join(missing)}")
    run(*apt, "install", "--no-install-recommends", *missing, tries=3)


def may_sudo() -> bool:
    """Whether sudo works, without a word or after asking the person at the terminal."""
    if not shutil.which("sudo"):
        return False
    quiet = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    if quiet.returncode == 0:
        return True
    return sys.stdin.isatty() and subprocess.run(["sudo", "-v"], check=False).returncode == 0


def set_up_python(test: bool) -> None:
    """The virtual environment, with all packages checked against their hashes."""
    files = {"runtime": ROOT / "requirements.lock", "development": ROOT / "requirements-dev.lock"}
    ready = {name: digest(sys.version, str(VENV), file) for name, file in files.items()}
    note = NOTES / "python"
    done = note.read_text() if note.is_file() and PYTHON.exists() else ""
    if done == ready["development"] or (done == ready["runtime"] and not test):
        return
    kind = "development" if test or done else "runtime"

    def work() -> None:
        if done != ready["runtime"]:  # broken off, or another lock: begin anew
            shutil.rmtree(VENV, ignore_errors=True)
            run(sys.executable, "-m", "venv", VENV)
        options = ["--require-hashes", "--prefer-binary", "--no-input", "--retries", "5", "--no-compile"]
        quiet = ["--disable-pip-version-check", "--progress-bar", "off"]
        lock = ["--requirement", str(files[kind])]
        run(PYTHON, "-m", "pip", "install", *options, *quiet, *lock, tries=3)
        packages = next(VENV.glob("lib/python3*/site-packages"))
        # Compiled on every core, without the packages' own tests; pip takes one core and twice as long.
        run(PYTHON, "-m", "compileall", "-q", "-j", "0", "-x", "/tests?/", packages)
        (packages / "innenstadtregister.pth").write_text(f"{ROOT}\n")
        LAUNCHER.write_text('#!/bin/sh\nexec "$(dirname "$(readlink -f "$0")")/python" -P -m geo "$@"\n')
        LAUNCHER.chmod(0o755)

    step("python", ready[kind], False, f"Python packages ({kind})", work)


def set_up_planner() -> None:
    """Compiles the planner's annealing to machine code, which takes some ten seconds that no plan should wait for."""
    sources = ROOT / "geo" / "trees" / "planner" / "annealing"
    there = any(sources.glob("__pycache__/annealing-*/ready"))
    command = (PYTHON, "-m", "geo.trees.planner.annealing.compiling")
    inputs = digest(sys.version, platform.processor(), ROOT / "requirements.lock", *sorted(sources.glob("*.py")))
    step("planner", inputs, there, "the planner's machine code", lambda: run(*command))


def set_up_peer() -> None:
    """pygeoapi, which the bench measures the map against: never a part of the register's own environment."""
    lock = ROOT / "requirements-bench.lock"

    def work() -> None:
        shutil.rmtree(PEER, ignore_errors=True)
        run(sys.executable, "-m", "venv", PEER)
        options = ["--require-hashes", "--prefer-binary", "--no-input", "--disable-pip-version-check"]
        run(PEER / "bin" / "python", "-m", "pip", "install", *options, "--requirement", lock, tries=3)

    step("peer", digest(sys.version, lock), (PEER / "bin" / "python").exists(), "pygeoapi, to measure against", work)


def front_end_inputs() -> str:
    """A hash of everything the bundle is made of."""
    static = ROOT / "webapp" / "static"
    inputs = [static / "src", static / "bundle", *sorted(static.glob("*.mjs"))]
    manifests = [ROOT / "package.json", ROOT / "package-lock.json"]
    return digest(*manifests, *(one for one in inputs if one.exists()))


def front_end_is_built() -> bool:
    """Whether the bundle fits its sources."""
    note = NOTES / "front-end"
    built = DIST.is_dir() and any(DIST.iterdir()) and (REPORTS / "report.js").is_file() and note.is_file()
    return built and note.read_text() == front_end_inputs()


def set_up_front_end(test: bool) -> None:
    """The bundle, and for the tests what they need from npm."""
    lock = digest(ROOT / "package.json", ROOT / "package-lock.json")
    if test or not front_end_is_built():
        version = output("node", "--version").strip()
        if int(re.sub(r"v(\d+).*", r"\1", version) or 0) < NODE_MAJOR:
            raise Stop(f"Node {NODE_MAJOR} or later is needed; this is {version}.")
        fetch = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
        step("npm", lock, MODULES.is_dir(), "front-end packages", lambda: run(*fetch, tries=3))
    built = front_end_is_built()
    step("front-end", front_end_inputs(), built, "front end", lambda: run("npm", "run", "build"))


def set_up_translations() -> None:
    """Compiles the texts of the other language."""
    sources = sorted(TRANSLATIONS.rglob("*.po"))
    if sources:
        compiled = all(source.with_suffix(".mo").is_file() for source in sources)
        command = (VENV / "bin" / "pybabel", "compile", "--directory", TRANSLATIONS)
        step("texts", digest(*sources), compiled, "translations", lambda: run(*command))


def set_up(test: bool = False, front_end: bool = True, bench: bool = False) -> None:
    """Everything that a command needs; one set-up at a time."""
    NOTES.mkdir(parents=True, exist_ok=True)
    with (NOTES / "lock").open("w") as lock:
        os.set_inheritable(lock.fileno(), True)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another set-up")
            fcntl.flock(lock, fcntl.LOCK_EX)
        install_packages(test, front_end=front_end and (test or not front_end_is_built()), bench=bench)
        set_up_python(test)
        set_up_planner()
        if bench:
            set_up_peer()
        if front_end:
            set_up_front_end(test)
            set_up_translations()
