"""What is public of calls: what the office publishes, never an application."""

from geo.core.features import Feature

CALLS = Feature(
    name="calls",
    view="published.calls",
    columns=(
        *("id", "title", "title_en", "body", "body_en", "contact", "asks_site", "opens_at", "closes_at"),
        *("project_slug", "project", "project_en", "extended_at", "decided_at", "is_example", "version"),
        *("called_off_at", "called_off_reason", "called_off_reason_en"),
    ),
    geometry=None,
    title_de="Aufrufe",
    title_en="Calls",
)
CALL_CRITERIA = Feature(
    name="call_criteria",
    view="published.call_criteria",
    columns=("id", "call_id", "position", "name", "name_en", "description", "description_en", "weight"),
    geometry=None,
    title_de="Kriterien der Aufrufe",
    title_en="Criteria of calls",
)
