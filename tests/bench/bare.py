"""A statement in a loop on four connections, without anything around it: `python -m tests.bench.bare CONNINFO SECONDS`."""

import ast
import sys
import threading
import time

import psycopg


def main() -> None:
    """Reads the statement and its values from standard input; prints how often it ran in a second."""
    conninfo, seconds = sys.argv[1], float(sys.argv[2])
    statement, values = ast.literal_eval(sys.stdin.read())
    counted = [0] * 4

    def loop(number: int) -> None:
        with psycopg.connect(conninfo, autocommit=True) as connection:
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                given = values[(counted[number] * 4 + number) % len(values)]
                found = connection.execute(statement, given).pgresult
                assert found is not None
                [found.get_value(row, 0) for row in range(found.ntuples)]  # bytes, as they came
                counted[number] += 1

    threads = [threading.Thread(target=loop, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(sum(counted) / seconds)


if __name__ == "__main__":
    main()
