"""What is public of a viewpoint."""

from geo.core.features import Feature

VIEWPOINTS = Feature(
    name="viewpoints",
    view="published.viewpoints",
    columns=(
        "id",
        "municipality_id",
        "municipality",
        "name",
        "name_en",
        "story",
        "story_en",
        "story_easy",
        "elevation_m",
        "best_time",
        "best_time_en",
        "furniture",
        "step_free",
        "access_note",
        "access_note_en",
        "toilet",
        "public_transport",
        "responsible_body",
        "last_checked_on",
        "wikidata",
        "is_featured",
        "street",
        "house_number",
        "postcode",
        "locality",
        "place_id",
        "is_example",
    ),
    title_de="Schönste Blicke",
    title_en="Finest views",
)
