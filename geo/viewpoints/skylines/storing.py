"""The write of the computation: its result takes the place of what was there."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from geo.core import geometry, surroundings
from geo.core.access import Action, Actor
from geo.core.history import perform
from geo.viewpoints.landmarks.storing import store_sights
from geo.viewpoints.skylines.computing import Inputs, Result
from geo.viewpoints.skylines.model import Renewal, Skyline


def store_result(
    session: Session,
    actor: Actor,
    municipality_id: int,
    inputs: Inputs,
    result: Result,
    model_ids: Sequence[int],
    due: datetime | None = None,
) -> None:
    """What was computed takes the place of what was before; without a model there is no skyline.

    `due` is the mark of a change that was there before the inputs were read.
    """
    with perform(session, actor, Action.VIEWPOINT_EDIT, municipality_id):
        store_sights(session, municipality_id, {inputs.viewpoint_id: result.sights})
        session.execute(delete(Skyline).where(Skyline.viewpoint_id == inputs.viewpoint_id))
        if due is not None:  # a change since then has put its own mark there, which stays
            done = (Renewal.viewpoint_id == inputs.viewpoint_id, Renewal.since == due)
            session.execute(delete(Renewal).where(*done))
        if result.horizon is None:
            return
        horizon = result.horizon
        session.add(
            Skyline(
                viewpoint_id=inputs.viewpoint_id,
                municipality_id=municipality_id,
                point=surroundings.far_point(inputs.longitude, inputs.latitude),
                observer_height_m=inputs.observer_height_m,
                ground_m=round(horizon.ground_m, 1),
                reach_m=int(horizon.steps_m[-1]),
                angles_deg=[round(float(angle), 3) for angle in horizon.angles_deg],
                distances_m=[int(distance) for distance in horizon.distances_m],
                layers_deg=[round(float(angle), 3) for layer in horizon.layers_deg for angle in layer],
                visible_area=None if result.area is None else geometry.stored(result.area),
                visible_km2=round(result.visible_km2, 2),
                strips=result.strips,
                model_ids=list(model_ids),
                inputs_hash=inputs.hash(),
                seconds=round(result.seconds, 2),
            )
        )
        session.flush()
