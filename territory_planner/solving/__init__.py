"""Problem and Criteria to Plan: `solve` is the front door, MODEL.md holds the mathematics."""

from territory_planner.solving.progress import Progress
from territory_planner.solving.solve import solve

__all__ = ["Progress", "solve"]
