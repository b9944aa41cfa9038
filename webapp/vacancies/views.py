"""Public pages of vacancies."""

from flask import Blueprint

vacancies = Blueprint("vacancies", __name__)
