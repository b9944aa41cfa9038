"""Public pages of viewpoints."""

from flask import Blueprint

viewpoints = Blueprint("viewpoints", __name__)
