"""Site packages: the town puts offers together, everybody sees them on one page."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action
from geo.core.errors import Conflict, Invalid
from geo.vacancies.portfolio import queries as portfolio
from geo.vacancies.portfolio.packages import queries, service
from geo.vacancies.portfolio.packages.model import SitePackage
from geo.vacancies.portfolio.packages.schemas import LABELS, parse_package
from webapp import parameters
from webapp.access import needs, public
from webapp.app import actor, public_session, staff_session
from webapp.language import current
from webapp.parameters import day_chosen
from webapp.vacancies import present
from webapp.vacancies.addresses import language
from webapp.vacancies.forms import refusal, town, version


@public
def packages() -> str:
    """All packages that have something on offer on the day."""
    day = parameters.day()
    rows = queries.published(public_session(), day)
    return render_template(
        "vacancies/packages.html",
        nav=present.KIND,
        packages=[(row, _in_language(row, "title")) for row in rows],
        day=day,
        today=clock.today(),
        day_keep=day_chosen(day),
    )


@public
def package(package_id: int) -> str:
    """One package with its offers."""
    lang, day = language(), parameters.day()
    row, shown = queries.public_package(public_session(), package_id, day)
    areas = [one.area_total_m2 for one in shown if one.area_total_m2 is not None]
    title, text = _in_language(row, "title"), _in_language(row, "description")
    return render_template(
        "vacancies/package.html",
        nav=present.KIND,
        row=row,
        title=title,
        description=text,
        rows=[present.offer(one, lang, day_chosen(day)) for one in shown],
        whole_area=present.area(sum(areas), lang) if areas else None,
        is_partial=len(areas) < len(shown),
        contact=portfolio.contact(public_session(), row.municipality_id),
        day=day,
        today=clock.today(),
    )


def _in_language(row: Any, name: str) -> tuple[str | None, bool]:
    """A text in the page's language, and whether it is; else the German one."""
    english = getattr(row, f"{name}_en")
    if current() == "en":
        return (english, True) if english else (getattr(row, name), False)
    return getattr(row, name), True


@needs(Action.VACANCY_VIEW)
def portfolio_page() -> str:
    """What a town offers, and the ways to it."""
    return render_template("vacancies/intern_portfolio.html", internal_active=present.KIND)


@needs(Action.VACANCY_VIEW)
def intern_packages() -> ResponseReturnValue:
    """What the town has put together."""
    return render_template(
        "vacancies/intern_packages.html",
        internal_active=present.KIND,
        packages=queries.of_town(staff_session(), town()),
        today=clock.today(),
    )


@needs(Action.VACANCY_PUBLISH)
def new_package() -> ResponseReturnValue:
    """Put offers together."""
    return _edit(None)


@needs(Action.VACANCY_PUBLISH)
def edit_package(package_id: int) -> ResponseReturnValue:
    """Change a package."""
    return _edit(queries.get(staff_session(), package_id))


def _edit(known: SitePackage | None) -> ResponseReturnValue:
    here = known.municipality_id if known is not None else town()
    values, errors, status = _values(known), {}, 200
    chosen = [int(one) for one in values["units"]]
    choices = {row.id: row for row in queries.to_choose(staff_session(), here, chosen)}
    if request.method == "POST":
        values = {**request.form.to_dict(), "units": request.form.getlist("units")}
        try:
            data = parse_package(request.form, choices)
            if known is None:
                service.create(staff_session(), actor(), here, data)
            else:
                service.update(staff_session(), actor(), known.id, version(), data)
            flash("Das Standortpaket ist gespeichert.", "good")
            return redirect(url_for("vacancies_intern.packages"), 303)
        except Invalid as error:
            errors, status = refusal(error)["errors"], 422
        except Conflict as error:
            staff_session().rollback()
            errors, status = {"": f"{error} Ihre Eingaben stehen noch im Formular."}, 409
            values["version"] = error.version
    page = render_template(
        "vacancies/intern_package.html",
        internal_active=present.KIND,
        package_id=None if known is None else request.view_args and request.view_args["package_id"],
        values=values,
        errors=errors,
        labels=LABELS,
        choices=[(str(row.id), _named(row)) for row in choices.values()],
        today=clock.today(),
    )
    return page, status


def _named(row: Any) -> str:
    """A unit among the choices: where it is, what it is, how large."""
    parts = (present.unit_title(row), present.what_it_is(row, with_name=False), present.area(row.area_total_m2, "de"))
    return ", ".join(part for part in parts if part)


def _values(known: SitePackage | None) -> dict[str, Any]:
    if known is None:
        return {"units": request.args.getlist("einheit", type=int), "until": "", "is_public": "1"}
    values = {name: getattr(known, name) or "" for name in LABELS if name != "units"}
    units = [str(one) for one in queries.unit_ids(staff_session(), known.id)]
    return {**values, "until": known.until.isoformat(), "units": units, "version": known.version}


@needs(Action.VACANCY_PUBLISH)
def remove_package(package_id: int) -> ResponseReturnValue:
    """Take a package apart."""
    service.remove(staff_session(), actor(), package_id, version())
    flash("Das Standortpaket wurde aufgelöst. Die Angebote darin bleiben, wie sie sind.", "good")
    return redirect(url_for("vacancies_intern.packages"), 303)
