"""Builds the made-up part of the sample register for a day: the same day and seed give the same records."""

from datetime import date

from geo.samples import stock
from geo.samples.model import Sample
from geo.samples.trees import fleets, stops
from geo.samples.units import units
from geo.samples.viewpoints import viewpoints

SEED = 2023


def build(today: date, seed: int = SEED) -> Sample:
    """All made-up objects as they are on the day. The facts about the alliance come from `content.facts()`."""
    whole, successions = stock.split(stock.dressed(seed, tuple(units(seed, today)), today), today)
    return Sample(
        today=today,
        units=tuple(whole),
        buildings=stock.buildings(seed, whole),
        successions=successions,
        stops=stops(),
        fleets=fleets(today),
        viewpoints=viewpoints(today),
    )
