"""The computation as a job: one viewpoint or many, told as it goes; each result is stored with the job's end."""

from typing import Any

from geo.core.errors import NotFound
from geo.jobs import Work, kind
from geo.viewpoints.codes import points_in_words
from geo.viewpoints.skylines import queries
from geo.viewpoints.skylines.codes import KIND
from geo.viewpoints.skylines.computing import compute
from geo.viewpoints.skylines.files import Store
from geo.viewpoints.skylines.storing import store_result

__all__ = ["KIND", "run"]  # who queues the kind takes its name from here, where it is registered


# Never two at once in a town: the later one would be overtaken, and its result replaced by an older one.
@kind(KIND, title="Gelände berechnen", alone=True)
def run(work: Work) -> dict[str, Any]:
    """Compute skyline, visible area and landmarks for the viewpoints named; after a change only what is still due."""
    ids = [int(one) for one in work.arguments["viewpoints"]]
    height = work.arguments.get("observer_height_m")
    store = Store(work.store.root.parent / "terrain")
    computed = without = 0
    for done, viewpoint_id in enumerate(ids):
        work.progress(done, len(ids))
        due = queries.due_since(work.session, viewpoint_id)
        if due is None and work.arguments.get("after_change"):  # computed since
            continue
        try:
            inputs = queries.inputs_of(work.session, work.actor, viewpoint_id, height)
        except NotFound:  # deleted since
            continue
        models = queries.models_near(work.session, inputs.longitude, inputs.latitude)
        grids = queries.grids(store, models)

        def tell(sentence: str, done: int = done) -> None:
            work.progress(done, len(ids), sentence)

        result = compute(inputs, grids, tell)
        store_result(work.session, work.actor, work.town, inputs, result, [one.id for one in models], due)
        computed += result.horizon is not None
        without += result.horizon is None
    work.progress(len(ids), len(ids))
    return {"sentence": _sentence(computed, without), "computed": computed, "without": without}


def _sentence(computed: int, without: int) -> str:
    points = points_in_words(computed)
    if not computed and not without:
        return "Alle Ergebnisse waren schon auf dem neuesten Stand."
    if not without:
        return f"Für {points} berechnet."
    lacking = f"für {points_in_words(without)}"
    return f"Für {points} berechnet; {lacking} liegt kein Geländemodell vor, dort nur Richtung und Entfernung."
