"""The kinds of places near by, each with its German and English name, and what OpenStreetMap calls them."""

from collections.abc import Mapping

KINDS = {
    "GASTRONOMIE": ("Gastronomie", "food and drink"),
    "LADEN": ("Laden", "shop"),
    "TOURISTINFO": ("Tourist-Information", "tourist information"),
    "WC": ("Toilette", "toilet"),
    "TRINKWASSER": ("Trinkwasser", "drinking water"),
    "HALTESTELLE": ("Haltestelle", "public transport stop"),
    "PARKPLATZ": ("Parkplatz", "parking"),
}
WHEELCHAIR = {
    "JA": ("rollstuhlgerecht", "wheelchair accessible"),
    "TEILWEISE": ("teilweise rollstuhlgerecht", "partly wheelchair accessible"),
    "NEIN": ("nicht rollstuhlgerecht", "not wheelchair accessible"),
}
OSM_WHEELCHAIR = {"yes": "JA", "designated": "JA", "limited": "TEILWEISE", "no": "NEIN"}
# The first tag that fits says the kind.
_OSM: tuple[tuple[str, frozenset[str], str], ...] = (
    (
        "amenity",
        frozenset({"restaurant", "cafe", "fast_food", "bar", "pub", "biergarten", "ice_cream", "food_court"}),
        "GASTRONOMIE",
    ),
    ("amenity", frozenset({"toilets"}), "WC"),
    ("amenity", frozenset({"drinking_water"}), "TRINKWASSER"),
    ("amenity", frozenset({"parking"}), "PARKPLATZ"),
    ("information", frozenset({"office", "visitor_centre"}), "TOURISTINFO"),
    ("highway", frozenset({"bus_stop"}), "HALTESTELLE"),
    ("railway", frozenset({"station", "halt", "tram_stop"}), "HALTESTELLE"),
    ("public_transport", frozenset({"platform", "station"}), "HALTESTELLE"),
)
_NO_SHOP = frozenset({"", "no", "vacant"})
# Nobody who is on the way to a view has use of them.
_CLOSED_TO_THE_PUBLIC = frozenset({"private", "no"})


def kind_of(tags: Mapping[str, str]) -> str | None:
    """The kind that an object's OpenStreetMap tags mean; None for something else, or for what is not public."""
    if tags.get("access") in _CLOSED_TO_THE_PUBLIC:
        return None
    for key, values, kind in _OSM:
        if tags.get(key) in values:
            return kind
    return "LADEN" if tags.get("shop", "") not in _NO_SHOP else None
