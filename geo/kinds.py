"""Imports every module with a kind of long work, so that a worker knows them all."""

import geo.owners.campaigns.jobs
import geo.trees.planning.jobs
import geo.vacancies.exporting.jobs
import geo.vacancies.figures.jobs
import geo.vacancies.importing.work
import geo.viewpoints.skylines.jobs
from geo.jobs.kinds import KINDS

kinds = KINDS
