"""Runs inside the sandbox: turns any file into rows of text. `main` is the script; the rest are its parts."""
