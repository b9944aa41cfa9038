"""Elevation models that the operator gave, and what was computed from them for each viewpoint."""
