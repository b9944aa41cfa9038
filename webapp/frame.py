"""What every page's frame needs to know: its language, its twin in the other one, and whether examples are shown."""

import time

from flask import Flask, g

from geo.samples.shown import has_examples
from webapp import language
from webapp.app import RegisterApp

REMEMBERED_SECONDS = 60


class SampleBanner:
    """Whether the public sees made-up objects, asked once a minute a process."""

    def __init__(self, app: RegisterApp):
        self.app, self.shown = app, False
        self.asked_at = -float(REMEMBERED_SECONDS)

    def __call__(self) -> bool:
        now = time.monotonic()
        if now - self.asked_at >= REMEMBERED_SECONDS:
            self.asked_at = now
            # The frame of an error page must not fail on the error that it is about.
            self.shown = self.app.read_or(self.shown, has_examples)
        return self.shown


def init(app: Flask) -> None:
    """Add the values to every template."""
    banner = SampleBanner(app)  # type: ignore[arg-type]  # create_app makes a RegisterApp

    @app.context_processor
    def frame() -> dict[str, object]:
        return {
            "lang": g.get("lang", "de"),
            "alternate_url": language.other_language_url(),
            "sample_banner": banner(),
        }
