"""The embedded local PostGIS cluster: find, create, start, stop, check, upgrade."""

from geo.cluster.check import Finding
from geo.cluster.cluster import Cluster, Status
from geo.cluster.errors import AlreadyRunning, ClusterError
from geo.cluster.temporary import temporary_cluster

__all__ = [
    "AlreadyRunning",
    "Cluster",
    "ClusterError",
    "Finding",
    "Status",
    "temporary_cluster",
]
