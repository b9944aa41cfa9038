"""What is public of the trees' part."""

from geo.core.features import Feature

FLEETS = Feature(
    name="fleets",
    view="published.fleets",
    columns=("id", "municipality_id", "municipality", "name", "note", "source", "is_example"),
    geometry=None,
    title_de="Wanderbaumalleen",
    title_en="Mobile tree avenues",
)
TREES = Feature(
    name="trees",
    view="published.trees",
    columns=(
        "id",
        "fleet_id",
        "fleet",
        "label",
        "species",
        "species_latin",
        "module_class",
        "height_m",
        "state",
        "is_example",
    ),
    geometry=None,
    title_de="Wanderbäume",
    title_en="Mobile trees",
)
STOPS = Feature(
    name="stops",
    view="published.stops",
    columns=(
        "id",
        "municipality_id",
        "municipality",
        "ags",
        "name",
        "kind",
        "capacity",
        "module_classes",
        "street",
        "house_number",
        "postcode",
        "locality",
        "place_id",
        "is_example",
    ),
    title_de="Standplätze der Wanderbäume",
    title_en="Stops of the mobile trees",
)
SCHEDULES = Feature(
    name="schedules",
    view="published.schedules",
    columns=("id", "fleet_id", "name", "season", "published_at", "is_example"),
    geometry=None,
    title_de="Umzugspläne",
    title_en="Schedules",
)
STANDINGS = Feature(
    name="standings",
    view="published.standings",
    columns=("stay_id", "tree_id", "stop_id", "fleet_id", "during", "layer", "whole", "is_example"),
    geometry=None,
    title_de="Standzeiten",
    title_en="Stays",
)
PLANTED = Feature(
    name="planted_trees",
    view="published.planted_trees",
    columns=("tree_id", "planted_on", "lon", "lat", "stop_id", "stop", "municipality"),
    geometry=None,
    title_de="Ausgepflanzte Wanderbäume",
    title_en="Mobile trees planted out",
)
STATES = Feature(
    name="tree_states",
    view="published.tree_states",
    columns=("id", "tree_id", "state", "during", "is_example"),
    geometry=None,
    title_de="Zustände der Wanderbäume",
    title_en="States of the mobile trees",
)
CARE = Feature(
    name="tree_care",
    view="published.tree_care",
    columns=("tree_id", "day", "kind", "litres"),
    geometry=None,
    title_de="Pflege der Wanderbäume",
    title_en="Care of the mobile trees",
)
