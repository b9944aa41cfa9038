"""Views: the start page of a role."""

from flask import Blueprint

intern = Blueprint("intern", __name__)
