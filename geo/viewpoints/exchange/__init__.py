"""Viewpoints from files and into files: GeoJSON with the tags of OpenStreetMap, GPX, OSM XML."""
