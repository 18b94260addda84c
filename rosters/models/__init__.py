"""Rosters on their way into the registers: batches, what their rows hold, and what is wrong with them."""

from rosters.models.batches import Batch, Made, PlaceUsed, Problem, RememberedHeader, Row
from rosters.models.staged import StagedHouse, StagedOrganisation, StagedResident, StagedWorker

__all__ = [
    "Batch",
    "Made",
    "PlaceUsed",
    "Problem",
    "RememberedHeader",
    "Row",
    "StagedHouse",
    "StagedOrganisation",
    "StagedResident",
    "StagedWorker",
]
