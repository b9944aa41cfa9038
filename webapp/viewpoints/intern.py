"""Internal pages of viewpoints."""

from flask import Blueprint

viewpoints_intern = Blueprint("viewpoints_intern", __name__)
