"""Tried once inside the sandbox, to see whether a child can work there at all."""

import PIL.Image

print(PIL.Image.__name__)  # noqa: T201  (the answer of the child)
