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
def dev(tmp_path: Path) -> ModuleType:
    """The script as a module, keeping its notes in a folder of the test."""
    copy = tmp_path / "dev"
    shutil.copy(ROOT / "dev", copy)
    loader = importlib.machinery.SourceFileLoader("dev_script", str(copy))
    spec = importlib.util.spec_from_loader("dev_script", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    module.NOTES.mkdir(parents=True)
    return module


def test_help_lists_every_command() -> None:
    done = call(ROOT / "dev", "help")
    assert done.returncode == 0
    assert re.findall(r"^\./dev (\w+)", done.stdout, re.MULTILINE) == COMMANDS
    assert call(ROOT / "dev").stdout == done.stdout


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


def test_a_step_that_is_done_is_not_done_again(dev: ModuleType) -> None:
    done: list[int] = []
    for wanted in ("a", "a", "b", "b"):
        dev.step("one", wanted, True, "a step", lambda: done.append(1))
    assert len(done) == 2
    dev.step("one", "b", False, "its result is gone", lambda: done.append(1))
    assert len(done) == 3


def test_a_step_that_was_broken_off_is_done_again(dev: ModuleType) -> None:
    done: list[int] = []

    def break_off() -> None:
        raise dev.Stop("the network is gone")

    dev.step("one", "a", True, "a step", lambda: done.append(1))
    with pytest.raises(dev.Stop):
        dev.step("one", "b", True, "a newer step", break_off)
    dev.step("one", "a", True, "a step", lambda: done.append(1))
    assert len(done) == 2


def test_a_command_that_fails_is_tried_again_and_then_shown(
    dev: ModuleType, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    count = tmp_path / "count"
    flaky = f"echo x >> {count}; test $(wc -l < {count}) -ge 2 || {{ echo no route; exit 7; }}"
    dev.run("sh", "-c", flaky, tries=2)
    assert count.read_text().splitlines() == ["x", "x"]
    count.unlink()
    with pytest.raises(dev.Stop, match="This step failed: sh -c"):
        dev.run("sh", "-c", flaky)
    assert "no route" in capfd.readouterr().err


def test_a_digest_sees_names_contents_and_folders(dev: ModuleType, tmp_path: Path) -> None:
    folder = tmp_path / "src"
    folder.mkdir()
    (folder / "a").write_text("1")
    first = dev.digest(folder, "words")
    assert dev.digest(folder, "words") == first
    assert dev.digest(folder, "other words") != first
    (folder / "a").rename(folder / "b")
    second = dev.digest(folder, "words")
    (folder / "b").write_text("2")
    assert len({first, second, dev.digest(folder, "words")}) == 3


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
        "dev", "geo", "home", "home/postgres", "webapp", "webapp/static", "webapp/translations",
        "webapp/translations/en", "webapp/translations/en/messages.po",
    }  # fmt: skip


def test_each_test_command_without_such_tests_says_so(dev: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    with pytest.raises(dev.Stop, match="There is no test marked soak yet"):
        dev.measure("soak", [])
