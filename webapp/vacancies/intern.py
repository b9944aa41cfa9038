"""Internal pages of vacancies."""

from flask import Blueprint

vacancies_intern = Blueprint("vacancies_intern", __name__)
