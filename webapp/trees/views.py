"""Public pages of trees."""

from flask import Blueprint

trees = Blueprint("trees", __name__)
