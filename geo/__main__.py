"""`python -m geo` and the command `innenstadt`.

Commands are loaded here by name: `innenstadt plan` needs the planner alone, which takes a sixth of the memory that all
commands together take, and starts in a tenth of their time.
"""

import sys
from importlib import import_module


def main() -> None:
    """Run the command that the arguments name."""
    import_module("geo.trees.cli" if sys.argv[1:2] == ["plan"] else "geo.cli").main()


if __name__ == "__main__":
    main()
