"""How far it is between the units of a walk: along the town's street network, where there is one."""

from collections.abc import Sequence
from dataclasses import dataclass

from shapely.geometry import MultiPoint
from sqlalchemy.orm import Session

from geo.places.streets.network import Network
from geo.places.streets.queries import lines_near
from geo.vacancies.surveys.route import Stop, straight


@dataclass(frozen=True)
class Ways:
    """Distances between these stops; where the network does not lead, the straight line and the usual detour.

    `off` counts the stops that are not near any street of the network: all of them where none was imported.
    """

    network: Network
    stops: int
    off: int

    def between(self, one: Stop, other: Stop) -> float:
        """Metres on foot."""
        metres = self.network.metres((one.east, one.north), (other.east, other.north))
        return straight(one, other) if metres is None else metres

    @property
    def by_network(self) -> str:
        """Whether ways lead along streets: "ganz", "teils" or "nein"."""
        if self.off == self.stops:
            return "nein"
        return "teils" if self.off else "ganz"


def among(session: Session, municipality_id: int, stops: Sequence[Stop]) -> Ways:
    """The ways between these stops of the town."""
    spots = [(stop.east, stop.north) for stop in stops]
    lines = lines_near(session, municipality_id, MultiPoint(spots)) if spots else []
    network = Network(lines, spots)
    return Ways(network, len(spots), sum(not network.is_near(spot) for spot in spots))
