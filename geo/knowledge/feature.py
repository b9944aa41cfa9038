"""What is public of best-practice cards: the whole of a published one."""

from geo.core.features import Feature

CARDS = Feature(
    name="knowledge_cards",
    view="published.knowledge_cards",
    columns=(
        "id",
        "municipality_id",
        "town",
        "ags",
        "spot",
        "title",
        "title_en",
        "result",
        "result_en",
        "description",
        "description_en",
        "group_slug",
        "working_group",
        "working_group_en",
        "fields_of_action",
        "measures",
        "begins",
        "ends",
        "source",
        "link",
        "is_checked",
        "published_on",
        "is_sample",
    ),
    title_de="Beispiele guter Praxis",
    title_en="Best-practice cards",
)
