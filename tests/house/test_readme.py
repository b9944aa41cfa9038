"""The README says what is: settings, commands and permissions are compared with the code."""

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest

from geo.cli import innenstadt
from geo.core.access import ALLIANCE_ROLES, PERMISSIONS, TOWN_ROLES, Action
from geo.core.errors import SetupError
from geo.settings import Settings, variable

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()


def _section(title: str) -> str:
    return README.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def _first_column(title: str) -> list[str]:
    return [found[1] for line in _section(title).splitlines() if (found := re.match(r"\| `([^`]+)`", line))]


def test_settings_table_is_complete():
    assert _first_column("Settings") == [variable(name) for name in [field.name for field in fields(Settings)]]


def test_defaults_in_the_settings_table_are_the_real_ones():
    rows = dict(re.findall(r"^\| `(\w+)` \| `([^`]+)` \|", _section("Settings"), re.M))
    for field in fields(Settings):
        if field.name in {"home", "base_url"} or field.default is None:
            continue
        expected = str(int(field.default)) if isinstance(field.default, bool) else str(field.default)
        assert rows[variable(field.name)] == expected, field.name


def _commands(group: click.Group, prefix: str) -> list[str]:
    found = []
    for name, command in group.commands.items():
        path = f"{prefix} {name}"
        found += _commands(command, path) if isinstance(command, click.Group) else [path]
    return found


def test_every_command_is_in_the_table_and_the_other_way_round():
    assert sorted(_first_column("The command line")) == sorted(_commands(innenstadt, "innenstadt"))


def test_every_command_explains_itself():
    def walk(group: click.Group) -> None:
        for command in group.commands.values():
            assert command.help and command.help.strip().endswith("."), command.name
            if isinstance(command, click.Group):
                walk(command)

    walk(innenstadt)


def test_dev_commands_are_those_of_the_script():
    listed = {row.removeprefix("./dev ") for row in _first_column("Start in five minutes")}
    in_help = set(re.findall(r"^\./dev (\w+)", (ROOT / "dev").read_text(), re.M))
    assert listed == in_help


def test_folders_of_the_map_exist():
    rows = _section("A map of the tree").splitlines()
    names = [name for row in rows if row.startswith("| `") for name in re.findall(r"`([\w/]+)/`", row.split("|")[1])]
    assert len(names) > 10 and [name for name in names if not (ROOT / name).is_dir()] == []


def permission_table() -> str:
    roles = [*TOWN_ROLES, *ALLIANCE_ROLES]
    lines = ["| action | " + " | ".join(roles) + " |", "|---|" + "---|" * len(roles)]
    for action in Action:
        rule = PERMISSIONS[action]
        marks = []
        for role in roles:
            town = rule.town and role in TOWN_ROLES and TOWN_ROLES.index(role) >= TOWN_ROLES.index(rule.town)
            marks.append("x" if town or role in rule.alliance or rule.anyone_signed_in else "")
        lines.append(f"| `{action}` | " + " | ".join(marks) + " |")
    return "\n".join(lines)


def test_permission_table_is_the_code():
    table = README.split("<!-- permissions -->\n")[1].split("\n<!-- /permissions -->")[0]
    assert table == permission_table()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("INNENSTADT_PORT", "viele"),
        ("INNENSTADT_SAMPLE_ON_FOREIGN_DATABASE", "vielleicht"),
        ("INNENSTADT_THREADS", "-1"),
    ],
)
def test_a_bad_setting_is_one_sentence(name, value):
    with pytest.raises(SetupError, match=name):
        Settings.from_env({name: value})


def test_settings_are_frozen_and_blank_means_default():
    settings = Settings.from_env({"INNENSTADT_PORT": " ", "DATABASE_URL": ""})
    assert settings.port == 8000 and settings.embedded
    with pytest.raises(AttributeError):
        settings.port = 1


def test_the_command_line_wins_over_the_environment():
    assert Settings.from_env({"INNENSTADT_PORT": "9000"}, port=9001).port == 9001
