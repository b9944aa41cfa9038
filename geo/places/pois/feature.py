"""What is public of a place near by: all that is known of it, but who brought it in."""

from geo.core.features import Feature

POIS = Feature(
    name="pois",
    view="published.pois",
    columns=("id", "kind", "name", "opening_hours", "website", "wheelchair", "source", "is_example"),
    title_de="Orte in der Nähe",
    title_en="Places near by",
)
