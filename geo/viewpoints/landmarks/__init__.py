"""Landmarks of a town, and which of them is seen from which viewpoint."""
