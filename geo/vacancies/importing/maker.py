"""The process that makes the pieces of a large file (see `pieces`): a recipe on its standard input, pieces on its output, each
pickled; at the end None, or the error that stopped it.
"""

import pickle
import sys

from geo.vacancies.importing.pieces import Recipe

if __name__ == "__main__":
    recipe: Recipe = pickle.load(sys.stdin.buffer)  # noqa: S301 (from the process that started this one)
    try:
        for piece in recipe.made():
            pickle.dump(piece, sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)
            sys.stdout.buffer.flush()
        pickle.dump(None, sys.stdout.buffer)
    except BrokenPipeError:
        sys.exit(0)  # nobody wants it any more
    except Exception as error:
        pickle.dump(error, sys.stdout.buffer)
    sys.stdout.buffer.flush()
