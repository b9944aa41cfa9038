"""Every view carries a mark that says who may call it. A route without a mark fails a test, and answers nobody."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from geo.core.access import Action

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Mark:
    """Who may call a view: everybody, whoever is signed in, or whoever may do `action` (in the town worked in).

    `action` is asked for the town that the page is shown for; where the object's own town decides, the service
    asks again through `perform()`, so that a mark opens a page and never a row.
    """

    kind: str
    action: Action | None = None
    takes_forms: bool = False


def public(view: View) -> View:
    """Everybody; the view reads on the public pool and sets no cookie."""
    return _marked(view, Mark("public"))


def public_form(view: View) -> View:
    """Everybody, and they may send a form: without session and cookie there is nothing that a stranger's page could
    use, so no token is asked for; what is written is written by the register on their behalf, on the staff pool.
    """
    return _marked(view, Mark("public", takes_forms=True))


def by_link(view: View) -> View:
    """Whoever has a secret link from a mail; the view reads and writes what it leads to on the staff pool."""
    return _marked(view, Mark("public", takes_forms=True))


def sign_in_page(view: View) -> View:
    """Everybody, on the way to being signed in; may set the session cookie."""
    return _marked(view, Mark("sign_in"))


def signed_in(view: View) -> View:
    """Any person who is signed in."""
    return _marked(view, Mark("signed_in"))


def needs(action: Action) -> Callable[[View], View]:
    """A person who may do `action` somewhere."""

    def decorate(view: View) -> View:
        return _marked(view, Mark("needs", action))

    return decorate


def _marked(view: View, mark: Mark) -> View:
    view.access_mark = mark  # type: ignore[attr-defined]  # a function takes any attribute
    return view


def mark_of(view: Callable[..., Any] | None) -> Mark | None:
    """The mark of a view function; None if it has none."""
    return getattr(view, "access_mark", None)
