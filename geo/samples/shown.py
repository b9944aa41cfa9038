"""Whether the public sees anything made up, so that every page can say so."""

from sqlalchemy import text
from sqlalchemy.orm import Session

_EXAMPLES = text(
    "SELECT EXISTS (SELECT FROM published.vacancies WHERE is_example)"
    " OR EXISTS (SELECT FROM published.viewpoints WHERE is_example)"
    " OR EXISTS (SELECT FROM published.stops WHERE is_example)"
)


def has_examples(session: Session) -> bool:
    """True while an example stands in one of the public views. Works under the public role."""
    return bool(session.scalar(_EXAMPLES))
