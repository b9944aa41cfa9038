"""Imports every model, so that the metadata is complete for migrations and tests."""

import geo.accounts.model
import geo.alliance.meetings.model
import geo.alliance.model
import geo.calls.judging.model
import geo.calls.model
import geo.finding.model
import geo.jobs.model
import geo.knowledge.model
import geo.letters.model
import geo.owners.campaigns.model
import geo.owners.model
import geo.pilots.model
import geo.places.model
import geo.synergy.model
import geo.trees.applications.model
import geo.trees.events.model
import geo.trees.fleet.model
import geo.trees.model
import geo.trees.planning.model
import geo.trees.site.model
import geo.trees.visits.calendar.model
import geo.trees.visits.feedback.model
import geo.trees.visits.letters.model
import geo.trees.visits.model
import geo.trees.watering.model
import geo.vacancies.bulk.model
import geo.vacancies.cases.model
import geo.vacancies.citizens.model
import geo.vacancies.figures.model
import geo.vacancies.freshness.model
import geo.vacancies.importing.model
import geo.vacancies.kompass.model
import geo.vacancies.model
import geo.vacancies.portfolio.model
import geo.vacancies.portfolio.packages.model
import geo.vacancies.portfolio.searches.model
import geo.vacancies.portfolio.seekers.model
import geo.vacancies.stored
import geo.vacancies.surveys.model
import geo.viewpoints.care.model
import geo.viewpoints.landmarks.model
import geo.viewpoints.model
import geo.viewpoints.skylines.model
from geo.core.db import Base

metadata = Base.metadata
