"""Problem and Criteria to Plan: `solve` is the front door, MODEL.md holds the mathematics."""

from territory_planner.solving.progress import Progress
from territory_planner.solving.solve import prepare, solve

__all__ = ["Progress", "prepare", "solve"]
