"""Mobile trees: fleets and their trees, the stops they can stand at, and where each stands on any day."""
