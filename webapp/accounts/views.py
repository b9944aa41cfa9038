"""Views: signing in, own account, people and roles."""

from flask import Blueprint

accounts = Blueprint("accounts", __name__)
