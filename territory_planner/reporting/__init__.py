"""What people look at: the map and the report, each one file that needs no network."""

from territory_planner.reporting.map import draw_map
from territory_planner.reporting.report import write_report

__all__ = ["draw_map", "write_report"]
