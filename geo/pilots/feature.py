"""What is public of pilot projects and their sites: everything the office records, with its source."""

from geo.core.features import Feature

PILOT_PROJECTS = Feature(
    name="pilot_projects",
    view="published.pilot_projects",
    columns=(
        "id",
        "slug",
        "part",
        "name",
        "name_en",
        "summary",
        "summary_en",
        "source",
        "working_group",
        "working_group_en",
    ),
    geometry=None,
    title_de="Pilotprojekte",
    title_en="Pilot projects",
)
PILOT_SITES = Feature(
    name="pilot_sites",
    view="published.pilot_sites",
    columns=(
        "id",
        "pilot_project_id",
        "project_slug",
        "project",
        "project_en",
        "part",
        "municipality_id",
        "municipality",
        "name",
        "name_en",
        "is_chosen",
        "tree_count",
        "grant_eur",
        "note",
        "note_en",
        "source",
        "street",
        "postcode",
        "locality",
        "place_id",
    ),
    title_de="Pilotstandorte",
    title_en="Pilot sites",
)
