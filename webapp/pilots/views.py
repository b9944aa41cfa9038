"""Public pages of pilots."""

from flask import Blueprint

pilots = Blueprint("pilots", __name__)
