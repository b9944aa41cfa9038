"""Viewpoints: the "schönster Blick" of a town, with the directions one looks in."""
