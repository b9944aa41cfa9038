"""Puts the made-up viewpoints with what stands and happened there into the database."""

from sqlalchemy.dialects.postgresql import Range

from geo.samples.inserting import Inserter
from geo.samples.model import PlaceSample, Sample
from geo.viewpoints.care.model import Check, Defect, Furniture, Notice
from geo.viewpoints.model import Sector, Viewpoint, ViewpointStatus

_VIEWPOINT = (
    *("name", "name_en", "story", "story_en", "story_easy", "step_free", "access_note", "access_note_en"),
    *("best_time", "best_time_en", "toilet", "responsible_body", "is_featured"),
    *("path_surface", "path_steps", "stop_distance_m", "parking", "shade", "evening_light", "prune_month"),
)


class Outlooks(Inserter):
    """Viewpoints at places that are there."""

    def add(self, sample: Sample, places: dict[PlaceSample, int]) -> None:
        """All of them, with their sectors, states, furniture, checks, defects and notices."""
        viewpoints = sample.viewpoints
        towns = [self.town(viewpoint.place.ags) for viewpoint in viewpoints]
        rows = [
            {
                **{name: getattr(viewpoint, name) for name in _VIEWPOINT},
                "municipality_id": town,
                "place_id": places[viewpoint.place],
                "is_example": True,
            }
            for viewpoint, town in zip(viewpoints, towns, strict=True)
        ]
        ids = self._insert_with_ids(Viewpoint, rows)
        sectors, statuses, furniture, checks, defects, notices = [], [], [], [], [], []
        for viewpoint, viewpoint_id, town in zip(viewpoints, ids, towns, strict=True):
            common = {"viewpoint_id": viewpoint_id, "municipality_id": town}
            sectors += [
                {**common, "position": position, "from_deg": start, "to_deg": end}
                for position, (start, end) in enumerate(viewpoint.sectors, start=1)
            ]
            statuses += [
                {
                    **common,
                    "status": entry.status,
                    "during": Range(entry.start, entry.end),
                    "note": entry.note,
                    "is_example": True,
                }
                for entry in viewpoint.statuses
            ]
            furniture += [
                {**common, "kind": kind, "state": "BESCHAEDIGT" if kind in viewpoint.damaged else "GUT"}
                for kind in viewpoint.furniture
            ]
            made = {**common, "is_example": True}
            checks += [
                {**made, "checked_on": day, "result": "OFFEN_SICHT", "was_pruned": viewpoint.prune_month is not None}
                for day in viewpoint.checked_on
            ]
            defects += [{**made, **defect} for defect in viewpoint.defects]
            notices += [
                {**made, "text": one.text, "text_en": one.text_en, "during": Range(one.start, one.end)}
                for one in viewpoint.notices
            ]
        for model, parts in (
            *((Sector, sectors), (ViewpointStatus, statuses), (Furniture, furniture)),
            *((Check, checks), (Defect, defects), (Notice, notices)),
        ):
            self._insert(model, parts)
