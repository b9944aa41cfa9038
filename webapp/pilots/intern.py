"""Internal pages of pilots."""

from flask import Blueprint

pilots_intern = Blueprint("pilots_intern", __name__)
