"""The one way in which a child says no."""


class Refused(Exception):
    """The file cannot be used; the text is a sentence for the person who handed it in."""
