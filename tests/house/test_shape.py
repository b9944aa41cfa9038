"""The house keeps its shape: what may stand where, checked in the source itself."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted([*(ROOT / "geo").rglob("*.py"), *(ROOT / "webapp").rglob("*.py")])
TEXTS = [
    path
    for pattern in ("geo/**/*.py", "webapp/**/*.py", "webapp/**/*.html", "webapp/static/src/**/*", "tests/**/*.py")
    for path in ROOT.glob(pattern)
    if path.is_file() and "dist" not in path.parts
]


def _docstring_lines(source: str) -> set[int]:
    lines: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            lines.update(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    return lines


@cache
def _code() -> list[tuple[str, list[str]]]:
    """Each source file with its lines of code: no comment, no docstring."""
    found = []
    for path in SOURCES:
        source = path.read_text()
        documented = _docstring_lines(source)
        lines = [
            line.partition("#")[0] for number, line in enumerate(source.splitlines(), 1) if number not in documented
        ]
        found.append((str(path.relative_to(ROOT)), lines))
    return found


def _lines_with(pattern: str) -> list[str]:
    """The source files in which a line of code has the pattern."""
    found = re.compile(pattern)
    return [path for path, lines in _code() if any(found.search(line) for line in lines)]


def test_commit_stands_in_three_files():
    """The command line, a request, a job: each commits once it has succeeded, and nothing below them does."""
    assert set(_lines_with(r"\.commit\(")) <= {"geo/cli.py", "geo/jobs/running.py", "webapp/app.py"}


def test_the_web_application_speaks_sql_in_two_files():
    speaking = set(_lines_with(r"^(from|import) (sqlalchemy|psycopg|geoalchemy2)"))
    assert {path for path in speaking if path.startswith("webapp/")} == {"webapp/app.py", "webapp/errors.py"}


def test_environment_is_read_in_one_file():
    assert set(_lines_with(r"os\.environ|getenv")) <= {"geo/settings.py"}


def test_the_day_is_asked_of_one_clock():
    """Between midnight here and midnight in Greenwich two clocks would tell two days."""
    other = re.compile(
        r"\bdate\.today\(|datetime\.now\(\)|\.astimezone\(\)|\.utcnow\(|(?i:now(\(\))?|moment|_at)\.date\(\)|ZoneInfo\("
    )
    asked = {
        str(path.relative_to(ROOT))
        for path in TEXTS
        if path.suffix == ".py" and path != Path(__file__) and other.search(path.read_text())
    }
    assert asked == {"geo/core/clock.py"}


def test_coordinate_systems_stand_in_one_file_and_their_numbers_in_another():
    allowed = {"geo/core/geometry.py", "geo/core/systems.py"}
    outside = set(_lines_with(r"\b(4326|25832|3857|31467|31468)\b|ST_Transform|ST_SetSRID"))
    assert {path for path in outside if not path.startswith("geo/migrations/")} <= allowed


def test_session_settings_are_set_in_one_place():
    """`SET app.…` for a session would leak to the next user of the pooled connection."""
    assert _lines_with(r"SET\s+(SESSION\s+)?app\.") == []
    assert set(_lines_with(r"set_config\('app")) <= {"geo/core/db.py"}


def test_no_import_hides_in_a_function():
    hidden = [
        f"{path.relative_to(ROOT)}:{inner.lineno}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert len(SOURCES) > 400 and hidden == []


def test_no_file_is_too_long():
    lines = {str(path.relative_to(ROOT)): len(path.read_text(errors="replace").splitlines()) for path in TEXTS}
    assert len(lines) > 1000 and {path: count for path, count in lines.items() if count > 400} == {}


def test_pages_load_nothing_from_elsewhere():
    """A link that a person clicks may lead away; a source, a style, a script or a request may not."""
    loading = re.compile(
        r"""(src|srcset|action)=["']https?://|url\(["']?https?://|fetch\(["'`]https?://|(import|from) ["']https?://"""
    )
    pages = [path for path in TEXTS if path.suffix in {".html", ".js", ".css"}]
    assert [str(path.relative_to(ROOT)) for path in pages if loading.search(path.read_text())] == []


def test_templates_carry_no_inline_script_or_style():
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son(click|load|change|submit|input)=|javascript:")
    pages = list((ROOT / "webapp" / "templates").rglob("*.html"))
    assert pages and [str(path.relative_to(ROOT)) for path in pages if inline.search(path.read_text())] == []


def test_only_our_own_drawings_are_trusted_unescaped():
    """`|safe` stands where constant shapes and escaped attributes are put together, and nowhere else."""
    pages = (ROOT / "webapp" / "templates").rglob("*.html")
    trusted = {str(path.relative_to(ROOT / "webapp" / "templates")) for path in pages if "|safe" in path.read_text()}
    assert trusted <= {"macros/badge.html", "macros/icons.html", "macros/forms.html"}


def test_locks_name_no_address():
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()
    for name in ("requirements.lock", "requirements-dev.lock"):
        content = (ROOT / name).read_text()
        assert not re.search(r"^\s*(-i|--index-url|--extra-index-url)\b|://", content, re.M), name
        assert content.count("\n    --hash=sha256:") > 100


def test_runtime_lock_is_part_of_the_development_lock():
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^([a-z0-9][\w.\-\[\]]*==[^\s;]+)", (ROOT / name).read_text(), re.M))

    assert pins("requirements.lock") <= pins("requirements-dev.lock")
