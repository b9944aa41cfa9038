"""How a command ends: 0 done, 1 the answer is no, 2 wrong use or bad input, 3 the installation is not as it must be."""

import os
import sys
from typing import Any, NoReturn

import click

from geo.core.errors import RegisterError, SetupError

SETTINGS: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 110}  # of all commands


def run(command: Any, **words: Any) -> None:
    """Run a command; a refusal is a sentence on standard error and an exit code, never a traceback."""
    try:
        command(standalone_mode=False, **words)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as problem:
        problem.show()
        sys.exit(2)
    except SetupError as problem:
        refuse(str(problem), 3)
    except RegisterError as problem:
        refuse(str(problem), 2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def refuse(sentence: str, code: int) -> NoReturn:
    """End with a sentence on standard error."""
    click.echo(sentence, err=True)
    sys.exit(code)
