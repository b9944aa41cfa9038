"""Who is signed in, and whether the page is for them."""

from flask import Flask


def init(app: Flask) -> None:
    """Load the actor and check the view's mark before each view."""
