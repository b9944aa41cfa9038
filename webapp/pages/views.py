"""Views: the start page and the legal pages."""

from flask import Blueprint

pages = Blueprint("pages", __name__)
