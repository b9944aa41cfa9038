"""Views: the base map as GeoJSON."""

from flask import Blueprint

basemap = Blueprint("basemap", __name__)
