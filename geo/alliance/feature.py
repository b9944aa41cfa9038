"""What is public of the alliance: names of members that agreed, who of them works in which group, stated numbers."""

from geo.core.features import Feature

ALLIANCE_MEMBERS = Feature(
    name="alliance_members",
    view="published.alliance_members",
    columns=(
        "id",
        "name",
        "kind",
        "website",
        "ags",
        "municipality",
        "joined_on",
        "known_on",
        "left_on",
        "source",
        "is_example",
    ),
    geometry=None,
    title_de="Mitglieder der Allianz",
    title_en="Members of the alliance",
)
ALLIANCE_GROUP_MEMBERS = Feature(
    name="alliance_group_members",
    view="published.alliance_group_members",
    columns=(
        "id",
        "working_group_id",
        "member_id",
        "name",
        "kind",
        "website",
        "leads",
        "since",
        "until",
        "joined_on",
        "known_on",
        "left_on",
        "is_example",
    ),
    geometry=None,
    title_de="Mitarbeit in Arbeitsgruppen",
    title_en="Working groups' members",
)
ALLIANCE_COUNTS = Feature(
    name="alliance_counts",
    view="published.alliance_counts",
    columns=("id", "day", "members", "is_more", "source"),
    geometry=None,
    title_de="Zahl der Mitglieder nach Angaben der Allianz",
    title_en="Number of members as stated by the alliance",
)
