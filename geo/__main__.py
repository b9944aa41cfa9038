"""`python -m geo` and the command `innenstadt`."""

from geo.cli import main

if __name__ == "__main__":
    main()
