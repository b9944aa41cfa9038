"""/livez and /readyz."""

from flask import Flask


def init(app: Flask) -> None:
    """Register the two addresses."""
