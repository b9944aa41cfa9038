"""Internal pages of trees."""

from flask import Blueprint

trees_intern = Blueprint("trees_intern", __name__)
