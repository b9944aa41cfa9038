"""`./dev`: its help is true, its steps are done once and again after a break, its refusals are one sentence."""

import importlib.machinery
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = ["run", "test", "lint", "bench", "soak", "db", "shell", "clean", "help"]


def call(script: Path, *words: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    """Runs the script as a person would, with another PATH when told."""
    environment = os.environ | ({"PATH": path} if path else {})
    return subprocess.run(
        [sys.executable, str(script), *words],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture
def dev(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script as a module, its set-up beside it, keeping its notes in a folder of the test."""
    copy = tmp_path / "dev"
    shutil.copy(ROOT / "dev", copy)
    shutil.copy(ROOT / "dev_setup.py", tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "dev_setup", raising=False)
    loader = importlib.machinery.SourceFileLoader("dev_script", str(copy))
    spec = importlib.util.spec_from_loader("dev_script", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    setup = sys.modules["dev_setup"]
    monkeypatch.delitem(sys.modules, "dev_setup")
    setup.NOTES.mkdir(parents=True)
    module.setup = setup
    return module


@pytest.fixture
def setup(dev: ModuleType) -> ModuleType:
    """The module of its set-up."""
    return dev.setup


def test_help_lists_every_command() -> None:
    done = call(ROOT / "dev", "help")
    assert done.returncode == 0
    assert re.findall(r"^\./dev (\w+)", done.stdout, re.MULTILINE) == COMMANDS
    assert call(ROOT / "dev").stdout == done.stdout


def test_it_runs_from_anywhere_with_a_bare_python(tmp_path: Path) -> None:
    """Nothing that is installed is needed, nor the folder that it stands in."""
    bare = [getattr(sys, "_base_executable", sys.executable), "-S", "-E", str(ROOT / "dev"), "help"]
    done = subprocess.run(
        bare, cwd=tmp_path, capture_output=True, text=True, check=False, env={"PATH": "/usr/bin:/bin"}
    )
    assert (done.returncode, done.stderr) == (0, "") and done.stdout.startswith("./dev run")


def test_an_unknown_command_is_one_sentence() -> None:
    done = call(ROOT / "dev", "fly")
    assert done.returncode == 2
    assert done.stderr == "dev: There is no command fly: ./dev help lists them.\n"


def test_without_a_package_manager_the_missing_packages_are_named(tmp_path: Path) -> None:
    done = call(ROOT / "dev", "run", path=str(tmp_path))
    assert done.returncode == 2
    assert re.fullmatch(
        r"dev: These packages are missing and need an administrator: .*bubblewrap.*\. "
        r"Install them \(on Debian: apt-get install .*bubblewrap.*\), then try again\.\n",
        done.stderr,
    )


def test_both_entrances_may_be_started() -> None:
    for script in (ROOT / "dev", ROOT / ".ci" / "run"):
        assert os.access(script, os.X_OK), script
    assert "./dev test" in (ROOT / ".ci" / "run").read_text()


def test_a_step_that_is_done_is_not_done_again(setup: ModuleType) -> None:
    done: list[int] = []
    for wanted in ("a", "a", "b", "b"):
        setup.step("one", wanted, True, "a step", lambda: done.append(1))
    assert len(done) == 2
    setup.step("one", "b", False, "its result is gone", lambda: done.append(1))
    assert len(done) == 3


def test_a_step_that_was_broken_off_is_done_again(setup: ModuleType) -> None:
    done: list[int] = []

    def break_off() -> None:
        raise setup.Stop("the network is gone")

    setup.step("one", "a", True, "a step", lambda: done.append(1))
    with pytest.raises(setup.Stop):
        setup.step("one", "b", True, "a newer step", break_off)
    setup.step("one", "a", True, "a step", lambda: done.append(1))
    assert len(done) == 2


def test_a_command_that_fails_is_tried_again_and_then_shown(
    setup: ModuleType, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    count = tmp_path / "count"
    flaky = f"echo x >> {count}; test $(wc -l < {count}) -ge 2 || {{ echo no route; exit 7; }}"
    setup.run("sh", "-c", flaky, tries=2)
    assert count.read_text().splitlines() == ["x", "x"]
    count.unlink()
    with pytest.raises(setup.Stop, match="This step failed: sh -c"):
        setup.run("sh", "-c", flaky)
    assert "no route" in capfd.readouterr().err


def test_a_digest_sees_names_contents_and_folders(setup: ModuleType, tmp_path: Path) -> None:
    folder = tmp_path / "src"
    folder.mkdir()
    (folder / "a").write_text("1")
    first = setup.digest(folder, "words")
    assert setup.digest(folder, "words") == first
    assert setup.digest(folder, "other words") != first
    (folder / "a").rename(folder / "b")
    second = setup.digest(folder, "words")
    (folder / "b").write_text("2")
    assert len({first, second, setup.digest(folder, "words")}) == 3


def test_clean_removes_what_set_up_made_and_nothing_else(dev: ModuleType, tmp_path: Path) -> None:
    for gone in (".venv/bin", "node_modules/x", "webapp/static/dist", "geo/__pycache__", ".cache/dev"):
        (tmp_path / gone).mkdir(parents=True, exist_ok=True)
    texts = tmp_path / "webapp" / "translations" / "en"
    texts.mkdir(parents=True)
    (texts / "messages.po").write_text("")
    (texts / "messages.mo").write_text("")
    home = tmp_path / "home" / "postgres"
    home.mkdir(parents=True)
    assert dev.main(["clean"]) == 0
    left = {str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*")}
    assert left == {
        "dev", "dev_setup.py", "geo", "home", "home/postgres", "webapp", "webapp/static", "webapp/translations",
        "webapp/translations/en", "webapp/translations/en/messages.po",
    }  # fmt: skip


def test_each_test_command_without_such_tests_says_so(dev: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    with pytest.raises(dev.Stop, match="There is no test marked soak yet"):
        dev.measure("soak", [])
